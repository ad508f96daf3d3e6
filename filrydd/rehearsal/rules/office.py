"""SharePoint's rewriting of old Office files and web pages.

SharePoint writes its own properties into them. Here a property is really added; everything else stays as it was. A file that
is not what its extension says (corrupt, encrypted) stays as it is.
"""

from typing import IO

_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR = 512
_LIMIT = 64 << 20
"""Bytes of a file that is read whole; a larger one stays as it is."""


def rewrite_compound(source: IO[bytes], target: IO[bytes], turn: int) -> bool:
    """A compound file with empty sectors at its end, whose number `turn` decides; False if it is left alone."""
    data = source.read(_LIMIT + 1)
    # Magic, then at 28 the byte order and the size of a sector: what every reader checks first.
    if not 3 * _SECTOR <= len(data) <= _LIMIT or not data.startswith(_OLE_MAGIC) or data[28:30] != b"\xfe\xff":
        return False
    if data[30:32] not in (b"\x09\x00", b"\x0c\x00") or "EncryptedPackage".encode("utf-16-le") in data:
        return False
    rest = -len(data) % _SECTOR
    target.write(data + bytes(rest + _SECTOR * (1 + turn % 4)))
    return True


def rewrite_page(source: IO[bytes], target: IO[bytes], content_type_id: str) -> bool:
    """A web page with SharePoint's block in its head; False if it is left alone."""
    data = source.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        return False
    low = data.lower()
    for tag in (b"<head", b"<html"):
        start = low.find(tag)
        end = data.find(b">", start)
        if start >= 0 and end >= 0 and low[start + 5 : start + 6] in (b">", b" ", b"\t", b"\r", b"\n"):
            block = (
                "\n<!--[if gte mso 9]><xml>\n<mso:CustomDocumentProperties>\n"
                f'<mso:ContentTypeId msdt:dt="string">{content_type_id}</mso:ContentTypeId>\n'
                "</mso:CustomDocumentProperties>\n</xml><![endif]-->\n"
            )
            target.write(data[: end + 1] + block.encode() + data[end + 1 :])
            return True
    return False
