"""What may be wrong with one entry."""

from filrydd.model.entry import Reason


class EntryTrouble(Exception):
    """One entry could not be read or acted on; `reason` is a word of the contract, `detail` the system's own."""

    def __init__(self, path: str, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".strip())
        self.path = path
        self.reason = reason
        self.detail = detail


class ChangedSince(Exception):
    """The entry is no longer the one that was proved; nothing was done. `what` names the difference (size, content, ...)."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path
        self.what = what


class AlreadyThere(EntryTrouble):
    """The name of a file that was to be left is taken, by whatever content; nothing was done."""

    def __init__(self, path: str) -> None:
        super().__init__(path, Reason.THERE, "the name is taken")
