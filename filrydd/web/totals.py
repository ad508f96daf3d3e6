"""Everybody's page: how far every area is, in totals, for all who are logged in. Never a name of a file, a folder or a
part.

It reads figures that the stages stored, and those of an area again only when its catalog was written since.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import figures, seals, signoffs
from filrydd.catalog.connection import open_catalog
from filrydd.catalog.insight import stored
from filrydd.catalog.rulings import Total
from filrydd.errors import FilryddError
from filrydd.lang import _, language
from filrydd.model.rule import Fate
from filrydd.policy import Department, departments
from filrydd.policy.waves import waves
from filrydd.stages.insight import Named
from filrydd.stages.status import STAGES, AreaStatus
from filrydd.web import templates
from filrydd.web.service import Service
from filrydd.web.status_page import OLD, Row, holdings_of

_Stamp = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """An area: its department's name (empty when no policy names it), how far it is, and its deadline. `is_late`: the
    deadline is over, and less than everything that moves is signed."""

    row: Row
    department: str
    deadline: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave: how many areas, how many of its files move, and how many of those are uploaded and checked."""

    name: str
    areas: int
    moves: int
    verified: int

    @property
    def percent(self) -> int:
        """Rounded down, so that everything is said to be done only when it is."""
        return 100 * self.verified // self.moves if self.moves else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Every area that can be read, by name, and sentences about those that cannot and policies with mistakes."""

    areas: tuple[AreaStatus, ...]
    troubles: tuple[str, ...]


class Statuses:
    """How far areas are, each read once for each state of its catalog. May be asked from several threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, tuple[_Stamp, AreaStatus]] = {}
        self._lock = threading.Lock()

    def all(self) -> Standing:
        """Every area that was scanned."""
        found: list[AreaStatus] = []
        troubles: list[str] = []
        for area in self._service.areas():
            try:
                found.append(self.of(area))
            except FilryddError:
                # Why not may name a path; whoever runs filrydd is told by `filrydd status`.
                troubles.append(_("The area {area} cannot be read now.").format(area=area))
        return Standing(tuple(found), tuple(troubles))

    def of(self, area: str) -> AreaStatus:
        """One area. Raises NoSuchArea, CatalogIsNewer, CatalogDamaged."""
        path = self._service.workspace / "scans" / f"{area}.db"
        stamp = (_stamp(path), _stamp(path.with_name(f"{path.name}-wal")))
        with self._lock:
            known = self._known.get(area)
        if known is not None and known[0] == stamp:
            return known[1]
        status = _read(path)
        with self._lock:
            self._known[area] = (stamp, status)
        return status


class Totals:
    """The page."""

    def __init__(self, service: Service, statuses: Statuses) -> None:
        self._service = service
        self._statuses = statuses

    def page(self, request: Request) -> Response:
        """Every area of every department: also those that whoever asks may not open."""
        standing = self._statuses.all()
        known = self._service.policies.all()
        today = self._service.clock().date()
        lines = [_line(status, known, today) for status in standing.areas]
        troubles = [*standing.troubles, *_wrong_policies(self._service, known)]
        moves = sum(area.fates[Fate.MOVE].files for area in standing.areas)
        verified = sum(_verified(area) for area in standing.areas)
        return templates.page(
            request,
            "totals.html",
            lines=lines,
            troubles=troubles,
            waves=self._waves(standing.areas, troubles),
            files=sum(area.files for area in standing.areas),
            bytes=sum(area.bytes for area in standing.areas),
            moves=moves,
            verified=verified,
            percent=100 * verified // moves if moves else 0,
            late=sum(line.is_late for line in lines),
            holdings=holdings_of(standing.areas),
            old_years=OLD,
        )

    def _waves(self, areas: Sequence[AreaStatus], troubles: list[str]) -> list[Wave]:
        try:
            named = waves(self._service.workspace / "policies")
        except FilryddError:
            troubles.append(_("The file with the waves has mistakes, so they are not shown."))
            return []
        found = []
        for name, members in named.items():
            of_wave = [area for area in areas if area.area in members]
            moves = sum(area.fates[Fate.MOVE].files for area in of_wave)
            found.append(Wave(name, len(members), moves, sum(map(_verified, of_wave))))
        return found


def _read(path: Path) -> AreaStatus:
    with open_catalog(path) as catalog:
        shown = figures.figures(catalog)
        in_force = [one for one in signoffs.history(catalog) if not one.withdrawn]
        newest = {one.part: one for one in reversed(in_force)}
        seal = seals.latest(catalog)
        sealed = seal is not None and seal.state == "sealed"
        insight = stored.read(catalog)
        source = figures.source_of(catalog)

    def figure(stage: str, name: str) -> int:
        return int(shown.get(stage, {}).get(name, 0))

    done = set(shown) | ({"review"} if newest else set())
    done -= set() if sealed else {"seal"}
    return AreaStatus(
        area=path.stem,
        stage=max((stage for stage in STAGES if stage in done), key=STAGES.index, default=""),
        files=figure("scan", "files"),
        bytes=figure("scan", "bytes"),
        folders=figure("scan", "folders"),
        unreadable=figure("scan", "unreadable"),
        fates={fate: Total(figure("classify", f"{fate}_files"), figure("classify", f"{fate}_bytes")) for fate in Fate},
        signed=sum(one.files - one.awaits for one in newest.values()),
        uploaded=figure("upload", "files"),
        failed=figure("upload", "failed"),
        verified=figure("verify", "ok"),
        findings={"verify": figure("verify", "findings")},
        sealed=sealed,
        deleted=figure("retire", "deleted"),
        source=source,
        # The totals alone: of the folders in them nobody here learns the names.
        insight=None if insight is None else Named(insight, {}, {}),
    )


def _line(status: AreaStatus, known: Sequence[Department], today: date) -> Line:
    department = next((one for one in known if status.area in one.areas()), None)
    if department is None:
        return Line(Row(status), "", None, False)
    deadline = department.reviewing(status.area).deadline
    waits = status.signed < status.fates[Fate.MOVE].files + status.fates[Fate.DESTROY].files
    is_late = deadline is not None and deadline < today and waits
    return Line(Row(status), department.name.read_in(language()), deadline, is_late)


def _wrong_policies(service: Service, known: Sequence[Department]) -> list[str]:
    if service.only:
        return []
    try:
        named = departments(service.workspace / "policies")
    except FilryddError:
        return [_("The folder with the policies cannot be read now.")]
    whole = {one.id for one in known}
    return [
        _("The policy of {department} has mistakes, so nobody has a role in it.").format(department=name)
        for name in named
        if name not in whole
    ]


def _verified(area: AreaStatus) -> int:
    return min(area.verified, area.fates[Fate.MOVE].files)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (facts.st_mtime_ns, facts.st_size)
