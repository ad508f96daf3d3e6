"""A person answers about a group, takes that back, or tells of a file what a look at it told; each with its row in the ledger."""

from dataclasses import dataclass

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.portions import answering, reading
from filrydd.catalog.portions.answering import Said, is_about
from filrydd.errors import BadUsage, Blocked, Guard, NotApproved, ProposalChanged
from filrydd.lang import _
from filrydd.lang.words import said as worded
from filrydd.model.by import By
from filrydd.model.reviewed import Answer, Looked
from filrydd.stages.typed import free, required
from filrydd.stages.work import Work

_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says: the answer, where the files belong, whom it is passed on to (name, identity), and a note."""

    answer: Answer
    detail: str
    to: tuple[str, str]
    note: str


def answer(
    work: Work,
    person: By,
    part: str,
    key: str,
    seen_content: str,
    answer: Answer,
    *,
    detail: str = "",
    to: tuple[str, str] = ("", ""),
    note: str = "",
    seen_answer: int | None = None,
) -> Said:
    """Store what a person answers about a group, durably; returns the answer in force.

    `seen_content` and `seen_answer` are what the page showed: the group's content, and the number of the answer in force.
    The same answer in force is not stored twice. Raises ProposalChanged when the group is another by now, or when somebody
    else has answered something else that the page did not show; Blocked, NotApproved where that answer is not allowed;
    BadUsage; NoSuchArea, ClockMoved, LedgerBroken, Busy, DiskFull. Nothing is stored then.
    """
    given = _given(answer, detail, to, note)
    with work.catalog() as catalog, catalog.writing(durable=True):
        rows = reading.rows_of(catalog, part)
        return _say(work, catalog, person, rows, _group(work, rows, part, key), given, seen_content, seen_answer, part)


def answer_alike(
    work: Work,
    person: By,
    part: str,
    key: str,
    seen_content: str,
    answer: Answer,
    *,
    detail: str = "",
    to: tuple[str, str] = ("", ""),
    note: str = "",
    seen_answer: int | None = None,
    seen_alike: int | None = None,
) -> tuple[Said, ...]:
    """The same about a group and all that are alike: the same rules and suggestion, nothing risky in any, and not answered.

    `seen_alike` is how many others the page told of; when there are other ones by now nothing is stored. Raises as `answer`
    does, and NotApproved when something risky is in the group.
    """
    given = _given(answer, detail, to, note)
    with work.catalog() as catalog, catalog.writing(durable=True):
        rows = reading.rows_of(catalog, part)
        group = _group(work, rows, part, key)
        if group["risk"]:
            raise NotApproved(
                _("Something in this group must be looked at by itself, so it is answered alone."),
                next=_("Answer this group, then the next one."),
            )
        others = reading.alike(rows, group)
        if seen_alike is not None and seen_alike != len(others):
            raise ProposalChanged(
                _("There are {count} other groups of this kind now, and the page said {seen}.").format(
                    count=len(others), seen=seen_alike
                ),
                next=_("Look at the page again, then answer."),
            )
        first = _say(work, catalog, person, rows, group, given, seen_content, seen_answer, part)
        more = [
            _say(work, catalog, person, rows, other, given, other["content"], _number(rows, other), part)
            for other in others
        ]
        return (first, *more)


def undo(work: Work, person: By, part: str, key: str, *, seen_answer: int | None = None) -> Said | None:
    """Take the answer in force about a group back, durably; returns the one that is in force then, if any.

    Raises Guard when there is none, ProposalChanged when `seen_answer` is no longer the one in force; ClockMoved and the rest.
    """
    with work.catalog() as catalog, catalog.writing(durable=True):
        said = answering.about(catalog, part, key)
        if said is None:
            raise Guard(_("Nobody has answered this, so there is nothing to take back."), next=_("Answer it."))
        if seen_answer is not None and said.id != seen_answer:
            raise _overtaken(said)
        answering.undo(catalog, said.id, person, work.now())
        body = {"of": said.id, "part": part, "key": key, "who": person.who, "how": person.how}
        root = ledger.root_of(catalog, answering.UNDONE, said.id)
        ledger.append(catalog, answering.UNDONE, person.name, body, root, work.now())
        return answering.about(catalog, part, key)


def look(work: Work, person: By, part: str, file: int, verdict: Looked) -> None:
    """Store that a person looked at a file that asks for it, and whether the suggestion for it is fine, durably.

    The same twice by the same person is one row. Raises ProposalChanged when the file no longer asks to be looked at.
    """
    with work.catalog() as catalog, catalog.writing(durable=True):
        rows = reading.rows_of(catalog, part)
        asked = next((row for row in rows.to_look if row["file"] == file), None)
        if asked is None:
            raise ProposalChanged(_("This file need not be looked at any more."), next=_("Look at the portion again."))
        before = rows.looks.get(file)
        if before is not None and (before.verdict, before.by.who) == (verdict, person.who):
            return
        number = answering.look(catalog, part, asked["portion"], file, verdict, person, work.now())
        body = {"of": number, "part": part, "file": file, "verdict": verdict, "who": person.who, "how": person.how}
        root = ledger.root_of(catalog, answering.LOOKED, number)
        ledger.append(catalog, answering.LOOKED, person.name, body, root, work.now())


def _given(answer: Answer, detail: str, to: tuple[str, str], note: str) -> Given:
    detail, name, note = free(detail), free(to[0]), free(note)
    if answer is Answer.ELSEWHERE:
        detail = required(detail, _("Where it belongs"))
    if answer is Answer.PASSED_ON:
        name = required(name, _("Who must decide"))
    for text in (detail, name, note):
        if len(text) > _LONGEST:
            raise BadUsage(_("A text is over {count} characters.").format(count=_LONGEST), next=_("Write it shorter."))
    return Given(
        answer,
        detail if answer is Answer.ELSEWHERE else "",
        (name, free(to[1])) if answer is Answer.PASSED_ON else ("", ""),
        note,
    )


def _group(work: Work, rows: reading.Rows, part: str, key: str) -> Row:
    group = next((row for row in rows.groups if row["key"] == key), None)
    if group is None:
        raise ProposalChanged(
            _("The part {part} has no such group any more: the proposal has changed.").format(part=part),
            next=_("Look at the portion again."),
        )
    return group


def _number(rows: reading.Rows, group: Row) -> int | None:
    said = rows.said.get(group["key"])
    return None if said is None else said.id


def _say(
    work: Work,
    catalog: Catalog,
    person: By,
    rows: reading.Rows,
    group: Row,
    given: Given,
    seen_content: str,
    seen_answer: int | None,
    part: str,
) -> Said:
    _check(group, given, seen_content)
    before = rows.said.get(group["key"])
    if before is not None and rows.holds(group):
        if (before.answer, before.detail, (before.to_name, before.to_id), before.note) == (
            given.answer,
            given.detail,
            given.to,
            given.note,
        ):
            return before
        if before.id != seen_answer and before.by.who != person.who:
            raise _overtaken(before)
    now = work.now()
    said = answering.say(
        catalog,
        part,
        group["key"],
        group["content"],
        given.answer,
        person,
        now,
        detail=given.detail,
        to=given.to,
        note=given.note,
    )
    body = {
        "of": said.id,
        "part": part,
        "key": said.key,
        "answer": said.answer,
        "files": group["files"],
        "who": person.who,
        "how": person.how,
    }
    root = ledger.root_of(catalog, answering.ANSWERED, said.id)
    ledger.append(catalog, answering.ANSWERED, person.name, body, root, now)
    return said


def _check(group: Row, given: Given, seen_content: str) -> None:
    """Raise when the group is not the one that was shown, or may not be answered so."""
    if not group["portion"]:
        raise Blocked(
            _("These files stay whatever anybody answers: a block or a case holds them, or they could not be read."),
            next=_("Ask the archivist."),
        )
    if not is_about(seen_content, group["content"], group["fate"], given.answer):
        raise ProposalChanged(
            _("The files of this group have changed since the page was shown, so the answer was not stored."),
            next=_("Look at the group again, then answer."),
        )
    fate = given.answer.fate
    if fate is not None and fate not in group["allowed"].split():
        raise NotApproved(
            _("The rules do not let this group be deleted.")
            if given.answer is Answer.DESTROY
            else _("The rules do not let this group be moved."),
            next=_("Choose another answer, or pass it on to the archivist."),
        )


def _overtaken(before: Said) -> ProposalChanged:
    return ProposalChanged(
        _('{name} has answered "{answer}" about this group meanwhile.').format(
            name=before.by.name, answer=worded(before.answer)
        ),
        next=_("Look at the group again. If you see it otherwise, answer once more."),
    )
