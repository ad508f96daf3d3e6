"""Small documents made by hand: Office packages, compound files, and a place to compare two of them."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from filrydd.documents.comparison import Comparison
from filrydd.documents.differences import compare

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Parts = dict[str, bytes]


@pytest.fixture
def compared(tmp_path: Path) -> Callable[[str, bytes, bytes], Comparison]:
    """`compared(extension, sent, found)`: the comparison of two contents, in this process."""

    def run(extension: str, sent: bytes, found: bytes) -> Comparison:
        (tmp_path / "sent").write_bytes(sent)
        (tmp_path / "found").write_bytes(found)
        return compare(extension, tmp_path / "sent", tmp_path / "found")

    return run


@pytest.fixture(scope="session")
def types() -> Callable[..., bytes]:
    """`types(part=type, ...)`: a [Content_Types].xml."""

    def make(parts: Mapping[str, str]) -> bytes:
        return _TYPES.format(
            "".join(f'<Override PartName="/{part}" ContentType="{type}"/>' for part, type in parts.items())
        ).encode()

    return make


@pytest.fixture(scope="session")
def relations() -> Callable[..., bytes]:
    """`relations({"rId1": ("styles", "styles.xml")})`: a part of relationships."""

    def make(targets: Mapping[str, tuple[str, str]]) -> bytes:
        return _RELATIONSHIPS.format(
            "".join(
                f'<Relationship Id="{id}" Type="{_OFFICE}/{kind}" Target="{at}"/>' for id, (kind, at) in targets.items()
            )
        ).encode()

    return make


@pytest.fixture
def docx(types: Callable[..., bytes], relations: Callable[..., bytes]) -> Parts:
    """The parts of a small Word document."""
    return {
        "[Content_Types].xml": types({"word/document.xml": _MAIN}),
        "_rels/.rels": relations(
            {"rId1": ("officeDocument", "word/document.xml"), "rId2": ("extended-properties", "docProps/app.xml")}
        ),
        "docProps/app.xml": b"<Properties/>",
        "word/document.xml": b"<document>Vedtak i saken</document>" * 20,
        "word/_rels/document.xml.rels": relations({"rId1": ("styles", "styles.xml")}),
        "word/styles.xml": b"<styles/>",
    }


@pytest.fixture
def rewritten_docx(docx: Parts, types: Callable[..., bytes], relations: Callable[..., bytes]) -> Parts:
    """The same document as SharePoint gives it back."""
    return {
        **docx,
        "[Content_Types].xml": types(
            {
                "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
                "customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
                "word/document.xml": _MAIN,
            }
        ),
        "_rels/.rels": relations(
            {
                "rId7": ("officeDocument", "/word/document.xml"),
                "rId2": ("extended-properties", "docProps/app.xml"),
                "rId4": ("custom-properties", "docProps/custom.xml"),
            }
        ),
        "docProps/app.xml": b"<Properties><Company/></Properties>",
        "docProps/custom.xml": b"<Properties>0x0101</Properties>",
        "customXml/item1.xml": b"<properties/>",
        "customXml/itemProps1.xml": b"<itemProps/>",
        "customXml/_rels/item1.xml.rels": relations({"rId1": ("customXmlProps", "itemProps1.xml")}),
        "word/_rels/document.xml.rels": relations(
            {"rId9": ("customXml", "../customXml/item1.xml"), "rId1": ("styles", "styles.xml")}
        ),
    }


@pytest.fixture(scope="session")
def packed() -> Callable[..., bytes]:
    """`packed(parts)`: the parts in a zip file, compressed unless told otherwise."""

    def make(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", compression) as package:
            for name, content in parts.items():
                package.writestr(zipfile.ZipInfo(name), content, compression)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def compound() -> Callable[..., bytes]:
    """`compound({"WordDocument": b"...", "ObjectPool": {...}})`: a compound file of streams and storages ([MS-CFB])."""
    return _compound


_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def _compound(tree: Mapping[str, object], class_id: bytes = bytes(16), padding: int = 0) -> bytes:
    sectors: list[bytes] = []
    fat: list[int] = []
    mini = bytearray()
    mini_fat: list[int] = []
    entries: list[list[object]] = []

    def chain(content: bytes) -> int:
        count = -(-len(content) // _SECTOR)
        first = len(sectors)
        sectors.extend(content[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, b"\0") for i in range(count))
        fat.extend(range(first + 1, first + count))
        fat.extend([_END] if count else [])
        return first if count else _END

    def mini_chain(content: bytes) -> int:
        count = -(-len(content) // _MINI)
        first = len(mini_fat)
        mini.extend(content.ljust(count * _MINI, b"\0"))
        mini_fat.extend(range(first + 1, first + count))
        mini_fat.extend([_END] if count else [])
        return first if count else _END

    def add(name: str, node: object, kind: int) -> int:
        at = len(entries)
        # name, kind, right sibling, child, class id, first sector, size
        entries.append([name, kind, _FREE, _FREE, bytes(16), 0, 0])
        if isinstance(node, bytes):
            entries[at][5] = chain(node) if len(node) >= _CUTOFF else mini_chain(node)
            entries[at][6] = len(node)
            return at
        assert isinstance(node, Mapping)
        last = None
        for kid in sorted(node, key=lambda name: (len(name), name.upper())):
            number = add(kid, node[kid], 2 if isinstance(node[kid], bytes) else 1)
            entries[at if last is None else last][3 if last is None else 2] = number
            last = number
        return at

    add("Root Entry", tree, 5)
    entries[0][4:] = [class_id, chain(bytes(mini)), len(mini)]
    mini_fat_first = chain(
        struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(-(-len(mini_fat) // 128) * _SECTOR, b"\xff")
    )
    directory = b"".join(_entry(*entry) for entry in entries)
    directory += (b"\0" * 68 + b"\xff" * 12 + b"\0" * 48) * (-len(entries) % 4)
    directory_first = chain(directory)
    count = 1
    while len(fat) + count > count * 128:
        count += 1
    fat_first = len(sectors)
    fat += [_FAT] * count
    fat += [_FREE] * (count * 128 - len(fat))
    table = struct.pack(f"<{len(fat)}I", *fat)
    header = struct.pack(
        "<8s16s5H6x7I",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        count,
        directory_first,
        0,
        _CUTOFF,
        mini_fat_first,
        -(-len(mini_fat) // 128),
    )
    header += struct.pack("<2I", _END, 0) + struct.pack(
        "<109I", *range(fat_first, fat_first + count), *[_FREE] * (109 - count)
    )
    return header + b"".join(sectors) + table + bytes(padding)


def _entry(name: str, kind: int, right: int, child: int, class_id: bytes, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBB3I16sI8x8xIQ", text, len(text), kind, 1, _FREE, right, child, class_id, 0, first, size)
