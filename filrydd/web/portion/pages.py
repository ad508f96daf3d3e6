"""A portion, a group with its answer, and a file that asks to be looked at: one thing a page."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import figures, proposals
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.model.department import Person
from filrydd.model.reviewed import Looked
from filrydd.stages import portions
from filrydd.stages.portions import PortionShown
from filrydd.web import templates
from filrydd.web.access import ANSWERS, At, at
from filrydd.web.addresses import part_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, once
from filrydd.web.portion import form as forms
from filrydd.web.portion.cards import Card, card
from filrydd.web.portion.words import choices
from filrydd.web.refusals import gone, no_part
from filrydd.web.service import Service
from filrydd.web.wording import old_address

_MOST_NAMES = 50


class Portions:
    """The pages of any part's portions."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """A portion: its groups and what was answered, and the files to look at. It says at the end what comes
        next."""
        here = at(request)
        with here.work.catalog() as catalog:
            source = figures.source_of(catalog)
            shown = portions.portion(catalog, here.part, _number(request))
            overview = portions.overview(catalog, here.part)
        if shown is None:
            return gone(request, part_address(here.area, here.part)) if here.part else no_part(request)
        base = _base(here, shown.portion.number)
        cards = tuple(card(group, here.part, source) for group in shown.groups)
        return templates.page(
            request,
            "portion.html",
            part=here.part,
            back_to=part_address(here.area, here.part),
            base=base,
            number=shown.portion.number,
            of=len(overview.portions),
            portion=shown.portion,
            cards=cards,
            looks=[(one, old_address(source, one.path)) for one in shown.looks],
            go_on=_next_of(base, shown),
            next_portion=overview.next,
            may_answer=not here.roles.isdisjoint(ANSWERS),
            form=filled(request, {}),
            group_at=lambda one: group_address(base, one.key),
            before=_before(shown, here.part, request.query_params.get("after", "")),
            undo_at=lambda before: f"{group_address(base, before.key)}/undo",
        )

    def group(self, request: Request) -> Response:
        """One group: what is suggested and why, and the answers to choose from."""
        here = at(request)
        key, number = _key(request), _number(request)
        with here.work.catalog() as catalog:
            source = figures.source_of(catalog)
            shown = portions.group(catalog, here.part, key, most=_MOST_NAMES)
            whole = portions.portion(catalog, here.part, number)
            new = proposals.places(catalog, [one.file for one in shown.examples]) if shown else {}
        base = _base(here, number)
        if shown is None or whole is None or shown.portion != number:
            return gone(request, base) if here.part else no_part(request)
        one, draft, people = card(shown, here.part, source), draft_of(request), _others(here)
        wrong = forms.given(draft, [choice for choice, _text in one.choices], people)[1] if draft else ()
        places = [group.key for group in whole.groups]
        return templates.page(
            request,
            "group.html",
            part=here.part,
            base=base,
            number=number,
            place=places.index(key) + 1,
            places=len(places),
            card=one,
            people=people,
            form=filled(request, draft, wrong, "answer"),
            here=group_address(base, key),
            back_to=base,
            new=new,
            why=part_address(here.area, here.part, "why"),
            may_answer=not here.roles.isdisjoint(ANSWERS),
            before=_before(whole, here.part, request.query_params.get("after", "")),
            undo_at=lambda before: f"{group_address(base, before.key)}/undo",
        )

    def answer(self, request: Request) -> Response:
        """Take one answer in, and on to the next group of the portion that has none."""
        here = at(request)
        key, number = _key(request), _number(request)
        sent: Mapping[str, str] = request.state.form
        with here.work.catalog() as catalog:
            shown = portions.group(catalog, here.part, key, most=0)
        base = _base(here, number)
        if shown is None:
            return gone(request, base)
        people = _others(here)
        said, _wrong = forms.given(sent, [choice for choice, _text in choices(shown.fate, shown.allowed)], people)
        if said is None:
            return back_to_form(request, group_address(base, key))

        def act() -> str:
            verb: Callable[..., object] = portions.answer
            if sent.get("alike") == "yes":
                verb = partial(portions.answer_alike, seen_alike=_whole(sent.get("alike_seen", "")))
            verb(
                here.work,
                here.identity.by,
                here.part,
                key,
                sent.get("seen", ""),
                said.answer,
                detail=said.detail,
                to=said.to,
                note=said.note,
                seen_answer=_whole(sent.get("answered", "")) or None,
            )
            with here.work.catalog() as catalog:
                whole = portions.portion(catalog, here.part, number)
            return f"{_next_of(base, whole, after=key) if whole else base}"

        try:
            return once(request, act)
        except FilryddError as error:
            refused = " ".join(piece for piece in (error.message, error.next) if piece)
            return back_to_form(request, group_address(base, key), {**_fresh(sent), REFUSED: refused})

    def undo(self, request: Request) -> Response:
        """Take an answer back, and to the group."""
        here = at(request)
        key, number = _key(request), _number(request)
        base = _base(here, number)

        def act() -> str:
            # What the page told of, and nothing that somebody has answered since.
            seen = _whole(request.state.form.get("answered", ""))
            portions.undo(here.work, here.identity.by, here.part, key, seen_answer=seen)
            return group_address(base, key)

        return once(request, act)

    def look(self, request: Request) -> Response:
        """Note what somebody saw who looked at a file: fine, or wrong, and then its group is to be answered again."""
        here = at(request)
        number = _number(request)
        base = _base(here, number)
        sent: Mapping[str, str] = request.state.form
        verdict = Looked.WRONG if sent.get("verdict") == Looked.WRONG else Looked.FINE

        def act() -> str:
            portions.look(here.work, here.identity.by, here.part, _whole(sent.get("file", "")), verdict)
            if verdict is Looked.WRONG and sent.get("key"):
                return group_address(base, sent["key"])
            return f"{base}#looks"

        return once(request, act)

    def take_in(self, request: Request) -> Response:
        """Make the answers count: classify and propose anew, beside the pages."""
        here = at(request)
        then = part_address(here.area, here.part)

        def act() -> str:
            job = self._service.jobs.start(
                here.work, here.identity.who, _("Taking the answers in"), then, portions.take_in
            )
            return then if job.state == "done" else f"/job/{job.id}"

        return once(request, act)


def group_address(base: str, key: str) -> str:
    """The page of one group of a portion."""
    return f"{base}/group/{quote(key, safe='')}"


def _base(here: At, number: int) -> str:
    return part_address(here.area, here.part, "portion", str(number))


def _next_of(base: str, shown: PortionShown, *, after: str = "") -> str:
    """Where to go on in a portion: the first group without an answer that holds, else the files to look at, else its
    end."""
    note = f"?after={quote(after, safe='')}" if after else ""
    for group in shown.groups:
        if not group.holds:
            return f"{group_address(base, group.key)}{note}"
    return f"{base}{note}#{'looks' if any(one.open for one in shown.looks) else 'end'}"


def _before(whole: PortionShown, part: str, key: str) -> Card | None:
    """The group that was answered just before, with its answer, to be undone."""
    return next((card(group, part, "") for group in whole.groups if group.key == key and group.said is not None), None)


def _others(here: At) -> tuple[Person, ...]:
    """Whom a group can be passed on to: those whom the policy names for this department, but for oneself."""
    department = here.department
    parts = department.parts(here.area)
    named = [
        *department.contacts,
        *department.deputies,
        department.owner,
        *(person for part in parts for person in (part.contact, part.owner, *part.deputies)),
        *(person for people in department.roles.values() for person in people),
    ]
    found: dict[tuple[str, str], Person] = {}
    for person in named:
        if not person.group and not person.app_role and not here.identity.is_one_of(person):
            found.setdefault((person.id, person.name if not person.id else ""), person)
    return tuple(found.values())


def _fresh(sent: Mapping[str, str]) -> dict[str, str]:
    """A form to be sent again: what it had seen is what it shows then."""
    seen = ("seen", "answered", "alike_seen", "once", "agree")
    return {field: value for field, value in sent.items() if field not in seen}


def _number(request: Request) -> int:
    # Portion 0 is what stays; a word that is no number is no portion.
    text = request.path_params["number"]
    return _whole(text) if text == "0" else _whole(text) or -1


def _key(request: Request) -> str:
    return unquote(request.path_params["key"])


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
