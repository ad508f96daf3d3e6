"""Predicates in SQL mean what the policy says they mean, for any name and tree."""

import tempfile
import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from filrydd.catalog import publishing, scanning
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.predicates import Rendering
from filrydd.model import names
from filrydd.model.entry import Kind, Seen
from filrydd.model.listed import Below
from filrydd.model.rule import All, Before, Either, HasExtension, Named, Not, Predicate, SizeBetween, Under
from filrydd.policy import matches
from tests.listings import Made

LETTERS = st.text("abAåÅøØæÆéEe.[] -_é1ßİ", min_size=1, max_size=6).filter(lambda n: n not in (".", ".."))
NAMES = LETTERS | LETTERS.map(lambda n: unicodedata.normalize("NFD", n))
GLOBS = st.text("abAåÅøéE.*?[]-1", min_size=1, max_size=5).filter(lambda g: g.strip(".") != "" and "/" not in g)
PATHS = st.lists(GLOBS | st.just("**"), min_size=1, max_size=3).map("/".join)
EXTENSIONS = st.text("abåÅ1", min_size=1, max_size=3).map(names.fold)

PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    st.one_of(
        st.lists(PATHS, min_size=1, max_size=2).map(lambda p: Under(tuple(p))),
        st.lists(GLOBS, min_size=1, max_size=2).map(lambda p: Named(tuple(p))),
        st.lists(EXTENSIONS, min_size=1, max_size=2).map(lambda e: HasExtension(tuple(e))),
        st.builds(Before, st.sampled_from(["modified", "created"]), st.integers(-5, 15)),
        st.builds(SizeBetween, st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda p: All(tuple(p))),
        st.lists(inner, max_size=2).map(lambda p: Either(tuple(p))),
        inner.map(Not),
    ),
    max_leaves=4,
)
FILES = st.lists(
    st.tuples(st.lists(NAMES, max_size=2), NAMES, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
    unique_by=lambda file: ("/".join(file[0]), file[1]),
)


def seen(name: str, kind: Kind, size: int = 0, modified: int = 0, created: int = 0) -> Seen:
    return Seen(names.stored(name), kind, size, modified, created, 0, 0, 0)


def store(catalog: Catalog, files: list[tuple[list[str], str, int, int, int]]) -> dict[str, tuple[int, int, int]]:
    """Publish a scan that saw these files; returns their facts by path."""
    tree: dict[str, dict[str, Seen]] = {"": {}}
    facts: dict[str, tuple[int, int, int]] = {}
    for folders, name, size, modified, created in files:
        path = ""
        for folder in folders:
            if tree[path].get(folder, seen("", Kind.FOLDER)).kind is not Kind.FOLDER:
                break
            tree[path][folder] = seen(folder, Kind.FOLDER)
            path = names.join(path, folder)
            tree.setdefault(path, {})
        else:
            if name not in tree[path]:
                tree[path][name] = seen(name, Kind.FILE, size, modified, created)
                facts[names.join(path, name)] = (size, modified, created)
    recording = scanning.begin(catalog, "/x", seen("x", Kind.FOLDER), 1)
    while left := recording.todo()[0]:
        folder = left[-1]
        entries = tree[folder.path].values()
        files = {
            entry.name: (entry.size, entry.modified, entry.created, entry.attributes, entry.file_id)
            for entry in entries
            if entry.kind is Kind.FILE
        }
        next_key = recording.todo()[1]
        below = [
            Below(next_key + number, entry.name, entry.modified, entry.created, entry.attributes, entry.file_id)
            for number, entry in enumerate(entry for entry in entries if entry.kind is Kind.FOLDER)
        ]
        recording.store([Made(folder.key, files, below)], 0.0)
    publishing.publish(catalog, recording.scan, 2)
    return facts


@given(FILES, PREDICATES)
def test_sql_and_plain_python_agree(files: list[tuple[list[str], str, int, int, int]], predicate: Predicate) -> None:
    with tempfile.TemporaryDirectory() as folder, open_catalog(Path(folder) / "felles.db", create=True) as catalog:
        facts = store(catalog, files)
        rendering = Rendering(catalog)
        sql = rendering.render(predicate)
        by_sql = {
            row["file"]: row["matched"]
            for row in catalog.rows(f"SELECT f.id AS file, {sql} AS matched FROM {rendering.files} f", rendering.values)
        }
        from filrydd.catalog.paths import path_of_file

        for file, matched in by_sql.items():
            path = path_of_file(catalog, file)
            above, name = names.split(path)
            size, modified, created = facts[path]
            expected = matches(predicate, above, name, size=size, modified=modified, created=created)
            assert bool(matched) == expected, (path, predicate, sql)
