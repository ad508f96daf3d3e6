"""What reads a folder of this machine."""

import os
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList
from filrydd.sources.local import owners as local_owners
from filrydd.sources.local import walker as local_walker
from filrydd.sources.local.facts import kind_of, reason_for, seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.posix_area import PosixArea
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.local.walk import (
    Identity,
    folder_below,
    open_to_read,
)
from filrydd.sources.place import segments
from filrydd.sources.source import IN_FLIGHT, EntryTrouble


class PosixReading(PosixArea):
    """The contract's Readable."""

    def top(self) -> Seen:
        name = Path(self._path).name
        try:
            os.close(open_to_read(self._top_folder(), ".", directory=True))
            self._still_there()
            return seen_of(name, os.fstat(self._top))
        except OSError as error:
            raise self._no_source(error) from error

    def list(self, path: str) -> Listing:
        passed: list[Identity] = []
        try:
            with self._trouble_of(path), folder_below(self._top_folder(), segments(path), passed) as place:
                if passed[-1] in passed[:-1]:
                    return Listing(path, (), (Trouble(path, Kind.FOLDER, Reason.LOOP),))
                if not path:
                    # A deleted folder that is still held open lists as empty.
                    self._still_there()
                fd = open_to_read(place, ".", directory=True)
                try:
                    return read_folder(path, fd, passed=frozenset(passed), ask_access=os.geteuid() != 0)
                finally:
                    os.close(fd)
        except EntryTrouble as trouble:
            if not path:
                raise self._not_listable(trouble.detail) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        return local_walker.walk(self._top_folder(), todo, next_key, most, self._see_top, self.remarks)

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        return local_owners.owners(self._top_folder(), files, self._still_there)

    def identity(self) -> str:
        # Numbers of devices are given anew at every start of the machine.
        return ""

    def look(self, path: str) -> Seen:
        with self._at(path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            return seen_of(Path(self._path).name if name == "." else name, found)

    def open(self, path: str) -> LocalReader:
        with self._at(path) as (folder, name):
            fd = open_to_read(folder, name)
            kind = kind_of(os.fstat(fd))
            if kind is not Kind.FILE:
                os.close(fd)
                raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
            return LocalReader(path, name, fd)

    def streams(self, path: str) -> tuple[str, ...]:
        kind = self.look(path).kind
        if kind is not Kind.FILE:
            raise EntryTrouble(path, reason_for(kind), f"not a file but a {kind}")
        return ()
