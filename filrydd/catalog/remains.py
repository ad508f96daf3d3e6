"""What remains in an area, each file and unreadable entry with one reason, and whether the area is done.

An area is done when nothing remains in it but what was handed over by name (also "it stays on the file server"), and nothing
is set aside any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import freezes, handovers, proofs, signoffs
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.entry import Reason


class Why(StrEnum):
    """Why something is still there. The word is stored in files that people get, and told by `lang`."""

    MAY_GO = "may go"  # it has its proof
    FROZEN = "frozen"
    HANDED_OVER = "handed over"
    BLOCKED = "blocked"
    UNCONFIRMED = "rule not confirmed"
    HELD = "held by a rule"
    UNDECIDED = "undecided"
    NEW = "new under the seal"
    UNSIGNED = "not signed"
    FINDING = "open finding"
    NOT_SENT = "not sent"
    NOT_COMPARED = "not compared under the seal"
    NO_BASIS = "no legal basis"
    EARLIER_ASIDE = "an earlier one is set aside"
    REFUSED = "refused at the last run"
    UNREADABLE = "could not be read"


@dataclass(frozen=True, slots=True)
class Remain:
    """One entry that is still there. `detail` says more: the rule, the finding's kind, where it was handed over and by whom,
    or why it refused to go."""

    path: str
    size: int
    why: Why
    detail: str


# In this order: the first that holds is told. `:seal` is the seal in force, `:last` the last scan that ended before it.
_JUDGED = (
    " FROM file f LEFT JOIN temp.approval a ON a.file = f.id LEFT JOIN ruling g ON g.file = f.id"
    " LEFT JOIN rule u ON u.id = g.rule"
    " LEFT JOIN handed_over h ON h.file = f.id AND (h.size, h.modified) IS (f.size, f.modified)"
    f" LEFT JOIN current_receipt r ON r.file = f.id AND {proofs.RECEIVED}"
    f" LEFT JOIN comparison c ON c.id = {proofs.COMPARED} LEFT JOIN refusal y ON y.file = f.id WHERE f.gone IS NULL"
)
_FOUND = f"FROM finding x WHERE x.file = f.id AND {proofs.IN_THE_WAY}"
_CASES: tuple[tuple[str, Why, str], ...] = (
    ("f.id IN (SELECT file FROM temp.frozen)", Why.FROZEN, "''"),
    ("u.fate = 'hold' AND h.file IS NOT NULL", Why.HANDED_OVER, "h.place || ', ' || h.name"),
    ("u.block", Why.BLOCKED, "u.name"),
    ("u.awaits_confirmation", Why.UNCONFIRMED, "u.name"),
    ("u.fate = 'hold'", Why.HELD, "u.name"),
    ("f.first_scan > :last AND a.state IS NOT 'approved'", Why.NEW, "''"),
    ("u.fate IS NULL", Why.UNDECIDED, "''"),
    (f"a.state IS NOT '{signoffs.State.APPROVED}'", Why.UNSIGNED, "COALESCE(a.state, '')"),
    (f"EXISTS (SELECT 1 {_FOUND})", Why.FINDING, f"(SELECT MIN(x.kind) {_FOUND})"),
    ("u.fate = 'move' AND r.id IS NULL", Why.NOT_SENT, "''"),
    ("u.fate = 'move' AND (c.id IS NULL OR c.source_hash <> r.source_hash)", Why.NOT_COMPARED, "''"),
    ("u.fate = 'destroy' AND NOT u.junk AND u.basis = ''", Why.NO_BASIS, "u.name"),
    (proofs.EARLIER_ASIDE, Why.EARLIER_ASIDE, "''"),
    ("y.file IS NOT NULL", Why.REFUSED, "y.why"),
)


def list_remains(catalog: Catalog, seal: int | None, now: int) -> None:
    """Fill the TEMP table `remain` (file, why, detail) with every present file; `seal` is the one in force."""
    signoffs.list_approvals(catalog, now)
    freezes.list_frozen(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.remain")
    catalog.run("CREATE TEMP TABLE remain (file INTEGER PRIMARY KEY, why TEXT NOT NULL, detail TEXT NOT NULL)")
    why = " ".join(f"WHEN {condition} THEN '{word}'" for condition, word, _detail in _CASES)
    detail = " ".join(f"WHEN {condition} THEN {told}" for condition, _word, told in _CASES)
    last = "SELECT MAX(s.id) FROM scan s WHERE s.ended <= (SELECT sealed FROM seal WHERE id = ?)"
    catalog.run(
        f"INSERT INTO temp.remain SELECT f.id, CASE {why} ELSE '{Why.MAY_GO}' END, CASE {detail} ELSE '' END {_JUDGED}",
        {"seal": seal, "last": catalog.value(last, (seal,)) or _NEVER},
    )


_NEVER = 1 << 62


def totals(catalog: Catalog) -> dict[Why, tuple[int, int]]:
    """Files and bytes for each reason, after `list_remains`; entries that could not be read have no bytes."""
    found = {
        Why(row["why"]): (row["files"], row["bytes"])
        for row in catalog.rows(
            "SELECT r.why, COUNT(*) AS files, SUM(f.size) AS bytes FROM temp.remain r JOIN file f ON f.id = r.file GROUP BY 1"
        )
    }
    unread = catalog.value(f"SELECT COUNT(*) {_UNREAD}")
    if unread:
        found[Why.UNREADABLE] = (unread, 0)
    return {why: found[why] for why in Why if why in found}


# A file that a reading could not open is a file and has its own reason; earlier versions that a server shows are its own.
_UNREAD = (
    f"FROM unreadable u JOIN folder d ON d.id = u.folder WHERE d.gone IS NULL AND u.reason <> '{Reason.SNAPSHOT}'"
    " AND NOT EXISTS (SELECT 1 FROM file f WHERE f.folder = u.folder AND f.name = u.name)"
)


def lines(catalog: Catalog) -> Iterator[Remain]:
    """Everything that remains, streamed, after `list_remains`: files in the order of the tree, then what could not be read."""
    paths = folder_paths(catalog)
    for row in catalog.rows(
        "SELECT f.folder, f.name, f.size, r.why, r.detail FROM folder d JOIN file f ON f.folder = d.id"
        " JOIN temp.remain r ON r.file = f.id WHERE d.gone IS NULL ORDER BY d.lo, f.name"
    ):
        yield Remain(names.join(paths[row["folder"]], row["name"]), row["size"], Why(row["why"]), row["detail"])
    for row in catalog.rows(f"SELECT u.folder, u.name, u.reason {_UNREAD} ORDER BY d.lo, u.name"):
        path = names.join(paths[row["folder"]], row["name"]) if row["name"] else paths[row["folder"]]
        yield Remain(path, 0, Why.UNREADABLE, row["reason"])


def is_done(catalog: Catalog) -> bool:
    """Whether the area is done: something has gone, and nothing remains that nobody has answered for by name.

    Fast also for large areas: only folders that are still there are looked at, and the first file that remains ends it.
    """
    return not catalog.value(
        "SELECT NOT EXISTS (SELECT 1 FROM retirement WHERE done IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM retirement WHERE done IS NULL OR (place <> '' AND purged IS NULL))"
        f" OR EXISTS (SELECT 1 {_UNREAD})"
        " OR EXISTS (SELECT 1 FROM folder d JOIN file f ON f.folder = d.id WHERE d.gone IS NULL AND f.gone IS NULL"
        f" AND f.id NOT IN (SELECT file FROM ({handovers.HANDED})))"
    )
