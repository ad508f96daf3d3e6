"""destroyed: the list of what a department destroys (kassasjonsliste; Noark 5, requirements 6.1.28-29).

listing    what stands on it
document   the list as a signed JSON document
sheets     the list as a workbook
words      periods and states in plain words

Before anything is deleted the list is a plan; afterwards it says when, by whom and by which proof. Both forms are written in
one pass over the catalogs, as they are at one moment, and the workbook names the document's digest.
"""

import contextlib
import io
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from filrydd.catalog import audit, disposals, keys, movelist
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.catalog.disposals import State
from filrydd.errors import BadUsage, LedgerBroken
from filrydd.lang import _
from filrydd.policy import Department, departments, load
from filrydd.stages import whole_file
from filrydd.stages.destruction_list.document import Checked, Document, check
from filrydd.stages.destruction_list.listing import Listing, Sum, first
from filrydd.stages.work import Work

__all__ = ["Checked", "Written", "check", "check_with_key", "planned", "write"]

_TELL_EVERY = 1_000
# A deposit holds 4 MiB; what comes after the files needs room too.
_FULL = 3 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files and bytes by state, whether it is a plan, the document's digest, areas without a catalog."""

    department: str
    path: Path
    document: Path
    digest: str
    plan: bool
    states: dict[State, Sum]
    not_scanned: tuple[str, ...]


def write(work: Work, department: str, path: Path, *, force: bool = False) -> Written:
    """Write the list of a department, all its areas, to `path` (`.xlsx`), and the signed document beside it (`.json`).

    `work` is any area's: its workspace, actor and clock are used. Whole or not at all. Raises BadUsage, LedgerBroken (also
    when a ledger is not whole: the list would vouch for what it cannot know), PolicyInvalid, DiskFull.
    """
    if department not in departments(work.policies):
        raise BadUsage(
            _("There is no department {department}.").format(department=department),
            next=_("Departments: {names}").format(names=", ".join(departments(work.policies))),
        )
    whole_file.check(path, ".xlsx", force=force)
    document = path.with_suffix(".json")
    whole_file.check(document, ".json", force=force)
    policy = load(work.policies, department)
    scanned = [area for area in policy.areas() if (work.scans / f"{area}.db").exists()]
    missing = tuple(area for area in policy.areas() if area not in scanned)
    with _catalogs(work, scanned) as catalogs:
        for area, catalog in catalogs.items():
            _refuse_broken(area, catalog)
        key = keys.signing_key(outside=work.workspace)
        return _write(work, policy, catalogs, missing, path, document, key)


def _write(
    work: Work,
    policy: Department,
    catalogs: dict[str, Catalog],
    missing: tuple[str, ...],
    path: Path,
    document: Path,
    key: Ed25519PrivateKey,
) -> Written:
    # Which takes a quarter of a second to load; nothing that fails before this needs it.
    from filrydd.stages.destruction_list.sheets import Sheets
    from filrydd.stages.sheet.book_of_tables import Book

    listing = Listing(policy)
    head = first(policy, catalogs, list(missing), work.actor, work.now())
    # The document takes its name last: a workbook without it is no harm, the other way round is.
    with (
        whole_file.drafted(document) as signed_file,
        whole_file.drafted(path) as book_file,
        Book() as book,
        work.telling(_("Writing the list of {department}").format(department=policy.id), None, _("files")) as progress,
    ):
        written = Document(signed_file, head)
        sheets = Sheets(book, policy)
        count = 0
        for area, catalog in catalogs.items():
            runs = disposals.deleted_by(catalog)
            with closing(disposals.lines(catalog)) as lines:
                for one in lines:
                    line = listing.line(area, one, "" if one.deleted is None else runs.get(one.run or 0, ""))
                    written.add(line.as_entry())
                    sheets.add(line)
                    count += 1
                    if count % _TELL_EVERY == 0:
                        progress.advance(_TELL_EVERY)
            listing.moved[area] = Sum(*disposals.moved(catalog))
        digest = written.end(listing.last(), key)
        sheets.end(listing, head, digest, book_file)
    return Written(policy.id, path, document, digest, listing.is_plan, listing.states, missing)


def planned(work: Work, catalog: Catalog) -> Iterator[tuple[int, bytes]]:
    """What is signed to be destroyed in one area and is still there, as signed documents of at most 4 MiB each, numbered from
    1; none when there is nothing. For the tenant, before the first of it is deleted. Raises LedgerBroken (no key)."""
    policy = work.department()
    key = keys.signing_key(outside=work.workspace)
    head = first(policy, {work.area: catalog}, [], work.actor, work.now())
    number = 0
    with closing(disposals.lines(catalog, state=State.SIGNED)) as lines:
        one = next(lines, None)
        while one is not None:
            number += 1
            file, listing = io.BytesIO(), Listing(policy)
            document = Document(file, head)
            while one is not None and document.size + listing.size < _FULL:
                document.add(listing.line(work.area, one, "").as_entry())
                one = next(lines, None)
            document.end(listing.last(), key)
            yield number, file.getvalue()


def check_with_key(work: Work, path: Path) -> tuple[Checked, bool]:
    """A signed document, and whether this machine's key signed it. Raises BadUsage where there is no file, LedgerBroken where
    there is no key."""
    if not path.is_file():
        raise BadUsage(_("There is no file {path}.").format(path=path), next=_("Name the signed list, a .json file."))
    checked = check(path)
    key = keys.signing_key(outside=work.workspace, make=False)
    return checked, checked.whole and checked.public == keys.public_of(key)


@contextlib.contextmanager
def _catalogs(work: Work, areas: list[str]) -> Iterator[dict[str, Catalog]]:
    """The catalogs of these areas, each as it is at the moment when it is opened."""
    with ExitStack() as stack:
        opened: dict[str, Catalog] = {}
        for area in areas:
            opened[area] = stack.enter_context(open_catalog(work.scans / f"{area}.db"))
            stack.enter_context(movelist.snapshot(opened[area]))
        yield opened


def _refuse_broken(area: str, catalog: Catalog) -> None:
    wrong = audit.broken(catalog)
    if wrong:
        raise LedgerBroken(
            _("The ledger of {area} is not whole, so there is no list.").format(area=area),
            next=f"filrydd ledger verify {area}",
            details=tuple(wrong[:20]),
        )
