"""Examining an area in tests: through the watched source, with the real examiner or one that says what the test wants."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from filrydd.catalog.connection import Catalog
from filrydd.model.finding import Examination, Link, Outcome
from filrydd.stages.scan import examining
from filrydd.stages.scan.examining import Examined
from filrydd.stages.scan.walking import Load
from tests.areas import Area
from tests.watched import Watched, scan_watched

READ = Examination(Outcome.READ)


def number(day: str = "010190", individual: int = 100, *, kind: int = 0) -> str:
    """A made-up national identity number that checks out: the first free one from that individual number on."""
    while True:
        digits = [int(digit) for digit in f"{day}{individual:03}"]
        digits[0] += kind
        first = -sum(map(int.__mul__, digits, (3, 7, 6, 1, 8, 9, 4, 5, 2))) % 11
        second = -sum(map(int.__mul__, [*digits, first], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
        if first < 10 and second < 10:
            return "".join(map(str, [*digits, first, second]))
        individual += 1


class Says:
    """An examiner that says what the test wants of each name, and notes what it was shown."""

    def __init__(
        self,
        answers: Mapping[str, Examination] | None = None,
        *,
        seeing: Callable[[str, Path], None] = lambda name, path: None,
    ) -> None:
        self.answers = answers or {}
        self.seeing = seeing
        self.contents: dict[str, bytes] = {}
        self.closed = 0

    def examine(self, name: str, path: Path) -> Examination:
        self.contents[name] = path.read_bytes()
        self.seeing(name, path)
        return self.answers.get(name, READ)

    def close(self) -> None:
        self.closed += 1


def link(target: str, kind: str = "workbook") -> Examination:
    """A document that points to one place."""
    return Examination(Outcome.READ, links=(Link(kind, target),))


def examine(
    area: Area,
    source: Watched,
    examiner: Says,
    *,
    first_scan: bool = True,
    load: Load | None = None,
    rate: float | None = None,
    now: datetime | None = None,
) -> Examined:
    """Scan the area (unless it is not to be) and examine it."""
    work = area.work((lambda: now) if now else lambda: datetime.now(UTC))
    with work.catalog(create=True) as catalog:
        if first_scan:
            scan_watched(area, source, catalog)
        return examining.examine(
            work,
            catalog,
            source,  # type: ignore[arg-type]
            bytes_per_second=rate,
            load=load,
            new_examiner=lambda: examiner,
        )


def follow(area: Area) -> None:
    """Scan again and bring what is known up to date, as a scan without `--examine` does."""
    with area.catalog() as catalog:
        scan_watched(area, Watched(area), catalog)
        examining.follow(area.work(), catalog)


def findings_in(area: Area) -> set[tuple[str, str, str]]:
    """The open findings of examining: (path, kind, detail)."""
    with area.catalog() as catalog:
        return {
            (_path(catalog, row["file"]), row["kind"], row["detail"])
            for row in list(
                catalog.rows("SELECT file, kind, detail FROM finding WHERE stage = 'examine' AND closed IS NULL")
            )
        }


def links_in(area: Area) -> set[tuple[str, str, str, str]]:
    """The links: (path, target, place, path of what it is in the area)."""
    with area.catalog() as catalog:
        rows = list(catalog.rows("SELECT * FROM link"))
        return {
            (
                _path(catalog, row["file"]),
                row["target"],
                row["place"],
                _path(catalog, row["to_file"])
                if row["to_file"]
                else f"folder {row['to_folder']}"
                if row["to_folder"]
                else "",
            )
            for row in rows
        }


def examined_in(area: Area) -> dict[str, str]:
    """How the examination of each file ended."""
    with area.catalog() as catalog:
        rows = list(catalog.rows("SELECT file, outcome FROM examination"))
        return {_path(catalog, row["file"]): row["outcome"] for row in rows}


def _path(catalog: Catalog, file: int) -> str:
    from filrydd.catalog.paths import path_of_file

    return path_of_file(catalog, file)
