"""Where files and folders of the old area are now, from what each stage left."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from filrydd.catalog.connection import Catalog
from filrydd.catalog.new_folders import Known, NewFolder, common


class State(StrEnum):
    """What became of it."""

    MOVED = "moved"  # it has a new address; the old one may still be readable
    PLANNED = "planned"  # it is to move
    DESTROYED = "destroyed"
    SET_ASIDE = "set aside"  # gone from its place, to be deleted; it can still be brought back
    TO_BE_DESTROYED = "to be destroyed"
    HELD = "held"
    VANISHED = "vanished"  # somebody else removed it
    UNJUDGED = "unjudged"
    MIXED = "mixed"  # a folder: not the same of all its files


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a file is now: its place in the tenant when it arrived, and whether it is gone from the old area.

    `sent` and `retired` are times (ticks) of its receipt and of its going from here, None for never. `aside_until`: until when
    the old file can be brought back to its place, None where it was deleted or is there. `basis` is the legal basis
    of a destruction; `signed_role` and `signed_by` say who signed for what became of it. `handed_to` is where a hold ended,
    with the `receipt` that somebody has for it.
    """

    file: int
    url: str
    fate: str
    reason_nb: str
    reason_en: str
    sent: int | None
    retired: int | None
    vanished: bool
    basis: str = ""
    signed_role: str = ""
    signed_by: str = ""
    handed_to: str = ""
    receipt: str = ""
    aside_until: int | None = None

    @property
    def state(self) -> State:
        """What became of it."""
        if self.url:
            return State.MOVED
        if self.retired is not None:
            return State.DESTROYED if self.aside_until is None else State.SET_ASIDE
        if self.vanished:
            return State.VANISHED
        return _PLANS.get(self.fate, State.UNJUDGED)


_PLANS = {"move": State.PLANNED, "destroy": State.TO_BE_DESTROYED, "hold": State.HELD}

# What was written into the proof of a deletion holds, whatever was signed or ruled of the file since. The last receipt is asked
# for by its number: SQLite would make all of current_receipt to join it on the right of a LEFT JOIN.
_OF_A_FILE = (
    "SELECT f.id, COALESCE(r.url, '') AS url, COALESCE(u.fate, '') AS fate, COALESCE(u.reason_nb, '') AS nb,"
    " COALESCE(u.reason_en, '') AS en, r.at AS sent, COALESCE(t.purged, t.done) AS retired, f.gone IS NOT NULL AS gone,"
    " CASE WHEN t.place <> '' AND t.purged IS NULL THEN t.aside_until END AS aside_until,"
    " COALESCE(json_extract(t.proof, '$.basis'), CASE WHEN u.fate = 'destroy' THEN u.basis END, '') AS basis,"
    " COALESCE(o.role, '') AS role, COALESCE(o.name, '') AS signer, COALESCE(h.place, '') AS handed_to,"
    " COALESCE(h.receipt, '') AS receipt FROM file f"
    " LEFT JOIN receipt r ON r.id = (SELECT MAX(id) FROM receipt WHERE file = f.id)"
    " LEFT JOIN ruling g ON g.file = f.id LEFT JOIN signed s ON s.file = f.id"
    " LEFT JOIN rule u ON u.id = COALESCE(g.rule, s.rule) LEFT JOIN handed_over h ON h.file = f.id"
    " LEFT JOIN retirement t ON t.file = f.id AND t.done IS NOT NULL"
    " LEFT JOIN signoff o ON o.id = COALESCE(json_extract(t.proof, '$.signoff'), s.signoff) WHERE f.id = ?"
)


def whereabouts(catalog: Catalog, file: int) -> Whereabouts | None:
    """What became of a file; None for one that no scan saw."""
    row = catalog.row(_OF_A_FILE, (file,))
    if row is None:
        return None
    return Whereabouts(
        file=row["id"],
        url=row["url"],
        fate=row["fate"],
        reason_nb=row["nb"],
        reason_en=row["en"],
        sent=row["sent"],
        retired=row["retired"],
        vanished=bool(row["gone"]),
        basis=row["basis"],
        signed_role=row["role"],
        signed_by=row["signer"],
        handed_to=row["handed_to"],
        receipt=row["receipt"],
        aside_until=row["aside_until"],
    )


@dataclass(frozen=True, slots=True)
class Going:
    """Files of one fate that did not move, and why: the reason of the rule in each language, and its legal basis."""

    state: State
    reason_nb: str
    reason_en: str
    basis: str
    files: int


@dataclass(frozen=True, slots=True)
class Below:
    """What became of the files in and under a folder, gone ones included.

    `places` are the new folders that they arrived in, most first, with how many in each; `url` is the address of the folder
    that holds all of these, empty when no single one does. `others` are those that did not move, most first. `is_whole`: these
    are all that there are.
    """

    url: str
    places: tuple[tuple[str, int], ...]
    others: tuple[Going, ...]
    is_whole: bool
    counts: Counter[State] = field(default_factory=Counter)

    @property
    def state(self) -> State:
        """What became of all of them, MIXED where that is not one thing; UNJUDGED for an empty folder."""
        return next(iter(self.counts)) if len(self.counts) == 1 else State.MIXED if self.counts else State.UNJUDGED


def below(catalog: Catalog, folder: int, sees: Callable[[int], bool], most_folders: int, most_files: int) -> Below:
    """What became of a folder's files, as far as the folders in which they lie may be seen, and of so many at most."""
    folders, is_whole = _tree(catalog, folder, sees, most_folders)
    with catalog.aside():
        catalog.run("CREATE TEMP TABLE IF NOT EXISTS asked_folder (id INTEGER PRIMARY KEY)")
        catalog.run("DELETE FROM temp.asked_folder")
        catalog.run_many("INSERT INTO temp.asked_folder (id) VALUES (?)", [(one,) for one in folders])
        rows = list(catalog.rows(_OF_FOLDERS, (most_files + 1,)))
    files = sum(row["files"] for row in rows)
    moved: Counter[NewFolder] = Counter()
    others: list[Going] = []
    counts: Counter[State] = Counter()
    known = Known(catalog)
    for row in rows:
        counts[State(row["state"])] += row["files"]
        if row["state"] == State.MOVED:
            moved[known.of(row["drive"], row["parent"], row["url"])] += row["files"]
        else:
            others.append(Going(State(row["state"]), row["nb"], row["en"], row["basis"], row["files"]))
    whole = common(moved)
    return Below(
        url=whole.url if whole else "",
        places=tuple((place.url, count) for place, count in moved.most_common()),
        others=tuple(sorted(others, key=lambda one: -one.files)),
        is_whole=is_whole and files <= most_files,
        counts=counts,
    )


_OF_FOLDERS = (
    "SELECT state, drive, parent, MIN(url) AS url, nb, en, basis, COUNT(*) AS files FROM ("
    "SELECT CASE WHEN r.id IS NOT NULL THEN 'moved'"
    "  WHEN t.done IS NOT NULL AND t.place <> '' AND t.purged IS NULL THEN 'set aside' WHEN t.done IS NOT NULL THEN 'destroyed'"
    "  WHEN f.gone IS NOT NULL THEN 'vanished'"
    "  WHEN u.fate = 'move' THEN 'planned' WHEN u.fate = 'destroy' THEN 'to be destroyed' WHEN u.fate = 'hold' THEN 'held'"
    "  ELSE 'unjudged' END AS state, COALESCE(r.drive, '') AS drive, COALESCE(r.parent, '') AS parent,"
    "  COALESCE(r.url, '') AS url,"
    "  CASE WHEN r.id IS NULL AND (t.done IS NOT NULL OR f.gone IS NULL) THEN COALESCE(u.reason_nb, '') ELSE '' END AS nb,"
    "  CASE WHEN r.id IS NULL AND (t.done IS NOT NULL OR f.gone IS NULL) THEN COALESCE(u.reason_en, '') ELSE '' END AS en,"
    "  CASE WHEN r.id IS NULL AND (t.done IS NOT NULL OR f.gone IS NULL) AND u.fate = 'destroy' THEN u.basis ELSE '' END AS basis"
    " FROM (SELECT f.id, f.gone FROM temp.asked_folder d CROSS JOIN file f ON f.folder = d.id LIMIT ?) f"
    " LEFT JOIN receipt r ON r.id = (SELECT MAX(id) FROM receipt WHERE file = f.id)"
    " LEFT JOIN ruling g ON g.file = f.id LEFT JOIN signed s ON s.file = f.id LEFT JOIN rule u ON u.id = COALESCE(g.rule, s.rule)"
    " LEFT JOIN retirement t ON t.file = f.id) GROUP BY state, drive, parent, nb, en, basis"
)


def _tree(catalog: Catalog, folder: int, sees: Callable[[int], bool], most: int) -> tuple[list[int], bool]:
    """The folder and those below that may be seen, from the top; and whether these are all. A folder that is gone has no
    bounds any more, so the way down is by parents."""
    found: list[int] = []
    wave: Sequence[int] = [folder]
    looked = 0
    while wave:
        found += [one for one in wave if sees(one)]
        below: list[int] = []
        for one in wave:
            looked += 1
            if looked > most:
                return found, False
            below += [row[0] for row in catalog.rows("SELECT id FROM folder WHERE parent = ?", (one,))]
        wave = below
    return found, True


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that arrived: the folder that it lay in, its name there, and its new address."""

    folder: int
    name: str
    url: str


def moved(catalog: Catalog) -> Iterator[Moved]:
    """Every file that arrived, folder by folder, streamed."""
    rows = catalog.rows(
        "SELECT f.folder, f.name, r.url FROM receipt r CROSS JOIN file f ON f.id = r.file"
        " WHERE r.id = (SELECT MAX(id) FROM receipt WHERE file = r.file) ORDER BY f.folder, f.name"
    )
    for row in rows:
        yield Moved(row["folder"], row["name"], row["url"])


def moved_folders(catalog: Catalog) -> dict[int, str]:
    """The address of the new folder that holds all that arrived from in and under an old one, for each that has such."""
    known = Known(catalog)
    found: dict[int, NewFolder | None] = {}
    for row in catalog.rows(
        "SELECT f.folder, r.drive, r.parent, MIN(r.url) AS url FROM receipt r JOIN file f ON f.id = r.file"
        " WHERE r.id = (SELECT MAX(id) FROM receipt WHERE file = r.file) GROUP BY 1, 2, 3"
    ):
        _add(found, row["folder"], known.of(row["drive"], row["parent"], row["url"]))
    # The deepest first, so that each is whole before it counts for the one above.
    for folder, parent in _upwards(catalog):
        if folder in found and parent is not None:
            _add(found, parent, found[folder])
    return {folder: place.url for folder, place in found.items() if place is not None}


def _add(found: dict[int, NewFolder | None], folder: int, place: NewFolder | None) -> None:
    if folder in found:
        known = found[folder]
        place = common((known, place)) if known is not None and place is not None else None
    found[folder] = place


def _upwards(catalog: Catalog) -> list[tuple[int, int | None]]:
    """Every folder that there ever was with the one above, the deepest first."""
    rows = catalog.rows(
        "WITH RECURSIVE down (id, parent, depth) AS (SELECT id, parent, 0 FROM folder WHERE parent IS NULL"
        " UNION ALL SELECT f.id, f.parent, down.depth + 1 FROM down JOIN folder f ON f.parent = down.id)"
        " SELECT id, parent FROM down ORDER BY depth DESC"
    )
    return [(row[0], row[1]) for row in rows]
