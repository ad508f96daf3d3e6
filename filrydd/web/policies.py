"""The policies that the pages go by, read again when a file changes."""

import threading
from dataclasses import dataclass
from pathlib import Path

from filrydd.errors import FilryddError, NoSuchArea
from filrydd.lang import _
from filrydd.policy import Department, departments, load

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Read:
    stamps: tuple[_Stamp, _Stamp]
    department: Department | None


class Policies:
    """Every department of a `policies/` folder, each compiled once for each state of its file. May be asked from
    several threads.

    A file with mistakes gives nobody a role: what it says is not known, so nothing is open.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, _Read] = {}
        self._lock = threading.Lock()

    def all(self) -> tuple[Department, ...]:
        """The departments whose files have no mistakes, by name."""
        return tuple(read.department for read in self._read().values() if read.department is not None)

    def department(self, name: str) -> Department | None:
        """The department of that name; None when there is none, or its file has mistakes."""
        read = self._read().get(name)
        return read.department if read else None

    def of(self, area: str) -> Department:
        """The department that names the area.

        Raises NoSuchArea when none or more than one does, PolicyInvalid when none does but a file with mistakes might.
        """
        found = [department for department in self.all() if area in department.areas()]
        if len(found) == 1:
            return found[0]
        if not found:
            for name, read in self._read().items():
                if read.department is None:
                    # Read once more: what is wrong is told in the language of whoever asks.
                    load(self._folder, name)
        raise NoSuchArea(
            _('No department names the area "{area}".').format(area=area)
            if not found
            else _('The area "{area}" is named by more than one department.').format(area=area),
            next="filrydd policy check",
        )

    def _read(self) -> dict[str, _Read]:
        common = stamp_of(self._folder / "common.yaml")
        with self._lock:
            now: dict[str, _Read] = {}
            for name in departments(self._folder):
                stamps = (stamp_of(self._folder / f"{name}.yaml"), common)
                known = self._known.get(name)
                now[name] = known if known is not None and known.stamps == stamps else self._load(name, stamps)
            self._known = now
            return now

    def _load(self, name: str, stamps: tuple[_Stamp, _Stamp]) -> _Read:
        try:
            return _Read(stamps, load(self._folder, name))
        except FilryddError:
            return _Read(stamps, None)


def stamp_of(path: Path) -> _Stamp:
    """When a file was last written, and its size; the same for one that is not there."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (facts.st_mtime_ns, facts.st_size)
