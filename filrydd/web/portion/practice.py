"""A portion to try it on: made-up groups whose answers nobody keeps but this log-in, and nothing is done with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.rulings import Total
from filrydd.lang import _
from filrydd.model import times
from filrydd.model.rule import Fate
from filrydd.portions import risk
from filrydd.stages.portions import Example
from filrydd.web import refusals, templates
from filrydd.web.door import Session
from filrydd.web.drafts import back_to_form, draft_of, filled, seen_other
from filrydd.web.portion import form as forms
from filrydd.web.portion import words
from filrydd.web.portion.cards import Answered, Card

_ALL = (Fate.MOVE, Fate.DESTROY, Fate.HOLD)
_HERE = "/practice"


def _groups() -> tuple[Card, ...]:
    """Three groups as a department might have them: one that moves, one that is deleted, one that somebody must think
    about."""
    return (
        _card(
            "plans",
            Fate.MOVE,
            _("Practice/Plans 2026"),
            (_("Plan for the year.docx"), _("Minutes January.docx"), _("Budget.xlsx")),
            _("The files were changed lately and are in use."),
            "",
            48,
            (2026, 2026),
            (),
            _("What is in use moves. Say yes."),
        ),
        _card(
            "vouchers",
            Fate.DESTROY,
            _("Practice/Vouchers 2012"),
            (_("voucher 0001.pdf"), _("voucher 0002.pdf")),
            _("The period for keeping vouchers is over."),
            "bokføringsloven § 13",
            320,
            (2012, 2013),
            (risk.DESTROYS,),
            _("Look at a few before you say yes. Nothing is deleted in this practice."),
        ),
        _card(
            "old",
            Fate.HOLD,
            _("Practice/Old projects"),
            (_("Project Bridge final NEW.docx"), _("notes.txt")),
            _("Nobody has changed the files for five years. Decide whether they are still needed."),
            "",
            75,
            (2014, 2020),
            (risk.UNRULED,),
            _("Try to pass it on to somebody else, or say where it belongs."),
        ),
    )


class Practice:
    """The practice portion."""

    def page(self, request: Request) -> Response:
        """The first group without an answer, or that all are done."""
        session: Session = request.state.session
        cards = [_with_answer(card, session) for card in _groups()]
        asked = request.query_params.get("group", "")
        one = next((card for card in cards if card.key == asked), None) if asked else None
        one = one or next((card for card in cards if not card.is_done), None)
        draft = draft_of(request)
        wrong = forms.given(draft, [choice for choice, _text in one.choices], ())[1] if draft and one else ()
        return templates.page(
            request,
            "practice.html",
            cards=cards,
            card=one,
            place=0 if one is None else cards.index(one) + 1,
            form=filled(request, draft, wrong, "answer"),
            here=_HERE if one is None else f"{_HERE}/{one.key}",
        )

    def answer(self, request: Request) -> Response:
        """Keep an answer in this log-in alone."""
        session: Session = request.state.session
        sent: Mapping[str, str] = request.state.form
        key = request.path_params["key"]
        one = next((card for card in _groups() if card.key == key), None)
        if one is None:
            return refusals.gone(request, _HERE)
        said, _wrong = forms.given(sent, [choice for choice, _text in one.choices], ())
        if said is None:
            return back_to_form(request, f"{_HERE}?group={key}")
        session.practised[key] = words.answer(said.answer, said.detail, said.to[0])
        return seen_other(_HERE)

    def again(self, request: Request) -> Response:
        """Begin the practice anew."""
        session: Session = request.state.session
        session.practised.clear()
        return seen_other(_HERE)


def _with_answer(card: Card, session: Session) -> Card:
    text = session.practised.get(card.key)
    return card if text is None else replace(card, answered=Answered(text, session.identity.name, 0))


def _card(
    key: str,
    fate: Fate,
    path: str,
    names: tuple[str, ...],
    reason: str,
    basis: str,
    files: int,
    years: tuple[int, int],
    risks: tuple[str, ...],
    hint: str,
) -> Card:
    oldest, newest = (times.from_day(date(year, 6, 1)) for year in years)
    return Card(
        key=key,
        kind=hint,
        heading=path,
        address=path,
        fate=fate,
        suggestion=words.suggested(fate, files),
        agree=words.agree(fate, files),
        reason=reason,
        basis=basis,
        total=Total(files, files * 240_000),
        age=words.age(oldest, newest),
        names=tuple(Example(0, f"{path}/{name}", fate, 240_000, newest) for name in names),
        others="",
        risks=tuple(words.risky(word) for word in risks),
        coarse=False,
        choices=words.choices(fate, _ALL),
        answered=None,
        alike=0,
        content="",
        seen_answer=0,
    )
