"""A folder of this machine on Linux (and other POSIX systems)."""

from filrydd.sources.local.posix_retiring import PosixRetiring
from filrydd.sources.local.posix_sealing import PosixSealing


class PosixSource(PosixSealing, PosixRetiring):
    """The contract's Source on a local folder."""

    def again(self) -> "PosixSource":
        return PosixSource(self._place)
