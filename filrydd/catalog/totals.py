"""A part's files by what becomes of them, and what a sign-off covered when it was given."""

from dataclasses import dataclass

from filrydd.catalog import proposals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Total

# What is shown as one: a destroy is of junk, which is no document, or of documents.
KIND = "CASE WHEN r.fate <> 'destroy' THEN r.fate WHEN r.junk THEN 'junk' ELSE 'documents' END"
_NOTHING = Total()


@dataclass(frozen=True, slots=True)
class Totals:
    """A part's files: what moves, what is deleted (`junk` is no document, `documents` is all else), what stays."""

    move: Total = _NOTHING
    junk: Total = _NOTHING
    documents: Total = _NOTHING
    hold: Total = _NOTHING


def totals(catalog: Catalog) -> dict[str, Totals]:
    """The totals of every part of the present proposal, by its name. Counts every file."""
    found: dict[str, dict[str, Total]] = {part.name: {} for part in proposals.parts(catalog)}
    for row in catalog.rows(
        f"SELECT q.name AS part, c.kind, c.files, c.bytes FROM part q JOIN (SELECT p.part, {KIND} AS kind, COUNT(*) AS files,"
        " SUM(f.size) AS bytes FROM file f JOIN folder_part p ON p.folder = f.folder JOIN ruling g ON g.file = f.id"
        " JOIN rule r ON r.id = g.rule WHERE f.gone IS NULL GROUP BY p.part, kind) c ON c.part = q.id WHERE q.present"
    ):
        found[row["part"]][row["kind"]] = Total(row["files"], row["bytes"])
    return {part: Totals(**kinds) for part, kinds in found.items()}


_SIGNED = (
    f"SELECT s.signoff, {KIND} AS kind, COUNT(*) AS files, SUM(s.size) AS bytes FROM signed s JOIN rule r ON r.id = s.rule"
    " WHERE s.signoff = ? GROUP BY kind"
)


def keep_signed(catalog: Catalog, signoff: int) -> None:
    """Store what a sign-off covers. Only inside the `writing` that stores the sign-off."""
    catalog.run(f"INSERT INTO signed_total (signoff, kind, files, bytes) {_SIGNED}", (signoff,))


def signed_totals(catalog: Catalog, signoff: int) -> Totals:
    """What a sign-off covers, as it was when it was signed. Of an old one, made before this was kept, it is counted."""
    rows = list(catalog.rows("SELECT kind, files, bytes FROM signed_total WHERE signoff = ?", (signoff,)))
    rows = rows or list(catalog.rows(_SIGNED, (signoff,)))
    return Totals(**{row["kind"]: Total(row["files"], row["bytes"]) for row in rows})
