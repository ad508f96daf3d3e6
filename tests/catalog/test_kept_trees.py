"""Both trees of a part, kept with the proposal that they are of."""

from collections.abc import Callable

import numpy as np
import pytest

from filrydd.catalog import kept_trees, proposals, structures
from filrydd.errors import Busy
from filrydd.model.structure import Edit, What
from filrydd.stages import edit, propose
from filrydd.web.structure import shelf as shelves
from filrydd.web.structure.shelf import Shelf
from tests.areas import Area

TREE = {
    "a.txt": b"1",
    "Brev": {"svar.docx": b"22", "Gammelt": {"b.docx": b"333", "c.docx": b"4444"}},
    "Tomt": {},
    "Bilag": {"2026": {"ny.docx": b"55555"}},
}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.until_proposed()
    return made


def test_what_is_read_is_what_would_be_worked_out(area: Area) -> None:
    with area.catalog() as catalog:
        parts = proposals.parts(catalog)
        assert [part.name for part in parts] == ["bilag", "felles"]
        for part in parts:
            kept, made = kept_trees.read(catalog, part), structures.trees(catalog, part)
            assert kept is not None and kept.version == made.version and len(made.old) and len(made.new)
            for one, other in ((kept.old, made.old), (kept.new, made.new)):
                assert np.array_equal(one.ids, other.ids) and np.array_equal(one.ends, other.ends)
                places = range(len(other))
                assert [one.total(place) for place in places] == [other.total(place) for place in places]
                assert [one.own(place) for place in places] == [other.own(place) for place in places]
                assert [one.children(place) for place in places] == [other.children(place) for place in places]
            for place in range(len(made.new)):
                assert np.array_equal(kept.new.elsewhere(place, kept.old), made.new.elsewhere(place, made.old))


def test_a_new_proposal_has_trees_of_its_own_and_those_of_the_one_before_are_gone(area: Area) -> None:
    with area.catalog() as catalog:
        before = {part.name: structures.version(catalog) for part in proposals.parts(catalog)}
    edit.say(area.work(), [Edit(What.RENAME, "Brev", "Post")])
    propose.run(area.work())
    with area.catalog() as catalog:
        for part in proposals.parts(catalog):
            kept = kept_trees.read(catalog, part)
            assert kept is not None and kept.version == structures.version(catalog) != before[part.name]
        assert catalog.value("SELECT COUNT(*) FROM part_tree") == len(before)


def test_trees_of_another_proposal_are_never_read(area: Area) -> None:
    with area.catalog() as catalog:
        part = proposals.parts(catalog)[0]
        with catalog.writing():
            catalog.run("UPDATE part_tree SET digest = 'another'")
        assert kept_trees.read(catalog, part) is None


def test_trees_of_a_large_part_are_worked_out_beside_the_page_which_says_so(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Shelf, "_keep_beside", lambda _shelf, work: asked.append(work.area))
    shelf = Shelf()
    with area.catalog() as catalog:
        with catalog.writing():
            catalog.run("DELETE FROM part_tree")
        assert shelf.trees(area.work(), catalog, "bilag") is not None, "so small that nobody waits for it"
        monkeypatch.setattr(kept_trees, "SMALL", 1)
        with pytest.raises(Busy, match="felles"):
            shelf.trees(area.work(), catalog, "felles")
        assert asked == ["felles"]
        shelves._keep(str(area.workspace), "felles")
        assert shelf.trees(area.work(), catalog, "felles") is not None
