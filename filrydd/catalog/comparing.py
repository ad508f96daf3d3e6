"""What a pass that is not published would change: from which fate to which, how much, and some of the files."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Judged, Total
from filrydd.catalog.paths import path_of_file
from filrydd.model.rule import Fate

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """Files whose fate would be another; `old` is None for those without a ruling. `samples` are (path, old rule's name,
    new rule's name), the largest files first."""

    old: Fate | None
    new: Fate
    total: Total
    samples: tuple[tuple[str, str, str], ...]


def changes(catalog: Catalog, judged: Judged) -> Iterator[Change]:
    """The changes of a pass beside the rulings, most bytes first."""
    differing = (
        "FROM (SELECT *, CASE code & 3 WHEN 0 THEN 'hold' WHEN 1 THEN 'destroy' ELSE 'move' END AS fate FROM temp.judged_all) j"
        " LEFT JOIN ruling r ON r.file = j.file LEFT JOIN rule old ON old.id = r.rule WHERE old.fate IS NOT j.fate"
    )
    rows = list(
        catalog.rows(
            f"SELECT old.fate, j.fate, COUNT(*), SUM(j.size) {differing} GROUP BY 1, 2 ORDER BY 4 DESC, 3 DESC"
        )
    )
    for old, new, files, size in rows:
        largest = list(
            catalog.rows(
                f"SELECT j.file, old.name, j.code {differing} AND old.fate IS ? AND j.fate = ? ORDER BY j.size DESC, j.file"
                f" LIMIT {SAMPLES}",
                (old, new),
            )
        )
        samples = tuple(
            (path_of_file(catalog, file), name or "", judged.verdict(code).rule.name) for file, name, code in largest
        )
        yield Change(None if old is None else Fate(old), Fate(new), Total(files, size), samples)
