"""filrydd remind"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.errors import BadUsage, FilryddError, NoticeError
from filrydd.lang import _, days, language
from filrydd.notices.due import As, Due, Left, Why
from filrydd.notices.letter import Letter
from filrydd.notices.lines import web_address
from filrydd.notices.message import sender
from filrydd.notices.post import FolderPost, Post
from filrydd.notices.smtp import SmtpPost, server
from filrydd.notices.state import Kind
from filrydd.notices.workdays import holiday, is_workday
from filrydd.stages import remind as stage
from filrydd.stages.work import Work


@click.command(
    help=_(
        "Tell those whose turn it is that a part of AREA waits for them. Made to be run once a day. Without --execute, say"
        " who would be told and why. Messages go into a folder, or to the mail server that FILRYDD_SMTP_HOST names"
        " (and FILRYDD_SMTP_PORT, _USER, _PASSWORD, _FROM, _SECURITY)."
    )
)
@session.for_areas
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help=_("Write each message as an .eml file into this folder, and send nothing."),
)
@click.option("--address", default="", envvar="FILRYDD_ADDRESS", help=_("The address of the pages, for the link."))
@click.option("--language", "tongue", type=click.Choice(["nb", "en"]), default="nb", help=_("The messages' language."))
@session.executed
@session.as_json
def remind(
    workspace: Path,
    areas: tuple[str, ...],
    folder: Path | None,
    address: str,
    tongue: str,
    execute: bool,
    as_json: bool,
) -> int:
    wishes = _wishes(address, tongue)
    post = _Opened(_post(folder, wishes)) if execute else None
    results: list[dict[str, Any]] = []
    codes = {session.DONE}
    with contextlib.ExitStack() as stack:
        for area in areas:
            try:
                done = _area(session.work_on(workspace, area), wishes, post, stack)
            except NoticeError:
                raise
            except FilryddError as error:
                # One department's broken policy keeps nobody else from hearing of their deadline.
                if len(areas) == 1:
                    raise
                session.tell(f"{area}: {error.message}")
                results.append({"area": area, "error": type(error).__name__, "message": error.message})
                codes.add(error.exit_code)
                continue
            _say(done, executed=execute)
            results.append(_json(done, executed=execute))
            if done.plan.needs_a_person or done.failed:
                codes.add(session.NEEDS_A_PERSON)
    session.show(results, wanted=as_json)
    # Something refused comes before something that needs a person.
    return next(code for code in (1, 2, session.NEEDS_A_PERSON, session.DONE) if code in codes)


@dataclass(slots=True)
class _Opened:
    """A post that is opened when the first message is to leave: a run that has nobody to tell asks no mail server."""

    post: Post
    is_open: bool = False


def _area(work: Work, wishes: stage.Wishes, post: _Opened | None, stack: contextlib.ExitStack) -> stage.Reminded:
    found = stage.plan(work)
    if post is None or not found.letters:
        return stage.Reminded(found, (), ())
    if not post.is_open:
        stack.enter_context(post.post)
        post.is_open = True
    return stage.apply(work, wishes, post.post)


def _wishes(address: str, tongue: str) -> stage.Wishes:
    written = os.environ.get("FILRYDD_SMTP_FROM", "").strip()
    return stage.Wishes(tongue, web_address(address) if address else "", sender(written) if written else None)


def _post(folder: Path | None, wishes: stage.Wishes) -> Post:
    if folder is not None:
        return FolderPost(folder)
    found = server(os.environ)
    if found is None:
        raise BadUsage(
            _("Nobody has said where the messages go."), next=_("Name a folder with --to, or set FILRYDD_SMTP_HOST.")
        )
    if wishes.sender is None:
        raise BadUsage(
            _("Nobody has said whom the messages come from."),
            next=_("Set FILRYDD_SMTP_FROM, like filrydd@example.no."),
        )
    return SmtpPost(found)


def _say(done: stage.Reminded, *, executed: bool) -> None:
    plan = done.plan
    deadline = plan.reviewing.deadline
    if plan.proposed is None:
        session.tell(_("{area}: nothing is proposed yet, so nobody is asked.").format(area=plan.area))
        return
    if plan.closed:
        session.tell(_("{area} is read-only, so nobody is asked any more.").format(area=plan.area))
        if plan.last is None:
            return
        until = _("it can be read until {day}").format(day=days.weekday(plan.last))
    else:
        until = _("no deadline") if deadline is None else _("deadline {day}").format(day=days.weekday(deadline))
    session.tell(_("{area}: {day}, {until}").format(area=plan.area, day=days.weekday(plan.day), until=until))
    if deadline is not None and deadline < plan.proposed and not plan.closed:
        session.tell(
            _("The deadline was over before anything was proposed. Nobody is told until the policy has a later one.")
        )
    elif plan.is_over:
        session.tell(_("The deadline is over, and not everything is signed."))
    if not is_workday(plan.day):
        free = holiday(plan.day, language()) or _("weekend")
        session.tell(_("Nobody is told today: {free}.").format(free=free))
    refused = {letter.key: why for letter, why in done.failed}
    for letter in plan.letters if not executed else (*done.sent, *(letter for letter, _why in done.failed)):
        _say_letter(letter, refused.get(letter.key), executed=executed)
    for left in plan.left:
        session.tell(
            _("Not told: {name} ({role}, {part}): {why}").format(
                name=left.person.name, role=_role(left.role), part=left.standing.part.name, why=_why(left)
            )
        )
    if not executed and plan.letters:
        where = "" if os.environ.get("FILRYDD_SMTP_HOST") else " --to FOLDER"
        session.tell(
            _("Nothing was sent. To do it: {step}").format(step=f"filrydd remind {plan.area}{where} --execute")
        )


def _say_letter(letter: Letter, refused: str | None, *, executed: bool) -> None:
    about = "; ".join(_about(due) for due in letter.dues)
    if refused is not None:
        sentence = _("Could not be told: {name} ({about}): {why}. It is tried again tomorrow.")
        session.tell(sentence.format(name=letter.person.name, about=about, why=refused))
        return
    sentence = _("Told: {name} ({about})") if executed else _("Would be told: {name} ({about})")
    session.tell(sentence.format(name=letter.person.name, about=about))


def _about(due: Due) -> str:
    return _("{part}: {role}, {kind}").format(part=due.standing.part.name, role=_role(due.role), kind=_kind(due.kind))


def _role(role: As) -> str:
    return {
        As.CONTACT: _("contact"),
        As.DEPUTY: _("stands in"),
        As.MANAGER: _("accountable manager"),
        As.SECOND: _("second signature"),
        As.ASKED: _("asked to decide"),
    }[role]


def _kind(kind: Kind) -> str:
    return {
        Kind.WEEKLY: _("every week"),
        Kind.BEFORE: _("before the deadline"),
        Kind.PASSED: _("the deadline is over"),
        Kind.PASSED_ON: _("passed on by somebody"),
        Kind.CONFIRM: _("the new place is to be confirmed"),
        Kind.HALF_TIME: _("half of the time to read the old area is over"),
        Kind.TWO_WEEKS: _("14 working days are left to read the old area"),
        Kind.LAST_DAYS: _("3 working days are left to read the old area"),
    }[kind]


def _why(left: Left) -> str:
    on = "" if left.on is None else days.weekday(left.on)
    match left.why:
        case Why.NOBODY:
            return _("nothing is asked")
        case Why.SIGNED:
            return _("signed, and nothing has changed since")
        case Why.FREE:
            return _("no working day")
        case Why.AWAY:
            return _("away until {day}").format(day=on)
        case Why.NO_ADDRESS:
            return _("the policy has no e-mail address that a message can go to")
        case Why.TOO_EARLY:
            return _("the deadline was over before anything was proposed")
        case Why.TODAY:
            return _("has had a message today")
        case Why.FAILED:
            return _("a message today was refused; it is tried again tomorrow")
        case Why.UNKNOWN:
            return _(
                "a run ended while the message was sent, so nobody knows whether it left; it is tried again tomorrow"
            )
        case Why.OVER:
            return _("the old area could be read until {day}").format(day=on)
        case Why.TOLD:
            return _("told on {day}").format(day=on)
        case Why.NOT_YET:
            return _("it is time on {day}").format(day=on) if on else _("nothing more is planned")


def _json(done: stage.Reminded, *, executed: bool) -> dict[str, Any]:
    plan = done.plan
    return {
        "area": plan.area,
        "day": plan.day.isoformat(),
        "deadline": None if plan.reviewing.deadline is None else plan.reviewing.deadline.isoformat(),
        "proposed": None if plan.proposed is None else plan.proposed.isoformat(),
        "closed": plan.closed,
        "readable_until": None if plan.last is None else plan.last.isoformat(),
        "due": [_json_letter(letter) for letter in plan.letters] if not executed else [],
        "told": [_json_letter(letter) for letter in done.sent],
        "failed": [{**_json_letter(letter), "why": why} for letter, why in done.failed],
        "not_told": [
            {
                "name": left.person.name,
                "part": left.standing.part.name,
                "role": left.role.value,
                "why": left.why.value,
                "on": None if left.on is None else left.on.isoformat(),
            }
            for left in plan.left
        ],
    }


def _json_letter(letter: Letter) -> dict[str, Any]:
    return {
        "name": letter.person.name,
        "email": letter.address,
        "parts": [
            {"part": due.standing.part.name, "role": due.role.value, "kind": due.kind.value, "due": due.due.isoformat()}
            for due in letter.dues
        ],
    }
