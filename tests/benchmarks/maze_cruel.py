"""Trees that nobody has, and that must not break anything; and a real one."""

import os
import random
import sysconfig
from pathlib import Path

from filrydd.model import names, times
from tests.benchmarks.maze_people import People
from tests.benchmarks.maze_tree import Tree

# In a real tree a folder in so many has a list of its own; folders of one name have lists that say the same.
_RESTRICTED = 12


def each_its_own(people: People, folders: int, chance: random.Random) -> Tree:
    """Every folder has another audience than every other: person p is let in when bit p of the folder's number is set."""
    bits = folders.bit_length()
    chosen = people.persons[:bits]
    tree = Tree()
    for number in range(1, folders + 1):
        inside = [(sid, 0x1301BF) for place, sid in enumerate(chosen) if number >> place & 1]
        parent = None if number == 1 else chance.randrange(max(0, number - 20), number - 1) if number > 2 else 0
        tree.add(parent, "" if number == 1 else f"Sak {number}", people.add(inside), files=chance.randint(0, 4))
    return tree


def alternating(people: People, depth: int, chance: random.Random) -> Tree:
    """A chain in which each folder is closed to those who can open the one above."""
    tree = Tree()
    above = tree.add(None, "", people.of_class[1][0], files=1)
    for number in range(1, depth):
        above = tree.add(above, f"Ledd {number}", chance.choice(people.of_class[1 + number % 2]), files=number % 3)
    return tree


def only_case(people: People, folders: int, _chance: random.Random) -> Tree:
    """Many folders beside each other whose names differ in case alone."""
    tree = Tree()
    above = tree.add(tree.add(None, "", people.of_class[0][0]), "Saker")
    letters = max(14, folders.bit_length())
    for number in range(folders):
        name = "".join(chr((65 if number >> place & 1 else 97) + place % 26) for place in range(letters))
        tree.add(above, name, files=1)
    return tree


def one_full(people: People, files: int, _chance: random.Random) -> Tree:
    """All files in one folder, beside a few others."""
    tree = Tree()
    top = tree.add(None, "", people.of_class[0][0])
    tree.add(top, "Skannet", files=files)
    tree.add(top, "Ledelse", people.of_class[2][0], files=3)
    return tree


def deep(people: People, depth: int, chance: random.Random) -> Tree:
    """Paths far beyond what SharePoint takes, with a closed folder at the end."""
    tree = Tree()
    above = tree.add(None, "", people.of_class[0][0])
    for number in range(depth):
        above = tree.add(above, f"Underavdeling {number}", files=chance.randint(0, 2))
    tree.add(above, "Ledelse", people.of_class[2][0], files=2)
    return tree


def share_folder() -> Path:
    """The system's folder of programs' own files (as `/usr/share`), beside the one of this Python if there is none."""
    base = Path(sysconfig.get_config_var("exec_prefix") or "").anchor or os.sep
    for place in (Path(base) / "usr" / "share", Path(sysconfig.get_path("data")) / "share"):
        if place.is_dir():
            return place
    return Path(sysconfig.get_path("stdlib"))


def real(people: People, top: Path, most: int) -> Tree:
    """A folder tree that is there, with made access: what hangs below folders of some names is closed to most."""
    tree = Tree()
    numbers = {str(top): tree.add(None, "", people.of_class[0][0])}
    for place, folders, files in os.walk(top):
        number = numbers[place]
        folders[:] = sorted(folders)[: max(0, most - len(tree))]
        for name in folders:
            numbers[os.path.join(place, name)] = tree.add(number, names.stored(name), _made(people, name))
        tree.listed[number] = [_facts(place, name) for name in sorted(files)]
    return tree


def _made(people: People, name: str) -> int | None:
    code = sum(name.encode("utf-8", "surrogateescape")) * 2654435761 >> 7
    if code % _RESTRICTED:
        return None
    lists = people.of_class[1 + code // _RESTRICTED % (len(people.of_class) - 1)]
    return lists[len(name) % len(lists)]


def _facts(place: str, name: str) -> tuple[str, int, int]:
    facts = os.lstat(os.path.join(place, name))
    return names.stored(name), facts.st_size, times.from_nanoseconds(facts.st_mtime_ns)
