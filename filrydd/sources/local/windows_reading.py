"""What reads a folder or network path of Windows."""

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

from filrydd.model.descriptor import BadDescriptor, parse, sid_to_text
from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.listed import Listed, ToList
from filrydd.sources.local import windows_handle as windows
from filrydd.sources.local import windows_security, windows_streams, windows_walk
from filrydd.sources.local.facts import seen_of
from filrydd.sources.local.folder import read_folder
from filrydd.sources.local.reader import LocalReader
from filrydd.sources.local.windows_area import AS_A_FILE, NOT_IN_A_NAME, WindowsArea, joined
from filrydd.sources.place import segments
from filrydd.sources.source import IN_FLIGHT, EntryTrouble


class WindowsReading(WindowsArea):
    """The contract's Readable."""

    def list(self, path: str) -> Listing:
        try:
            with self._trouble_of(path):
                return read_folder(path, self._way(path))
        except EntryTrouble as trouble:
            if not path:
                raise self._no_source(PermissionError(trouble.detail)) from trouble
            return Listing(path, (), (Trouble(path, Kind.FOLDER, trouble.reason, trouble.detail),))

    def walk(self, todo: Sequence[ToList], next_key: int, most: int = IN_FLIGHT) -> Generator[Listed, None, None]:
        return windows_walk.walk(todo, next_key, self._way, _below, _descriptor, self._see_top)

    def owners(
        self, files: Iterable[tuple[int, str]], most: int = IN_FLIGHT
    ) -> Generator[tuple[int, str | Reason], None, None]:
        for number, path in files:
            try:
                with self._trouble_of(path):
                    told = windows_security.read_descriptor(self._way(path), windows_security.OWNER)
                owner = parse(told).owner
            except EntryTrouble as trouble:
                yield number, trouble.reason
            except BadDescriptor:
                yield number, Reason.FAULT
            else:
                yield number, sid_to_text(owner) if owner else Reason.FAULT

    def identity(self) -> str:
        # Numbers of devices are given anew at every start of the machine.
        return ""

    def look(self, path: str) -> Seen:
        with self._trouble_of(path):
            name = segments(path)[-1] if path else Path(self.address).name
            return seen_of(name, Path(self._way(path)).lstat())

    def open(self, path: str) -> LocalReader:
        with self._trouble_of(path):
            place = self._file(path)
            return LocalReader(
                path,
                segments(path)[-1],
                windows.open_descriptor(place, windows.GENERIC_READ, windows.SHARE_ALL, AS_A_FILE),
            )

    def streams(self, path: str) -> tuple[str, ...]:
        with self._trouble_of(path):
            return windows_streams.read_streams(self._file(path))


def _below(place: str, name: str) -> str:
    return joined(place, *segments(name, NOT_IN_A_NAME))


def _descriptor(place: str) -> bytes:
    """Owner, group and access list; empty when this user may not read them."""
    try:
        return windows_security.read_descriptor(place, windows_security.OWNER_GROUP_DACL)
    except OSError:
        return b""
