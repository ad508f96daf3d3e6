"""Sign-offs: who answered for which part, and what of it still holds.

A sign-off keeps the bundles that it named and, for each file, the fate and place that were signed. Whether it still holds
for a file is computed each time, by the design's table, into the TEMP table `approval` (file, state, signoff).

Where the policy asks for two people, a sign-off that destroys documents is stored with two `signers`: it holds at once for
what moves and for junk, and for documents when somebody else has signed it too (`cosigns`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog import bundles
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import folder_paths

# How identity was established, as a signature's `how` begins: what follows after a comma says where.
OPENID = "OpenID Connect"
COMMAND_LINE = "command line"


# The sign-off in force of each part: its latest one, unless that was withdrawn. What it replaced does not come back.
IN_FORCE = "SELECT MAX(id) FROM signoff GROUP BY part EXCEPT SELECT signoff FROM withdrawal"


class State(StrEnum):
    """How a file stands to its part's sign-off."""

    APPROVED = "approved"
    UNSIGNED = "unsigned"  # nobody has signed for it
    NEW = "new"  # it came into a signed folder after the signature
    PLACE_CHANGED = "place changed"  # signed as move, to another place
    FATE_CHANGED = "fate changed"  # signed for another fate
    CONTENT_CHANGED = "content changed"  # signed to be destroyed, and somebody has worked on it since
    AWAITS = "awaits second signature"  # a document that is to be destroyed, as signed, and only one of two has signed
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person says when signing. `how` tells how identity was established; `destroys` is whether the answer covers
    destruction beyond junk; `follow_until` (ticks) lets new files in signed folders follow until then. `who` is the identity
    itself, "issuer|tenant|object id" of a log-in; `as_manager`: the signer is the one who answers for the part."""

    name: str
    role: str
    how: str
    note: str = ""
    destroys: bool = False
    follow_until: int | None = None
    who: str = ""
    as_manager: bool = False

    @property
    def is_by_openid(self) -> bool:
        """Whether a log-in by OpenID Connect says who the signer is."""
        return bool(self.who) and self.how.partition(",")[0] == OPENID


@dataclass(frozen=True, slots=True)
class Signoff:
    """A stored sign-off. `signers` is how many people it takes to destroy the documents that it covers; `awaits` is how many
    of its files wait for the second one's signature."""

    id: int
    part: str
    digest: str
    name: str
    role: str
    how: str
    at: int
    files: int
    withdrawn: bool
    destroys: bool
    who: str
    as_manager: bool
    signers: int
    awaits: int


# Documents that only one of two people has signed for.
_AWAITS = (
    "COALESCE((SELECT t.files FROM signed_total t WHERE t.signoff = s.id AND t.kind = 'documents' AND s.signers > 1"
    " AND NOT EXISTS (SELECT 1 FROM cosign c WHERE c.signoff = s.id)), 0) AS awaits"
)


def withdraw(catalog: Catalog, signoff: int, name: str, note: str, now: int) -> None:
    """Take a sign-off back. Only inside `writing`, with its ledger row."""
    catalog.run("INSERT INTO withdrawal (signoff, name, note, at) VALUES (?, ?, ?, ?)", (signoff, name, note, now))


def in_force(catalog: Catalog, part: str) -> Signoff | None:
    """The latest sign-off of a part, unless it was withdrawn."""
    row = catalog.row(
        f"SELECT s.*, {_AWAITS} FROM signoff s WHERE s.id = (SELECT MAX(id) FROM signoff WHERE part = ?)"
        " AND s.id NOT IN (SELECT signoff FROM withdrawal)",
        (part,),
    )
    return None if row is None else _signoff(row, withdrawn=False)


def is_said(catalog: Catalog, part: int, digest: str, signature: Signature, signers: int, now: int) -> bool:
    """Whether the sign-off in force of a part says just what this one would, of that digest, and holds for every file that
    this one would cover: it would be the same form sent again."""
    same = catalog.value(
        f"SELECT 1 FROM signoff s JOIN part q ON q.name = s.part WHERE s.id IN ({IN_FORCE}) AND q.id = ?"
        " AND (s.digest, s.signers, s.name, s.role, s.how, s.note, s.destroys, s.follow_until, s.who, s.as_manager)"
        " IS (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            part,
            digest,
            signers,
            signature.name,
            signature.role,
            signature.how,
            signature.note,
            signature.destroys,
            signature.follow_until,
            signature.who,
            signature.as_manager,
        ),
    )
    if not same:
        return False
    with catalog.aside():
        list_approvals(catalog, now)
    return not catalog.value(
        "SELECT EXISTS (SELECT 1 FROM temp.approval a JOIN file f ON f.id = a.file JOIN folder_part p ON p.folder = f.folder"
        " JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule WHERE p.part = ?"
        f" AND a.state NOT IN ('{State.APPROVED}', '{State.AWAITS}', '{State.HELD}')"
        " AND (r.fate = 'move' OR r.junk OR ?))",
        (part, signature.destroys),
    )


def history(catalog: Catalog) -> list[Signoff]:
    """Every sign-off ever, the newest first."""
    withdrawn = {row[0] for row in catalog.rows("SELECT signoff FROM withdrawal")}
    rows = catalog.rows(f"SELECT s.*, {_AWAITS} FROM signoff s ORDER BY s.id DESC")
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
        destroys=bool(row["destroys"]),
        who=row["who"],
        as_manager=bool(row["as_manager"]),
        signers=row["signers"],
        awaits=row["awaits"],
    )


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
        " WHEN r.fate = 'destroy' AND NOT r.junk AND s.signoff IN (SELECT x.id FROM signoff x WHERE x.signers > 1"
        "  AND NOT EXISTS (SELECT 1 FROM cosign y WHERE y.signoff = x.id AND y.digest = x.digest AND y.who <> x.who))"
        f"  THEN '{State.AWAITS}'"
        f" ELSE '{State.APPROVED}' END, COALESCE(s.signoff, o.id)"
        " FROM file f JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule"
        " LEFT JOIN placement c ON c.file = f.id"
        " LEFT JOIN temp.place_now n ON n.target = c.target"
        " LEFT JOIN signed s ON s.file = f.id AND s.signoff NOT IN (SELECT signoff FROM withdrawal)"
        " LEFT JOIN signed_target t ON t.signoff = s.signoff AND t.folder = s.target"
        " LEFT JOIN folder_part p ON p.folder = f.folder LEFT JOIN part q ON q.id = p.part"
        " LEFT JOIN (SELECT id, part, follow_until, (SELECT MAX(id) FROM scan WHERE ended <= at) AS scan"
        f"   FROM signoff WHERE id IN ({IN_FORCE})) o ON o.part = q.name"
        " LEFT JOIN signed_bundle b ON b.signoff = o.id AND b.folder = f.folder"
        " WHERE f.gone IS NULL",
        {"now": now},
    )


def standing(catalog: Catalog) -> dict[str, dict[str, dict[str, int]]]:
    """How many files of each part and fate are in each state, after `list_approvals`: {part: {fate: {state: files}}}."""
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
