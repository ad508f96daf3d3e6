"""What every stage is given: which area of which workspace, who asks, a clock, and somebody to tell about progress."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.locks import working
from filrydd.errors import BadUsage, NoWorkspace
from filrydd.lang import _
from filrydd.model import times
from filrydd.policy import Department, department_of

_AREA = re.compile(r"[\w][\w.-]{0,99}")


class Progress(Protocol):
    """Somebody to tell how far a stage is; the command line shows a bar, tests and pages tell nobody."""

    def begin(self, doing: str, total: int | None, unit: str) -> None:
        """A piece of work begins: `total` units of it, None when nobody knows."""

    def advance(self, units: int) -> None:
        """That many units more are done."""

    def end(self) -> None:
        """The piece of work is over."""

    def say(self, sentence: str) -> None:
        """Something that the person should know while it runs."""


class Silent:
    """Tells nobody."""

    def begin(self, doing: str, total: int | None, unit: str) -> None: ...

    def advance(self, units: int) -> None: ...

    def end(self) -> None: ...

    def say(self, sentence: str) -> None: ...


def system_clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """An area to work on. `actor` is who asks, as the ledger will name them."""

    workspace: Path
    area: str
    actor: str
    clock: Callable[[], datetime] = system_clock
    progress: Progress = field(default_factory=Silent)

    def __post_init__(self) -> None:
        if not _AREA.fullmatch(self.area):
            raise BadUsage(
                _("{area} is no name for an area.").format(area=self.area),
                next=_("Use letters, digits, hyphen, underscore and dot."),
            )

    @property
    def scans(self) -> Path:
        """The folder with the catalogs."""
        return self.workspace / "scans"

    @property
    def policies(self) -> Path:
        """The folder with the departments' files."""
        return self.workspace / "policies"

    def now(self) -> int:
        """The time in ticks."""
        return times.from_datetime(self.clock())

    def day(self) -> date:
        """The day, UTC."""
        return self.clock().date()

    def department(self) -> Department:
        """The department that owns the area. Raises NoSuchArea, PolicyInvalid."""
        return department_of(self.policies, self.area)

    def catalog(self, *, create: bool = False) -> Catalog:
        """The area's catalog, opened."""
        return open_catalog(self.scans / f"{self.area}.db", create=create)

    @contextlib.contextmanager
    def holding(self, stage: str) -> Iterator[None]:
        """Hold the area for a stage; raises Busy."""
        with working(self.scans, self.area, stage, since=self.clock().strftime("%Y-%m-%d %H:%M UTC")):
            yield

    @contextlib.contextmanager
    def telling(self, doing: str, total: int | None, unit: str) -> Iterator[Progress]:
        """Progress of one piece of work."""
        self.progress.begin(doing, total, unit)
        try:
            yield self.progress
        finally:
            self.progress.end()


def check_workspace(folder: Path) -> Path:
    """The folder, if it is a workspace. Raises NoWorkspace."""
    if not ((folder / "policies").is_dir() and (folder / "scans").is_dir()):
        raise NoWorkspace(
            _("{folder} is no workspace: it has no folders policies and scans.").format(folder=folder),
            next=_("Go to the workspace, or name it with --workspace DIR."),
        )
    return folder


def areas_of(workspace: Path) -> tuple[str, ...]:
    """The areas that have been scanned."""
    return tuple(sorted(path.stem for path in (workspace / "scans").glob("*.db")))
