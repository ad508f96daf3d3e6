"""Forty rules without regular expressions, as a department could have them: 18 by place, 9 by name, 6 by extension, and the
rest by age and size."""

from filrydd.model import times
from filrydd.model.rule import (
    All,
    Before,
    Either,
    Fate,
    HasExtension,
    Named,
    Not,
    Predicate,
    Rule,
    SizeBetween,
    Texts,
    Under,
)
from tests.benchmarks.filled import DAY

_MB = 1_000_000


def _years(count: int) -> int:
    return times.from_day(DAY.replace(year=DAY.year - count))


def _old(when: Predicate, years: int) -> Predicate:
    return All((when, Before("modified", _years(years))))


_WHEN: list[Predicate] = [
    Named(("Thumbs.db", "ehthumbs.db", "desktop.ini", ".DS_Store", "._*")),
    Named(("~$*", ".~lock*", "~WRL*.tmp")),
    HasExtension(("tmp", "temp", "crdownload", "partial")),
    Under(("**/$RECYCLE.BIN", "**/.Trash*")),
    Under(("**/Privat", "**/Hjemmeområde*", "**/Users/*")),
    Under(("**/18??", "**/190?", "**/191?", "**/192?", "**/193?", "**/194?")),
    _old(Under(("**/Bilag*", "**/Fakturaer*", "**/Inngående faktura*")), 5),
    Under(("**/Bilag*", "**/Fakturaer*", "**/Inngående faktura*")),
    Under(("**/Årsoppgjør*", "**/Budsjett*", "**/Økonomi*")),
    _old(Under(("**/Prosjekter*",)), 10),
    _old(Under(("**/Avtaler*", "**/Korrespondanse*")), 3),
    Under(("**/Personal*", "**/Lønn*")),
    All((Under(("**/Kart*", "**/Tegninger*")), HasExtension(("tif", "jpg", "png", "zip")))),
    _old(Under(("**/Eksport*", "**/Sikkerhetskopi*")), 1),
    _old(HasExtension(("bak", "old", "dmp")), 1),
    All((HasExtension(("zip", "7z", "rar")), SizeBetween(100 * _MB, None))),
    All((Named(("Kopi av *", "Copy of *")), Before("modified", _years(2)))),
    All((Named(("Utkast*", "Kladd*")), Before("modified", _years(2)))),
    Named(("Søknad*", "Vedtak*")),
    All((Under(("**/Skole*", "**/Barnehage*")), Named(("*elev*", "*barn*")))),
    Under(("**/Søknader*", "**/Vedtak*")),
    _old(Under(("**/Høringer*",)), 10),
    All((Under(("**/Innkjøp*", "**/Tilbud*")), Named(("Tilbud*", "Kontrakt*")))),
    _old(Under(("**/Innkjøp*", "**/Tilbud*")), 3),
    _old(Under(("**/Kurs*", "**/Presentasjoner*")), 5),
    All((HasExtension(("jpg", "png", "tif")), Not(Under(("**/Bilder*", "**/Kart*"))), Before("modified", _years(5)))),
    Either((Under(("**/Møter*",)), Named(("Referat*", "Innkalling*", "Møteplan*")))),
    Under(("**/Statistikk*", "**/Rapporter*")),
    _old(Named(("*høring*", "*svar*")), 5),
    All((Named(("Faktura*",)), Before("modified", _years(5)))),
    HasExtension(("db", "mdb", "accdb", "lnk", "pst")),
    All((SizeBetween(500 * _MB, None), Before("modified", _years(2)))),
    SizeBetween(None, 0),
    _old(Under(("**/Gammelt*", "**/Diverse*")), 5),
    _old(Under(("**/Utkast*", "**/Maler*")), 5),
    All((HasExtension(("doc", "xls", "ppt")), Before("created", _years(10)))),
    _old(Under(("**/Vei*", "**/Vann*", "**/Plan*")), 10),
    Before("modified", _years(12)),
    _old(All(()), 5),
    All(()),
]

_FATES = (Fate.MOVE, Fate.HOLD, Fate.DESTROY)
RULES = [
    Rule(f"rule {number}", _FATES[number % 3], when, Texts(f"regel {number}")) for number, when in enumerate(_WHEN, 1)
]
assert len(RULES) == 40
