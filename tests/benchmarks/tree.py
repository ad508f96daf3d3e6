"""The tree that is scanned: the same one for the same numbers, names as a Norwegian municipality gives them.

`make(top, files=200_000)` makes 200,000 files in 15,000 folders, 12 deep, in ten departments that are alike, and one folder
that alone holds 25,902 files. Sizes are real but nothing is written, so that the tree takes little room.
"""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

DEEPEST = 12
FOLDERS_PER_FILE = 15_000 / 200_000
BIGGEST_PER_FILE = 25_902 / 200_000
BIGGEST = "Skannet arkiv"
DEPARTMENTS = (
    "Barnehage og skole", "Byutvikling", "Eiendom", "Helse og omsorg", "Innkjøp", "Kultur og idrett", "Personal",
    "Politisk sekretariat", "Vann og avløp", "Økonomi",
)  # fmt: skip
_FOLDERS = (
    "Ansettelser", "Arkiv", "Bilder", "Bilag", "Budsjett", "Byggesaker", "Diverse", "Eldre saker", "Fakturaer", "Felles",
    "Gamle filer", "Høringer", "Kontrakter", "Kurs", "Kvalitet", "Maler", "Møter", "Opplæring", "Prosjekter", "Rapporter",
    "Reguleringsplaner", "Årsmelding",
)  # fmt: skip
_FILES = (
    "Avtale", "Befaring", "Brev til nabo", "Budsjettforslag", "Faktura", "Følgebrev", "Høringssvar", "Innkalling", "Kart",
    "Kopi av timeliste", "Møtereferat", "Notat", "Oversikt", "Protokoll", "Rapport", "Saksframlegg", "Søknad", "Tilbud",
    "Tilskudd", "Vedtak", "Vedlikehold", "Årsplan",
)  # fmt: skip
_TOPICS = (
    "", "", " 2. tertial", " Bjørkåsen", " barnevern", " brann", " driftsmøte", " formannskapet", " grunnskolen", " gnr 12 bnr 7",
    " renovasjon", " sykehjem", " Ås",
)  # fmt: skip
_ENDINGS = ("", "", "", " endelig", " v2", " NY", "_rev", " signert")
_EXTENSIONS = (
    "docx", "docx", "docx", "pdf", "pdf", "pdf", "pdf", "xlsx", "xlsx", "doc", "doc", "xls", "msg", "msg", "jpg", "JPG",
    "pptx", "txt", "tif", "xml", "dwg", "zip",
)  # fmt: skip
_LATEST = 1_760_000_000  # October 2025
_YEAR = 31_556_952


@dataclass(frozen=True)
class Tree:
    """What was made. `folders` without the top; `name_bytes` is the mean of the names, UTF-8."""

    top: Path
    files: int
    folders: int
    biggest: int
    name_bytes: float

    @property
    def entries(self) -> int:
        """What a listing of everything holds."""
        return self.files + self.folders

    def some_files(self, count: int) -> list[str]:
        """That many paths of files, spread over the tree, `/` between the names."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.top):
            folders.sort()
            place = Path(folder).relative_to(self.top).as_posix()
            found += [f"{place}/{name}" for name in sorted(names)]
        return random.Random(count).sample(found, min(count, len(found)))


def make(top: Path, files: int, folders: int | None = None, biggest: int | None = None) -> Tree:
    """Make the tree in `top`, which must not be there yet."""
    folders = max(len(DEPARTMENTS) + DEEPEST, round(files * FOLDERS_PER_FILE) if folders is None else folders)
    biggest = round(files * BIGGEST_PER_FILE) if biggest is None else biggest
    places = _places(folders)
    counts = [biggest, *_shares(files - biggest, folders - 1)]
    top.mkdir(parents=True)
    names = sum(len(place.rpartition("/")[2].encode()) for place in places)
    for place in places:
        os.mkdir(top / place)
    work = [(str(top), number, place, counts[number]) for number, place in enumerate(places)]
    # Forked, not spawned: a spawned process would run the benchmark's own module first.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as workers:
        names += sum(workers.map(_fill, work, chunksize=200))
    return Tree(top, files, folders, biggest, names / (files + folders))


def _places(count: int) -> list[str]:
    """The folders, each after its parent; the biggest one is the first."""
    chance = random.Random(count)
    found = [BIGGEST]
    below: list[list[tuple[str, int]]] = []
    for department in DEPARTMENTS:
        below.append([(department, 1)])
        found.append(department)
    for number in range(count - len(found)):
        mine = below[number % len(below)]
        # The first ones go straight down, so that every department is as deep as the tree may be.
        parent, depth = mine[-1] if len(mine) < DEEPEST else chance.choice(mine)
        while depth >= DEEPEST:
            parent, depth = chance.choice(mine)
        place = f"{parent}/{chance.choice(_FOLDERS)} {1995 + number % 30}-{number // len(below)}"
        mine.append((place, depth + 1))
        found.append(place)
    return found


def _shares(files: int, folders: int) -> Iterator[int]:
    # Most folders hold little and a few hold much.
    chance = random.Random(folders)
    weights = [chance.expovariate(1.0) for _ in range(folders)]
    scale, so_far, given = files / sum(weights), 0.0, 0
    for place, weight in enumerate(weights, 1):
        so_far += weight
        until = files if place == folders else round(so_far * scale)
        yield until - given
        given = until


def _fill(work: tuple[str, int, str, int]) -> int:
    """Make one folder's files; returns the bytes of their names."""
    top, number, place, count = work
    chance = random.Random(number)
    names = 0
    folder = os.open(f"{top}/{place}", os.O_RDONLY)
    try:
        for file in range(count):
            words = chance.choice(_FILES) + chance.choice(_TOPICS)
            mark = f"{2000 + chance.randrange(25)}-{file}{chance.choice(_ENDINGS)}"
            name = f"{words} {mark}.{chance.choice(_EXTENSIONS)}"
            made = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=folder)
            try:
                os.truncate(made, int(chance.lognormvariate(10.5, 2.2)) % (1 << 32))
                when = _LATEST - int(chance.random() ** 2 * 20 * _YEAR)
                os.utime(made, (when, when))
            finally:
                os.close(made)
            names += len(name.encode())
    finally:
        os.close(folder)
    return names
