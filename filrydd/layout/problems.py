"""The words for what a person must solve before a part can be signed, and what each means and asks for.

The word is stored and compared; the sentences are made in the reader's language when they are shown.
"""

from filrydd.lang import _, figures, n_
from filrydd.layout.audience import DENIED, LIMITED, WRITES_ONLY

NOT_TOLD, NOT_UNDERSTOOD = "the server did not tell the list", "the list cannot be understood"
"""Why access is not known."""

NO_COUNTERPART = "no counterpart"
NOT_EXPRESSIBLE = "not expressible"
NOBODY = "nobody but administrators"
ACCESS_NOT_KNOWN = "access not known"
ACCESS_CHANGES = "access would change"
PATH_TOO_LONG = "path-too-long"
FOLDER_TOO_FULL = "folder too full"
LIBRARY_TOO_LARGE = "library too large"
AT_THE_ROOT = "at the library's root"
ALIKE_BUT_FOR_CASE = "names that differ only in case"
CLAIMED_TWICE = "claimed twice"
NO_SUCH_SITE = "no such site"
FEW_READERS = "few readers"
"""Not a problem: the question whether more people should be able to read something."""
EDIT_GONE = "edit of a folder that is gone"
EDIT_CIRCLE = "edits in a circle"
EDIT_ACROSS = "edit across parts"
EDIT_CONTRADICTS = "edits that contradict each other"
EDIT_OF_ACCESS = "edit would change access"


def explain(kind: str) -> tuple[str, str]:
    """What a problem is and what to do about it. Raises KeyError for a word that is not one of these."""
    return {
        NO_COUNTERPART: (
            _("Somebody who has access here is not found in Entra."),
            _("Say who takes the place, or accept by name that this one gets no access."),
        ),
        NOT_EXPRESSIBLE: (
            _("SharePoint cannot say who has access here as the old server does."),
            _("Accept by name that another folder's readers get access instead."),
        ),
        NOBODY: (
            _("Nobody but administrators can read this."),
            _("Accept by name that another folder's readers get access instead."),
        ),
        ACCESS_NOT_KNOWN: (
            _("Nobody knows who can read this folder."),
            _("Scan again as somebody who may see its permissions, or accept another folder's readers by name."),
        ),
        ACCESS_CHANGES: (
            _("Somebody would gain or lose access."),
            _("Accept it by name, or let the folder have permissions of its own."),
        ),
        PATH_TOO_LONG: (
            _("The path is too long even at the top, so names of files are shortened."),
            _("Give the folder a shorter name, or move it up."),
        ),
        FOLDER_TOO_FULL: (
            _("The folder would hold more than 100,000 files."),
            _("Divide it by year, or move some of its files in the old area."),
        ),
        LIBRARY_TOO_LARGE: (
            _("The library would hold more than it should."),
            _("Give the largest folder a library of its own."),
        ),
        AT_THE_ROOT: (
            _("Files would lie at the library's root, open to all who can open the library."),
            _("Name a folder for the area in the policy."),
        ),
        ALIKE_BUT_FOR_CASE: (
            _("More than a hundred folders have names that differ only in capital letters."),
            _("Say for the folder above that it is kept, or put them in order in the old area."),
        ),
        CLAIMED_TWICE: (
            _("Another area holds the same folder."),
            _("Let one department scan it, and delete the other scan."),
        ),
        NO_SUCH_SITE: (
            _("The tenant has no such site."),
            _("Let the admin make it, or mend its address in the policy; then: filrydd tenant check"),
        ),
        FEW_READERS: (
            _("Hardly anybody can read this, and nothing that was found in it speaks against that more people do."),
            _("Leave it as it is, or accept by name that another folder's readers get access instead."),
        ),
        EDIT_GONE: (
            _("A change names a folder that is not there any more."),
            _("Take the change back, or make it again for the folder's new name."),
        ),
        EDIT_CIRCLE: (
            _("Changes put folders into each other in a circle."),
            _("Take one of them back."),
        ),
        EDIT_ACROSS: (
            _("A change moves a folder into another part."),
            _("Parts are divided in the policy. Take the change back."),
        ),
        EDIT_CONTRADICTS: (
            _("Two changes contradict each other."),
            _("Take one of them back."),
        ),
        EDIT_OF_ACCESS: (
            _("A change would let others in, or shut somebody out."),
            _("Take it back, or accept first by name that the folder gets the other's readers."),
        ),
    }[kind]


def about(kind: str, detail: str) -> str:
    """What a problem of that kind is about, as it is stored, in words: how many, or why, and after a colon whom it concerns.
    Anything else stays."""
    if detail.isdecimal():
        count = int(detail)
        if kind == FOLDER_TOO_FULL:
            return n_("{count} file", "{count} files", count).format(count=figures.number(count))
        return n_("{count} folder", "{count} folders", count).format(count=figures.number(count))
    why, colon, who = detail.partition(": ")
    words = {
        DENIED: _("denied to some in a group whose members are not known"),
        LIMITED: _("the share lets only some of a group in whose members are not known"),
        WRITES_ONLY: _("may write without reading"),
        NOT_TOLD: _("the server did not tell who"),
        NOT_UNDERSTOOD: _("the server told it in a way that cannot be understood"),
    }
    return f"{words[why]}{colon}{who}" if why in words else detail
