"""PDF: SharePoint's properties come as an incremental update (ISO 32000-1, 7.5.6), after all the bytes that were sent."""

import os
from pathlib import Path

from filrydd.documents.comparison import Comparison, Why, different, rewritten
from filrydd.documents.pieces import PIECE, pieces

# A reader looks for the end in the last 1024 bytes (ISO 32000-1, annex H, implementation note 18).
_END = 1024


def compare(sent: Path, found: Path) -> Comparison:
    """`rewritten` when `found` is `sent` with a whole update behind it; raises OSError."""
    size = sent.stat().st_size
    if found.stat().st_size <= size:
        return different()
    with sent.open("rb") as old, found.open("rb") as new:
        if not old.read(_END).lstrip().startswith(b"%PDF-"):
            return different()
        old.seek(0)
        if any(piece != new.read(len(piece)) for piece in pieces(old)):
            return different()
        new.seek(-min(_END, found.stat().st_size - size), os.SEEK_END)
        end = new.read(PIECE)
    return rewritten(Why.APPENDED) if b"startxref" in end and b"%%EOF" in end else different()
