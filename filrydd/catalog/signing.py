"""Storing a sign-off: the bundles that it names, and what of each file is signed.

The bundles are read before the write lock is taken, since there is a line in them for every file.
"""

from collections.abc import Iterator, Sequence

from filrydd.catalog import bundles, proposals, totals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import folder_paths
from filrydd.catalog.signatures import keep_rules, packed
from filrydd.catalog.signoffs import Signature
from filrydd.layout import digest


def set_aside(catalog: Catalog, parts: Sequence[proposals.PartRow]) -> dict[int, bytes]:
    """Fill the TEMP table `kept_bundle` (folder, part, digest, content, path) with the bundles of these parts as they are
    now, and where their folders lie; returns the digest of each by its folder."""
    catalog.run("DROP TABLE IF EXISTS temp.kept_bundle")
    catalog.run(
        "CREATE TEMP TABLE kept_bundle (folder INTEGER PRIMARY KEY, part INTEGER NOT NULL, digest BLOB NOT NULL,"
        " content BLOB NOT NULL, path TEXT NOT NULL)"
    )
    paths = folder_paths(catalog)
    digests: dict[int, bytes] = {}

    def kept() -> Iterator[tuple[int, int, bytes, bytes, str]]:
        for part in parts:
            for folder, lines in bundles.lines(catalog, part.id):
                digests[folder] = digest.bundle(lines)
                yield folder, part.id, digests[folder], packed(lines), paths[folder]

    with catalog.aside():
        catalog.run_many("INSERT INTO temp.kept_bundle VALUES (?, ?, ?, ?, ?)", kept())
    return digests


def sign(catalog: Catalog, part: proposals.PartRow, signature: Signature, now: int, *, signers: int = 1) -> int:
    """Store a sign-off of a part as it is proposed now; returns its id. Only inside `writing`, with its ledger row, and after
    `set_aside`, when nothing has been published since.

    `signers`: how many people it takes to destroy the documents in it.
    """
    signoff = catalog.run(
        "INSERT INTO signoff (part, digest, name, role, how, note, at, destroys, follow_until, who, as_manager, signers,"
        " files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
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
            signature.who,
            signature.as_manager,
            signers,
        ),
    )
    catalog.run(
        "INSERT INTO signed_bundle (signoff, folder, digest, content, path)"
        " SELECT ?, folder, digest, content, path FROM temp.kept_bundle WHERE part = ? ORDER BY folder",
        (signoff, part.id),
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
    keep_rules(catalog, signoff)
    totals.keep_signed(catalog, signoff)
    catalog.run(
        "UPDATE signoff SET files = (SELECT COALESCE(SUM(files), 0) FROM signed_total WHERE signoff = ?1) WHERE id = ?1",
        (signoff,),
    )
    return signoff
