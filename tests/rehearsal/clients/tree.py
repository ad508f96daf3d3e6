"""A tree of files whose names are difficult, and all of them SharePoint takes.

Made by hand from Microsoft's page on restrictions and from what people complain of (facts, sections 1 and 6); the tenant's own
rules are not asked.
"""

import io
import os
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

BEFORE = "sites/rehearsal/Shared Documents/"
"""What SharePoint counts before a path in the first library: 400 characters is the limit of both together."""

_NFD = unicodedata.normalize("NFD", "møte på nett, mål å nå")
NAMES = (
    # What has a meaning in addresses, in OData or in shells.
    "100 % #1.txt",
    "%.txt",
    "%41%2F%25.txt",
    "100%25 ferdig.txt",
    "# først",
    "a&b=c.txt",
    "1+1=2.txt",
    "semikolon; komma, punktum.csv",
    "'sitat' og ''dobbelt''.txt",
    "[hake] {krøll} (bue).txt",
    "@!^`$¤§.txt",
    "tilde~1.txt",
    "~begynner med tilde.txt",
    "delta()",
    "children",
    "content.txt",
    "root",
    "$metadata.txt",
    "null",
    # Points.
    ".skjult",
    "..to punktum foran",
    "punktum på slutten.",
    "tre punktum...",
    "fil.uten.ende.tar.gz",
    # Forms of letters.
    _NFD + ".txt",
    "Møte på nett, æøå ÆØÅ.txt",
    "Čáŋŧ sámi žurnála.txt",
    "Straße.txt",
    "STRASSE.txt",
    "日本語の名前.txt",
    "עברית.txt",
    "\u00a0hardt mellomrom\u00a0.txt",
    "tankestrek – og — lang.txt",
    "\U0001f600.txt",
    "familie \U0001f469\u200d\U0001f467\u200d\U0001f466.txt",
    # Names that only look reserved.
    "CONtrakt.txt",
    "con2",
    "COM10",
    "LPT",
    "nuller",
    "auxiliær.txt",
    "x.lock",
    "lock",
    "desktop.ini.txt",
    "$~regnskap.txt",
    "vti_arkiv.txt",
    "Forms",
    "bilder_files",
    # Lengths.
    "l" * 246 + ".txt",
    "ø" * 120 + ".txt",
    "\U0001f4c4" * 40 + ".txt",
)
FOLDERS = (
    "Sak 1 % av #2",
    "Møter & referater + vedlegg",
    unicodedata.normalize("NFD", "Årsmøter på Ås"),
    "[2009] {kladd} (gammel); 'sitat', =@!",
    ".skjult mappe",
    "Forms i arkivet/Forms",
    "\U0001f4c1 mappe",
    "dyp/" * 20 + "nederst",
)
EMPTY = ("tom.txt", "tom uten ende", "tom #1 %.dat")


@dataclass(frozen=True)
class Tree:
    """Files by their paths; `rewritten` are those that SharePoint rewrites as they arrive."""

    files: dict[str, bytes]
    rewritten: dict[str, bytes] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, bytes]:
        return self.files | self.rewritten

    def shares(self, count: int) -> list["Tree"]:
        """The tree in so many parts of about one size, which have no folder in common."""
        below: dict[str, list[str]] = {}
        for path in self.all:
            below.setdefault(path.split("/")[0] if "/" in path else "", []).append(path)
        parts: list[list[str]] = [[] for _ in range(count)]
        for paths in sorted(below.values(), key=len, reverse=True):
            min(parts, key=len).extend(paths)
        return [
            Tree(
                {path: self.files[path] for path in part if path in self.files},
                {path: self.rewritten[path] for path in part if path in self.rewritten},
            )
            for part in parts
        ]

    def lay_out(self, top: Path) -> Path:
        """Write the files below `top`, each with a time of its own."""
        for path, content in self.all.items():
            file = top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            os.utime(file, (moment(path), moment(path)))
        return top


def moment(path: str) -> int:
    """The time of a file, in seconds since 1970: somewhen between 1995 and 2016."""
    return 800_000_000 + zlib.crc32(path.encode()) % 650_000_000


def composed(path: str) -> str:
    """A path as it compares: NFC."""
    return unicodedata.normalize("NFC", path)


def difficult(count: int, below: str) -> Tree:
    """A tree of `count` files that is to lie in the folder `below` of the first library."""
    files = {name: f"innhold {number}".encode() for number, name in enumerate(NAMES) if name != "Forms"}
    for folder in FOLDERS:
        room = 400 - len(BEFORE) - len(below) - len(folder) - 2
        files |= {f"{folder}/{name}": f"{folder} {name}".encode() for name in NAMES if len(name) <= room}
    files |= {f"{folder}/{name}": b"" for folder in FOLDERS for name in EMPTY}
    # The same names in other letters, in folders that differ: none of them meets another.
    files |= {"Store/Rapport.TXT": b"stor", "små/rapport.txt": b"liten", "små/rapport.txt.txt": b"lengst"}
    files["stor fil.bin"] = bytes(range(256)) * 45_000
    files |= {_of_length(400, below, "a"): b"400", _of_length(399, below, "å"): b"399"}
    rewritten = _rewritten()
    for number in range(count - len(files) - len(rewritten)):
        files[f"Saker {1998 + number % 25}/Sak {number:04} – notat.txt"] = f"notat {number}\n".encode() * (number % 40)
    return Tree(dict(list(files.items())[: count - len(rewritten)]), rewritten)


def _of_length(length: int, below: str, letter: str) -> str:
    """A path that SharePoint counts as so many characters."""
    whole = length - len(BEFORE) - len(below) - 1
    folder, name = letter * 120, letter * 60
    rest = whole - 2 * (len(folder) + 1)
    return f"{folder}/{folder}/{(name * 3)[: rest - 4]}.txt"


def _rewritten() -> dict[str, bytes]:
    found = {f"Office/Regneark #{number} %.xlsx": _workbook(number) for number in range(6)}
    found |= {f"Office/Notat {number}.docx": _document(f"Notat {number}") for number in range(6)}
    return found | {"Office/side.html": b"<html><head><title>Side</title></head><body>Hei</body></html>"}


def _workbook(number: int) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Sak", number])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _document(text: str) -> bytes:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument"/></Relationships>',
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + part)
    return data.getvalue()
