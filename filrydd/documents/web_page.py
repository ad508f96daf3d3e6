"""Web pages: SharePoint inserts one block of properties into the head, and names its two vocabularies on the html tag.

The block, as pages that came from SharePoint have it:

    <!--[if gte mso 9]><xml>
    <mso:CustomDocumentProperties>
    <mso:ContentTypeId msdt:dt="string">0x0101...</mso:ContentTypeId>
    </mso:CustomDocumentProperties>
    </xml><![endif]-->

In an .aspx page `<SharePoint:CTFieldRefs ...>` lies around `<xml>`. An empty title may come before the block, and a head
around it where the page had none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from filrydd.documents.comparison import Comparison, NotReadable, Why, different, rewritten

_LARGEST = 64 << 20
_BLOCK = re.compile(
    rb"""<!--\[if\ gte\ mso\ 9\]> (?P<fields><SharePoint:CTFieldRefs\ [^<>]*>)? <xml>\s*
    <mso:CustomDocumentProperties>\s*
    (?: <(?P<name>mso:[\w.-]+)(?:\ [^<>]*)?(?: /> | > [^<]* </(?P=name)> ) \s* )*
    </mso:CustomDocumentProperties>\s*
    </xml> (?(fields)</SharePoint:CTFieldRefs>) <!\[endif\]-->""",
    re.VERBOSE,
)
_VOCABULARIES = (
    b' xmlns:mso="urn:schemas-microsoft-com:office:office"',
    b' xmlns:msdt="uuid:C2F41010-65B3-11d1-A29F-00AA00C14882"',
)
_HTML_TAG = re.compile(rb"<html\b[^>]*>", re.IGNORECASE)
_LINE_ENDS = (b"\r\n", b"\n")
# What may come with the block, from the block outwards, each at most once.
_BEFORE = (_LINE_ENDS, (b"<title></title>",), _LINE_ENDS, (b"<head>",))
_AFTER = (_LINE_ENDS, (b"</head>",))


def compare(sent: Path, found: Path) -> Comparison:
    """`rewritten` when taking out what SharePoint adds leaves exactly what was sent. Raises NotReadable, OSError."""
    for path in (sent, found):
        if path.stat().st_size > _LARGEST:
            raise NotReadable(path, Why.TOO_LARGE, f"{path.stat().st_size} bytes")
    old, new = sent.read_bytes(), found.read_bytes()
    # A page that was in SharePoint before has a block already, which SharePoint then replaces.
    before = _BLOCK.search(old)
    originals = {old} if before is None else {old, old[: before.start()] + old[before.end() :]}
    blocks = _BLOCK.finditer(new)
    same = any(page in originals for block in blocks for page in _without(new, block))
    return rewritten() if same else different()


def _without(page: bytes, block: re.Match[bytes]) -> Iterator[bytes]:
    """The pages that this one can have been before the block was inserted."""
    starts = list(_outwards(page, block.start(), _BEFORE, -1))
    ends = list(_outwards(page, block.end(), _AFTER, +1))
    for start, head_begun in starts:
        for end, head_ended in ends:
            if head_begun == head_ended:
                before = page[:start] + page[end:]
                yield before
                yield _HTML_TAG.sub(_without_vocabularies, before, count=1)


def _without_vocabularies(tag: re.Match[bytes]) -> bytes:
    text = tag[0]
    for vocabulary in _VOCABULARIES:
        text = text.replace(vocabulary, b"", 1)
    return text


def _outwards(page: bytes, at: int, steps: tuple[tuple[bytes, ...], ...], direction: int) -> Iterator[tuple[int, bool]]:
    """The places where the insertion can begin (or end), and whether a head's tag lies within."""
    head = False
    yield at, head
    for choices in steps:
        for text in choices:
            beside = page[max(at - len(text), 0) : at] if direction < 0 else page[at : at + len(text)]
            if beside.lower() == text:
                at += direction * len(text)
                head = head or b"head" in text
                yield at, head
                break
