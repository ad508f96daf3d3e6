"""The list as a workbook: the files, sums by rule, who decided and signed, what moved, and what the list is based on."""

from typing import IO, Any

from filrydd.catalog.disposals import State
from filrydd.lang import _, language
from filrydd.model import names, times
from filrydd.policy import Department
from filrydd.stages.destruction_list import words
from filrydd.stages.destruction_list.listing import Line, Listing
from filrydd.stages.sheet.book_of_tables import Book, Cell


class Sheets:
    """Fills the workbook: `add` for each file, `end` for the rest."""

    def __init__(self, book: Book, department: Department) -> None:
        self._book = book
        self._department = department
        self._periods = {
            dated.written.name: words.period(dated.period) for dated in department.dated_rules if dated.period
        }
        book.begin(
            _("Files"),
            (
                (_("Department"), 20),
                (_("Area"), 16),
                (_("Part"), 16),
                (_("Owner"), 22),
                (_("Path"), 60),
                (_("Name"), 30),
                (_("Size in bytes"), 14),
                (_("Created (UTC)"), 21),
                (_("Changed (UTC)"), 21),
                (_("State"), 26),
                (_("Rule"), 24),
                (_("Why"), 40),
                (_("Period"), 40),
                (_("Legal basis"), 30),
                (_("Noark code"), 16),
                (_("Decided by"), 22),
                (_("Decided on"), 12),
                (_("Confirmed by"), 22),
                (_("Confirmed on"), 12),
                (_("Signed by"), 22),
                (_("Signed on"), 21),
                (_("Second signature"), 22),
                (_("Second signature on"), 21),
                (_("Deleted on"), 21),
                (_("Deleted by"), 22),
                (_("Proof"), 10),
            ),
        )

    def add(self, line: Line) -> None:
        """One file."""
        one, decision, signed = line.file, line.decision, line.signed
        self._book.row(
            (
                self._department.name.read_in(language()),
                line.area,
                one.part,
                one.owner,
                one.path,
                names.split(one.path)[1],
                one.bytes,
                times.to_iso(one.created),
                times.to_iso(one.modified),
                words.disposal(one.state),
                decision.rule,
                decision.reason.read_in(language()),
                self._period(decision.rule),
                decision.basis,
                decision.noark,
                decision.decided_by,
                decision.decided_on,
                decision.confirmed_by,
                decision.confirmed_on,
                signed.by,
                signed.at,
                signed.second_by,
                signed.second_at,
                "" if one.deleted is None else times.to_iso(one.deleted),
                line.deleted_by,
                "" if one.proof is None else one.proof,
            )
        )

    def end(self, listing: Listing, first: dict[str, Any], digest: str, file: IO[bytes]) -> None:
        """The other sheets; `digest` is that of the signed document with the same list."""
        self._sums(listing)
        self._decisions(listing)
        self._signatures(listing)
        self._moved(listing)
        self._about(listing, first, digest)
        self._book.save(file)

    def _period(self, rule: str) -> str:
        return self._periods.get(rule, "")

    def _sums(self, listing: Listing) -> None:
        self._book.begin(
            _("Sums by rule"),
            (
                (_("Area"), 16),
                (_("Part"), 16),
                (_("Rule"), 24),
                (_("Legal basis"), 30),
                (_("State"), 26),
                (_("Files"), 12),
                (_("Size in bytes"), 16),
            ),
        )
        decisions = list(listing.decisions)
        for (area, part, rule, state), total in listing.totals.items():
            decision = decisions[rule]
            self._book.row((area, part, decision.rule, decision.basis, words.disposal(state), total.files, total.bytes))

    def _decisions(self, listing: Listing) -> None:
        self._book.begin(
            _("Who decided"),
            (
                (_("Rule"), 24),
                (_("Why"), 40),
                (_("Period"), 40),
                (_("Legal basis"), 30),
                (_("Noark code"), 16),
                (_("Decided by"), 22),
                (_("Decided on"), 12),
                (_("Confirmed by"), 22),
                (_("Confirmed on"), 12),
            ),
        )
        for one in listing.decisions:
            self._book.row(
                (
                    one.rule,
                    one.reason.read_in(language()),
                    self._period(one.rule),
                    one.basis,
                    one.noark,
                    one.decided_by,
                    one.decided_on,
                    one.confirmed_by,
                    one.confirmed_on,
                )
            )

    def _signatures(self, listing: Listing) -> None:
        self._book.begin(
            _("Who signed"),
            (
                (_("Area"), 16),
                (_("Part"), 16),
                (_("Signed by"), 22),
                (_("Signed on"), 21),
                (_("How we know who it was"), 30),
                (_("Second signature"), 22),
                (_("Second signature on"), 21),
                (_("How we know who it was"), 30),
            ),
        )
        for one in listing.signatures:
            self._book.row((one.area, one.part, one.by, one.at, one.how, one.second_by, one.second_at, one.second_how))

    def _moved(self, listing: Listing) -> None:
        self._book.begin(
            _("Moved"),
            ((_("Area"), 16), (_("Files that moved and left the old area"), 40), (_("Size in bytes"), 16)),
        )
        for area, total in listing.moved.items():
            self._book.row((area, total.files, total.bytes))

    def _about(self, listing: Listing, first: dict[str, Any], digest: str) -> None:
        self._book.begin(_("About this list"), ((_("What"), 40), (_("Value"), 80)))
        deleted = listing.states.get(State.DELETED)
        rows: list[tuple[Cell, Cell]] = [
            (_("Department"), self._department.name.read_in(language())),
            (_("Made on"), first["at"]),
            (_("Made by"), first["by"]),
            (
                _("This list"),
                _("is a plan: not all of it is deleted yet") if listing.is_plan else _("is of what is deleted"),
            ),
            (_("Files deleted"), deleted.files if deleted else 0),
            (
                _("Files not deleted yet"),
                sum(total.files for state, total in listing.states.items() if state != State.DELETED),
            ),
            (_("SHA-256 of the signed document"), digest),
        ]
        rows += [(_("Head of the ledger of {area}").format(area=one["area"]), one["head"]) for one in first["areas"]]
        rows += [(_("Not scanned yet"), area) for area in first["areas_not_scanned"]]
        for row in rows:
            self._book.row(row)
