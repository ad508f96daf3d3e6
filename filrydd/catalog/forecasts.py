"""What an upload has before it, counted; what was expected of a run, and what it came to."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog

# A run tells how fast the line is when its files are large, and how fast the tenant answers when they are small. A short run
# tells neither.
_LARGE, _SMALL = 5_000_000, 1_000_000
_LONG_ENOUGH = 300


@dataclass(frozen=True, slots=True)
class ToSend:
    """What is to be sent now, as counts only.

    `files` go over the line, `bytes` of them, in `fragments` pieces; `empty` of these files have no bytes; `versions` are
    earlier versions, in `chains`. `copies` are read, `copy_bytes` of them, and cost no request. `folders` are to be made;
    `restricted` of them, or of those that are there, get permissions of their own, with `invitations`. `filled` files get
    columns.
    """

    files: int = 0
    bytes: int = 0
    fragments: int = 0
    empty: int = 0
    versions: int = 0
    chains: int = 0
    copies: int = 0
    copy_bytes: int = 0
    folders: int = 0
    restricted: int = 0
    invitations: int = 0
    filled: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of a run; `seconds` None for over ten years."""

    tier: str
    hours: str
    binding: str
    files: int
    bytes: int
    requests: int
    units: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Actual:
    """What a run came to; times in seconds, `working` those within the timetable."""

    files: int
    bytes: int
    failed: int
    requests: int
    units: int
    throttled: int
    waited: int
    seconds: int
    working: int


def to_send(catalog: Catalog, fragment: int, *, columns: bool) -> ToSend:
    """Count what lies in the queue, after `queue.queue_up`; `fragment` is how many bytes go in one request, `columns` whether
    the files' columns are filled one by one."""
    row = catalog.row(
        "SELECT COUNT(*) FILTER (WHERE c.role <> 'copy') AS files,"
        " COALESCE(SUM(f.size) FILTER (WHERE c.role <> 'copy'), 0) AS bytes,"
        " COALESCE(SUM((f.size + :fragment - 1) / :fragment) FILTER (WHERE c.role <> 'copy'), 0) AS fragments,"
        " COUNT(*) FILTER (WHERE c.role <> 'copy' AND f.size = 0) AS empty,"
        " COUNT(*) FILTER (WHERE c.role = 'version') AS versions,"
        " COUNT(DISTINCT CASE WHEN c.role = 'version' THEN c.of END) AS chains,"
        " COUNT(*) FILTER (WHERE c.role = 'copy') AS copies,"
        " COALESCE(SUM(f.size) FILTER (WHERE c.role = 'copy'), 0) AS copy_bytes,"
        " COUNT(*) FILTER (WHERE c.role = '') AS own"
        " FROM temp.queue q JOIN file f ON f.id = q.file JOIN placement c ON c.file = f.id",
        {"fragment": fragment},
    )
    made = catalog.row(
        "SELECT COUNT(*) FILTER (WHERE m.item IS NULL AND t.parent IS NOT NULL) AS folders,"
        " COUNT(*) FILTER (WHERE t.scope IS NOT NULL AND COALESCE(m.access, '') <> s.digest) AS restricted,"
        " COALESCE(SUM(g.roles) FILTER (WHERE t.scope IS NOT NULL AND COALESCE(m.access, '') <> s.digest), 0)"
        "  AS invitations"
        " FROM target t LEFT JOIN made_folder m ON m.target = t.id LEFT JOIN scope s ON s.id = t.scope"
        " LEFT JOIN (SELECT scope, COUNT(DISTINCT role) AS roles FROM scope_grant WHERE entra_id <> '' GROUP BY scope) g"
        "  ON g.scope = t.scope WHERE t.present"
    )
    assert row is not None and made is not None, "an aggregate has a row"
    return ToSend(
        files=row["files"],
        bytes=row["bytes"],
        fragments=row["fragments"],
        empty=row["empty"],
        versions=row["versions"],
        chains=row["chains"],
        copies=row["copies"],
        copy_bytes=row["copy_bytes"],
        folders=made["folders"],
        restricted=made["restricted"],
        invitations=made["invitations"],
        filled=row["own"] + _unfilled(catalog) if columns else 0,
    )


def _unfilled(catalog: Catalog) -> int:
    """Files that earlier runs have sent and whose columns wait."""
    return int(
        catalog.value(
            "SELECT COUNT(*) FROM current_receipt r JOIN placement c ON c.file = r.file AND c.role = ''"
            " WHERE r.fields = '' AND r.file NOT IN (SELECT file FROM temp.queue)"
        )
    )


def keep_expected(catalog: Catalog, run: int, expected: Expected) -> None:
    """Store what is expected of a run that begins."""
    with catalog.writing():
        catalog.run(
            "INSERT OR REPLACE INTO forecast (run, tier, hours, binding, files, bytes, requests, units, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                expected.tier,
                expected.hours,
                expected.binding,
                expected.files,
                expected.bytes,
                expected.requests,
                expected.units,
                expected.seconds,
            ),
        )


def keep_actual(catalog: Catalog, run: int, actual: Actual) -> None:
    """Store, durably, what a run came to."""
    with catalog.writing(durable=True):
        catalog.run(
            "INSERT OR REPLACE INTO run_actual"
            " (run, files, bytes, failed, requests, units, throttled, waited, seconds, working)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run,
                actual.files,
                actual.bytes,
                actual.failed,
                actual.requests,
                actual.units,
                actual.throttled,
                actual.waited,
                actual.seconds,
                actual.working,
            ),
        )


def compared(catalog: Catalog) -> Iterator[tuple[int, Expected, Actual | None]]:
    """Every run that had a forecast, the oldest first: (run, expected, actual); None for a run that was interrupted."""
    for row in catalog.rows("SELECT f.*, a.* FROM forecast f LEFT JOIN run_actual a ON a.run = f.run ORDER BY f.run"):
        values = tuple(row)
        yield values[0], Expected(*values[1:9]), None if values[9] is None else Actual(*values[10:])


def measured(catalog: Catalog) -> tuple[float | None, float | None]:
    """What earlier runs came to at best: bytes and requests in a second within the timetable; None for what no run tells."""
    row = catalog.row(
        "SELECT MAX(CASE WHEN bytes >= files * ?1 THEN bytes * 1.0 / working END) AS line,"
        " MAX(CASE WHEN bytes <= files * ?2 THEN requests * 1.0 / working END) AS answers"
        " FROM run_actual WHERE working >= ?3 AND files > 0",
        (_LARGE, _SMALL, _LONG_ENOUGH),
    )
    return (None, None) if row is None else (row["line"], row["answers"])
