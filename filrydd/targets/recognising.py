"""Whether what lies at a name is what we sent there, when the answer that would have said so was lost.

Times alone do not tell: a copy that somebody made of another version can have them. The hash does, where SharePoint leaves a
file as it came; where it writes into files, only a comparison of the whole content does, which is not this room's.
"""

from enum import Enum, auto

from filrydd.model.item import Item
from filrydd.model.times import same_second
from filrydd.targets.connect import Connection
from filrydd.targets.items import child, item_by_id
from filrydd.targets.refusals import NAME_TAKEN
from filrydd.targets.tenant import ItemTrouble, Sending, StillOpen

WRITTEN_INTO = frozenset(
    {"doc", "dot", "xls", "xlt", "ppt", "pot", "pps", "vsd", "mpp", "pub", "one"}
    | {"docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xltm", "xlsb", "vsdx", "vsdm", "vssx", "vstx"}
    | {"pptx", "pptm", "potx", "potm", "ppsx", "ppsm", "html", "htm", "aspx", "pdf", "jpg", "jpeg", "jpe"}
)
"""Extensions of what SharePoint writes properties into as it arrives: Office files, web pages, some PDF and JPEG files
(rclone/rclone#9767, #2599). One too many here means no more than a comparison in full that the hash would have spared."""
BEING_UPLOADED = "currently being uploaded"
"""What SharePoint's message says of a name that an open session holds (microsoft-graph-docs-contrib#412)."""


class Likeness(Enum):
    """What an item is to a sending."""

    OURS = auto()
    PERHAPS = auto()
    FOREIGN = auto()


def likeness(item: Item, sending: Sending, hashed: str) -> Likeness:
    """What an item is to a sending whose last fragment may have arrived; `hashed` is the content's hash, "" for unknown."""
    same_times = same_second(item.modified, sending.modified) and same_second(item.created, sending.created)
    # The version that was to be followed has not been followed.
    before = bool(sending.replaces) and item.etag == sending.etag
    if item.folder or item.gone or not same_times or before:
        return Likeness.FOREIGN
    if not hashed or not item.hash:
        return Likeness.PERHAPS
    if item.hash == hashed and item.size == sending.content.size:
        return Likeness.OURS
    _stem, _dot, extension = item.name.rpartition(".")
    return Likeness.PERHAPS if extension.lower() in WRITTEN_INTO else Likeness.FOREIGN


async def in_the_way(connection: Connection, sending: Sending, trouble: ItemTrouble) -> Item | None:
    """What has the name already (409), or is no longer the version that was to be followed (412); None for other trouble.

    Raises StillOpen where nothing has the name, and yet it is taken.
    """
    if trouble.status == 412 and sending.replaces:
        return await item_by_id(connection, sending.drive, sending.replaces, just_made=True)
    if trouble.status != 409 or trouble.code != NAME_TAKEN:
        return None
    # Where SharePoint says that an upload is open, nothing is there to wait for.
    patient = BEING_UPLOADED not in trouble.detail.lower()
    there = None
    if not sending.replaces:
        there = await child(connection, sending.drive, sending.parent, sending.name, just_made=patient)
    if there is None:
        raise StillOpen(trouble.detail) from trouble
    return there
