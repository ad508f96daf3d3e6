"""Words that are stored as they are, in the language of the moment.

Reasons, findings and kinds of ledger entries are stored as short English words, the same for every reader and script;
`said` is how people read them. What is no such word, such as the tenant's own error code, stays as it is.
"""

from filrydd.lang import _


def said(word: str) -> str:
    """How a stored word is said."""
    return _words().get(word, word)


def finding(kind: str, detail: str, other: str) -> str:
    """A finding about a file in one sentence's worth of words: what it is, the other file, and why that one stays."""
    why = {
        "owner": _("that one's owner is there"),
        "links": _("more files point to that one"),
        "later": _("that one was changed later"),
        "shorter": _("that one lies in a shorter place"),
        "first": _("the two are alike, and that one came first"),
    }
    text = said(kind) + (f": {other}" if other else "")
    if kind == "duplicate":
        return text + (f" ({why[detail]})" if detail in why else "")
    return text + (f" ({detail})" if detail and kind not in ("older version", "latest version", "linked") else "")


def role(word: str) -> str:
    """A role as people call it; a signer's own word for it stays as it is."""
    return {
        "superuser": _("superuser"),
        "contact": _("contact"),
        "manager": _("manager"),
        "admin": _("administrator"),
        "archivist": _("archivist"),
        "privacy officer": _("privacy officer"),
    }.get(word, word)


def rule_name(name: str) -> str:
    """What a rule is called: a policy's own name as it is, those that no policy writes in words."""
    own = {
        "frozen": _("held fast by a case"),
        "unreadable": _("could not be read"),
        "no rule": _("no rule"),
    }
    if name.endswith(": unknown"):
        return _("{rule}: not known").format(rule=name.removesuffix(": unknown"))
    return own.get(name, name)


def account(state: str) -> str:
    """How the state of somebody's account is said; empty for one that is in use or that nobody could ask about."""
    return {"disabled": _("the account is disabled"), "vanished": _("the account is gone")}.get(state, "")


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
        "snapshot": _("earlier versions that the area shows, which are left out"),
        "virus": _("the virus scanner refuses it"),
        "permissions changed": _("somebody else has changed its permissions"),
        "already there": _("another file has that name"),
        # what somebody may do to an entry
        "write": _("write in it"),
        "append": _("add to its end"),
        "rename": _("rename it"),
        "delete": _("delete it"),
        "new file": _("make a file in it"),
        "new folder": _("make a folder in it"),
        "change rights": _("change its permissions"),
        "no read": _("not even read it"),
        "an earlier version could not be sent": _("an earlier version could not be sent"),
        "the latest version was not sent": _("the latest version was not sent"),
        "the latest version went without it": _("the latest version went without it"),
        "the file that it is a copy of was not sent": _("the file that it is a copy of was not sent"),
        "it is no longer a copy": _("it is no longer a copy"),
        "somebody has changed it in the new place": _("somebody has changed it in the new place"),
        "name taken": _("somebody else's file has that name in the new place"),
        "folder missing": _("its new folder could not be made"),
        "changed while it was read": _("it was changed while it was read"),
        "an earlier upload is still open": _("an interrupted upload of it is still open"),
        # what SharePoint answers about one file, by Graph's codes
        "quotaLimitReached": _("the site has no space left"),
        "insufficientStorage": _("the site has no space left"),
        "accessDenied": _("SharePoint gives no access to it"),
        "unauthenticated": _("SharePoint gives no access to it"),
        "itemNotFound": _("its new folder or the library is gone"),
        "invalidRequest": _("SharePoint does not accept its name or what it is"),
        "BadRequest": _("SharePoint does not accept its name or what it is"),
        "invalidName": _("SharePoint does not accept its name or what it is"),
        "pathIsTooLong": _("its path in the new place is too long"),
        "nameIsTooLong": _("its name is too long"),
        "nameAlreadyExists": _("somebody else's file has that name in the new place"),
        "malwareDetected": _("SharePoint's virus scanner refuses it"),
        "virusSuspicious": _("SharePoint's virus scanner refuses it"),
        "notAllowed": _("it is locked in the new place"),
        "resourceLocked": _("it is locked in the new place"),
        "resourceModified": _("the new place was changed at the same moment"),
        "requestTooLarge": _("it is larger than SharePoint takes"),
        "uploadSessionNotFound": _("SharePoint gave up the upload of it again and again"),
        "invalidRange": _("SharePoint gave up the upload of it again and again"),
        "expiredToken": _("SharePoint gave up the upload of it again and again"),
        "generalException": _("SharePoint failed"),
        "serviceNotAvailable": _("SharePoint failed"),
        # what became of a file that is to move
        "sent": _("sent"),
        "sent as a copy": _("there as the file that it is a copy of"),
        "sent as a version": _("there as an earlier version"),
        "not sent": _("not sent"),
        "changed after it was sent": _("changed after it was sent"),
        "waits": _("not sent yet"),
        "nobody has signed": _("nobody has signed for it"),
        # what decides how long an upload takes
        "nothing to send": _("there is nothing to send"),
        "units a minute": _("what SharePoint allows in a minute"),
        "units a day": _("what SharePoint allows in 24 hours"),
        "bytes an hour": _("the 400 GB that SharePoint takes in an hour"),
        "the line": _("the line and the machine with the old files"),
        "the tenant's answers": _("how fast SharePoint answers"),
        # what verification saw
        "missing": _("missing in the new place"),
        "unexpected": _("in the new place, and nobody sent it"),
        "mismatch": _("not the same in the new place"),
        "access": _("others can open it than those who were signed for"),
        "label": _("has another retention label, put there by somebody else"),
        "ok": _("the same"),
        "rewritten": _("the same, but for what SharePoint writes itself"),
        "changed since": _("changed in the new place"),
        "source changed": _("changed in the old place"),
        "not examined": _("could not be compared"),
        "unreadable": _("could not be read"),
        # what a deletion found
        "size": _("another size than the one that was proved"),
        "content": _("another content than the one that was proved"),
        "another file": _("another file than the one that was proved"),
        "something else lies there": _("something else lies there"),
        # why something is still in the old area
        "may go": _("may go now"),
        "blocked": _("blocked by the law or by a person"),
        "rule not confirmed": _("no archivist has confirmed the rule"),
        "held by a rule": _("held by a rule"),
        "new under the seal": _("came after the area was sealed"),
        "not signed": _("nobody has signed for it"),
        "open finding": _("a finding that nobody has closed"),
        "not compared under the seal": _("not compared after the area was sealed"),
        "no legal basis": _("the rule names no legal basis"),
        "an earlier one is set aside": _("an earlier file of that name lies in the quarantine"),
        "refused at the last run": _("did not go at the last run"),
        "could not be read": _("could not be read"),
        # findings about a file
        "duplicate": _("a copy of another file"),
        "older version": _("an earlier version of another file"),
        "latest version": _("the latest of several versions"),
        "identity number in name": _("an identity number in the name"),
        "identity number": _("an identity number in the text"),
        "links": _("points to other files"),
        "linked": _("other files point to it"),
        "protected": _("protected by a password or by rights"),
        "database": _("a database, which SharePoint cannot run"),
        "mail archive": _("a mail archive, which is never opened"),
        "notebook": _("a OneNote notebook"),
        "web page": _("a saved web page with its folder"),
        "program": _("a program or script"),
        "disk image": _("a disk image"),
        "drawing": _("a drawing that refers to other files"),
        "streams": _("hidden parts that SharePoint has no place for"),
        "drop folder": _("in a folder that a program writes to"),
        # what keeps a file from being sent or deleted
        "frozen": _("held fast by a case"),
        "signature withdrawn": _("the signature was withdrawn"),
        "undecided": _("nobody has decided yet"),
        "handed over": _("handed over to another system"),
        # entries of the ledger
        "freeze": _("freeze"),
        "unfreeze": _("freeze lifted"),
        "hand-over": _("hand-over"),
        "private": _("private folder"),
        "sign-off": _("signature"),
        "co-sign": _("second signature"),
        "answers": _("answers"),
        "withdrawal": _("withdrawal"),
        "confirmation": _("rule confirmed"),
        "answer": _("answer about a group"),
        "answer undone": _("answer taken back"),
        "look": _("look at a file"),
        "purge": _("quarantine emptied"),
        "restore": _("brought back from the quarantine"),
        "mend links": _("links mended"),
        "acceptance": _("answer about the new place"),
        "extension": _("more time to read the old area"),
    }
