"""Proposals on generated areas, judged from the tables by somebody who shares no code with what made them."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.catalog.connection import Catalog
from filrydd.stages import propose
from filrydd.stages.work import Work
from tests.benchmarks import mazes
from tests.benchmarks.copied import copy_tree
from tests.benchmarks.judge import Verdict, judge
from tests.benchmarks.maze_people import people
from tests.benchmarks.maze_tree import Tree
from tests.benchmarks.mazes import CRUEL, Maze
from tests.benchmarks.shuffled import shuffle
from tests.catalogs import DOMAIN

STAFF, LEADERS = f"{DOMAIN}-1500", f"{DOMAIN}-1502"
SMALL = {"each folder its own class": 60, "classes alternate down a chain": 25, "one full folder": 6_000, "deep": 120}


def proposed(work: Work) -> Verdict:
    propose.run(work)
    with work.catalog() as catalog:
        return judge(catalog)


@pytest.mark.parametrize(("seed", "folders"), [(1, 200), (2, 300), (3, 400), (4, 800), (5, 2_000)])
def test_no_rule_is_broken_on_an_aged_department(seed: int, folders: int, tmp_path: Path) -> None:
    maze = mazes.aged(seed, folders, folders * 6)
    parts = tuple(maze.tree.names[number] for number in range(1, 3)) if seed % 2 else ()
    verdict = proposed(mazes.workspace(tmp_path, maze, parts, seed))
    assert verdict.faults == {}
    assert (verdict.access.gained, verdict.access.lost) == (0, 0)
    assert verdict.placed > folders * 2
    assert verdict.access.scopes <= verdict.access.copied


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_area_scanned_in_another_order_has_the_same_proposal(seed: int, tmp_path: Path) -> None:
    maze = mazes.aged(seed, 400, 4_000)
    one = mazes.workspace(tmp_path / "one", maze, (), seed)
    other = mazes.empty(tmp_path / "other")
    with one.catalog() as catalog, other.catalog(create=True) as copy:
        shuffle(catalog, copy, seed)
    assert propose.run(one).digest == propose.run(other).digest


@pytest.mark.parametrize("kind", CRUEL)
def test_no_rule_is_broken_on_a_cruel_tree(kind: str, tmp_path: Path) -> None:
    verdict = proposed(mazes.workspace(tmp_path, CRUEL[kind](1, SMALL.get(kind, 300))))
    assert verdict.faults == {}
    assert verdict.placed > 0
    assert verdict.access.scopes <= verdict.access.copied


def test_the_same_maze_is_made_from_the_same_words() -> None:
    one, other, another = (mazes.aged(seed, 300, 900) for seed in (7, 7, 8))
    assert (one.tree, one.people, one.truth) == (other.tree, other.people, other.truth)
    assert one.tree.names != another.tree.names


def test_a_maze_has_what_it_promises(tmp_path: Path) -> None:
    maze = mazes.aged(1, 2_000, 30_000)
    assert maze.truth is not None
    assert maze.truth.breaks > 3 * maze.truth.classes
    assert max(maze.tree.depths) >= 20
    with mazes.workspace(tmp_path, maze).catalog() as catalog:
        assert catalog.value("SELECT MAX(files) FROM (SELECT COUNT(*) AS files FROM file GROUP BY folder)") >= 8_000
        fates = dict(catalog.rows("SELECT r.fate, COUNT(*) FROM ruling g JOIN rule r ON r.id = g.rule GROUP BY 1"))
        assert 0.6 < fates["move"] / 30_000 < 0.8
        assert catalog.value("SELECT COUNT(*) FROM folder WHERE descriptor IS NULL") > 0


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Catalog]:
    """A small area proposed as it is: folder 1 is the top, 2 is `Ledelse` (closed), 3 `Sak`, 4 `Sak/Bilag`."""
    who = people(60, 5, random.Random(1))
    staff, leaders = who.of_class[0][0], who.of_class[2][0]
    tree = Tree()
    top = tree.add(None, "", staff, files=20)
    tree.add(top, "Ledelse", leaders, files=30)
    tree.add(tree.add(top, "Sak", files=40), "Bilag", files=30)
    with mazes.workspace(tmp_path / "w", Maze(tree, who), seed=3).catalog() as catalog:
        # A copied tree has its scopes by list; these two are lists of staff and of leaders alone.
        numbers = [row[0] for row in catalog.rows("SELECT descriptor FROM folder ORDER BY id LIMIT 2")]
        copy_tree(catalog, {numbers[0]: [(STAFF, "write")], numbers[1]: [(LEADERS, "write")]})
        yield catalog


def test_the_judge_finds_nothing_in_a_plain_copy(copied: Catalog) -> None:
    verdict = judge(copied)
    assert verdict.faults == {}
    assert (verdict.access.scopes, verdict.access.copied, verdict.ratio) == (2, 2, 1)
    assert verdict.placed == copied.value("SELECT COUNT(*) FROM ruling WHERE rule = 1") > 60


FIRST = "(SELECT MIN(file) FROM placement WHERE target = 4)"
SECOND = f"(SELECT MIN(file) FROM placement WHERE target = 4 AND file > {FIRST})"


def move(target: int, name: str) -> str:
    return f"UPDATE target SET name = '{name}', path = 'Felles/{name}' WHERE id = {target}"


@pytest.mark.parametrize(
    ("kind", "plant"),
    [
        ("a file without a place", f"DELETE FROM placement WHERE file = {FIRST}"),
        ("a place for a file that stays", f"UPDATE ruling SET rule = 3 WHERE file = {FIRST}"),
        ("a place for a file that stays", f"UPDATE file SET gone = 1 WHERE id = {FIRST}"),
        ("a place that is not there", f"UPDATE placement SET target = 99 WHERE file = {FIRST}"),
        ("a place that is not there", "UPDATE target SET present = 0 WHERE id = 4"),
        ("a file joined to nothing", f"UPDATE placement SET role = 'copy', of = {FIRST} WHERE file = {FIRST}"),
        ("a file joined to nothing", f"UPDATE placement SET role = 'version' WHERE file = {FIRST}"),
        ("a folder that hangs nowhere", "UPDATE target SET path = 'Felles/Bilag' WHERE id = 4"),
        ("a folder that hangs nowhere", "UPDATE target SET parent = 77 WHERE id = 4"),
        ("permissions that are not there", "UPDATE target SET scope = 9 WHERE id = 4"),
        ("illegal name", f"UPDATE placement SET name = 'a:b.txt' WHERE file = {FIRST}"),
        ("illegal name", f"UPDATE placement SET name = 'CoM1' WHERE file = {FIRST}"),
        ("illegal name", f"UPDATE placement SET name = 'x ' WHERE file = {FIRST}"),
        ("illegal name", f"UPDATE placement SET name = '' WHERE file = {FIRST}"),
        ("illegal name", f"UPDATE placement SET name = 'a' || char(128512) || '{'x' * 253}a' WHERE file = {FIRST}"),
        ("illegal name", move(2, "~Ledelse")),
        ("illegal name", move(2, "Ledelse_files")),
        ("illegal name", "UPDATE target SET name = 'Forms', path = 'Forms' WHERE id = 1"),
        ("two of one name", (f"UPDATE placement SET name = 'A' || char(778) || '.txt' WHERE file = {FIRST};"
         f" UPDATE placement SET name = char(229) || '.TXT' WHERE file = {SECOND}")),
        ("two of one name", f"UPDATE placement SET target = 3, name = 'BILAG' WHERE file = {FIRST}"),
        ("two of one name", move(2, "SAK")),
        ("address too long", (f"UPDATE target SET name = '{'n' * 200}', path = 'Felles/Sak/{'n' * 200}' WHERE id = 4;"
         f" UPDATE placement SET name = '{'m' * 200}' WHERE file = {FIRST}")),
        ("a folder without a decision", "DELETE FROM decision WHERE folder = 3"),
        ("a folder in no part", "DELETE FROM folder_part WHERE folder = 3"),
        ("files elsewhere than decided", "UPDATE decision SET target = 1 WHERE folder = 3"),
        ("access gained", "UPDATE target SET scope = NULL WHERE id = 2"),
        ("access lost", "UPDATE target SET scope = (SELECT scope FROM target WHERE id = 2) WHERE id = 1"),
        ("access lost", "UPDATE scope_grant SET role = 'read' WHERE scope = 2"),
        ("access lost", "DELETE FROM member WHERE FALSE; DELETE FROM scope_grant WHERE scope = 1"),
        ("no permissions at all", "UPDATE target SET scope = NULL"),
        ("nothing holds this up", "UPDATE folder SET descriptor = NULL WHERE id = 2"),
    ],
)  # fmt: skip
def test_the_judge_names_a_planted_fault(copied: Catalog, kind: str, plant: str) -> None:
    with copied.writing():
        for statement in plant.split(";"):
            copied.run(statement)
    assert kind in judge(copied).faults


def test_a_listed_denial_is_seen_in_the_bytes(copied: Catalog) -> None:
    from tests.benchmarks.maze_people import packed_list

    victim = copied.value(
        "SELECT p.sid FROM member m JOIN principal p ON p.id = m.member JOIN principal g ON g.id = m.owning WHERE g.sid = ?",
        (LEADERS,),
    )
    change, full = 0x1301BF, 0x1F01FF
    outcome: Callable[[list[tuple[str, int]]], int] = lambda entries: _gained(copied, packed_list(entries))  # noqa: E731
    assert outcome([(victim, -full), (LEADERS, change)]) == 1
    assert outcome([(LEADERS, change), (victim, -full)]) == 0
    assert outcome([(victim, -2), (LEADERS, change)]) == 0
    assert outcome([(victim, -1), (LEADERS, change)]) == 1


def _gained(catalog: Catalog, content: bytes) -> int:
    """People who gain in folder 2 when its list is this one and its scope is the leaders'."""
    with catalog.writing():
        catalog.run(
            "UPDATE descriptor SET content = ? WHERE id = (SELECT descriptor FROM folder WHERE id = 2)", (content,)
        )
    access = judge(catalog).access
    return access.gained // int(catalog.value("SELECT COUNT(*) FROM placement WHERE target = 2"))


@pytest.mark.parametrize(
    ("what", "path", "value", "plant"),
    [
        ("open", "Ledelse", "Sak", "UPDATE target SET scope = NULL WHERE id = 2"),
        ("leave out", LEADERS, "", "DELETE FROM scope_grant WHERE scope = 2"),
    ],
)
def test_what_somebody_accepted_by_name_is_no_fault(
    copied: Catalog, what: str, path: str, value: str, plant: str
) -> None:
    with copied.writing():
        copied.run(plant)
    assert judge(copied).faults
    edit = "INSERT INTO edit (what, path, value, name, note, at) VALUES (?, ?, ?, 'Berit', '', 1)"
    with copied.writing():
        copied.run(edit, (what, path, value))
    assert judge(copied).faults == {}
    with copied.writing():
        copied.run("UPDATE edit SET undone = 2")
    assert judge(copied).faults
