"""A group that somebody passed on: whoever it was passed on to sees it, and nothing else of the part, and answers."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import figures
from filrydd.errors import FilryddError
from filrydd.model.reviewed import Answer
from filrydd.stages import portions
from filrydd.stages.portions import GroupShown, PassedOn
from filrydd.web import refusals, templates
from filrydd.web.access import At, at
from filrydd.web.addresses import area_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, led_before, once
from filrydd.web.portion import form as forms
from filrydd.web.portion.cards import Card, card

_MOST_NAMES = 50


class AskedPages:
    """The pages of what was passed on, in any area."""

    def page(self, request: Request) -> Response:
        """The group, and the answers."""
        here = at(request)
        found = _find(here, request.path_params["answer"])
        if found is None:
            return refusals.not_yours(request)
        passed, shown = found
        one, draft = _card(here, shown), draft_of(request)
        wrong = forms.given(draft, [choice for choice, _text in one.choices], ())[1] if draft else ()
        return templates.page(
            request,
            "asked.html",
            card=one,
            passed=passed.said,
            form=filled(request, draft, wrong, "answer"),
            here=_address(here, passed),
        )

    def answer(self, request: Request) -> Response:
        """Take the answer in, and back to the first page."""
        here = at(request)
        sent: Mapping[str, str] = request.state.form
        found = _find(here, request.path_params["answer"])
        if found is None:
            # At a second click the group is not passed on any more, since the first one answered it.
            return led_before(request) or refusals.not_yours(request)
        passed, shown = found
        said, _wrong = forms.given(sent, [choice for choice, _text in _card(here, shown).choices], ())
        if said is None:
            return back_to_form(request, _address(here, passed))

        def act() -> str:
            portions.answer(
                here.work,
                here.identity.by,
                passed.part,
                shown.key,
                sent.get("seen", ""),
                said.answer,
                detail=said.detail,
                note=said.note,
                seen_answer=passed.said.id,
            )
            return "/"

        try:
            return once(request, act)
        except FilryddError as error:
            refused = " ".join(piece for piece in (error.message, error.next) if piece)
            draft = {field: value for field, value in sent.items() if field not in ("seen", "once", "agree")}
            return back_to_form(request, _address(here, passed), {**draft, REFUSED: refused})


def _find(here: At, number: str) -> tuple[PassedOn, GroupShown] | None:
    """The group that was passed on by the answer of that number, if it was passed on to whoever is here."""
    if not here.identity.object_id:
        return None
    with here.work.catalog() as catalog:
        for passed in portions.passed_to(catalog, here.identity.object_id):
            if str(passed.said.id) == number and passed.said.to_id == here.identity.object_id:
                shown = portions.group(catalog, passed.part, passed.said.key, most=_MOST_NAMES)
                return None if shown is None else (passed, shown)
    return None


def _card(here: At, shown: GroupShown) -> Card:
    """The group without the answer that passed it on, and without passing it on further."""
    with here.work.catalog() as catalog:
        one = card(shown, here.area, figures.source_of(catalog))
    kept = tuple(choice for choice in one.choices if choice[0] is not Answer.PASSED_ON)
    return replace(one, choices=kept, answered=None, alike=0)


def _address(here: At, passed: PassedOn) -> str:
    return area_address(here.area, "asked", str(passed.said.id))
