"""What a local folder says where a share has a server to ask: it is no share, and nobody lists who has what open.

On Linux a lease tells of one file (`lease`); on Windows an open that does not share.
"""

from filrydd.model.entry import Reason
from filrydd.sources.source import Connected, EntryTrouble, OpenFile


class NoServer:
    """The contract's questions to a server, answered for a folder of this machine."""

    def open_files(self) -> tuple[OpenFile, ...] | None:
        return None

    def close_open(self, number: int) -> None:
        raise EntryTrouble("", Reason.VANISHED, "a local folder has no list of open files")

    def connected(self) -> tuple[Connected, ...] | None:
        return None

    def disconnect(self, one: Connected) -> None:
        raise EntryTrouble("", Reason.FAULT, "nobody is connected to a local folder")

    def is_whole_share(self) -> bool:
        return False

    def share_descriptor(self) -> bytes:
        return b""

    def share_sealed(self, former: bytes) -> bytes:
        return former

    def share_permit(self, descriptor: bytes) -> None:
        raise EntryTrouble("", Reason.FAULT, "a local folder has no permissions of a share")
