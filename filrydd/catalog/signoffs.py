"""Sign-offs: who answered for which part, and what of it still holds.

A sign-off keeps the bundles that it named and, for each file, the fate and place that were signed. Whether it still holds
for a file is computed each time, by the design's table, into the TEMP table `approval` (file, state, signoff).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import bundles, proposals
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths
from filrydd.catalog.signatures import packed
from filrydd.layout import digest


class State(StrEnum):
    """How a file stands to its part's sign-off."""

    APPROVED = "approved"
    UNSIGNED = "unsigned"  # nobody has signed for it
    NEW = "new"  # it came into a signed folder after the signature
    PLACE_CHANGED = "place changed"  # signed as move, to another place
    FATE_CHANGED = "fate changed"  # signed for another fate
    CONTENT_CHANGED = "content changed"  # signed to be destroyed, and somebody has worked on it since
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person says when signing. `how` tells how identity was established; `destroys` is whether the answer covers
    destruction beyond junk; `follow_until` (ticks) lets new files in signed folders follow until then."""

    name: str
    role: str
    how: str
    note: str = ""
    destroys: bool = False
    follow_until: int | None = None


@dataclass(frozen=True, slots=True)
class Signoff:
    """A stored sign-off."""

    id: int
    part: str
    digest: str
    name: str
    role: str
    how: str
    at: int
    files: int
    withdrawn: bool


def sign(catalog: Catalog, part: proposals.PartRow, signature: Signature, now: int) -> int:
    """Store a sign-off of a part as it is proposed now; returns its id. Only inside `writing`, with its ledger row."""
    signoff = catalog.run(
        "INSERT INTO signoff (part, digest, name, role, how, note, at, destroys, follow_until, files)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            part.name,
            part.digest,
            signature.name,
            signature.role,
            signature.how,
            signature.note,
            now,
            signature.destroys,
            signature.follow_until,
        ),
    )
    kept = ((folder, packed(lines), digest.bundle(lines)) for folder, lines in bundles.lines(catalog, part.id))
    catalog.run_many(
        "INSERT INTO signed_bundle (signoff, folder, digest, content) VALUES (?, ?, ?, ?)",
        ((signoff, folder, summed, content) for folder, content, summed in list(kept)),
    )
    access = bundles.access_of_targets(catalog)
    catalog.run_many(
        "INSERT INTO signed_target (signoff, folder, address, access) VALUES (?, ?, ?, ?)",
        [
            (signoff, row["id"], bundles.address(row["site"], row["library"], row["path"]), access.get(row["id"], ""))
            for row in catalog.rows(
                "SELECT t.id, l.site, l.name AS library, t.path FROM target t JOIN library l ON l.id = t.library"
                " WHERE t.id IN (SELECT c.target FROM placement c JOIN file f ON f.id = c.file"
                " JOIN folder_part p ON p.folder = f.folder WHERE p.part = ?)",
                (part.id,),
            )
        ],
    )
    catalog.run(
        "INSERT OR REPLACE INTO signed (file, signoff, fate, rule, target, name, size, modified)"
        " SELECT f.id, :signoff, r.fate, r.id, c.target, COALESCE(c.name, f.name), f.size, f.modified FROM file f"
        " JOIN folder_part p ON p.folder = f.folder JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule"
        " LEFT JOIN placement c ON c.file = f.id WHERE p.part = :part AND f.gone IS NULL"
        " AND ((r.fate = 'move' AND c.target IS NOT NULL) OR (r.fate = 'destroy' AND (r.junk OR :destroys)))",
        {"signoff": signoff, "part": part.id, "destroys": signature.destroys},
    )
    # What an earlier sign-off of this part held and this one does not is no longer signed for.
    catalog.run(
        "DELETE FROM signed WHERE signoff <> ?1 AND signoff IN (SELECT id FROM signoff WHERE part = ?2)",
        (signoff, part.name),
    )
    catalog.run("UPDATE signoff SET files = (SELECT COUNT(*) FROM signed WHERE signoff = ?1) WHERE id = ?1", (signoff,))
    return signoff


def withdraw(catalog: Catalog, signoff: int, name: str, note: str, now: int) -> None:
    """Take a sign-off back. Only inside `writing`, with its ledger row."""
    catalog.run("INSERT INTO withdrawal (signoff, name, note, at) VALUES (?, ?, ?, ?)", (signoff, name, note, now))


def in_force(catalog: Catalog, part: str) -> Signoff | None:
    """The latest sign-off of a part, unless it was withdrawn."""
    row = catalog.row(
        "SELECT s.id, s.part, s.digest, s.name, s.role, s.how, s.at, s.files FROM signoff s"
        " WHERE s.id = (SELECT MAX(id) FROM signoff WHERE part = ?) AND s.id NOT IN (SELECT signoff FROM withdrawal)",
        (part,),
    )
    return None if row is None else _signoff(row, withdrawn=False)


def history(catalog: Catalog) -> list[Signoff]:
    """Every sign-off ever, the newest first."""
    withdrawn = {row[0] for row in catalog.rows("SELECT signoff FROM withdrawal")}
    rows = catalog.rows("SELECT id, part, digest, name, role, how, at, files FROM signoff ORDER BY id DESC")
    return [_signoff(row, withdrawn=row["id"] in withdrawn) for row in rows]


def _signoff(row: Row, *, withdrawn: bool) -> Signoff:
    return Signoff(
        id=row["id"],
        part=row["part"],
        digest=row["digest"],
        name=row["name"],
        role=row["role"],
        how=row["how"],
        at=row["at"],
        files=row["files"],
        withdrawn=withdrawn,
    )


def root(catalog: Catalog, signoff: int) -> str:
    """SHA-256 over everything that a sign-off keeps: what the ledger commits to."""
    hasher = hashlib.sha256(b"filrydd sign-off 1")
    for sql in (
        "SELECT part, digest, name, role, how, note, at, destroys, follow_until FROM signoff WHERE id = ?",
        "SELECT folder, digest, content FROM signed_bundle WHERE signoff = ? ORDER BY folder",
        "SELECT folder, address FROM signed_target WHERE signoff = ? ORDER BY folder",
        "SELECT folder, access FROM signed_target WHERE signoff = ? AND access <> '' ORDER BY folder",
    ):
        for row in catalog.rows(sql, (signoff,)):
            for value in row:
                hasher.update(digest.line([value.hex() if isinstance(value, bytes) else str(value)]))
    return hasher.hexdigest()


def list_approvals(catalog: Catalog, now: int) -> None:
    """Fill the TEMP table `approval` with every present file's state (`State`) and the sign-off it stands under."""
    catalog.run("DROP TABLE IF EXISTS temp.place_now")
    catalog.run("DROP TABLE IF EXISTS temp.approval")
    catalog.run("CREATE TEMP TABLE place_now (target INTEGER PRIMARY KEY, address TEXT NOT NULL, access TEXT NOT NULL)")
    access = bundles.access_of_targets(catalog)
    catalog.run_many(
        "INSERT INTO temp.place_now VALUES (?, ?, ?)",
        [
            (row["id"], bundles.address(row["site"], row["library"], row["path"]), access.get(row["id"], ""))
            for row in catalog.rows(
                "SELECT t.id, l.site, l.name AS library, t.path FROM target t JOIN library l ON l.id = t.library"
                " WHERE t.present"
            )
        ],
    )
    catalog.run("CREATE TEMP TABLE approval (file INTEGER PRIMARY KEY, state TEXT NOT NULL, signoff INTEGER)")
    catalog.run(
        "INSERT INTO temp.approval SELECT f.id, CASE"
        f" WHEN r.fate = 'hold' THEN '{State.HELD}'"
        " WHEN s.file IS NULL AND b.folder IS NOT NULL AND f.first_scan > o.scan AND r.fate = 'move'"
        "  AND o.follow_until >= :now AND EXISTS (SELECT 1 FROM signed_target x WHERE x.signoff = o.id"
        f"   AND x.folder = c.target AND x.address = n.address AND x.access = n.access) THEN '{State.APPROVED}'"
        f" WHEN s.file IS NULL AND b.folder IS NOT NULL AND f.first_scan > o.scan THEN '{State.NEW}'"
        f" WHEN s.file IS NULL THEN '{State.UNSIGNED}'"
        f" WHEN s.fate <> r.fate THEN '{State.FATE_CHANGED}'"
        " WHEN r.fate = 'move' AND (s.target IS NOT c.target OR s.name IS NOT COALESCE(c.name, f.name)"
        f"  OR (t.address, t.access) IS NOT (n.address, n.access)) THEN '{State.PLACE_CHANGED}'"
        f" WHEN r.fate = 'destroy' AND (s.size, s.modified) IS NOT (f.size, f.modified) THEN '{State.CONTENT_CHANGED}'"
        f" WHEN r.fate = 'destroy' AND s.rule <> g.rule THEN '{State.FATE_CHANGED}'"
        f" ELSE '{State.APPROVED}' END, COALESCE(s.signoff, o.id)"
        " FROM file f JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule"
        " LEFT JOIN placement c ON c.file = f.id"
        " LEFT JOIN temp.place_now n ON n.target = c.target"
        " LEFT JOIN signed s ON s.file = f.id AND s.signoff NOT IN (SELECT signoff FROM withdrawal)"
        " LEFT JOIN signed_target t ON t.signoff = s.signoff AND t.folder = s.target"
        " LEFT JOIN folder_part p ON p.folder = f.folder LEFT JOIN part q ON q.id = p.part"
        " LEFT JOIN (SELECT MAX(id) AS id, part, follow_until, (SELECT MAX(id) FROM scan WHERE ended <= at) AS scan"
        "   FROM signoff WHERE id NOT IN (SELECT signoff FROM withdrawal) GROUP BY part) o ON o.part = q.name"
        " LEFT JOIN signed_bundle b ON b.signoff = o.id AND b.folder = f.folder"
        " WHERE f.gone IS NULL",
        {"now": now},
    )


def standing(catalog: Catalog, now: int) -> dict[str, dict[str, dict[str, int]]]:
    """How many files of each part and fate are in each state: {part: {fate: {state: files}}}."""
    list_approvals(catalog, now)
    counted: dict[str, dict[str, dict[str, int]]] = {}
    for row in catalog.rows(
        "SELECT q.name AS part, r.fate, a.state, COUNT(*) AS files FROM temp.approval a JOIN file f ON f.id = a.file"
        " JOIN folder_part p ON p.folder = f.folder JOIN part q ON q.id = p.part JOIN ruling g ON g.file = f.id"
        " JOIN rule r ON r.id = g.rule GROUP BY q.name, r.fate, a.state"
    ):
        counted.setdefault(row["part"], {}).setdefault(row["fate"], {})[row["state"]] = row["files"]
    return counted


def in_state(catalog: Catalog, *states: State, most: int = 20) -> Iterator[tuple[str, State]]:
    """Up to `most` paths of files in these states, after `list_approvals`."""
    from filrydd.model import names

    paths = folder_paths(catalog)
    marks = ", ".join("?" * len(states))
    rows = catalog.rows(
        "SELECT f.folder, f.name, a.state FROM temp.approval a JOIN file f ON f.id = a.file"
        f" WHERE a.state IN ({marks}) ORDER BY f.id LIMIT ?",
        (*states, most),
    )
    for row in rows:
        yield names.join(paths[row["folder"]], row["name"]), State(row["state"])
