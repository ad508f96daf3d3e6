"""What the hidden sheet says about the list: what it was made from, and how many rows it has."""

from collections.abc import Iterable
from dataclasses import dataclass

from filrydd.lang import LANGUAGES
from filrydd.stages.sheet import form
from filrydd.stages.sheet.cells import safe


@dataclass(frozen=True, slots=True)
class Facts:
    """`proposal` is the digest of the proposal that the list shows, `parts` (name, digest) of its parts, `scan` the latest
    scan then; `sheets`, `rows` and `sums` are, for each kind, the names of its sheets, the number of rows, and the checksum
    of their seals."""

    area: str
    proposal: str
    parts: tuple[tuple[str, str], ...]
    scan: int
    language: str
    at: str
    by: str
    sheets: dict[form.Kind, tuple[str, ...]]
    rows: dict[form.Kind, int]
    sums: dict[form.Kind, int]

    def lines(self) -> Iterable[tuple[str, str]]:
        """Names and values, one a row of the hidden sheet."""
        yield "format", form.FORMAT
        yield "area", self.area
        yield "proposal", self.proposal
        yield "language", self.language
        yield "exported", self.at
        yield "by", safe(self.by)
        for kind in form.KINDS:
            yield f"{kind} rows", str(self.rows[kind])
            yield f"{kind} sum", f"{self.sums[kind]:032x}"
            for name in self.sheets[kind]:
                yield f"{kind} sheet", name
        yield "scan", str(self.scan)
        for name, digest in self.parts:
            yield "part", f"{digest} {safe(name)}"


def parsed(lines: Iterable[tuple[str, str]]) -> Facts:
    """Facts from the lines of a hidden sheet of this format. Raises ValueError for what says too little or nonsense."""
    found: dict[str, list[str]] = {}
    for name, value in lines:
        found.setdefault(name, []).append(value)

    def one(name: str) -> str:
        (value,) = found.get(name, [""])
        return value

    sheets = {kind: tuple(found.get(f"{kind} sheet", ())) for kind in form.KINDS}
    names = [name for kind in form.KINDS for name in sheets[kind]]
    if not all(sheets.values()) or len(set(names)) != len(names) or one("language") not in LANGUAGES:
        raise ValueError("sheets or language")
    return Facts(
        area=one("area"),
        proposal=one("proposal"),
        parts=tuple(
            (name, digest) for digest, _space, name in (value.partition(" ") for value in found.get("part", ()))
        ),
        scan=int(one("scan") or 0),
        language=one("language"),
        at=one("exported"),
        by=one("by"),
        sheets=sheets,
        rows={kind: int(one(f"{kind} rows")) for kind in form.KINDS},
        sums={kind: int(one(f"{kind} sum"), 16) for kind in form.KINDS},
    )
