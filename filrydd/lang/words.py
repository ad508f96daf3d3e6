"""Words that are stored as they are, in the language of the moment.

Reasons, findings and kinds of ledger entries are stored as short English words, the same for every reader and script;
`said` is how people read them. What is no such word, such as the tenant's own error code, stays as it is.
"""

from filrydd.lang import _


def said(word: str) -> str:
    """How a stored word is said."""
    return _words().get(word, word)


def _words() -> dict[str, str]:
    return {
        # why something could not be read or sent
        "no permission": _("no permission"),
        "vanished": _("it is gone"),
        "in use": _("somebody has it open"),
        "link": _("a link, which is not followed"),
        "special": _("not a file but a device or a pipe"),
        "loop": _("a folder that leads back to itself"),
        "bad name": _("a name that cannot be used"),
        "fault": _("the disk or the machine with the files failed"),
        "snapshot": _("earlier versions that the server shows, which are left out"),
        "virus": _("the server's virus scanner refuses it"),
        "name taken": _("somebody else's file has that name in the new place"),
        "folder missing": _("its new folder could not be made"),
        "changed while it was read": _("it was changed while it was read"),
        "an earlier upload is still open": _("an interrupted upload of it is still open"),
        # what verification saw
        "missing": _("missing in the new place"),
        "unexpected": _("in the new place, and nobody sent it"),
        "mismatch": _("not the same in the new place"),
        "changed since": _("changed in the new place"),
        "source changed": _("changed in the old place"),
        "not examined": _("could not be compared"),
        "unreadable": _("could not be read"),
        # what a deletion found
        "size": _("another size than the one that was proved"),
        "content": _("another content than the one that was proved"),
        "another file": _("another file than the one that was proved"),
        # entries of the ledger
        "sign-off": _("signature"),
        "answers": _("answers"),
        "withdrawal": _("withdrawal"),
    }
