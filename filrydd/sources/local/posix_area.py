"""A folder of this machine that is held open, and what may be wrong with it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from filrydd.errors import SourceGone, SourceRefused
from filrydd.lang import _
from filrydd.model.entry import Kind, Reason
from filrydd.model.listed import Snag
from filrydd.sources.address import LocalAddress
from filrydd.sources.local.facts import detail_of, kind_of, reason_for, reason_of
from filrydd.sources.local.no_server import NoServer
from filrydd.sources.local.walk import (
    folder_below,
    identity,
    open_place,
    open_top,
)
from filrydd.sources.place import segments
from filrydd.sources.source import EntryTrouble


class PosixArea(NoServer):
    """The top is held open from the first call to the last, so a file system that is unmounted under the run does not look
    like an empty folder."""

    def __init__(self, address: LocalAddress) -> None:
        self.address = address.text
        self.via = ""
        self.remarks: list[str] = []
        self._place = address
        self._path = address.path
        self._top = -1

    def close(self) -> None:
        top, self._top = self._top, -1
        if top >= 0:
            os.close(top)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _at(self, path: str) -> Iterator[tuple[int, str]]:
        """The folder that an entry lies in, and its own name there; `.` for the top."""
        names = segments(path)
        with self._trouble_of(path), folder_below(self._top_folder(), names[:-1]) as folder:
            yield folder, names[-1] if names else "."

    @contextlib.contextmanager
    def _pinned(self, path: str, kind: Kind) -> Iterator[tuple[int, os.stat_result]]:
        with self._at(path) as (folder, name):
            fd = open_place(folder, name)
            try:
                found = os.fstat(fd)
                if kind_of(found) is not kind:
                    raise EntryTrouble(path, reason_for(kind_of(found)), f"now a {kind_of(found)}")
                yield fd, found
            finally:
                os.close(fd)

    @contextlib.contextmanager
    def _trouble_of(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = reason_of(error)
            if reason in (Reason.VANISHED, Reason.FAULT):
                self._still_there()
            raise EntryTrouble(path, reason, detail_of(error)) from error

    def _top_folder(self) -> int:
        if self._top < 0:
            try:
                self._top = open_top(self._path)
            except OSError as error:
                raise self._no_source(error) from error
        return self._top

    def _still_there(self) -> None:
        try:
            same = identity(Path(self._path).stat()) == identity(os.fstat(self._top))
        except OSError as error:
            raise self._no_source(error) from error
        if not same:
            raise SourceGone(
                _("Another folder lies at {path} than when this run began.").format(path=self.address),
                next=_("See that the right disk is mounted there, then run this again."),
            )

    def _see_top(self, failed: Snag | None) -> None:
        """Raise if the top is no longer there, or could not be listed for what the snag says."""
        if failed is None or failed.reason in (Reason.VANISHED, Reason.FAULT):
            self._still_there()
        if failed is not None:
            raise self._not_listable(failed.detail)

    def _not_listable(self, detail: str) -> SourceRefused:
        return SourceRefused(
            _("{path} cannot be listed: {detail}.").format(path=self.address, detail=detail),
            next=_("Ask for the right to read the folder, then run this again."),
        )

    def _no_source(self, error: OSError) -> SourceGone | SourceRefused:
        if isinstance(error, PermissionError):
            return SourceRefused(
                _("No permission to read {path}.").format(path=self.address),
                next=_("Ask for the right to read the folder, then run this again."),
            )
        return SourceGone(
            _("There is no folder at {path}: {detail}.").format(path=self.address, detail=detail_of(error)),
            next=_("Check the path and that the disk is mounted, then run this again."),
        )
