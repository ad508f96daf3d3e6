"""The page on which a part's contact confirms the new place, or says what is missing there."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import acceptances
from filrydd.catalog.acceptances import Says
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.model.department import Role
from filrydd.stages import accept
from filrydd.stages.accept import LONGEST_NOTE, Question, State
from filrydd.web import refusals, templates
from filrydd.web.access import ANSWERS, At, at
from filrydd.web.addresses import part_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, once, seen_other, sent_by
from filrydd.web.form import Mistake, text
from filrydd.web.service import Service

_WEB = ("https", "http")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of the new place: its address as a link (empty where it is no address of a page), the folder's own name, and
    the way to it in words."""

    link: str
    name: str
    way: str


class Accepting:
    """The pages, of any part."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """Where everything is now, what is open, and the question."""
        here = at(request)
        asked = self._question(here)
        if asked is None or asked.closed or asked.state is State.EARLY:
            return _back(request, here, asked)
        draft = draft_of(request)
        seen = draft.get("seen") or asked.arrival.digest
        with here.work.catalog() as catalog:
            said_before = acceptances.history(catalog, asked.part, 5)
        return templates.page(
            request,
            "accept.html",
            part=asked.part,
            asked=asked,
            places=[place_of(url) for url in asked.arrival.places],
            findings=[(said(kind), count) for kind, count in sorted(asked.arrival.findings.items())],
            said_before=said_before,
            grace=here.department.grace,
            to=part_address(here.area, asked.part),
            form=filled(request, {"seen": seen, **draft}, _mistakes(draft) if draft else (), "answer"),
        )

    def answer(self, request: Request) -> Response:
        """Take an answer, once for each form."""
        here = at(request)
        sent = sent_by(request)
        address = part_address(here.area, here.part)
        if not here.part:
            return refusals.no_part(request)
        if _mistakes(sent):
            return back_to_form(request, f"{address}/accept", sent)

        def act() -> str:
            says = Says(sent["answer"])
            # An empty digest would mean "wherever it is now"; a form always says what was seen.
            seen = sent.get("seen") or "-"
            accept.answer(here.work, says, here.identity.by, own_role(here), text(sent, "note"), [here.part], seen=seen)
            return f"{address}/accepted"

        try:
            return once(request, act)
        except FilryddError as refused:
            again = {key: value for key, value in sent.items() if key != "seen"}
            return back_to_form(
                request, f"{address}/accept", {**again, REFUSED: f"{refused.message} {refused.next}".strip()}
            )

    def accepted(self, request: Request) -> Response:
        """What was said, and what happens next."""
        here = at(request)
        asked = self._question(here)
        if asked is None or asked.said is None:
            return _back(request, here, asked)
        return templates.page(
            request,
            "accepted.html",
            part=asked.part,
            asked=asked,
            places=[place_of(url) for url in asked.said.places],
            grace=here.department.grace,
            to=part_address(here.area, asked.part),
            may_answer=not here.roles.isdisjoint(ANSWERS) and not asked.closed,
        )

    def _question(self, here: At) -> Question | None:
        return question(self._service, here, here.part)


def question(service: Service, here: At, part: str) -> Question | None:
    """The question about a part as it was counted last; None where nothing of it has arrived."""
    return questions(service, here.work.area, here).get(part)


def questions(service: Service, area: str, here: At) -> dict[str, Question]:
    """The questions of an area as they were counted last; they are counted anew beside the page where that is outdated."""
    with here.work.catalog() as catalog:
        service.count_arrivals(area, catalog)
        return accept.questions(catalog, count=False)


def own_role(here: At) -> Role:
    """The role in which whoever is here answers."""
    return Role.CONTACT if Role.CONTACT in here.roles or Role.MANAGER not in here.roles else Role.MANAGER


def place_of(url: str) -> Place:
    """A place as a page shows it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return Place("", url, "")
    names = [unquote(name) for name in parts.path.split("/") if name]
    # A real one is written in ASCII (RFC 3986): `catalog.new_folders` percent-encodes every name.
    if parts.scheme not in _WEB or not (host and names and url.isascii() and url.isprintable()):
        return Place("", url, "")
    return Place(url, names[-1], " / ".join([host, *names]))


def _mistakes(sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    note = text(sent, "note")
    wrong = []
    if sent.get("answer") not in (Says.YES, Says.NO):
        wrong.append(Mistake("answer", _("Choose yes or no.")))
    if sent.get("answer") == Says.NO and not note:
        wrong.append(Mistake("note", _("Write what you did not find, so that somebody can help.")))
    if len(note) > LONGEST_NOTE:
        wrong.append(Mistake("note", _("Use at most {count} characters.").format(count=LONGEST_NOTE)))
    return tuple(wrong)


def _back(request: Request, here: At, asked: Question | None) -> Response:
    """On to the part where there is nothing to answer; to the answer where it stands."""
    if not here.part:
        return refusals.no_part(request)
    below = "/accepted" if asked is not None and asked.closed and asked.said is not None else ""
    return seen_other(part_address(here.area, here.part) + below)
