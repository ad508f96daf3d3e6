"""The subject and the text of a message, in the language of the moment. No file is named, nobody is blamed."""

import textwrap
from collections.abc import Iterator

from filrydd.lang import _, days, n_
from filrydd.notices import wording_after
from filrydd.notices.after import CLOSING, CONFIRMING
from filrydd.notices.due import As, Due
from filrydd.notices.letter import About, Letter
from filrydd.notices.lines import address, one_line, same_person
from filrydd.notices.state import Asked, Kind

_WIDE = 72


def subject(about: About, letter: Letter) -> str:
    """One line: whose files, which, and until when."""
    department, what = one_line(about.department), _what(about, letter)
    if _is_after(letter):
        return wording_after.subject(about, letter, what)
    if all(due.kind is Kind.PASSED_ON for due in letter.dues):
        return _("{department}: you are asked to decide about files in {what}").format(department=department, what=what)
    deadline = about.reviewing.deadline
    if deadline is None:
        return _("{department}: {what} is to be looked through").format(department=department, what=what)
    day = days.weekday(deadline)
    if about.day > deadline:
        return _("{department}: the deadline for {what} was {day}").format(department=department, what=what, day=day)
    return _("{department}: {what} is to be looked through by {day}").format(department=department, what=what, day=day)


def text(about: About, letter: Letter) -> str:
    """The whole text, in lines of at most 72 characters but for a long address."""
    hello = _("Hello {name},").format(name=one_line(letter.person.name))
    if _is_after(letter):
        paragraphs = [hello, *wording_after.blocks(about, letter)]
        return "\n\n".join([*(_wrapped(paragraph) for paragraph in paragraphs), *_end(about, letter)])
    blocks = [hello, _purpose(about, letter)]
    blocks += _roles(letter)
    blocks += _deadline(about)
    parts = "\n".join(_wrapped(_progress(due), "- ") for due in letter.dues)
    return "\n\n".join(
        [*(_wrapped(block) for block in blocks), _wrapped(_("How far it has come:")), parts, *_end(about, letter)]
    )


def _is_after(letter: Letter) -> bool:
    """Whether it is about what comes after the upload; such a letter is about nothing else."""
    return any(due.kind in CONFIRMING | CLOSING for due in letter.dues)


def _what(about: About, letter: Letter) -> str:
    area, parts = one_line(about.area), [one_line(due.standing.part.name) for due in letter.dues]
    if len(parts) == 1 and parts[0] != area:
        return _("{area}, {part}").format(area=area, part=parts[0])
    return area


def _purpose(about: About, letter: Letter) -> str:
    area, department = one_line(about.area), one_line(about.department)
    if any(due.role in (As.CONTACT, As.DEPUTY) for due in letter.dues):
        return _(
            "The old file area {area} in {department} is to be tidied and moved to SharePoint. Please look through what is"
            " proposed, change what is wrong, and sign it."
        ).format(area=area, department=department)
    return _("The old file area {area} in {department} is to be tidied and moved to SharePoint.").format(
        area=area, department=department
    )


def _roles(letter: Letter) -> Iterator[str]:
    """Why just this person is told."""
    contacts = dict.fromkeys(one_line(due.standing.part.contact.name) for due in letter.dues if due.role is As.DEPUTY)
    for contact in contacts:
        yield _("You stand in for {name}.").format(name=contact)
    roles = {due.role for due in letter.dues}
    if As.SECOND in roles:
        yield _("It is signed by one person. As the manager who answers for it, you are asked to sign it too.")
    if As.MANAGER in roles:
        yield _("You are told this as the manager who answers for it.")
    for due in letter.dues:
        if due.role is As.ASKED:
            for passed in due.standing.passed_on:
                if passed.person == due.person:
                    yield n_(
                        "{name} asks you to decide about {count} group of files.",
                        "{name} asks you to decide about {count} groups of files.",
                        passed.groups,
                    ).format(name=one_line(passed.by), count=passed.groups)


def _deadline(about: About) -> Iterator[str]:
    deadline = about.reviewing.deadline
    if deadline is None:
        return
    left = (deadline - about.day).days
    day = days.weekday(deadline)
    if left < 0:
        yield _("The deadline was {day}. It can still be done.").format(day=day)
    elif left == 0:
        yield _("The deadline is today, {day}.").format(day=day)
    else:
        yield n_(
            "The deadline is {day}. There is {count} day left.",
            "The deadline is {day}. There are {count} days left.",
            left,
        ).format(day=day, count=left)


def _progress(due: Due) -> str:
    standing = due.standing
    part = one_line(standing.part.name)
    if standing.asked is Asked.MANAGER:
        return _("{part}: one signature is missing").format(part=part)
    if standing.changed:
        return _("{part}: it was signed, and something has changed since").format(part=part)
    if standing.partly:
        return _("{part}: it is signed, but not for all of it").format(part=part)
    if standing.progress is not None and standing.progress.all:
        done, every = standing.progress.done, standing.progress.all
        if done == every:
            return _("{part}: all portions are looked through, and it is not signed yet").format(part=part)
        return n_(
            "{part}: {done} of {count} portion is done", "{part}: {done} of {count} portions are done", every
        ).format(part=part, done=done, count=every)
    return _("{part}: it is not signed yet").format(part=part)


def _end(about: About, letter: Letter) -> Iterator[str]:
    # Nobody is sent to themselves.
    is_reader = about.answers is not None and same_person(about.answers.email) == same_person(letter.person.email)
    answers = None if is_reader else about.answers
    if about.link:
        yield _wrapped(_("Open it here:")) + f"\n{about.link}"
    elif answers is not None:
        yield _wrapped(_("Ask {name} for the link to it.").format(name=one_line(answers.name)))
    deputies = dict.fromkeys(
        one_line(deputy.name) for due in letter.dues if due.role is As.CONTACT for deputy in due.standing.part.deputies
    )
    if deputies:
        yield _wrapped(
            _("When you are away, these stand in for you: {names}.").format(names=", ".join(list(deputies)[:10]))
        )
    if answers is None:
        return
    name = one_line(answers.name)
    if address(answers.email):
        yield _wrapped(_("If you have questions, answer this message. {name} reads it.").format(name=name))
    else:
        yield _wrapped(_("If you have questions, ask {name}.").format(name=name))


def _wrapped(paragraph: str, bullet: str = "") -> str:
    return textwrap.fill(
        paragraph,
        _WIDE,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_on_hyphens=False,
    )
