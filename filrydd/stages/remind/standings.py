"""How each part of an area stands, and whose turn it is."""

from collections.abc import Iterator, Sequence
from datetime import date

from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import reading
from filrydd.catalog.portions.answering import Said
from filrydd.catalog.portions.reading import Rows
from filrydd.catalog.signoffs import State
from filrydd.model import names, times
from filrydd.model.department import Part, Person
from filrydd.model.reviewed import Answer
from filrydd.model.rule import Fate
from filrydd.notices.lines import address
from filrydd.notices.state import Asked, PassedOn, Progress, Standing
from filrydd.notices.workdays import day_in_norway
from filrydd.policy import Department
from filrydd.stages import review
from filrydd.stages.work import Work


def standings(work: Work, catalog: Catalog, department: Department, first: date) -> list[Standing]:
    """Every part that is proposed and that the policy still has; `first` is the day when the area was first proposed.

    Counts when something has changed since it was counted (`review.state`).
    """
    parts = {part.name: part for part in department.parts(work.area)}
    known = list(_people(department))
    found = []
    for state in review.state(work):
        # A part that the policy has given up since has nobody to ask; the next proposal divides the area anew.
        if part := parts.get(state.name):
            rows = reading.rows_of(catalog, part.name)
            found.append(_standing(state, part, first, _progress(rows), _passed_on(rows, known)))
    return found


def _standing(
    state: review.PartState, part: Part, first: date, done: Progress | None, asked: tuple[PassedOn, ...]
) -> Standing:
    counted: dict[str, int] = {}
    for fate, states in state.files.items():
        for word, files in states.items():
            if fate != Fate.HOLD:
                counted[word] = counted.get(word, 0) + files
    signed = bool(state.signed_by)
    if state.waiting:
        changed = any(counted.get(word) for word in State if word not in (State.APPROVED, State.UNSIGNED, State.AWAITS))
        return Standing(part, Asked.CONTACT, first, signed and changed, signed and not changed, done, asked)
    if state.awaits:
        # Two must sign, one of them the manager. Where the manager came first, the contact is the other one.
        turn = Asked.CONTACT if state.signed_by == part.owner.name else Asked.MANAGER
        return Standing(part, turn, first, partly=True, progress=done, passed_on=asked)
    return Standing(part, Asked.SIGNED if signed else Asked.NOBODY, first)


def _progress(rows: Rows) -> Progress | None:
    """How many portions of a part are done; None for one that has none."""
    numbers = sorted({row["portion"] for row in rows.groups} - {0})
    done = [reading.in_numbers(rows, number).state is reading.State.DONE for number in numbers]
    return Progress(sum(done), len(done)) if done else None


def _passed_on(rows: Rows, known: Sequence[Person]) -> tuple[PassedOn, ...]:
    """What was passed on to whom and is open. Somebody whom the policy does not know has no address."""
    by_person: dict[tuple[str, str], list[Said]] = {}
    for row in rows.groups:
        said = rows.said.get(row["key"])
        if row["portion"] and said is not None and said.answer is Answer.PASSED_ON:
            by_person.setdefault((said.to_id, said.to_name), []).append(said)
    found = []
    for (identity, name), all_said in sorted(by_person.items()):
        # By identity where there is one: two may have the same name.
        same = [one for one in known if (one.id == identity if identity else names.fold(one.name) == names.fold(name))]
        person = max(same, key=lambda one: bool(address(one.email)), default=Person(name))
        last = max(all_said, key=lambda one: one.at)
        found.append(PassedOn(person, last.by.name, day_in_norway(times.to_datetime(last.at)), len(all_said)))
    return tuple(found)


def _people(department: Department) -> Iterator[Person]:
    yield from (department.owner, *department.contacts, *department.deputies)
    for area in department.all_areas:
        for part in area.parts:
            yield from (part.contact, part.owner, *part.deputies)
    for people in department.roles.values():
        yield from people
