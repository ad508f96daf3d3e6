"""A property in a JPEG file: a segment APP1 with XMP (ITU-T T.81, annex B; XMP specification, part 3, 1.1.3).

The segments that were there, and with them every pixel, stay as they are.
"""

import shutil
from typing import IO

_START = b"\xff\xd8"
_SCAN = 0xDA
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MOST_SEGMENTS = 1000
_STANDALONE = {0x01, *range(0xD0, 0xDA)}


def rewrite(source: IO[bytes], target: IO[bytes], content_type_id: str) -> bool:
    """Write the file with the property to `target`; False for what is no sound JPEG, or has XMP already."""
    if source.read(2) != _START:
        return False
    place = source.tell()
    for number in range(_MOST_SEGMENTS):
        head = source.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in _STANDALONE or head[1] in (0x00, 0xFF):
            return False
        size = int.from_bytes(head[2:]) - 2
        if head[1] == _SCAN:
            break
        payload = source.read(max(size, 0))
        if size < 0 or len(payload) != size or (head[1] == 0xE1 and payload.startswith(_XMP)):
            return False
        # After JFIF and Exif, which want to be first.
        if head[1] in (0xE0, 0xE1) and number < 2:
            place = source.tell()
    else:
        return False
    payload = _XMP + _packet(content_type_id)
    source.seek(0)
    target.write(source.read(place))
    target.write(b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload)
    shutil.copyfileobj(source, target, 1 << 20)
    return True


def _packet(content_type_id: str) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:mso="http://schemas.microsoft.com/sharepoint/">'
        f"<mso:ContentTypeId>{content_type_id}</mso:ContentTypeId>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
