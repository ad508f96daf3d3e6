"""Catalogs of any size, made without a scan: folders and files with the names that offices give them."""

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from filrydd.catalog import preorder
from filrydd.catalog.connection import open_catalog
from filrydd.model import names, times

DAY = date(2026, 11, 23)
FILES_A_FOLDER = 10
_FOLDERS = [
    "Bilag", "Fakturaer", "Inngående faktura", "Budsjett", "Årsoppgjør", "Avtaler", "Korrespondanse", "Møter",
    "Referater", "Prosjekter", "Personal", "Kart", "Tegninger", "Bilder", "Arkiv", "Gammelt", "Diverse", "Maler",
    "Rutiner", "Høringer", "Vedtak", "Søknader", "Innkjøp", "Tilbud", "Rapporter", "Statistikk", "Kurs",
    "Presentasjoner", "Ledelse", "Utkast", "Eksport", "Sikkerhetskopi", "Økonomi", "Lønn", "Skole", "Barnehage",
    "Helse", "Vei", "Vann", "Plan",
]  # fmt: skip
_WORDS = [
    "Faktura", "Notat", "Referat", "Rapport", "Søknad", "Vedtak", "Avtale", "Budsjett", "Regnskap", "Oversikt",
    "Liste", "Brev", "Svar", "Høring", "Innkalling", "Møteplan", "Årsmelding", "Bilde", "Skisse", "Kopi av plan",
    "Utkast til brev", "Tilbud", "Kontrakt", "Statistikk", "Måling", "Thumbs", "~$otat",
]  # fmt: skip
_EXTENSIONS = [
    "docx", "docx", "docx", "doc", "xlsx", "xlsx", "xls", "pdf", "pdf", "pdf", "pdf", "jpg", "jpg", "tif", "png", "txt",
    "csv", "msg", "pptx", "ppt", "zip", "tmp", "db", "bak", "lnk",
]  # fmt: skip


def fill(place: Path, files: int, seed: int = 1) -> None:
    """Make a catalog with so many files in a tenth as many folders, the same ones for the same numbers."""
    chance = random.Random(seed)
    with open_catalog(place, create=True) as catalog, catalog.writing():
        catalog.run("INSERT INTO area (one, name, source) VALUES (1, ?, '/x')", (place.stem,))
        catalog.run("INSERT INTO scan (id, source, state, begun) VALUES (1, '/x', 'done', 1)")
        catalog.run_many(
            "INSERT INTO folder (id, parent, name, modified, created, attributes, file_id) VALUES (?, ?, ?, 0, 0, 16, ?)",
            _folders(max(1, files // FILES_A_FOLDER), chance),
        )
        catalog.run_many(
            "INSERT INTO file (id, folder, name, extension, size, modified, created, attributes, file_id, first_scan)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 32, ?, 1)",
            _files(files, chance),
        )
        preorder.number(catalog)


def _folders(count: int, chance: random.Random) -> Iterator[tuple[int, int | None, str, int]]:
    """Folders whose numbers follow the tree, as a scan gives them: each lies in the one before it or in one above that."""
    way = [1]
    yield 1, None, "", 1
    for number in range(2, count + 1):
        while len(way) > 1 and (len(way) > 9 or chance.random() < 0.45):
            way.pop()
        word = chance.choice(_FOLDERS)
        yield number, way[-1], f"{word} {1990 + number % 37} {number}" if number % 3 else f"{word} {number}", number
        way.append(number)


def _files(count: int, chance: random.Random) -> Iterator[tuple[int | str, ...]]:
    newest = times.from_day(DAY)
    day = times.from_day(DAY) - times.from_day(DAY - timedelta(days=1))
    for number in range(1, count + 1):
        word, extension = chance.choice(_WORDS), chance.choice(_EXTENSIONS)
        name = f"{word} {number % 5000}.{extension}"
        modified = newest - int(chance.random() ** 2 * 9000 * day)
        yield (
            number,
            (number - 1) // FILES_A_FOLDER + 1,
            name,
            names.extension(name),
            int(chance.paretovariate(0.6) * 2000) % 5_000_000_000,
            modified,
            modified - int(chance.random() * 100 * day),
            number,
        )


def some(words: Iterator[str], count: int) -> tuple[str, ...]:
    """The next `count` words."""
    return tuple(itertools.islice(words, count))
