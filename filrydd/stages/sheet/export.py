"""export: the move list of an area into an Excel file."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filrydd.catalog import answers, bundles, movelist, proposals
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, NotApproved, ProposalChanged
from filrydd.lang import _, language
from filrydd.model import times
from filrydd.stages import whole_file
from filrydd.stages.sheet import form
from filrydd.stages.sheet.facts import Facts
from filrydd.stages.work import Work

_TELL_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows of each kind, and the digest of the proposal that the list shows."""

    area: str
    path: Path
    groups: int
    files: int
    digest: str


def run(work: Work, path: Path, *, force: bool = False) -> Exported:
    """Write the move list, as it is proposed now, to `path`; whole or not at all.

    Raises BadUsage (no .xlsx, or a file that is there, unless `force`), NotApproved when nothing is proposed,
    ProposalChanged when the area has changed since, DiskFull, NoSuchArea.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadUsage(
            _("{path} does not end with .xlsx.").format(path=path), next=f"filrydd export {work.area} {path.stem}.xlsx"
        )
    if path.exists() and not force:
        raise BadUsage(
            _("{path} is there already, perhaps with somebody's answers.").format(path=path),
            next=_("Choose another name, or write over it with --force."),
        )
    # Opened first: a folder that is not there is no news after ten minutes' work.
    with work.catalog() as catalog, movelist.snapshot(catalog):
        digest = _current(work, catalog)
        with whole_file.drafted(path) as file:
            groups, files = _write(work, catalog, digest, file)
    return Exported(work.area, path, groups, files, digest)


def _current(work: Work, catalog: Catalog) -> str:
    """The digest of the proposal, if the area still is what was proposed."""
    digest = movelist.proposal_digest(catalog)
    if not digest:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    now = bundles.as_it_is(catalog)
    if any(now.get(part.id) != part.digest for part in proposals.parts(catalog)):
        raise ProposalChanged(
            _("The area {area} has changed since it was proposed.").format(area=work.area),
            next=_("filrydd classify {area}, then filrydd propose {area}").format(area=work.area),
        )
    return digest


def _write(work: Work, catalog: Catalog, digest: str, file: IO[bytes]) -> tuple[int, int]:
    # openpyxl takes a quarter of a second to load; nothing that fails before this needs it.
    from filrydd.stages.sheet.writing import Writer

    destination = proposals.destination(catalog)
    assert destination is not None, "a digest exists only with a proposal"
    known = answers.known_rules(catalog)
    rows: dict[form.Kind, int] = dict.fromkeys(form.KINDS, 0)
    sums: dict[form.Kind, int] = dict.fromkeys(form.KINDS, 0)
    movelist.begin_sheet(catalog)
    with (
        Writer(work.clock()) as writer,
        work.telling(_("Writing the move list of {area}").format(area=work.area), None, _("rows")) as progress,
    ):
        for kind in form.KINDS:
            writer.begin(kind)
            with closing(movelist.lines(catalog, kind)) as lines:
                for line in lines:
                    cells = form.fixed_cells(kind, line, known[line.rule], destination.library)
                    seal = form.seal(kind, work.area, digest, cells)
                    writer.row(cells, seal)
                    rows[kind] += 1
                    sums[kind] = form.added(sums[kind], seal)
                    if rows[kind] % _TELL_EVERY == 0:
                        progress.advance(_TELL_EVERY)
        facts = Facts(
            area=work.area,
            proposal=digest,
            parts=tuple((part.name, part.digest) for part in proposals.parts(catalog)),
            scan=movelist.last_scan(catalog),
            language=language(),
            at=times.to_iso(work.now()),
            by=work.actor,
            sheets={kind: tuple(names) for kind, names in writer.sheets.items()},
            rows=rows,
            sums=sums,
        )
        writer.save(facts.lines(), file)
    return rows["groups"], rows["files"]
