"""SharePoint's property in OOXML files: docProps/custom.xml, its relationship and its content type.

Source of the part's shape: ECMA-376, part 1 (custom file properties).
"""

import re
import shutil
import zipfile
import zlib
from typing import IO
from xml.sax.saxutils import escape

_CUSTOM = "docProps/custom.xml"
_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "_rels/.rels"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)
_PART_LIMIT = 4 << 20
_WHOLE_LIMIT = 4 << 30


def rewrite(source: IO[bytes], target: IO[bytes], properties: dict[str, str]) -> bool:
    """Write the file with further custom properties to `target`; False if it is no sound OOXML file.

    A property that is there already gets the new value. What `target` holds after False is of no use.
    """
    try:
        with zipfile.ZipFile(source) as old:
            members = old.infolist()
            names = [member.filename for member in members]
            if not _sound(members, names):
                return False
            changed = _changed(old, names, properties)
            if not changed:
                return False
            with zipfile.ZipFile(target, "w") as new:
                new.comment = old.comment
                for member in members:
                    _copy(old, member, new, changed.pop(member.filename, None))
                for name, data in changed.items():
                    # Not compressed: the length of the value shows in the size of the file.
                    new.writestr(zipfile.ZipInfo(name), data)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
        return False
    return True


def _sound(members: list[zipfile.ZipInfo], names: list[str]) -> bool:
    return (
        {_TYPES, _RELATIONSHIPS} <= set(names)
        and len(set(names)) == len(names)
        and not any(member.flag_bits & 0x1 or member.header_offset < 0 for member in members)
        and all(member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members)
        and sum(member.file_size for member in members) <= _WHOLE_LIMIT
        and all(
            member.file_size <= _PART_LIMIT
            for member in members
            if member.filename in (_TYPES, _RELATIONSHIPS, _CUSTOM)
        )
    )


def _changed(old: zipfile.ZipFile, names: list[str], properties: dict[str, str]) -> dict[str, bytes]:
    """The parts that get other bytes; empty if one of them is not as it should be."""
    there = _CUSTOM in names
    custom = old.read(_CUSTOM) if there else _EMPTY.encode()
    for name in properties:
        custom = re.sub(
            rb'<property\b[^>]*\bname="' + re.escape(name).encode() + rb'"[^>]*>.*?</property>',
            b"",
            custom,
            flags=re.DOTALL,
        )
    number = max([1, *(int(pid) for pid in re.findall(rb'pid="(\d{1,9})"', custom))])
    # Other prefixes than vt are allowed; these properties bring their own.
    added = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number + place}" name="{name}">'
        '<vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{escape(value)}</vt:lpwstr></property>"
        for place, (name, value) in enumerate(properties.items(), 1)
    )
    if (bytes_of_custom := _insert(custom, b"Properties", added)) is None:
        return {}
    if there:
        return {_CUSTOM: bytes_of_custom}
    types = _insert(old.read(_TYPES), b"Types", f'<Override PartName="/{_CUSTOM}" ContentType="{_CUSTOM_TYPE}"/>')
    relationships = _insert(
        old.read(_RELATIONSHIPS),
        b"Relationships",
        f'<Relationship Id="rIdContentTypeId" Type="{_CUSTOM_RELATION}" Target="{_CUSTOM}"/>',
    )
    if types is None or relationships is None:
        return {}
    return {_TYPES: types, _RELATIONSHIPS: relationships, _CUSTOM: bytes_of_custom}


def _insert(xml: bytes, element: bytes, added: str) -> bytes | None:
    """The document with one more child at the end of its root; None if the root is another or has a prefix."""
    ends = list(re.finditer(rb"</" + element + rb"\s*>\s*\Z", xml))
    if not ends or not re.search(rb"<" + element + rb"[\s>]", xml):
        return None
    return xml[: ends[0].start()] + added.encode() + xml[ends[0].start() :]


def _copy(old: zipfile.ZipFile, member: zipfile.ZipInfo, new: zipfile.ZipFile, data: bytes | None) -> None:
    info = zipfile.ZipInfo(member.filename, member.date_time)
    info.compress_type = member.compress_type
    info.external_attr = member.external_attr
    if data is not None:
        new.writestr(info, data)
        return
    with old.open(member) as reading, new.open(info, "w", force_zip64=member.file_size >= 1 << 31) as writing:
        shutil.copyfileobj(reading, writing, 1 << 20)
