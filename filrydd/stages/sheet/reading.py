"""The facts and rows of a workbook that came back, into the catalog's TEMP table of rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filrydd.catalog import movelist
from filrydd.catalog.connection import Catalog
from filrydd.errors import SheetRefused
from filrydd.lang import _
from filrydd.model.rule import Fate
from filrydd.stages.sheet import form
from filrydd.stages.sheet.facts import Facts, parsed
from filrydd.stages.sheet.faults import Faults
from filrydd.stages.sheet.opening import fenced_rows
from filrydd.stages.work import Progress

if TYPE_CHECKING:
    from openpyxl import Workbook


@dataclass(frozen=True, slots=True)
class Read:
    """How many rows of one kind there were, and the checksum that they deserve."""

    rows: int
    sum: int


_BATCH = 1_000
_MOST_FACTS = 10_000
_EXCEL_ROWS = 1_048_576


def facts(book: "Workbook", path: Path, catalog: Catalog) -> Facts:
    """The hidden sheet's facts. Raises SheetRefused for a foreign or outdated list."""
    area, again = catalog.area, f"filrydd export {catalog.area} FILE.xlsx"
    if form.FACTS not in book.sheetnames:
        raise SheetRefused(_("{path} is no move list from filrydd.").format(path=path), next=again)
    lines: list[tuple[str, str]] = []
    for _row, cells in _rows(book, form.FACTS, path, area, width=2, most=_MOST_FACTS):
        lines.append((_text(cells[0]), _text(cells[1])))
    if lines[:1] != [("format", form.FORMAT)]:
        raise SheetRefused(_("{path} was made by another version of filrydd.").format(path=path), next=again)
    try:
        found = parsed(lines)
    except ValueError as error:
        raise SheetRefused(_("The hidden sheet of {path} was changed.").format(path=path), next=again) from error
    if found.area != area:
        raise SheetRefused(
            _("{path} is the move list of {other}, not of {area}.").format(path=path, other=found.area, area=area),
            next=f"filrydd import {found.area} {path.name}" if found.area else again,
        )
    if found.proposal != movelist.proposal_digest(catalog):
        raise SheetRefused(
            _("{path} is out of date: {area} has been proposed anew since {at}.").format(
                path=path, area=area, at=found.at
            ),
            next=again,
        )
    for kind in form.KINDS:
        for name in found.sheets[kind]:
            if name not in book.sheetnames:
                raise SheetRefused(_("{path} lacks the sheet {sheet}.").format(path=path, sheet=name), next=again)
    return found


def rows(
    book: "Workbook", path: Path, catalog: Catalog, found: Facts, faults: Faults, progress: Progress
) -> dict[form.Kind, Read]:
    """Put every row into the catalog's TEMP table (after `begin_sheet`); returns what was read of each kind.

    The language of the moment is to be the sheet's own."""
    fates = {word.casefold(): fate for fate, word in form.words().items()}
    read: dict[form.Kind, Read] = {}
    for kind in form.KINDS:
        count, total = 0, 0
        for name in found.sheets[kind]:
            batch: list[movelist.SheetRow] = []
            for number, cells in _rows(book, name, path, catalog.area, width=form.COLUMNS, most=_EXCEL_ROWS):
                if number == 1:
                    _check_header(kind, name, cells, faults)
                    continue
                seal, row = _row(kind, name, number, cells, found, fates, faults)
                total = form.added(total, seal)
                count += 1
                if row is not None:
                    batch.append(row)
                if len(batch) >= _BATCH:
                    movelist.add_rows(catalog, batch)
                    progress.advance(len(batch))
                    batch.clear()
            movelist.add_rows(catalog, batch)
        read[kind] = Read(count, total)
    return read


def _rows(
    book: "Workbook", name: str, path: Path, area: str, *, width: int, most: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Number (from 1) and cells of each row that is not empty."""
    sheet = book[name]
    # The stated size is whatever the last program wrote; only the rows themselves count.
    sheet.reset_dimensions()
    for number, cells in enumerate(
        fenced_rows(iter(sheet.iter_rows(max_col=width, max_row=most)), path, area), start=1
    ):
        if any(cell.value not in (None, "") for cell in cells):
            yield number, cells


def _check_header(kind: form.Kind, name: str, cells: tuple[Any, ...], faults: Faults) -> None:
    for title, cell in zip(form.titles(kind), cells, strict=True):
        if _text(cell) != title:
            faults.add(name, 1, _('the column "{title}" is not in its place').format(title=title))


def _row(
    kind: form.Kind,
    name: str,
    number: int,
    cells: tuple[Any, ...],
    found: Facts,
    fates: dict[str, Fate],
    faults: Faults,
) -> tuple[str, movelist.SheetRow | None]:
    """The seal that the row deserves, and the row; None when it has no id."""
    texts = [_text(cell) for cell in cells]
    fixed, (answer, note, sealed) = texts[: form.FIXED], texts[form.FIXED :]
    deserved = form.seal(kind, found.area, found.proposal, fixed)
    intact = sealed == deserved
    if not intact:
        faults.add(name, number, _("a locked cell was changed"))
    for title, cell in ((_("Your answer"), cells[form.FIXED]), (_("Note"), cells[form.FIXED + 1])):
        if cell.data_type == "f":
            faults.add(name, number, _('"{title}" is a formula; write text').format(title=title))
            return deserved, None
    fate = fates.get(" ".join(answer.casefold().split()))
    if answer.strip() and fate is None:
        allowed = ", ".join(form.words().values())
        faults.add(
            name, number, _('"{answer}" is no answer; choose one of: {words}').format(answer=answer[:40], words=allowed)
        )
    known = form.parse_id(kind, fixed[0])
    if known is None:
        if intact:
            faults.add(name, number, _("it has no id"))
        return deserved, None
    told = form.told(kind, fixed) if intact else None
    return deserved, (fixed[0], *known, name, number, told, fate, note.strip())


def _text(cell: Any) -> str:
    """The value of a cell as text: whole numbers without a point, however the last program stored them."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
