"""What lies in the sample area: paths, contents and times, the same for the same seed."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from filrydd.rehearsal.sample import contents as contents

_REPORTS = (
    "Rapport",
    "Årsmelding",
    "Strategi",
    "Handlingsplan",
    "Rutine for fakturering",
    "Høringssvar",
    "Internkontroll",
)
_CHAIN = ("", " v2", " v2 endelig", " v2 endelig NY")
_MEETINGS = ("Ledermøte", "Avdelingsmøte", "Medbestemmelse", "Økonomimøte")
_LONG_NAME = "Budsjettrunden for enheten, med alle vedlegg og merknader som kom inn i løpet av høsten "
BIG = 12_000_000


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file: path with `/`, content, time of its last change in seconds since 1970, and what it is an example of."""

    path: str
    data: bytes
    modified: int
    kind: str = ""


def empty_folders() -> tuple[str, ...]:
    """Folders with nothing in them."""
    return ("Ny mappe", "Ny mappe (2)", "Prosjekter/Avsluttet/Tom")


def files(seed: int) -> Iterator[SampleFile]:
    """Every file that any system can hold."""
    some = random.Random(seed)
    yield from _vouchers(some)
    yield from _reports(some)
    yield from _meetings(some)
    yield from _numbers(some)
    yield from _pictures(some)
    yield from _projects(some)
    yield from _homes(some)
    yield from _junk(some)


def difficult(seed: int) -> Iterator[SampleFile]:
    """Files whose names Linux can hold and Windows cannot; most of them SharePoint refuses."""
    some = random.Random(seed + 1)
    for name in (
        "rapport: utkast?.txt",
        "tabell * mal.csv",
        'brev "kladd".txt',
        "ender med mellomrom ",
        " begynner med mellomrom.txt",
        "linje\nskift.txt",
        "bakover\\strek.txt",
        "AUX",
        "mindre < større > pipe |.txt",
        "Vedtak./innstilling.txt",
    ):
        yield SampleFile(f"Diverse/{name}", f"Innholdet i {name!a}\n".encode(), _moment(some, 2016), "refused")
    yield SampleFile("Diverse/CON.txt", b"konsoll\n", _moment(some, 2016), "device")
    # A name from before UTF-8: no text at all to a system that expects UTF-8.
    yield SampleFile("Diverse/gammelt tegnsett \udce6.txt", b"latin-1\n", _moment(some, 2011), "undecodable")
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "Tvillingnavn å.txt")
        yield SampleFile(f"Diverse/{name}", f"Skrevet som {form}\n".encode(), _moment(some, 2015), "twin")


def _moment(some: random.Random, year: int) -> int:
    # The last year is cut off in May, so that nothing lies in the future.
    month = some.randint(1, 5 if year >= 2026 else 12)
    when = datetime(year, month, some.randint(1, 28), some.randint(7, 16), some.randint(0, 59), tzinfo=UTC)
    return int(when.timestamp()) + some.randint(0, 59)


def _vouchers(some: random.Random) -> Iterator[SampleFile]:
    for year in (*range(2009, 2013), *range(2023, 2027)):
        for number in range(1, 13):
            data = contents.pdf(f"Bilag {number} for {year}, belop {some.randint(100, 90_000)} kroner")
            kind = "old voucher" if year < 2013 else "voucher"
            yield SampleFile(f"Bilag/{year}/Bilag {year}-{number:04}.pdf", data, _moment(some, year), kind)


def _reports(some: random.Random) -> Iterator[SampleFile]:
    for report in _REPORTS:
        year = some.randint(2014, 2024)
        begun = _moment(some, year)
        for step, addition in enumerate(_CHAIN):
            text = f"{report}, utgave {step + 1}. " * (20 + step)
            link = r"file:///\\filserver\okonomi\Budsjett\Budsjett 2024.xlsx" if step == 3 else ""
            data = contents.docx(text, link)
            moment = begun + step * 5 * 86400
            yield SampleFile(f"Rapporter/{report}{addition}.docx", data, moment, "chain")
            if step == 3:
                yield SampleFile(f"Rapporter/Kopi/{report}{addition}.docx", data, moment, "duplicate")
                yield SampleFile(f"Til arkiv/{report} (kopi).docx", data, moment + 86400, "duplicate")


def _meetings(some: random.Random) -> Iterator[SampleFile]:
    for year in (2019, 2022, 2025):
        for meeting in _MEETINGS:
            for number in (1, 2, 3):
                path = f"Møter/{year}/{meeting}/Referat {number} {meeting.lower()}.docx"
                yield SampleFile(path, contents.docx(f"Referat {number}, {meeting} {year}"), _moment(some, year))
    # From a Mac: the same letters in another form.
    folder = unicodedata.normalize("NFD", "Møter/Fra nettbrett på råd")
    for number in range(1, 6):
        name = unicodedata.normalize("NFD", f"Måltall for høst {number}.txt")
        yield SampleFile(f"{folder}/{name}", f"Måltall {number}\n".encode(), _moment(some, 2020), "nfd")


def _numbers(some: random.Random) -> Iterator[SampleFile]:
    for year in range(2013, 2027):
        rows: list[list[str | int]] = [["Konto", "Beløp"]]
        rows += [[f"{4000 + line}", some.randint(1, 500_000)] for line in range(25)]
        data = contents.xlsx(rows)
        moment = _moment(some, year)
        yield SampleFile(f"Budsjett/Budsjett {year}.xlsx", data, moment)
        lines = "\r\n".join(";".join(map(str, row)) for row in rows)
        yield SampleFile(f"Budsjett/Eksport/budsjett_{year}.csv", lines.encode("cp1252"), moment)
        if year % 4 == 0:
            yield SampleFile(f"Budsjett/Gammelt/Kopi av Budsjett {year}.xlsx", data, moment, "duplicate")
    for name in ("Mal for faktura", "Satser 2010", "Timelister"):
        data = contents.ole("Workbook", f"{name} " * 40)
        yield SampleFile(f"Budsjett/Gammelt/{name}.xls", data, _moment(some, 2010), "old office")


def _pictures(some: random.Random) -> Iterator[SampleFile]:
    for number in range(1, 31):
        data = contents.jpg(f"Bilde {number} {some.random()}")
        yield SampleFile(f"Bilder/Sommerfest 2017/IMG_{number:04}.JPG", data, _moment(some, 2017))
        if number % 5 == 0:
            yield SampleFile(f"Bilder/Utvalg/IMG_{number:04}.JPG", data, _moment(some, 2018), "duplicate")
    for name in ("logo", "logo_ny", "kart", "skjermbilde"):
        yield SampleFile(f"Bilder/{name}.png", contents.png(some.randrange(1 << 24)), _moment(some, 2019))
    yield SampleFile("Bilder/Film/befaring.mp4", some.randbytes(BIG), _moment(some, 2021), "big")


def _projects(some: random.Random) -> Iterator[SampleFile]:
    for project in ("Nytt økonomisystem", "Flytting", "Skolebygg"):
        top = f"Prosjekter/{project}"
        yield SampleFile(f"{top}/Presentasjon {project}.pptx", contents.pptx(project), _moment(some, 2023))
        yield SampleFile(f"{top}/Side.html", contents.html(project), _moment(some, 2022))
        yield SampleFile(f"{top}/Side_files/stil.css", b"body { color: black }\n", _moment(some, 2022), "refused")
        yield SampleFile(
            f"{top}/Gammel plan.doc", contents.ole("WordDocument", project * 30), _moment(some, 2012), "old office"
        )
        for number in range(1, 11):
            text = f"Notat {number} om {project}\n" * some.randint(1, 60)
            yield SampleFile(f"{top}/Notater/Notat {number:02}.txt", text.encode(), _moment(some, 2022))
    yield SampleFile("Prosjekter/Skadet.docx", contents.docx("Skadet")[:-200], _moment(some, 2018), "broken")
    yield SampleFile("Prosjekter/Tom fil.txt", b"", _moment(some, 2018), "empty")
    yield SampleFile(
        "Prosjekter/_vti_cnf/innstillinger.txt", b"vti_encoding:SR|utf8-nl\n", _moment(some, 2013), "refused"
    )
    yield SampleFile("Prosjekter/.skjult.txt", b"skjult\n", _moment(some, 2020), "hidden")
    yield SampleFile("Forms/Skjema 1.docx", contents.docx("Skjema"), _moment(some, 2021), "refused")
    deep = "/".join(f"{_LONG_NAME}{level}".strip() for level in range(1, 6))
    yield SampleFile(f"Prosjekter/{deep}/Notat til møtet.txt", b"Langt nede\n", _moment(some, 2019), "too long")


def _homes(some: random.Random) -> Iterator[SampleFile]:
    for person in ("kari", "ola", "sluttet_2015"):
        top = f"Hjemmeomrader/{person}"
        for number in range(1, 7):
            text = f"Privat notat {number}\n"
            yield SampleFile(f"{top}/notat {number}.txt", text.encode(), _moment(some, 2015), "home")
        yield SampleFile(f"{top}/Bilder/ferie.jpg", contents.jpg(person), _moment(some, 2014), "home")


def _junk(some: random.Random) -> Iterator[SampleFile]:
    for folder in ("Bilder/Sommerfest 2017", "Bilder/Utvalg", "Rapporter", "Prosjekter/Skolebygg", "Møter/2022"):
        yield SampleFile(f"{folder}/Thumbs.db", some.randbytes(300), _moment(some, 2017), "junk")
    for folder in ("Rapporter", "Møter/2025"):
        yield SampleFile(f"{folder}/~$pport v2.docx", some.randbytes(162), _moment(some, 2024), "junk")
        yield SampleFile(f"{folder}/~WRL0003.tmp", some.randbytes(900), _moment(some, 2024), "junk")
        yield SampleFile(f"{folder}/desktop.ini", b"[.ShellClassInfo]\r\n", _moment(some, 2016), "junk")
    yield SampleFile("Rapporter/.DS_Store", some.randbytes(600), _moment(some, 2020), "junk")
    yield SampleFile("Rapporter/Snarvei til Budsjett.lnk", b"L\0\0\0" + some.randbytes(60), _moment(some, 2020), "junk")
