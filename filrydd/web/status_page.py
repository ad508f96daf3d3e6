"""Where everything stands, as one HTML file that can be sent and opened anywhere: totals only, no name of any file."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from filrydd.catalog.rulings import Total
from filrydd.lang import _, language
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.stages.status import AreaStatus
from filrydd.web import templates


@dataclass(frozen=True)
class _Bar:
    """A stretch of a bar, in hundredths of the whole; `kind` is a class of the style sheet."""

    kind: str
    begin: float
    width: float


@dataclass(frozen=True)
class _Row:
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


def _share(part: int, whole: int) -> float:
    return round(min(100.0, 100 * part / whole), 2) if whole else 0.0


def render(areas: Sequence[AreaStatus], made: datetime) -> str:
    """The page, in the language of the moment. `made` is an aware time."""
    style = templates.text("status.css")
    moves = sum(area.fates[Fate.MOVE].files for area in areas)
    verified = sum(min(area.verified, area.fates[Fate.MOVE].files) for area in areas)
    return (
        templates.environment()
        .get_template("status.html")
        .render(
            language=language(),
            made=times.from_datetime(made),
            rows=[_Row(area) for area in areas],
            files=sum(area.files for area in areas),
            bytes=sum(area.bytes for area in areas),
            moves=moves,
            verified=verified,
            # Rounded down, so that everything is said to be done only when it is.
            percent=100 * verified // moves if moves else 0,
            findings=sum(sum(area.findings.values()) for area in areas),
            failed=sum(area.failed for area in areas),
            unreadable=sum(area.unreadable for area in areas),
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
