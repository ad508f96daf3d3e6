"""The whole ledger in one file, with everything that its entries vouch for.

JSON lines in UTF-8, in this order:

    {"ledger": 1, "area": ..., "at": ..., "public": ...}        the first line; `public` is the key's public half in hex
    {"entry": {"id", "at", "kind", "actor", "body", "root", "previous", "hash", "signature"}}
    {"rows": {"under": ID, "begins": TEXT, "nested": BOOL}}      what that entry's root is over, as {"row": [TEXT, ...]}
    {"query": {"columns": [...]}}                                the rows of the next query follow
    {"deposit": {"entry", "hash", "name", "at"}}                 heads that were put into the tenant
    {"end": {"entries", "lines"}}                                the last line; `lines` counts those before it

`at` of an entry is in units of 100 ns since 1970, all else is text, just as it is hashed. A *field* is a text in UTF-8 with its
length before it, four bytes, big-endian.

    hash       SHA-256 over the fields id, at, kind, actor, body, root, previous (the first entry's `previous` is 64 zeros)
    signature  `public:value` in hex: Ed25519 over the 64 letters of `hash`
    root       SHA-256 over `begins` and the fields of all rows; `nested`: over `begins` and, for each query, the SHA-256 over
               the fields of its rows

A root that a later entry of the same kind and the same `of` in its body gives anew has no rows: what was vouched for then was
added to, and the later entry vouches for all of it. Nothing is masked: what is hashed is what was stored.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from filrydd.catalog import ledger, movelist, roots
from filrydd.catalog.connection import Catalog
from filrydd.lang import _
from filrydd.model import times
from filrydd.stages import whole_file
from filrydd.stages.work import Work

_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Exported:
    """Entries and lines that were written, and the head."""

    area: str
    path: Path
    entries: int
    lines: int
    head: str


def export(work: Work, path: Path, *, force: bool = False) -> Exported:
    """Write the ledger of an area to `path` (`.jsonl`), whole or not at all, as it is at one moment.

    It is not checked: that is for whoever reads it. Raises BadUsage, DiskFull, NoSuchArea.
    """
    whole_file.check(path, _SUFFIX, force=force)
    with work.catalog() as catalog, whole_file.drafted(path) as file, movelist.snapshot(catalog):
        head = ledger.head(catalog)
        lines = _Lines(file)
        lines.write(
            {
                "ledger": 1,
                "area": work.area,
                "at": times.to_iso(work.now()),
                "public": head.signature.partition(":")[0] if head else "",
            }
        )
        with work.telling(
            _("Writing the ledger of {area}").format(area=work.area), head.id if head else 0, _("entries")
        ) as progress:
            last = {ledger.vouched(row): row.id for row in ledger.rows(catalog) if row.root}
            entries = 0
            for row in ledger.rows(catalog):
                entries += 1
                lines.write({"entry": {name: getattr(row, name) for name in ledger.Row.__slots__}})
                if row.root and last[ledger.vouched(row)] == row.id:
                    _write_rows(lines, catalog, row)
                progress.advance(1)
        for one in ledger.deposits(catalog):
            lines.write({"deposit": one})
        count = lines.count
        lines.write({"end": {"entries": entries, "lines": count}})
    return Exported(work.area, path, entries, count + 1, head.hash if head else "")


class _Lines:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.count = 0

    def write(self, value: dict[str, Any]) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self.count += 1


def _write_rows(lines: _Lines, catalog: Catalog, row: ledger.Row) -> None:
    kind, number = ledger.vouched(row)
    ways = ledger.described(catalog, kind, number)
    if not ways:
        return
    # Of several ways to make this kind's root, the one that made this entry's. Where none fits, the reader finds that out.
    fitting = (way for way in ways if len(ways) == 1 or roots.hashed(catalog, way) == row.root)
    root = next(fitting, ways[0])
    lines.write({"rows": {"under": row.id, "begins": root.begins, "nested": root.nested}})
    for of_query in roots.rows(catalog, root):
        columns = None
        for one in of_query:
            if columns is None:
                columns = list(one.keys())
                lines.write({"query": {"columns": columns}})
            lines.write({"row": roots.texts(one)})
        if columns is None:
            lines.write({"query": {"columns": []}})
