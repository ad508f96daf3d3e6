"""Where everything stands, as one HTML file that can be sent and opened anywhere: totals only, no name of any file."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from filrydd.catalog.rulings import Total
from filrydd.lang import _, language
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.stages import insight_words as words
from filrydd.stages.status import AreaStatus
from filrydd.web import templates

# What has not changed for so many years is worth a question.
OLD = 5


@dataclass(frozen=True)
class _Bar:
    """A stretch of a bar, in hundredths of the whole; `kind` is a class of the style sheet."""

    kind: str
    begin: float
    width: float


@dataclass(frozen=True)
class Row:
    """One area, ready to be shown."""

    of: AreaStatus

    @cached_property
    def bars(self) -> tuple[_Bar, ...]:
        """The area's files by fate; what no run of classify has judged is left blank."""
        begin, bars = 0.0, list[_Bar]()
        for fate in Fate:
            width = _share(self.of.fates[fate].files, self.of.files)
            bars.append(_Bar(fate.value, begin, width))
            begin += width
        return tuple(bars)

    @property
    def totals(self) -> tuple[Total, ...]:
        """What moves, what is deleted, what stays."""
        return tuple(self.of.fates[fate] for fate in Fate)

    @property
    def checked(self) -> float:
        """The share of what moves that is uploaded and verified."""
        return _share(self.of.verified, self.of.fates[Fate.MOVE].files)

    @property
    def findings(self) -> int:
        return sum(self.of.findings.values())

    @property
    def stage(self) -> str:
        """The last stage that has left something, in plain words."""
        return {
            "scan": _("scanned"),
            "classify": _("classified"),
            "propose": _("proposed"),
            "review": _("signed"),
            "upload": _("uploaded"),
            "verify": _("verified"),
            "seal": _("read-only"),
            "retire": _("deleted what is proved"),
        }.get(self.of.stage, _("not begun"))


@dataclass(frozen=True)
class _Line:
    """A row of totals: what it counts, files, bytes, and its share of all bytes in hundredths."""

    label: str
    files: int
    bytes: int
    share: float


@dataclass(frozen=True)
class _Chart:
    """Totals of all areas in one respect: a bar and a row for each kind."""

    id: str
    title: str
    lines: tuple[_Line, ...]


@dataclass(frozen=True)
class Holdings:
    """What all areas hold together, as far as their scans have added it up: never a name."""

    areas: int
    bytes: int
    old: int
    charts: tuple[_Chart, ...]

    @property
    def old_percent(self) -> int:
        """The share of the bytes that nobody has changed for `OLD` years, rounded down."""
        return 100 * self.old // self.bytes if self.bytes else 0


def holdings_of(areas: Sequence[AreaStatus]) -> Holdings:
    """The holdings of these areas."""
    known = [area.insight.totals for area in areas if area.insight is not None]
    size = sum(one.bytes for totals in known for one in totals.sizes)

    def chart(id: str, title: str, counted: Iterable[tuple[str, int, int]]) -> _Chart:
        sums: dict[str, tuple[int, int]] = {}
        for label, files, total in counted:
            before = sums.get(label, (0, 0))
            sums[label] = before[0] + files, before[1] + total
        return _Chart(
            id, title, tuple(_Line(label, *total, _share(total[1], size)) for label, total in sums.items() if total[0])
        )

    families = chart(
        "kinds",
        _("Kinds of files"),
        [(words.family(one.family), one.files, one.bytes) for totals in known for one in totals.families],
    )
    return Holdings(
        areas=len(known),
        bytes=size,
        old=sum(one.bytes for totals in known for one in totals.ages if (one.years or 0) >= OLD),
        charts=(
            replace(families, lines=tuple(sorted(families.lines, key=lambda line: (-line.bytes, line.label)))),
            chart(
                "ages",
                _("Last change"),
                [(words.age_class(one), one.files, one.bytes) for totals in known for one in totals.ages],
            ),
            chart(
                "sizes",
                _("Sizes of files"),
                [(words.size_class(one), one.files, one.bytes) for totals in known for one in totals.sizes],
            ),
        ),
    )


def _share(part: int, whole: int) -> float:
    return round(min(100.0, 100 * part / whole), 2) if whole else 0.0


def render(areas: Sequence[AreaStatus], made: datetime) -> str:
    """The page, in the language of the moment. `made` is an aware time."""
    style = templates.text("status.css")
    holdings = holdings_of(areas)
    moves = sum(area.fates[Fate.MOVE].files for area in areas)
    verified = sum(min(area.verified, area.fates[Fate.MOVE].files) for area in areas)
    return (
        templates.environment()
        .get_template("status.html")
        .render(
            language=language(),
            made=times.from_datetime(made),
            rows=[Row(area) for area in areas],
            files=sum(area.files for area in areas),
            bytes=sum(area.bytes for area in areas),
            moves=moves,
            verified=verified,
            # Rounded down, so that everything is said to be done only when it is.
            percent=100 * verified // moves if moves else 0,
            findings=sum(sum(area.findings.values()) for area in areas),
            failed=sum(area.failed for area in areas),
            unreadable=sum(area.unreadable for area in areas),
            holdings=holdings,
            old_years=OLD,
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
