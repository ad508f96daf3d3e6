"""JPEG: SharePoint writes properties into the segments for Exif, XMP and IPTC; the image is everything else (ITU-T T.81, B)."""

from dataclasses import dataclass
from pathlib import Path

from filrydd.documents.comparison import Comparison, NotReadable, Why, different, rewritten
from filrydd.documents.pieces import digest, pieces

_START_OF_IMAGE = b"\xff\xd8"
_START_OF_SCAN = 0xDA
_COMMENT = 0xFE
# Application segments that hold properties: APP1 (Exif, XMP) and APP13 (IPTC). Those for colour (APP2, APP14) and the
# others say how the image looks or what else is in the file, and belong to the content.
_PROPERTIES = (0xE1, 0xED, _COMMENT)
_STANDALONE = (0x01, *range(0xD0, 0xD8))
_MOST_SEGMENTS = 10_000


@dataclass(frozen=True, slots=True)
class _Image:
    """`content`: the segments that make the image, in order; `properties`: the kinds of the others; `scan`: the digest of
    everything from the first scan on."""

    content: tuple[tuple[int, bytes], ...]
    properties: frozenset[tuple[int, bytes]]
    scan: bytes


def compare(sent: Path, found: Path) -> Comparison:
    """`rewritten` when only properties differ and no kind of them is gone. Raises NotReadable, OSError."""
    old, new = _read(sent), _read(found)
    if (old.content, old.scan) != (new.content, new.scan):
        return different()
    if gone := old.properties - new.properties:
        marker, identifier = min(gone)
        return different(Why.PART_MISSING, f"{marker:02X} {identifier.decode('ascii', 'replace')}".strip())
    return rewritten()


def _read(path: Path) -> _Image:
    content: list[tuple[int, bytes]] = []
    properties: set[tuple[int, bytes]] = set()
    with path.open("rb") as file:
        if file.read(2) != _START_OF_IMAGE:
            raise NotReadable(path, Why.MALFORMED, "no start of image")
        for _ in range(_MOST_SEGMENTS):
            if file.read(1) != b"\xff":
                raise NotReadable(path, Why.MALFORMED, f"no segment at byte {file.tell() - 1}")
            marker = 0xFF
            while marker == 0xFF:
                marker = int.from_bytes(file.read(1) or b"\0")
            if marker == _START_OF_SCAN:
                return _Image(tuple(content), frozenset(properties), digest(pieces(file)))
            size = 0 if marker in _STANDALONE else int.from_bytes(file.read(2)) - 2
            payload = file.read(max(size, 0))
            if size < 0 or len(payload) != size:
                raise NotReadable(path, Why.MALFORMED, "a segment is cut short")
            if marker in _PROPERTIES:
                identifier = b"" if marker == _COMMENT else payload[:64].split(b"\0")[0]
                properties.add((marker, identifier))
            else:
                content.append((marker, payload))
        raise NotReadable(path, Why.TOO_LARGE, "segments")
