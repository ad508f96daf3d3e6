"""SharePoint's rewriting of Office files and HTML as they arrive.

SharePoint writes its own properties into them, so that size and hash differ from what was sent, and differ again the next
time (rclone/rclone#9767). Here a property is really added; every other part of the file stays as it was. A file that is not
what its extension says (corrupt, encrypted) stays as it is.
"""

from pathlib import Path

from filrydd.rehearsal.rules import ooxml

OOXML = (
    "docx",
    "docm",
    "dotx",
    "dotm",
    "xlsx",
    "xlsm",
    "xltx",
    "xltm",
    "xlsb",
    "pptx",
    "pptm",
    "potx",
    "potm",
    "ppsx",
    "ppsm",
)
OLE = ("doc", "dot", "xls", "xlt", "ppt", "pot", "pps")
HTML = ("html", "htm", "aspx")

_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
_SECTOR = 512
_HTML_LIMIT = 64 << 20


def rewrite(source: Path, target: Path, name: str, turn: int) -> bool:
    """Write what SharePoint makes of a file to `target`; False, and nothing there, if it leaves it alone.

    `turn` decides how many bytes are added.
    """
    _stem, dot, last = name.rpartition(".")
    extension = last.lower() if dot else ""
    if extension in OOXML:
        return ooxml.rewrite(source, target, content_type_id(turn))
    if extension in OLE:
        return _rewrite_ole(source, target, turn)
    if extension in HTML:
        return _rewrite_html(source, target, turn)
    return False


def content_type_id(turn: int) -> str:
    """The value of a ContentTypeId property; neighbours in turn differ in length."""
    return "0x010100" + f"{turn * 0x9E3779B97F4A7C15 % (1 << 128):032X}" + "00" * (turn % 37)


def _rewrite_ole(source: Path, target: Path, turn: int) -> bool:
    data = source.read_bytes()
    # Magic, then at 28 the byte order and the size of a sector: what every reader checks first.
    if len(data) < 3 * _SECTOR or not data.startswith(_OLE_MAGIC) or data[28:30] != b"\xfe\xff":
        return False
    if data[30:32] not in (b"\x09\x00", b"\x0c\x00") or "EncryptedPackage".encode("utf-16-le") in data:
        return False
    rest = -len(data) % _SECTOR
    target.write_bytes(data + bytes(rest + _SECTOR * (1 + turn % 4)))
    return True


def _rewrite_html(source: Path, target: Path, turn: int) -> bool:
    if source.stat().st_size > _HTML_LIMIT:
        return False
    data = source.read_bytes()
    low = data.lower()
    for tag in (b"<head", b"<html"):
        start = low.find(tag)
        end = data.find(b">", start)
        if start >= 0 and end >= 0 and low[start + 5 : start + 6] in (b">", b" ", b"\t", b"\r", b"\n"):
            block = (
                "\n<!--[if gte mso 9]><xml>\n<mso:CustomDocumentProperties>\n"
                f'<mso:ContentTypeId msdt:dt="string">{content_type_id(turn)}</mso:ContentTypeId>\n'
                "</mso:CustomDocumentProperties>\n</xml><![endif]-->\n"
            )
            target.write_bytes(data[: end + 1] + block.encode() + data[end + 1 :])
            return True
    return False
