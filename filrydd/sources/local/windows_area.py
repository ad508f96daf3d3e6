"""A folder or network path of Windows: the ways into it, and what may be wrong with it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.entry import Kind, Reason, Seen
from filrydd.model.listed import Snag
from filrydd.sources.address import LocalAddress
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of, seen_of
from filrydd.sources.local.no_server import NoServer
from filrydd.sources.place import segments
from filrydd.sources.source import EntryTrouble

NOT_IN_A_NAME = "/\\\0:"
AS_A_FILE = windows.FOLDERS_TOO | windows.SEQUENTIAL


class WindowsArea(NoServer):
    """Nothing is held between calls; every way is gone down anew, and no link lies on it."""

    def __init__(self, address: LocalAddress) -> None:
        self.address = address.text
        self.via = ""
        self.remarks: list[str] = []
        self._place = address
        self._top = windows.extended(address.path)

    def close(self) -> None:
        """Nothing is held between calls."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _see_top(self, failed: Snag | None) -> None:
        """Raise if the top is no longer there, or could not be listed for what the snag says."""
        self.top()
        if failed is not None:
            raise self._no_source(PermissionError(failed.detail))

    def top(self) -> Seen:
        try:
            found = Path(self._top).stat()
            with os.scandir(self._top):
                return seen_of(Path(self.address).name or self.address, found)
        except OSError as error:
            raise self._no_source(error) from error

    def _way(self, path: str) -> str:
        """The extended path of an entry, when no link lies on the way to it."""
        place = self._top
        names = segments(path, NOT_IN_A_NAME)
        for index, name in enumerate(names):
            place = joined(place, name)
            if index < len(names) - 1 and kind_of(Path(place).lstat()) is Kind.LINK:
                raise EntryTrouble(path, Reason.LINK, "a link lies on the way")
        return place

    def _file(self, path: str) -> str:
        place = self._way(path)
        kind = kind_of(Path(place).lstat())
        if kind is not Kind.FILE:
            raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
        return place

    @contextlib.contextmanager
    def _trouble_of(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = reason_of(error)
            if reason in (Reason.VANISHED, Reason.FAULT):
                self.top()
            raise EntryTrouble(path, reason, detail_of(error)) from error

    def _no_source(self, error: OSError) -> SourceGone | SourceRefused:
        if isinstance(error, PermissionError):
            return SourceRefused(
                _("No permission to read {path}.").format(path=self.address),
                next=_("Ask for the right to read the folder, then run this again."),
            )
        return SourceGone(
            _("There is no folder at {path}: {detail}.").format(path=self.address, detail=detail_of(error)),
            next=_("Check the path and that the server answers, then run this again."),
        )


def joined(place: str, name: str) -> str:
    return f"{place.rstrip(chr(92))}\\{name}"
