"""A pass that two processes share comes to what one alone comes to, also when the other one fails."""

from pathlib import Path

import pytest

from filrydd.catalog import comparing, judging, rulings, shares
from filrydd.catalog.connection import Catalog
from filrydd.model.rule import All, Block, Fate, Like, Named, Rule, Texts, Under
from tests.catalog.made_catalog import DAY, catalog_of

FOLDERS = [(0, "Bilag"), (1, "2010"), (0, "Årsoppgjør"), (0, "Frosset")]
FILES = [(n % 5, f"Fil {n} {'ØÅ é'[n % 4]}.pdf", n, float(n)) for n in range(40)]
RULES = [
    Rule("old", Fate.DESTROY, All((Under(("**/Bilag",)), Named(("*ø*", "fil 1*")))), Texts("a")),
    Rule("like", Fate.HOLD, Like(("[15] å",)), Texts("b")),
    Rule("rest", Fate.MOVE, All(()), Texts("c")),
]
BLOCKS = [Block("year", frozenset({Fate.MOVE}), Under(("Årsoppgjør",)), Texts("d"), "§")]


def set_up(catalog: Catalog) -> None:
    with catalog.writing():
        catalog.run("INSERT INTO answer VALUES (3, 'hold', 'Kari', '', 1)")
        catalog.run("INSERT INTO answer VALUES (38, 'move', 'Kari', '', 1)")
        catalog.run("INSERT INTO freeze (path, matter, name, note, at) VALUES ('Frosset', 'x', 'y', '', 1)")


def ruled(catalog: Catalog) -> list[tuple[int, str]]:
    outcome = judging.judge(catalog, RULES, BLOCKS, DAY)
    before = {(one.old, one.new, one.total) for one in comparing.changes(catalog, outcome)}
    assert sum(total.files for _old, _new, total in before) == 40
    rulings.publish(catalog, outcome, "x", 1)
    assert judging.judge(catalog, RULES, BLOCKS, DAY).changed == 0
    return [(file, rule.name) for file in range(1, 41) if (rule := rulings.rule_of(catalog, file)) is not None]


def alone() -> list[tuple[int, str]]:
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        found = ruled(catalog)
    assert {name for _file, name in found} == {"old", "like", "rest", "year", "frozen"}
    return found


def test_two_processes_come_to_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = alone()
    monkeypatch.setattr(judging, "FROM_WHICH_SHARED", 0)
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        outcome = judging.judge(catalog, RULES, BLOCKS, DAY)
        assert outcome.tables == ("temp.judged", "share.judged")
        place = catalog.scratch()
        assert ruled(catalog) == expected
        assert not place.exists()


@pytest.mark.parametrize(
    "start", ["raise SystemExit(1)", "print('nonsense'); raise SystemExit(2)", "import time; 1 / 0"]
)
def test_when_the_other_process_fails_one_does_it_all(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    expected = alone()
    monkeypatch.setattr(judging, "FROM_WHICH_SHARED", 0)
    monkeypatch.setattr(shares, "_START", start)
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        assert ruled(catalog) == expected


def test_where_no_process_can_be_begun_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = alone()
    monkeypatch.setattr(judging, "FROM_WHICH_SHARED", 0)
    monkeypatch.setattr(shares.sys, "executable", str(Path("nowhere") / "python"))
    with catalog_of(FOLDERS, FILES) as catalog:
        set_up(catalog)
        assert ruled(catalog) == expected


def test_closing_the_catalog_leaves_no_scratch_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "FROM_WHICH_SHARED", 0)
    with catalog_of(FOLDERS, FILES) as catalog:
        judging.judge(catalog, RULES, BLOCKS, DAY)
        place = catalog.scratch()
        assert (place / "share.db").exists()
    assert not place.exists()
