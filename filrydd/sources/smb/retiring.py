"""What deletes on a share, or sets aside instead of deleting: the contract's calls, each with the connection that it runs
on."""

from collections.abc import Callable

from filrydd.model.entry import Kind, Reason
from filrydd.sources.place import segments
from filrydd.sources.smb import message, setting_aside, status
from filrydd.sources.smb import retire as deleting
from filrydd.sources.smb.calls import Calls
from filrydd.sources.smb.folder import NOT_IN_A_NAME
from filrydd.sources.smb.one_at_a_time import open_kind
from filrydd.sources.smb.share import Opened, Refused, Share
from filrydd.sources.source import EntryTrouble


class Retiring:
    """Deletes and sets aside, one entry a call. `operator` gives the security identifier of who does it."""

    def __init__(self, calls: Calls, operator: Callable[[], bytes]) -> None:
        self._calls = calls
        self._operator = operator

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        names = segments(path, NOT_IN_A_NAME)
        tries = 0

        def act(share: Share) -> None:
            nonlocal tries
            tries += 1
            deleting.retire(share, names, path, size=size, hash=hash, file_id=file_id, gone_is_done=tries > 1)

        self._calls.run(path, act)

    def retire_folder(self, path: str) -> bool:
        names = segments(path, NOT_IN_A_NAME)
        if not names:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")

        def act(share: Share) -> bool:
            opened = open_kind(share, path, names, Kind.FOLDER, message.DELETE | message.WRITE_ATTRIBUTES)
            try:
                deleting.delete(share, opened)
            except Refused as refused:
                if refused.status == status.DIRECTORY_NOT_EMPTY:
                    return False
                raise
            deleting.see_it_gone(share, names, path, opened.file_id)
            return True

        return self._calls.run(path, act)

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        names, aside = segments(path, NOT_IN_A_NAME), segments(place, NOT_IN_A_NAME)
        self._calls.run(
            path,
            lambda share: setting_aside.set_aside(share, names, aside, path, size=size, hash=hash, file_id=file_id),
        )

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        names, aside = segments(path, NOT_IN_A_NAME), segments(place, NOT_IN_A_NAME)
        self._calls.run(path, lambda share: setting_aside.bring_back(share, aside, names, path, file_id=file_id))

    def make_private(self, path: str) -> Opened:
        names, operator = segments(path, NOT_IN_A_NAME), self._operator()
        return self._calls.run(path, lambda share: setting_aside.make_private(share, names, path, operator))

    def is_private(self, path: str) -> bool:
        names, operator = segments(path, NOT_IN_A_NAME), self._operator()
        return self._calls.run(path, lambda share: setting_aside.is_private(share, names, operator))

    def still_there(self, path: str, file_id: int) -> bool:
        names = segments(path, NOT_IN_A_NAME)

        def act(share: Share) -> bool:
            return deleting.is_there(share, names, file_id) or deleting.is_going(share, names, file_id)

        there = self._calls.run(path, act)
        if not there:
            # A share that is no longer what it was has no file of ours either.
            self._calls.see_top()
        return there
