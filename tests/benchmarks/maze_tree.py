"""A folder tree as it is being generated, and its folders and files as rows of a catalog."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from filrydd.model import names, times

DAY = date(2026, 11, 23)
_WORDS = (
    "Budsjett", "Referat", "Rapport", "Søknad", "Vedtak", "Avtale", "Regnskap", "Oversikt", "Liste", "Brev", "Høring",
    "Innkalling", "Møteplan", "Årsmelding", "Bilde", "Skisse", "Kopi av plan", "Utkast til brev", "Tilbud", "Kontrakt",
)  # fmt: skip
_EXTENSIONS = ("docx", "docx", "xlsx", "pdf", "pdf", "pdf", "jpg", "txt", "msg", "pptx", "zip")
# What SharePoint refuses, changes or holds for another name; those that Windows refuses too come from Unix servers.
ODD_FILES = (
    "~$budsjett.docx", "desktop.ini", ".lock", "rapport?.docx", " innledning.docx", "vedtak: utkast.pdf", "CON", "a_vti_b.txt",
    "Ma\u030aling.xlsx", "MÅLING.xlsx", "Måling.xlsx", "måling.XLSX", "strasse.txt", "straße.txt", "tab\there.txt", "notat.docx ",
    "aux.txt", "Thumbs.db", "C\u00b2.txt", "x" * 240 + ".docx", "Emoji \U0001f600.png", "forms", "\\udcff.bin", "50% #1.xlsx",
)  # fmt: skip


@dataclass
class Tree:
    """Folders by number, parents before children; the top is 0. `lists` has each one's list (`maze_people.UNKNOWN` for none),
    `years` the year of its files (0: any), `files` how many. `listed`: files known by name (name, bytes, ticks) instead.
    `odd`: folders that have every name of `ODD_FILES` besides."""

    parents: list[int | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    listed: dict[int, list[tuple[str, int, int]]] = field(default_factory=dict)
    odd: set[int] = field(default_factory=set)
    _taken: set[tuple[int | None, str]] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.parents)

    def add(self, parent: int | None, name: str, access: int | None = None, files: int = 0, year: int = 0) -> int:
        """A folder's number. `access` None: its list is the one of the folder above. A name that is taken gets a number."""
        wish, count = name, 1
        while (parent, wish) in self._taken:
            count += 1
            wish = f"{name} ({count})"
        self._taken.add((parent, wish))
        above = 0 if parent is None else parent
        self.parents.append(parent)
        self.names.append(wish)
        self.lists.append(access if access is not None else self.lists[above])
        self.files.append(files)
        self.years.append(year or (self.years[above] if parent is not None else 0))
        self.depths.append(0 if parent is None else self.depths[above] + 1)
        return len(self.parents) - 1

    def has(self, parent: int | None, name: str) -> bool:
        """Whether a folder has one of that name."""
        return (parent, name) in self._taken

    def walk(self) -> list[int]:
        """The folders in preorder, siblings by name: as a scan numbers them."""
        below: list[list[int]] = [[] for _ in self.parents]
        for number, parent in enumerate(self.parents):
            if parent is not None:
                below[parent].append(number)
        order, waiting = [], [0]
        while waiting:
            number = waiting.pop()
            order.append(number)
            waiting.extend(sorted(below[number], key=self.names.__getitem__, reverse=True))
        return order


def spread(tree: Tree, files: int, biggest: int, chance: random.Random) -> None:
    """Give the folders so many files in all: many have few, some none, one has `biggest`."""
    weights = [0.0 if chance.random() < 0.15 else min(chance.paretovariate(1.3), 60.0) for _ in tree.parents]
    weights[0] = min(weights[0], 1.0)
    share = (files - biggest) / max(sum(weights), 1.0)
    left = 0.0
    for number, weight in enumerate(weights):
        left += weight * share
        tree.files[number] = int(left)
        left -= int(left)
    if biggest:
        tree.files[chance.randrange(1, len(tree))] += biggest


def rows(
    tree: Tree, order: list[int], chance: random.Random
) -> Iterator[tuple[int, int, str, str, int, int, int, int]]:
    """A row of the table `file` for each: id, folder (id: place in `order`, from 1), name, extension, size, modified, created,
    number on the server."""
    number = 0
    day = times.from_day(DAY) - times.from_day(DAY - timedelta(days=1))
    for place, folder in enumerate(order, 1):
        for name, size, modified in _files(tree, folder, chance, day):
            number += 1
            yield number, place, name, names.extension(name), size, modified, modified - 3 * day, number


def _files(tree: Tree, folder: int, chance: random.Random, day: int) -> Iterator[tuple[str, int, int]]:
    yield from tree.listed.get(folder, ())
    year, count = tree.years[folder], tree.files[folder]
    newest = times.from_day(date(year, 12, 30) if year else DAY)
    # Half of the names say nothing of where they lie, so that those of siblings are often the same.
    plain = chance.random() < 0.5
    for index in range(count):
        word = _WORDS[index % len(_WORDS)] if plain else chance.choice(_WORDS)
        ending = _EXTENSIONS[(index if plain else index * 7) % len(_EXTENSIONS)]
        name = f"{word}.{ending}" if plain and index < len(_WORDS) else f"{word} {index}.{ending}"
        age = chance.random() * 300 if year else chance.random() ** 2 * 6000
        yield name, int(chance.paretovariate(0.6) * 2000) % 5_000_000_000, newest - int(age * day)
    if folder in tree.odd:
        for name in ODD_FILES:
            yield name, 100, newest
