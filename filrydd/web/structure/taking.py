"""A change taken in: stored, and the structure proposed anew; beside the pages where that takes longer than a page may."""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import figures
from filrydd.catalog.structures import Trees
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.stages import propose
from filrydd.stages.work import Work
from filrydd.web.access import at
from filrydd.web.addresses import part_address
from filrydd.web.door import Session
from filrydd.web.drafts import REFUSED, keep, seen_other, sent_by
from filrydd.web.service import Service
from filrydd.web.structure import form as forms

_AT_ONCE = 50_000
"""Files of an area from which on it is proposed anew in a process of its own: a million take some 20 s."""


def take_in(
    service: Service, request: Request, base: str, page: str, here: Mapping[str, int], act: Callable[[], object]
) -> Response:
    """Act and propose anew, once for each form; what is refused is said in the form at `base`/`page`."""
    session: Session = request.state.session
    sent = sent_by(request)
    token = sent.get("once") or secrets.token_urlsafe(16)
    with session.lock:
        if token not in session.done:
            try:
                act()
            except FilryddError as error:
                return again(request, base, page, here, {**sent, REFUSED: forms.refused(error)})
            opened = {"old": here["folder"]} if "folder" in here else {}
            try:
                if _is_large(at(request).work):
                    session.led(token, _beside(service, request, f"{base}?{urlencode(opened)}" if opened else base))
                    return seen_other(session.done[token])
                sentences = propose_anew(at(request).work)
            except FilryddError as error:
                why = _("It is kept, but could not be proposed anew. {why}").format(why=forms.refused(error))
                return again(request, base, page, here, {**sent, REFUSED: why})
            session.keep(token, {"changes": "\n".join(sentences)})
            session.led(token, f"{base}?{urlencode({**opened, 'said': token})}#said")
    return seen_other(session.done[token])


def propose_anew(work: Work) -> tuple[str, ...]:
    """Propose the area; what is different from before, in sentences."""
    return propose.run(work).changes or (_("Nothing in the new structure is different."),)


def again(request: Request, base: str, page: str, here: Mapping[str, int], draft: Mapping[str, str]) -> Response:
    """Back to a form, as it was sent."""
    return seen_other(f"{base}/{page}?{urlencode({**here, 'form': keep(request, draft)})}")


def base_of(request: Request, trees: Trees) -> str:
    """The address of the page of a part's structure."""
    return part_address(at(request).area, trees.part.name, "structure")


def _beside(service: Service, request: Request, then: str) -> str:
    here = at(request)
    title = _("Proposing the new structure of {area}").format(area=here.area)
    job = service.jobs.start(here.work, here.identity.who, title, then, propose_anew)
    return f"/job/{job.id}"


def _is_large(work: Work) -> bool:
    with work.catalog() as catalog:
        return int(figures.figures(catalog).get("scan", {}).get("files", 0)) >= _AT_ONCE
