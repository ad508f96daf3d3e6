"""What an area holds, with the paths that its figures stand for; only for those who may see names."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import stored
from filrydd.catalog.insight.standouts import FolderTotal
from filrydd.catalog.insight.stored import Insight
from filrydd.catalog.paths import path_of_folder
from filrydd.model import times
from filrydd.stages import insight_words


@dataclass(frozen=True, slots=True)
class Named:
    """The totals, the paths of the folders in them by row, and those of unreadable examples by row."""

    totals: Insight
    folders: dict[int, str]
    examples: dict[int, str]


def named(catalog: Catalog) -> Named | None:
    """What the last scan stored; None when it stored nothing."""
    totals = stored.read(catalog)
    if totals is None:
        return None
    rows = {one.folder for one in (*totals.biggest, *totals.oldest)}
    rows |= {place.folder for place in totals.places} | {
        place.other for place in totals.places if place.other is not None
    }
    return Named(
        totals,
        {row: path_of_folder(catalog, row) for row in rows},
        stored.unread_paths(catalog, totals),
    )


def as_json(shown: Named | None) -> dict[str, Any] | None:
    """The same as one object: paths instead of rows, times in ISO form, and why each place is worth a look."""
    if shown is None:
        return None
    totals = shown.totals
    whole = asdict(totals)
    whole["day"] = totals.day.isoformat()
    whole["biggest"] = _folders(shown, totals.biggest)
    whole["oldest"] = _folders(shown, totals.oldest)
    for one in whole["unread"]:
        one["examples"] = [shown.examples[row] for row in one["examples"] if row in shown.examples]
    whole["places"] = [
        {
            **asdict(place),
            "folder": shown.folders[place.folder],
            "other": None if place.other is None else shown.folders[place.other],
            "reason": insight_words.reason(place, shown.folders),
        }
        for place in totals.places
    ]
    return whole


def _folders(shown: Named, found: Sequence[FolderTotal]) -> list[dict[str, Any]]:
    return [
        {
            "folder": shown.folders[one.folder],
            "files": one.files,
            "bytes": one.bytes,
            "changed": times.to_iso(one.changed),
        }
        for one in found
    ]
