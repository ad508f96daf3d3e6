"""The side file brought up to date: what the catalog has more than it, in portions, the folders first."""

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from urllib.parse import parse_qs, unquote, urlsplit

from filelock import FileLock, Timeout

from filrydd.catalog.connection import Catalog
from filrydd.catalog.searching import words
from filrydd.catalog.searching.index import ENDS, Index, behind, scanned
from filrydd.model.names import fold

PORTION = 20_000
"""Rows that are read and written at a time."""
DEEPEST = 100
"""Levels of folders that an entry is known by; what lies deeper is marked as such."""

_FOLDERS_KEPT = 20_000


def fill(catalog: Catalog, index: Index, told: Callable[[int], None] = lambda _rows: None) -> bool:
    """Bring the side file up to date; False when somebody else is doing so. `told` hears of every portion's rows.

    Interrupted, it goes on from the last portion.
    """
    lock = FileLock(catalog.path.parent / ".locks" / f"{catalog.area}.search.lock")
    (catalog.path.parent / ".locks").mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    try:
        if behind(catalog, index):
            _fill(catalog, index, told)
    finally:
        lock.release()
    return True


def _fill(catalog: Catalog, index: Index, told: Callable[[int], None]) -> None:
    scan = scanned(catalog)
    begun = catalog.value("SELECT begun FROM scan WHERE id = ?", (scan,))
    with index.writing():
        index.keep("scan", scan)
        index.keep("begun", begun)
        _borders(catalog, index)
    above = _Above(catalog)
    for what, take in (
        ("folder", partial(_folders, above)),
        ("file", partial(_files, above)),
        ("file_change", _moves),
        ("receipt", _addresses),
        ("ruling_change", _rulings),
    ):
        end = catalog.value(ENDS[what]) or 0
        for first in range(index.last(what) + 1, end + 1, PORTION):
            last = min(end, first + PORTION - 1)
            with index.writing():
                take(catalog, index, first, last)
                index.keep(what, last)
            told(last - first + 1)


class _Above:
    """What an entry in a folder is known by: the words and numbers of the folders above it, as the index has them."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._folder = lru_cache(_FOLDERS_KEPT)(self._read)
        self.of = lru_cache(_FOLDERS_KEPT)(self._of)

    def _read(self, folder: int) -> tuple[int | None, str]:
        row = self._catalog.row("SELECT parent, name FROM folder WHERE id = ?", (folder,))
        return (None, "") if row is None else (row["parent"], row["name"])

    def _of(self, folder: int | None) -> str:
        way = []
        while folder is not None:
            parent, name = self._folder(folder)
            if parent is not None:
                way.append((folder, name))
            folder = parent
        kept = way[-DEEPEST:]
        said = dict.fromkeys(word for _number, name in kept for word in words.words(name))
        marks = [words.ABOVE + word for word in said] + [f"{words.INSIDE}{number}" for number, _name in kept]
        return " ".join(marks + [words.DEEP] * (len(way) > DEEPEST))


def _said(name: str, above: str) -> str:
    return " ".join((*words.words(name), words.whole(name), above))


def _folders(above: _Above, catalog: Catalog, index: Index, first: int, last: int) -> None:
    rows = catalog.rows("SELECT id, parent, name FROM folder WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    index.run_many(
        "INSERT INTO folder_words (rowid, words) VALUES (?, ?)",
        (
            (row["id"], f"{_said(row['name'], above.of(row['parent']))} {words.INSIDE}{row['id']}")
            for row in rows
            if row["parent"] is not None
        ),
    )


def _files(above: _Above, catalog: Catalog, index: Index, first: int, last: int) -> None:
    rows = catalog.rows("SELECT id, folder, name FROM file WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    index.run_many(
        "INSERT INTO file_words (rowid, words) VALUES (?, ?)",
        ((row["id"], _said(row["name"], above.of(row["folder"]))) for row in rows),
    )


def _borders(catalog: Catalog, index: Index) -> None:
    rows = catalog.rows(
        "SELECT d.id, d.descriptor, p.descriptor AS above FROM folder d LEFT JOIN folder p ON p.id = d.parent"
        " WHERE d.descriptor IS NOT NULL AND (d.parent IS NULL OR d.descriptor IS NOT p.descriptor)"
    )
    index.run("DELETE FROM border")
    index.run_many("INSERT INTO border (folder, descriptor, above) VALUES (?, ?, ?)", (tuple(row) for row in rows))


def _moves(catalog: Catalog, index: Index, first: int, last: int) -> None:
    rows = catalog.rows(
        "SELECT old_file, file FROM file_change WHERE rowid BETWEEN ? AND ? AND what = 'moved' AND old_file IS NOT NULL",
        (first, last),
    )
    index.run_many("INSERT OR IGNORE INTO became (old, new) VALUES (?, ?)", (tuple(row) for row in rows))


def _rulings(catalog: Catalog, index: Index, first: int, last: int) -> None:
    rows = catalog.rows("SELECT file, rowid FROM ruling_change WHERE rowid BETWEEN ? AND ?", (first, last))
    index.run_many("INSERT OR IGNORE INTO ruled (file, change) VALUES (?, ?)", (tuple(row) for row in rows))


def _addresses(catalog: Catalog, index: Index, first: int, last: int) -> None:
    # Office documents have an address that opens them and tells no place; the place is an address too.
    folders = {
        row["item"]: f"{row['top']}/{row['path']}".strip("/")
        for row in catalog.rows(
            "SELECT m.item, m.path, l.path AS top FROM made_folder m JOIN target t ON t.id = m.target"
            " JOIN landing l ON l.library = t.library"
        )
    }
    folders |= {row["root"]: row["path"].strip("/") for row in catalog.rows("SELECT root, path FROM landing")}

    def known() -> Iterator[tuple[int, int]]:
        for row in catalog.rows("SELECT file, parent, name, url FROM receipt WHERE id BETWEEN ? AND ?", (first, last)):
            yield digest(row["url"]), row["file"]
            if row["parent"] in folders:
                parts = urlsplit(row["url"])
                place = f"{folders[row['parent']]}/{row['name']}".strip("/")
                yield _summed(_plain(parts.netloc, "/" + place)), row["file"]

    index.run_many("INSERT OR IGNORE INTO address (digest, file) VALUES (?, ?)", known())


def digest(address: str) -> int:
    """A number of 63 bits for an address of the new place, the same for each way to write it."""
    try:
        parts = urlsplit(address.strip())
        document = parse_qs(parts.query).get("sourcedoc", [""])[0] if len(parts.query) < 4_000 else ""
    except ValueError:
        return 0
    if document:
        return _summed(f"{parts.netloc.lower()}\n{fold(document.strip('{}'))}")
    path = unquote(parts.path)
    if path.startswith("/:") and path.count("/") > 2:
        # A shared link says first which program opens it: /:w:/r/sites/...
        path = "/" + path.split("/", 3)[3]
    return _summed(_plain(parts.netloc, path))


def _plain(host: str, path: str) -> str:
    return f"{host.lower()}{fold(path).rstrip('/')}"


def _summed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1
