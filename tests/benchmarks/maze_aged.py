"""A sensible department (units, tasks, cases), aged into a maze by what twenty years of many hands do to a file area."""

import random
from dataclasses import dataclass

from tests.benchmarks.maze_people import UNKNOWN, People
from tests.benchmarks.maze_tree import Tree

_UNITS = (
    "Skole", "Barnehage", "Vei", "Vann og avløp", "Kultur", "Plan", "Byggesak", "Helse", "Hjemmetjeneste", "Bibliotek",
    "Eiendom", "Renhold", "Kart", "Park", "Idrett", "Brann", "Legevakt", "Sosial", "Innvandring", "Næring",
)  # fmt: skip
_TASKS = (
    "Prosjekter", "Møter", "Avtaler", "Korrespondanse", "Rapporter", "Høringer", "Kurs", "Rutiner", "Budsjett", "Bilder",
    "Innkjøp og tilbud", "Statistikk", "Presentasjoner", "Søknader",
)  # fmt: skip
_CASES = (
    "Ny hall",
    "Sentrum",
    "Oppgradering",
    "Kontrakt",
    "Gata",
    "Tilsyn",
    "Anbud",
    "Befaring",
    "Klage",
    "Vedlikehold",
)
_LAYERS = ("Arkiv", "Gammelt", "Fra K-disken", "Overført", "Rydding", "Sikkerhetskopi", "Til sletting", "Dokumenter")
_MESS = ("Ny mappe", "Diverse", "Ny mappe (2)", "Div", "Midlertidig", "test", "kopi av Arkiv", "Fra minnepinne")
REFUSED = (
    "Nettside_files", "~gammel", "Møte 12.", " Notater", "AUX", "forms", "hva?", 'Sak "A"', "a_vti_b", "Plan: utkast", "com1",
    "Bilder ", "Ma\u030aned", "rar\\udc80", "\\\\server", "~$mappe", "desktop.ini", "Emoji \U0001f600 mappe", "...",
)  # fmt: skip
_YEARS = range(2004, 2027)


@dataclass(frozen=True)
class Truth:
    """What the maze was made from: `classes`, the access classes that it uses (the odd lists not counted); `breaks`, folders
    that were given another list than the one above; and how many of each nuisance were planted."""

    classes: int
    breaks: int
    planted: dict[str, int]


class Ageing:
    """Grows one tree to about `folders` folders."""

    def __init__(self, people: People, folders: int, chance: random.Random) -> None:
        self.tree, self._people, self._chance, self._most = Tree(), people, chance, folders
        self.planted: dict[str, int] = {}
        self._breaks = 0
        self._used = {0}

    def grow(self) -> Truth:
        """The whole department; `tree` has it afterwards."""
        top = self.tree.add(None, "", self._people.of_class[0][0])
        count = max(2, min(40, self._most // 250))
        units = [self.tree.add(top, self._one_of(_UNITS, number)) for number in range(count)]
        for unit in units:
            self._restricted(unit, 0.9)
        tasks = [self.tree.add(unit, name) for name in _TASKS for unit in units if self._happens(0.7)]
        for task in tasks:
            self._restricted(task, 0.12)
        while len(self.tree) < self._most:
            self._case(self._chance.choice(tasks))
        self._oddities()
        return Truth(len(self._used), self._breaks, dict(sorted(self.planted.items())))

    def _one_of(self, words: tuple[str, ...], number: int) -> str:
        return words[number] if number < len(words) else f"{words[number % len(words)]} {number // len(words) + 1}"

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability

    def _note(self, what: str) -> None:
        self.planted[what] = self.planted.get(what, 0) + 1

    def _restricted(self, folder: int, probability: float) -> None:
        """The few same groups' folders, here once more: each a broken inheritance."""
        for number, word in enumerate(self._people.words[1:], 1):
            if self._happens(probability):
                home = self.tree.add(folder, word, self._list(number))
                for _ in range(self._chance.randint(0, 3)):
                    self.tree.add(home, self._chance.choice(_CASES))
                if self._happens(0.04):
                    self._note("opened again")
                    self.tree.add(home, "Til alle", self._list(0))

    def _list(self, number: int) -> int:
        self._breaks += 1
        self._used.add(number)
        return self._chance.choice(self._people.of_class[number])

    def _case(self, task: int) -> None:
        chance, tree = self._chance, self.tree
        above = task
        if self._happens(0.12):
            self._note("chain")
            for _ in range(chance.randint(2, 5)):
                above = tree.add(above, chance.choice(_LAYERS))
        name = f"{chance.choice(_CASES)} {chance.randint(1, 400)}"
        case = tree.add(above, name)
        if self._happens(0.08):
            self._restricted(case, 0.3)
        if self._happens(0.25):
            self._note("years")
            for year in chance.sample(_YEARS, chance.randint(2, 7)):
                tree.add(case, str(year), year=year)
        if self._happens(0.08):
            self._note("person")
            tree.add(case, chance.choice(self._people.told).name)
        if self._happens(0.25):
            self._note("mess")
            tree.add(case, chance.choice(_MESS))
        if self._happens(0.06):
            self._note("copy")
            copy = tree.add(above, f"kopi av {name}")
            tree.add(copy, chance.choice(_MESS))
        if self._happens(0.03):
            self._note("case differs")
            tree.add(above, name.upper())
        if self._happens(0.02):
            self._note("refused name")
            tree.add(case, chance.choice(REFUSED))
        if self._happens(0.01):
            self._note("long name")
            tree.add(case, " ".join(chance.choice(_CASES) for _ in range(chance.randint(12, 30)))[:240].rstrip())
        if self._happens(0.01):
            self._note("deep")
            while tree.depths[case] < 20:
                case = tree.add(case, chance.choice(_LAYERS + _CASES))

    def _oddities(self) -> None:
        """What there is little of in any area: Deny, people nobody knows, lists nobody told, names nobody takes."""
        chance, tree = self._chance, self.tree
        few = max(1, self._most // 2000)
        plain = range(len(tree) // 2, len(tree))
        for what, lists in (
            ("odd list", self._people.odd),
            ("not sayable", self._people.unsayable),
            ("not told", [UNKNOWN]),
        ):
            for number in (*lists, *(chance.choice(lists) for _ in range(few - 1))):
                self._note(what)
                tree.add(chance.choice(plain), f"{what} {number}".replace("-", ""), number)
        for number in chance.sample(plain, min(len(plain), few + 1)):
            tree.odd.add(number)
        for name in REFUSED:
            tree.add(0 if self._happens(0.3) else chance.choice(plain), name)
