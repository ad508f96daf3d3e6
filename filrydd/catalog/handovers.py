"""Holds that ended elsewhere: in a case system, the archive, HR, or on a file server where the files stay.

A person says so, with that system's own receipt. It never allows a deletion: the ruling stays `hold`. What changes
afterwards is open again, since the other system has it as it was.
"""

from dataclasses import dataclass

from filrydd.catalog import freezes, ledger
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file
from filrydd.model.rule import Fate

ALREADY = "handed over"
UNDECIDED = "undecided"
# As it was when it was handed over.
_SAME = "(h.size, h.modified) IS (f.size, f.modified)"
_OF_FILE = "file f WHERE f.id = ?"
_OF_FOLDER = (
    "folder top JOIN folder d ON d.lo BETWEEN top.lo AND top.hi AND d.gone IS NULL JOIN file f ON f.folder = d.id"
    " WHERE top.id = ? AND top.gone IS NULL"
)

# Present files that are held, were handed over, and have not changed since.
HANDED = (
    "SELECT h.file FROM handed_over h JOIN file f ON f.id = h.file JOIN ruling g ON g.file = f.id"
    f" JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL AND r.fate = '{Fate.HOLD}' AND {_SAME}"
)


@dataclass(frozen=True, slots=True)
class Handing:
    """Where files went, the receipt that the other system gave, who says so, and a note."""

    place: str
    receipt: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The held `files` and `bytes` to be handed over, those that are `already`, and the `others`, which cannot be.

    `examples` are paths of the first, `refused` paths of the last with the reason's word: a fate, `frozen` or `undecided`.
    """

    files: int
    bytes: int
    already: int
    others: int
    examples: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def choose(catalog: Catalog, *, folder: int | None, file: int | None, most: int = 50) -> Chosen:
    """What can be handed over of one file, or of a folder with all below it; at most `most` paths of each kind are named.

    Leaves the TEMP table `handing` (file, why), with an empty `why` for what can.
    """
    freezes.list_frozen(catalog)
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS handing (file INTEGER PRIMARY KEY, why TEXT NOT NULL)")
    catalog.run("DELETE FROM temp.handing")
    catalog.run(
        f"INSERT INTO temp.handing SELECT f.id, CASE WHEN f.id IN (SELECT file FROM temp.frozen) THEN '{freezes.FROZEN}'"
        f" WHEN r.fate IS NULL THEN '{UNDECIDED}' WHEN r.fate <> '{Fate.HOLD}' THEN r.fate"
        f" WHEN h.file IS NOT NULL AND {_SAME} THEN '{ALREADY}' ELSE '' END"
        f" FROM (SELECT f.* FROM {_OF_FOLDER if file is None else _OF_FILE} AND f.gone IS NULL) f"
        " LEFT JOIN ruling g ON g.file = f.id LEFT JOIN rule r ON r.id = g.rule LEFT JOIN handed_over h ON h.file = f.id",
        (folder if file is None else file,),
    )
    rows = catalog.rows(
        "SELECT h.why, COUNT(*) AS files, SUM(f.size) AS bytes FROM temp.handing h JOIN file f ON f.id = h.file GROUP BY 1"
    )
    counts = {row["why"]: (row["files"], row["bytes"]) for row in rows}
    files, size = counts.get("", (0, 0))
    return Chosen(
        files=files,
        bytes=size,
        already=counts.get(ALREADY, (0, 0))[0],
        others=sum(count for why, (count, _bytes) in counts.items() if why not in ("", ALREADY)),
        examples=tuple(path for path, _why in _some(catalog, "why = ''", most)),
        refused=_some(catalog, f"why NOT IN ('', '{ALREADY}')", most),
    )


def hand_over(
    catalog: Catalog, path: str, handing: Handing, now: int, *, folder: int | None, file: int | None
) -> Chosen:
    """Store, durably and with a row in the ledger, that what `choose` finds at this moment was handed over.

    `path` is what was asked for, as the ledger will name it. Raises ClockMoved.
    """
    with catalog.writing(durable=True):
        chosen = choose(catalog, folder=folder, file=file)
        if not chosen.files:
            return chosen
        catalog.run(
            "INSERT OR REPLACE INTO handed_over (file, place, receipt, name, note, at, size, modified)"
            " SELECT f.id, ?, ?, ?, ?, ?, f.size, f.modified FROM temp.handing h JOIN file f ON f.id = h.file"
            " WHERE h.why = ''",
            (handing.place, handing.receipt, handing.name, handing.note, now),
        )
        body = {
            "of": 0,
            "path": path,
            "place": handing.place,
            "receipt": handing.receipt,
            "note": handing.note,
            "files": chosen.files,
            "bytes": chosen.bytes,
        }
        ledger.append(catalog, "hand-over", handing.name, body, ledger.root_of(catalog, "hand-over", 0), now)
    return chosen


def handed(catalog: Catalog) -> int:
    """How many present files are held, were handed over, and have not changed since."""
    return int(catalog.value(f"SELECT COUNT(*) FROM ({HANDED})"))


def _some(catalog: Catalog, condition: str, most: int) -> tuple[tuple[str, str], ...]:
    rows = catalog.rows(f"SELECT file, why FROM temp.handing WHERE {condition} ORDER BY file LIMIT ?", (most,))
    return tuple((path_of_file(catalog, row["file"]), row["why"]) for row in list(rows))
