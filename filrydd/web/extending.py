"""The page on which a contact asks for more time to read the old area."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.lang import _, days
from filrydd.stages import grace
from filrydd.stages.grace import LONGEST_REASON, Period
from filrydd.web import refusals, templates
from filrydd.web.accepting import own_role
from filrydd.web.access import ANSWERS, At, at
from filrydd.web.addresses import area_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, once, seen_other, sent_by
from filrydd.web.form import Mistake, day_in, text
from filrydd.web.roles import roles_at


class Extending:
    """The page, of any area."""

    def page(self, request: Request) -> Response:
        """Until when the old area can be read, who has asked for more time, and the form."""
        here = at(request)
        found = _period(here)
        if not _is_theirs(here):
            return refusals.not_yours(request)
        if found is None:
            return seen_other("/")
        draft = draft_of(request)
        return templates.page(
            request,
            "extend.html",
            period=found,
            is_over=here.work.clock() >= found.over,
            earliest=max(found.last_day, here.work.day()) + timedelta(days=1),
            latest=grace.latest_possible(here.work.day()),
            done=request.query_params.get("done") == "1",
            address=area_address(here.area, "longer"),
            form=filled(request, draft, _mistakes(here, found, draft) if draft else (), "until"),
        )

    def extend(self, request: Request) -> Response:
        """Ask for more time, once for each form."""
        here = at(request)
        if not _is_theirs(here):
            return refusals.not_yours(request)
        found = _period(here)
        if found is None:
            return seen_other("/")
        sent = sent_by(request)
        address = area_address(here.area, "longer")

        def act() -> str:
            until = day_in(text(sent, "until"))
            assert until is not None, "it was checked before"
            grace.extend(here.work, until, here.identity.by, own_role(here), text(sent, "reason"))
            return f"{address}?done=1"

        # A second click finds the day moved already: what its form led to is asked first.
        if _mistakes(here, found, sent) and not _was_done(request):
            return back_to_form(request, address, sent)
        try:
            return once(request, act)
        except FilryddError as refused:
            return back_to_form(request, address, {**sent, REFUSED: f"{refused.message} {refused.next}".strip()})


def _was_done(request: Request) -> bool:
    """Whether this very form was acted on before."""
    session = request.state.session
    with session.lock:
        return request.state.form.get("once", "") in session.done


def _period(here: At) -> Period | None:
    with here.work.catalog() as catalog:
        return grace.period(here.work, catalog)


def _is_theirs(here: At) -> bool:
    """Whether whoever asks answers for a part of this very area."""
    area = here.area
    return any(
        not roles_at(here.department, area, part.name, here.identity).isdisjoint(ANSWERS)
        for part in here.department.parts(area)
    )


def _mistakes(here: At, found: Period, sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    until, reason, wrong = day_in(text(sent, "until")), text(sent, "reason"), []
    today = here.work.day()
    if until is None:
        wrong.append(Mistake("until", _("Write the day like 2026-12-31.")))
    elif until <= max(found.last_day, today):
        day = days.day(max(found.last_day, today))
        wrong.append(Mistake("until", _("Choose a day after {day}.").format(day=day)))
    elif until > grace.latest_possible(today):
        day = days.day(grace.latest_possible(today))
        wrong.append(Mistake("until", _("Choose a day that is not after {day}.").format(day=day)))
    if not reason:
        wrong.append(Mistake("reason", _("Write why more time is needed.")))
    elif len(reason) > LONGEST_REASON:
        wrong.append(Mistake("reason", _("Use at most {count} characters.").format(count=LONGEST_REASON)))
    return tuple(wrong)
