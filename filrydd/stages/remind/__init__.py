"""remind: who is told on a day that a part waits for them, and telling them.

Made to be run once a day. What a run decides is a function of the catalog, the policy and the day (`notices.due`); a run
that was missed is made up for by the next one, and a second one on the same day tells nobody again.

standings  how each part stands, and whose turn it is
after      the same after the upload
"""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from filrydd.catalog import reminders, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.reminders import Reminder
from filrydd.errors import BadUsage, NoticeError
from filrydd.lang import _, speaking, worded
from filrydd.model import times
from filrydd.model.department import Reviewing, Role
from filrydd.notices.after import CLOSING, CONFIRMING
from filrydd.notices.due import OPEN, Left, Why, decide
from filrydd.notices.letter import About, Letter, letters
from filrydd.notices.lines import address
from filrydd.notices.message import Sender, compose
from filrydd.notices.post import Post
from filrydd.notices.state import Kind, Outcome, Told
from filrydd.notices.workdays import day_in_norway
from filrydd.policy import Department
from filrydd.stages.remind.after import closing, confirming
from filrydd.stages.remind.standings import standings
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Wishes:
    """How people are told: `language` is `nb` or `en`, `link` the pages' address or empty, `sender` whom it comes from;
    without one it comes from whoever takes questions."""

    language: str = "nb"
    link: str = ""
    sender: Sender | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due in an area on a day. `proposed` is the day on which it was first proposed, None before that; `closed`:
    it is sealed, and nobody is asked any more; then it can be read until the day `last`."""

    area: str
    day: date
    reviewing: Reviewing
    proposed: date | None
    closed: bool
    letters: tuple[Letter, ...]
    left: tuple[Left, ...]
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether some part waits for somebody."""
        return bool(self.letters) or any(one.why not in (Why.SIGNED, Why.NOBODY, Why.OVER) for one in self.left)

    @property
    def is_over(self) -> bool:
        """Whether the deadline lies before the day, and some part still waits."""
        deadline = self.reviewing.deadline
        return deadline is not None and deadline < self.day and self.is_open and not self.closed

    @property
    def needs_a_person(self) -> bool:
        """Whether something stands in the way that no later run solves."""
        return self.is_over or any(one.why in OPEN for one in self.left)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a run did: the letters that left, and those that were refused, with what the mail server said."""

    plan: Plan
    sent: tuple[Letter, ...]
    failed: tuple[tuple[Letter, str], ...]


def plan(work: Work) -> Plan:
    """Who is to be told today, and who is not and why. Raises NoSuchArea, PolicyInvalid."""
    with work.catalog() as catalog:
        return _plan(work, catalog)


def apply(work: Work, wishes: Wishes, post: Post) -> Reminded:
    """Tell whoever is to be told today, by an open post.

    The intent is on the disk before a message leaves. Raises Busy, BadUsage (nobody to send from), NoticeGone and
    NoticeRefused (nothing goes at all; what has left is remembered).
    """
    with work.holding("remind"), work.catalog() as catalog:
        found = _plan(work, catalog)
        department = work.department()
        about = _about(work, department, found, wishes)
        by = wishes.sender or _answering(about)
        sent: list[Letter] = []
        failed: list[tuple[Letter, str]] = []
        for letter in found.letters:
            why = _deliver(work, catalog, department, about, letter, by, wishes, post)
            if why:
                failed.append((letter, why))
            else:
                sent.append(letter)
        return Reminded(found, tuple(sent), tuple(failed))


def _deliver(
    work: Work,
    catalog: Catalog,
    department: Department,
    about: About,
    letter: Letter,
    by: Sender,
    wishes: Wishes,
    post: Post,
) -> str:
    with speaking(wishes.language), worded(department.wording):
        message = compose(_of(about, letter, work.area), letter, by, work.clock())
    now = work.now()
    intended = reminders.intend(
        catalog,
        [
            Reminder(due.standing.part.name, due.person.name, letter.address, due.kind, due.due, now)
            for due in letter.dues
        ],
    )
    try:
        why = post.deliver(message, f"{about.day.isoformat()}-{work.area}-{letter.key[:12]}")
    except NoticeError as error:
        if post.uncertain:
            # The row stays as it is: neither sent nor failed.
            unsure = _("Whether {name} was told is not known.").format(name=letter.person.name)
            error.details = (*error.details, unsure)
        else:
            reminders.take_back(catalog, intended)
        raise
    except OSError:
        reminders.take_back(catalog, intended)
        raise
    if why:
        reminders.mark_failed(catalog, intended, why)
    else:
        reminders.mark_sent(catalog, intended, work.now())
    return why


def _plan(work: Work, catalog: Catalog) -> Plan:
    department = work.department()
    reviewing, day = department.reviewing(work.area), day_in_norway(work.clock())
    begun = reminders.first_proposed(catalog)
    if begun is None:
        return Plan(work.area, day, reviewing, None, False, (), ())
    first = day_in_norway(times.to_datetime(begun))
    seal = seals.latest(catalog)
    told, whose = _told(catalog), f"{department.id}/{work.area}"
    if seal is not None and seal.state == "sealed":
        last, due, left = closing(work, catalog, department, told, day)
        return Plan(work.area, day, reviewing, first, True, letters(whose, due), left, last)
    due, left = decide(standings(work, catalog, department, first), reviewing, told, day)
    asked = letters(whose, due)
    more, others = confirming(catalog, department, work.area, told, day, {letter.address for letter in asked})
    return Plan(work.area, day, reviewing, first, False, (*asked, *letters(whose, more)), (*left, *others))


def _told(catalog: Catalog) -> list[Told]:
    return [
        Told(
            part=row.part,
            email=row.email,
            kind=Kind(row.kind),
            due=row.due,
            on=day_in_norway(times.to_datetime(row.at)),
            outcome=Outcome.SENT if row.sent is not None else Outcome.FAILED if row.failed else Outcome.UNKNOWN,
        )
        for row in reminders.history(catalog)
    ]


def _about(work: Work, department: Department, found: Plan, wishes: Wishes) -> About:
    asked = (*department.roles.get(Role.SUPERUSER, ()), department.owner)
    return About(
        id=f"{department.id}/{work.area}",
        department=department.name.read_in(wishes.language),
        area=work.area,
        reviewing=found.reviewing,
        day=found.day,
        link=wishes.link,
        answers=next((person for person in asked if address(person.email)), department.owner),
    )


def _of(about: About, letter: Letter, area: str) -> About:
    """What a letter about the time after the upload has in common with others: no deadline, and a page of its own."""
    kinds = {due.kind for due in letter.dues}
    if not kinds & (CONFIRMING | CLOSING):
        return about
    longer = f"{about.link.rstrip('/')}/area/{quote(area, safe='')}/longer" if about.link and kinds & CLOSING else ""
    return replace(about, reviewing=replace(about.reviewing, deadline=None), link=longer or about.link)


def _answering(about: About) -> Sender:
    if about.answers is None or not (email := address(about.answers.email)):
        raise BadUsage(
            _("There is no address that the messages can come from."),
            next=_("Set FILRYDD_SMTP_FROM, or write the e-mail address of a superuser or the owner in the policy."),
        )
    return Sender(about.answers.name, email)
