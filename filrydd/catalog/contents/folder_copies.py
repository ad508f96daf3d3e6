"""Folders that are whole copies of each other: equal names and contents in them and in every folder below.

A folder's digest is taken over its files (name, size, content) and its folders (name, digest), as in git's trees. It is
known only when every file in and below it was read whole (empty ones by name) and nothing there is unreadable.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder

FOLLOWED = "(SELECT value FROM figure WHERE stage = 'content' AND name = 'scan')"
"""SQL: the last scan whose changes `content` and `folder_copy` have followed (`contents.settle`)."""

_SHOWN = 100

# Folders with something in them that is not known. Empty files are known by their names.
_PARTLY = (
    "INSERT OR IGNORE INTO temp.partly SELECT f.folder FROM main.file f LEFT JOIN main.content c ON c.file = f.id"
    " AND (c.size, c.modified) = (f.size, f.modified) WHERE f.gone IS NULL AND f.size > 0 AND c.whole IS NULL"
    " UNION SELECT folder FROM main.unreadable"
)
_TREE = (
    "SELECT d.id, d.lo, d.hi, d.name AS folder, p.folder IS NOT NULL AS partly, f.id AS file, f.name, f.size,"
    " f.file_id, f.created, c.whole FROM folder d LEFT JOIN temp.partly p ON p.folder = d.id"
    " LEFT JOIN file f ON f.folder = d.id AND f.gone IS NULL AND p.folder IS NULL LEFT JOIN content c ON c.file = f.id"
    " WHERE d.gone IS NULL ORDER BY d.lo, f.name"
)
# A copy within a copied folder is that folder's affair: of all copies of a folder, what lies at one place in them stands
# for one.
_STANDING = (
    "SELECT c.folder, c.digest, c.files, c.bytes, MIN(d.lo) AS lo FROM folder_copy c JOIN folder d ON d.id = c.folder"
    " LEFT JOIN folder_copy above ON above.folder = d.parent WHERE d.gone IS NULL{}"
    # After a later scan nobody knows any more, until it is followed.
    " AND " + FOLLOWED + " IS (SELECT MAX(id) FROM scan WHERE state = 'done')"
    " GROUP BY c.digest, above.digest, iif(above.digest IS NULL, c.folder, d.name)"
)


@dataclass(frozen=True, slots=True)
class FolderCopy:
    """Folders with the same content. `copies` is how many, `paths` up to a hundred of them in the order of the tree;
    `files` and `bytes` are what could go if one of them stayed."""

    paths: tuple[str, ...]
    copies: int
    files: int
    bytes: int


def work_out(catalog: Catalog) -> None:
    """Find the folders that are copies of each other by what is known of their files."""
    catalog.run("DROP TABLE IF EXISTS temp.whole_folder")
    catalog.run(
        "CREATE TEMP TABLE whole_folder (folder INTEGER PRIMARY KEY, lo INTEGER, digest BLOB, same BLOB, files INTEGER,"
        " bytes INTEGER)"
    )
    if catalog.value("SELECT EXISTS (SELECT 1 FROM content WHERE whole IS NOT NULL)"):
        catalog.run("DROP TABLE IF EXISTS temp.partly")
        catalog.run("CREATE TEMP TABLE partly (folder INTEGER PRIMARY KEY)")
        catalog.run(_PARTLY)
        catalog.run_many("INSERT INTO temp.whole_folder VALUES (?, ?, ?, ?, ?, ?)", _whole_folders(catalog))
        catalog.run("DROP TABLE temp.partly")
    with catalog.writing():
        catalog.run("DELETE FROM folder_copy")
        # Folders full of hard links to the same files are one folder under two names: to drop one frees nothing.
        one_each = "SELECT folder, digest, files, bytes, MIN(lo) FROM temp.whole_folder GROUP BY digest, same"
        catalog.run(
            f"INSERT INTO folder_copy (folder, digest, files, bytes) SELECT folder, digest, files, bytes FROM ({one_each})"
            f" WHERE digest IN (SELECT digest FROM ({one_each}) GROUP BY digest HAVING COUNT(*) > 1)"
        )
    catalog.run("DROP TABLE temp.whole_folder")


def folder_copies(catalog: Catalog, most: int = 10) -> list[FolderCopy]:
    """The groups of folders that free most, without the folders within them; at most so many. Sums over groups count no
    byte twice. None when a scan has been published since they were worked out: `contents.follow` does that anew."""
    standing = _STANDING.format("")
    groups = catalog.rows(
        f"SELECT digest, COUNT(*) AS copies, files, bytes FROM ({standing}) GROUP BY digest HAVING COUNT(*) > 1"
        " ORDER BY bytes * (COUNT(*) - 1) DESC, MIN(lo) LIMIT ?",
        (most,),
    )
    found = []
    for digest, copies, files, size in list(groups):
        rows = catalog.rows(f"{_STANDING.format(' AND c.digest = ?')} ORDER BY lo LIMIT ?", (digest, _SHOWN))
        paths = tuple(path_of_folder(catalog, row["folder"]) for row in list(rows))
        found.append(FolderCopy(paths, copies, files * (copies - 1), size * (copies - 1)))
    return found


def count_folder_copies(catalog: Catalog) -> int:
    """How many groups of folders there are that are copies of each other, without those within them."""
    return int(
        catalog.value(
            f"SELECT COUNT(*) FROM (SELECT digest FROM ({_STANDING.format('')}) GROUP BY digest HAVING COUNT(*) > 1)"
        )
    )


class _Folder:
    """A folder on the way down from the top, to which what lies in it is added by and by, in the order of names."""

    def __init__(self, row_id: int, lo: int, hi: int, name: str, *, known: bool) -> None:
        self.id, self.lo, self.hi, self.name, self.known = row_id, lo, hi, name, known
        self.files = 0
        self.bytes = 0
        self._content = hashlib.blake2b(digest_size=16, person=b"filrydd folder")
        self._links = hashlib.blake2b(digest_size=16, person=b"filrydd links")

    def add_file(self, name: str, size: int, whole: bytes, identity: str) -> None:
        self._content.update(_entry(b"f", name, size.to_bytes(8, "big") + whole))
        self._links.update(_entry(b"f", name, identity.encode()))
        self.files += 1
        self.bytes += size

    def add_folder(self, below: "_Folder") -> None:
        self.known = self.known and below.known
        self._content.update(_entry(b"d", below.name, below.digest()))
        self._links.update(_entry(b"d", below.name, below.same()))
        self.files += below.files
        self.bytes += below.bytes

    def digest(self) -> bytes:
        return self._content.digest()

    def same(self) -> bytes:
        return self._links.digest()


def _entry(kind: bytes, name: str, content: bytes) -> bytes:
    # Every piece with its length, so that no two lists of entries come to the same bytes.
    encoded = name.encode()
    return kind + len(encoded).to_bytes(4, "big") + encoded + len(content).to_bytes(4, "big") + content


def _whole_folders(catalog: Catalog) -> Iterator[tuple[int, int, bytes, bytes, int, int]]:
    """Every folder of which all is known, if it holds a byte at all; only the way down to one is in memory."""
    way: list[_Folder] = []

    def close() -> Iterator[tuple[int, int, bytes, bytes, int, int]]:
        done = way.pop()
        if way:
            way[-1].add_folder(done)
        if done.known and done.bytes:
            yield done.id, done.lo, done.digest(), done.same(), done.files, done.bytes

    for folder, lo, hi, folder_name, partly, file, name, size, file_id, created, whole in catalog.rows(_TREE):
        if not way or way[-1].id != folder:
            while way and way[-1].hi < lo:
                yield from close()
            way.append(_Folder(folder, lo, hi, folder_name, known=not partly))
        if file is not None:
            way[-1].add_file(name, size, whole or b"", identity_of(file, file_id, created))
    while way:
        yield from close()


def identity_of(file: int, file_id: int, created: int) -> str:
    """What is equal for two names of one file (hard links). 0 and -1 are what servers give for none; ids are used again, and
    an area may span volumes, so the birth time belongs to it."""
    return f"row {file}" if file_id in (0, -1) else f"{file_id} {created}"
