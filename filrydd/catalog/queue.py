"""What an upload has to send: approved moves without a receipt for their present content.

Large files come first, the largest at the front; the rest in the order of the tree.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from filrydd.catalog import freezes, signoffs
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths, path_of_folder
from filrydd.model import names

LARGE = 8 << 20
"""Bytes from which a file is sent for its bytes and not for its calls."""

# A receipt of this queue's own run is for what the file is now, also where it is sent again.
_IS_UNSENT = (
    "(r.id IS NULL OR (r.source_size, r.source_modified) IS NOT (f.size, f.modified) OR {again} AND r.id <= {last})"
)
# What verification missed or found different, and nobody has worked on since.
_WRONG = (
    "(SELECT x.kind FROM finding x WHERE x.file = f.id AND x.stage = 'verify' AND x.closed IS NULL"
    " AND x.kind IN ('missing', 'mismatch')"
    # What lies whole in another place is not sent once more: somebody has to say which place is right.
    " AND x.detail NOT LIKE 'other place%' ORDER BY x.id DESC LIMIT 1)"
)
_UNSENT = (
    "JOIN placement c ON c.file = f.id LEFT JOIN current_receipt r ON r.file = f.id"
    f" WHERE a.state = '{signoffs.State.APPROVED}'"
    " AND (r.id IS NULL OR (r.source_size, r.source_modified) IS NOT (f.size, f.modified) OR {mend})"
)


@dataclass(frozen=True, slots=True)
class Destined:
    """A file that is approved to go: where it is, and the target folder and name it goes to.

    `item` and `etag` are those of its receipt when an earlier content of it was sent already, else empty. `session` is
    the uploadUrl of an attempt that was interrupted, opened for a content of `session_size` and `session_modified`;
    `tried` says that there was an attempt. `role` says that it is a `copy` of the file `of`, whose item it shares, or an earlier
    `version` of it; empty for a file with an item of its own.
    """

    file: int
    path: str
    size: int
    modified: int
    created: int
    target: int
    name: str
    signoff: int
    item: str
    etag: str
    session: str
    session_size: int
    session_modified: int
    tried: bool
    role: str
    of: int


def queue_up(catalog: Catalog, now: int, *, mend: bool = False) -> tuple[int, int]:
    """Put the approved moves that have no receipt for their present content and that no case has frozen into the TEMP table
    `queue`; returns how many they are, and their bytes. With `mend` also what verification missed or found different there."""
    signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.queue")
    catalog.run(
        "CREATE TEMP TABLE queue (place INTEGER PRIMARY KEY, file INTEGER NOT NULL UNIQUE, signoff INTEGER NOT NULL,"
        " wrong TEXT NOT NULL, last INTEGER NOT NULL)"
    )
    wrong = f"COALESCE({_WRONG}, '')" if mend else "''"
    # An earlier version that is wrong cannot be sent anew between others; one whose item is gone goes with all of them.
    sent_again = f"({_WRONG} = 'missing' OR {_WRONG} = 'mismatch' AND c.role <> 'version')" if mend else "0"
    chosen = _UNSENT.format(mend=sent_again)
    catalog.run(
        f"INSERT INTO temp.queue (file, signoff, wrong, last) SELECT f.id, a.signoff, {wrong}, COALESCE(r.id, 0)"
        " FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder d ON d.id = f.folder"
        f" {chosen} AND f.id NOT IN (SELECT file FROM temp.frozen)"
        " ORDER BY CASE WHEN f.size >= ?1 THEN -f.size ELSE 0 END, d.lo, f.name",
        (LARGE,),
    )
    row = catalog.row("SELECT COUNT(*), COALESCE(SUM(f.size), 0) FROM temp.queue q JOIN file f ON f.id = q.file")
    return (0, 0) if row is None else (row[0], row[1])


def count_frozen(catalog: Catalog) -> int:
    """How many files would be in the queue, had no case frozen them; after `queue_up`."""
    frozen = f"{_UNSENT.format(mend='0')} AND f.id IN (SELECT file FROM temp.frozen)"
    return int(catalog.value(f"SELECT COUNT(*) FROM temp.approval a JOIN file f ON f.id = a.file {frozen}"))


def sent_elsewhere(catalog: Catalog) -> int:
    """How many approved files were sent to another place than the one that is signed now, after `queue_up`."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM temp.approval a JOIN file f ON f.id = a.file JOIN placement c ON c.file = f.id"
            " JOIN current_receipt r ON r.file = f.id LEFT JOIN made_folder m ON m.target = c.target"
            f" WHERE a.state = '{signoffs.State.APPROVED}'"
            # A folder that somebody deleted is made again, with another item: that is the same place.
            " AND (m.item IS NOT r.parent AND NOT EXISTS (SELECT 1 FROM former_folder x WHERE x.target = c.target"
            "  AND x.item = r.parent) OR r.name <> COALESCE(c.name, f.name))"
        )
    )


_FACTS = (
    "SELECT f.id, f.folder, f.name, f.size, f.modified, f.created, c.target, COALESCE(c.name, f.name) AS new_name,"
    # What verification missed has no item any more: it is sent as what it was at first, a new one.
    " c.role, COALESCE(c.of, 0) AS of, CASE q.wrong WHEN 'missing' THEN '' ELSE COALESCE(r.item, '') END AS item,"
    " COALESCE(r.etag, '') AS etag,"
    " COALESCE(j.session, '') AS session, COALESCE(j.session_size, 0) AS session_size,"
    " COALESCE(j.session_modified, 0) AS session_modified, j.file IS NOT NULL AS tried, {more}"
    " JOIN placement c ON c.file = f.id LEFT JOIN current_receipt r ON r.file = f.id LEFT JOIN journal j ON j.file = f.id"
)
_QUEUED = _FACTS.format(more="q.place, q.signoff FROM temp.queue q JOIN file f ON f.id = q.file")
_STILL = _IS_UNSENT.format(again="q.wrong <> ''", last="q.last")


class Cursor:
    """A place in the queue: the files of a role that are still unsent when they are asked for, each once.

    `large`: only those from `LARGE` on (True), only the others (False), or all.
    """

    def __init__(self, catalog: Catalog, role: str = "", *, large: bool | None = None) -> None:
        self._catalog = catalog
        self._paths = folder_paths(catalog)
        self._role = role
        self._only = "" if large is None else f" AND f.size {'>=' if large else '<'} {LARGE}"
        self._place = 0

    def next(self, most: int) -> list[Destined]:
        """The next at most `most` files; none at the end."""
        # Each batch is read whole before anything is written, since writing goes on over the same connection.
        rows = list(
            self._catalog.rows(
                f"{_QUEUED} WHERE q.place > ? AND c.role = ? AND {_STILL}{self._only} ORDER BY q.place LIMIT ?",
                (self._place, self._role, most),
            )
        )
        if rows:
            self._place = rows[-1]["place"]
        return [_destined(row, names.join(self._paths[row["folder"]], row["name"])) for row in rows]


def batches(catalog: Catalog, size: int, role: str = "") -> Iterator[list[Destined]]:
    """The queue's files of a role that have not been sent meanwhile, in batches of at most `size`."""
    cursor = Cursor(catalog, role)
    while batch := cursor.next(size):
        yield batch


def chosen(catalog: Catalog, files: Collection[int]) -> list[Destined]:
    """Of these files those in the queue that are still unsent, with what is known of them now."""
    found = []
    for file in files:
        row = catalog.row(f"{_QUEUED} WHERE q.file = ? AND {_STILL}", (file,))
        if row is not None:
            found.append(_destined(row, names.join(path_of_folder(catalog, row["folder"]), row["name"])))
    return found


def earlier(catalog: Catalog, file: int) -> list[tuple[Destined, bool]]:
    """The earlier versions of a file, the oldest first, each with whether it is to be sent now; after `queue_up`.

    One that is not, and has no item, is held back by something else: no signature (`signoff` is 0), a freeze.
    """
    rows = catalog.rows(
        _FACTS.format(
            more="q.place, COALESCE(a.signoff, 0) AS signoff FROM file f LEFT JOIN temp.queue q ON q.file = f.id"
            f" LEFT JOIN temp.approval a ON a.file = f.id AND a.state = '{signoffs.State.APPROVED}'"
        )
        + " WHERE c.of = ? AND c.role = 'version' AND f.gone IS NULL ORDER BY f.modified, f.name",
        (file,),
    )
    return [
        (_destined(row, names.join(path_of_folder(catalog, row["folder"]), row["name"])), row["place"] is not None)
        for row in list(rows)
    ]


def _destined(row: Row, path: str) -> Destined:
    return Destined(
        file=row["id"],
        path=path,
        size=row["size"],
        modified=row["modified"],
        created=row["created"],
        target=row["target"],
        name=row["new_name"],
        signoff=row["signoff"],
        item=row["item"],
        etag=row["etag"],
        session=row["session"],
        session_size=row["session_size"],
        session_modified=row["session_modified"],
        tried=bool(row["tried"]),
        role=row["role"],
        of=row["of"],
    )


def already_there(catalog: Catalog) -> int:
    """How many approved files have a receipt for their present content, after `queue_up`."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM temp.approval a JOIN file f ON f.id = a.file JOIN placement c ON c.file = f.id"
            " JOIN current_receipt r ON r.file = f.id"
            f" WHERE a.state = '{signoffs.State.APPROVED}'"
            " AND (r.source_size, r.source_modified) IS (f.size, f.modified)"
        )
    )
