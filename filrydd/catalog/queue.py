"""What an upload has to send: approved moves without a receipt for their present content, in the order of the tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog import freezes, signoffs
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths, path_of_folder
from filrydd.model import names

_IS_UNSENT = "(r.id IS NULL OR (r.source_size, r.source_modified) IS NOT (f.size, f.modified))"
_UNSENT = (
    "JOIN placement c ON c.file = f.id LEFT JOIN current_receipt r ON r.file = f.id"
    f" WHERE a.state = '{signoffs.State.APPROVED}'"
    f" AND {_IS_UNSENT}"
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


def queue_up(catalog: Catalog, now: int) -> tuple[int, int]:
    """Put the approved moves that have no receipt for their present content and that no case has frozen into the TEMP table
    `queue`, in the order of the tree; returns how many they are, and their bytes."""
    signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.queue")
    catalog.run("CREATE TEMP TABLE queue (place INTEGER PRIMARY KEY, file INTEGER NOT NULL, signoff INTEGER NOT NULL)")
    catalog.run(
        "INSERT INTO temp.queue (file, signoff) SELECT f.id, a.signoff"
        " FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder d ON d.id = f.folder"
        f" {_UNSENT} AND f.id NOT IN (SELECT file FROM temp.frozen) ORDER BY d.lo, f.name"
    )
    row = catalog.row("SELECT COUNT(*), COALESCE(SUM(f.size), 0) FROM temp.queue q JOIN file f ON f.id = q.file")
    return (0, 0) if row is None else (row[0], row[1])


def count_frozen(catalog: Catalog) -> int:
    """How many files would be in the queue, had no case frozen them; after `queue_up`."""
    frozen = f"{_UNSENT} AND f.id IN (SELECT file FROM temp.frozen)"
    return int(catalog.value(f"SELECT COUNT(*) FROM temp.approval a JOIN file f ON f.id = a.file {frozen}"))


def sent_elsewhere(catalog: Catalog) -> int:
    """How many approved files were sent to another place than the one that is signed now, after `queue_up`."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM temp.approval a JOIN file f ON f.id = a.file JOIN placement c ON c.file = f.id"
            " JOIN current_receipt r ON r.file = f.id LEFT JOIN made_folder m ON m.target = c.target"
            f" WHERE a.state = '{signoffs.State.APPROVED}'"
            " AND (m.item IS NOT r.parent OR r.name <> COALESCE(c.name, f.name))"
        )
    )


_FACTS = (
    "SELECT f.id, f.folder, f.name, f.size, f.modified, f.created, c.target, COALESCE(c.name, f.name) AS new_name,"
    " c.role, COALESCE(c.of, 0) AS of, COALESCE(r.item, '') AS item, COALESCE(r.etag, '') AS etag,"
    " COALESCE(j.session, '') AS session, COALESCE(j.session_size, 0) AS session_size,"
    " COALESCE(j.session_modified, 0) AS session_modified, j.file IS NOT NULL AS tried, {more}"
    " JOIN placement c ON c.file = f.id LEFT JOIN current_receipt r ON r.file = f.id LEFT JOIN journal j ON j.file = f.id"
)


def batches(catalog: Catalog, size: int, role: str = "") -> Iterator[list[Destined]]:
    """The queue's files of a role that have not been sent meanwhile, in batches of at most `size`."""
    paths = folder_paths(catalog)
    place = 0
    queued = _FACTS.format(more="q.place, q.signoff FROM temp.queue q JOIN file f ON f.id = q.file")
    while True:
        # Each batch is read whole before anything is written, since writing goes on over the same connection.
        rows = list(
            catalog.rows(
                f"{queued} WHERE q.place > ? AND c.role = ? AND {_IS_UNSENT} ORDER BY q.place LIMIT ?",
                (place, role, size),
            )
        )
        if not rows:
            return
        place = rows[-1]["place"]
        yield [_destined(row, names.join(paths[row["folder"]], row["name"])) for row in rows]


def earlier(catalog: Catalog, file: int) -> list[tuple[Destined, bool]]:
    """The earlier versions of a file, the oldest first, each with whether it is to be sent now; after `queue_up`.

    One that is not, and has no item, is held back by something else: no signature, a freeze.
    """
    rows = catalog.rows(
        _FACTS.format(
            more="q.place, COALESCE(q.signoff, 0) AS signoff FROM file f LEFT JOIN temp.queue q ON q.file = f.id"
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
