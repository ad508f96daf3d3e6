"""The facts and rows of a workbook that came back, into the catalog's TEMP table of rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filrydd.catalog import movelist
from filrydd.catalog.connection import Catalog
from filrydd.errors import SheetRefused
from filrydd.lang import _, speaking
from filrydd.model.rule import Fate
from filrydd.stages.sheet import form
from filrydd.stages.sheet.facts import Facts, parsed
from filrydd.stages.sheet.faults import Faults, quoted
from filrydd.stages.sheet.opening import fenced_rows
from filrydd.stages.work import Progress

if TYPE_CHECKING:
    from filrydd.stages.sheet.book import Book, Cell


@dataclass(frozen=True, slots=True)
class Read:
    """How many rows of one kind there were, the checksum that they deserve, and how many of them were altered."""

    rows: int
    sum: int
    altered: int


_BATCH = 1_000
_MOST_FACTS = 10_000
_EXCEL_ROWS = 1_048_576


def facts(book: "Book", path: Path, catalog: Catalog) -> Facts:
    """The hidden sheet's facts. Raises SheetRefused for a foreign list."""
    area, again = catalog.area, f"filrydd export {catalog.area} FILE.xlsx"
    if form.FACTS not in book.sheets:
        raise SheetRefused(_("{path} is no move list from filrydd.").format(path=path), next=again)
    lines: list[tuple[str, str]] = []
    for _row, cells in _rows(book, form.FACTS, path, area, width=2, most=_MOST_FACTS):
        lines.append((cells[0].text, cells[1].text))
    if lines[:1] != [("format", form.FORMAT)]:
        raise SheetRefused(_("{path} was made by another version of filrydd.").format(path=path), next=again)
    try:
        found = parsed(lines)
    except ValueError as error:
        raise SheetRefused(_("The hidden sheet of {path} was changed.").format(path=path), next=again) from error
    if found.area != area:
        raise SheetRefused(
            _("{path} is the move list of {other}, not of {area}.").format(path=path, other=found.area, area=area),
            next=f"filrydd import {found.area} {quoted(path.name)}" if found.area else again,
        )
    for kind in form.KINDS:
        for name in found.sheets[kind]:
            if name not in book.sheets:
                raise SheetRefused(_("{path} lacks the sheet {sheet}.").format(path=path, sheet=name), next=again)
    return found


def rows(
    book: "Book", path: Path, catalog: Catalog, found: Facts, faults: Faults, progress: Progress
) -> dict[form.Kind, Read]:
    """Put every row into the catalog's TEMP table (after `begin_sheet`); returns what was read of each kind."""
    # A sheet is read in the language that it was written in, whoever reads it now.
    with speaking(found.language):
        words = form.words()
        titles = {kind: form.titles(kind) for kind in form.KINDS}
    fates = {word.casefold(): fate for fate, word in words.items()}
    read: dict[form.Kind, Read] = {}
    for kind in form.KINDS:
        row_of = _Row(kind, found, fates, titles[kind], ", ".join(words.values()), faults)
        for name in found.sheets[kind]:
            batch: list[movelist.SheetRow] = []
            header = False
            for number, cells in _rows(book, name, path, catalog.area, width=form.COLUMNS, most=_EXCEL_ROWS):
                if number == 1:
                    header = True
                    _check_header(titles[kind], name, cells, faults)
                    continue
                row = row_of(name, number, cells)
                if row is not None:
                    batch.append(row)
                if len(batch) >= _BATCH:
                    movelist.add_rows(catalog, batch)
                    progress.advance(len(batch))
                    batch.clear()
            movelist.add_rows(catalog, batch)
            if not header:
                faults.add_whole(name, _("the titles of the columns are not there"))
        read[kind] = row_of.read
    return read


def _rows(
    book: "Book", name: str, path: Path, area: str, *, width: int, most: int
) -> Iterator[tuple[int, tuple["Cell", ...]]]:
    return fenced_rows(book.rows(name, width, most), path, area)


def _check_header(titles: tuple[str, ...], name: str, cells: tuple["Cell", ...], faults: Faults) -> None:
    for title, cell in zip(titles, cells, strict=True):
        if cell.text != title:
            faults.add_whole(name, _('the column "{title}" is not in its place').format(title=title))


class _Row:
    """Makes rows for the catalog of the cells of one kind of sheet; `read` is what has been read."""

    def __init__(
        self,
        kind: form.Kind,
        found: Facts,
        fates: dict[str, Fate],
        titles: tuple[str, ...],
        words: str,
        faults: Faults,
    ) -> None:
        self.read = Read(0, 0, 0)
        self._kind, self._facts, self._fates, self._words, self._faults = kind, found, fates, words, faults
        self._open = titles[form.FIXED], titles[form.FIXED + 1]

    def __call__(self, name: str, number: int, cells: tuple["Cell", ...]) -> movelist.SheetRow | None:
        """The row; None when it has no id."""
        fixed, sealed = [cell.text for cell in cells[: form.FIXED]], cells[form.FIXED + 2].text
        deserved = form.seal(self._kind, self._facts.area, self._facts.proposal, fixed)
        intact = sealed == deserved
        if not intact:
            self._faults.add(name, number, _("a locked cell was changed"))
        read = self.read
        self.read = Read(read.rows + 1, form.added(read.sum, deserved), read.altered + (not intact))
        answer, note = cells[form.FIXED : form.FIXED + 2]
        for title, cell in zip(self._open, (answer, note), strict=True):
            if cell.formula:
                self._faults.add(name, number, _('"{title}" is a formula; write text').format(title=title))
        fate = self._fates.get(" ".join(answer.text.casefold().split()))
        if answer.text.strip() and fate is None and not answer.formula:
            why = _('"{answer}" is no answer; choose one of: {words}')
            self._faults.add(name, number, why.format(answer=answer.text[:40], words=self._words))
        known = form.parse_id(self._kind, fixed[0])
        if known is None:
            if intact:
                self._faults.add(name, number, _("it has no id"))
            return None
        told = form.told(self._kind, fixed) if intact else None
        return (fixed[0], *known, name, number, told, fate, note.text.strip())
