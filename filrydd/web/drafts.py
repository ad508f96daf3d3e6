"""Forms between two pages: as they were sent, with what is missing in them, and each acted on once."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from filrydd.web.door import Session
from filrydd.web.form import Mistake

REFUSED = "refused"
"""The field of a draft that says why a stage did not take it in."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as a page shows it. `once` tells one form from another, so that sending it twice acts once."""

    values: Mapping[str, str]
    once: str
    mistakes: tuple[Mistake, ...] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """The message for each field that has one."""
        return {mistake.field: mistake.message for mistake in self.mistakes}


def draft_of(request: Request) -> Mapping[str, str]:
    """The form that the address names, as it was sent; empty when there is none."""
    session: Session = request.state.session
    return session.drafts.get(request.query_params.get("form", ""), {})


def filled(request: Request, draft: Mapping[str, str], wrong: tuple[Mistake, ...] = (), field: str = "") -> Filled:
    """A form as it was sent, with what a stage said about it at `field`; a new one gets a token of its own."""
    session: Session = request.state.session
    refused = draft.get(REFUSED, "")
    mistakes = (*wrong, Mistake(field, refused)) if refused else wrong
    return Filled({"name": session.identity.name, **draft}, draft.get("once") or secrets.token_urlsafe(16), mistakes)


def keep(request: Request, draft: Mapping[str, str]) -> str:
    """Keep a form as it was sent; returns the word by which an address names it, so that reload and back send
    nothing."""
    session: Session = request.state.session
    token = draft.get("once") or secrets.token_urlsafe(16)
    session.keep(token, draft)
    return token


def sent_by(request: Request) -> dict[str, str]:
    """A form as it was sent, under the name of whoever is logged in; what anybody wrote there instead counts for
    nothing."""
    session: Session = request.state.session
    return {**request.state.form, "name": session.identity.name}


def back_to_form(request: Request, address: str, draft: Mapping[str, str] | None = None) -> Response:
    """On to a page that shows the form with what is missing, so that reload and back send nothing again."""
    sent: Mapping[str, str] = request.state.form if draft is None else draft
    mark = "&" if "?" in address else "?"
    return seen_other(f"{address}{mark}{urlencode({'form': keep(request, sent)})}")


def once(request: Request, act: Callable[[], str]) -> Response:
    """Act unless this very form was acted on before; a second click waits for the first and sees what it led to.
    `act` returns the address of the page to go on to; what it raises leaves the form unsent."""
    session: Session = request.state.session
    sent: Mapping[str, str] = request.state.form
    token = sent.get("once") or secrets.token_urlsafe(16)
    with session.lock:
        if token not in session.done:
            session.led(token, act())
    return seen_other(session.done[token])


def led_before(request: Request) -> Response | None:
    """On to where this very form led before; a first click that is still under way is waited for. None for a form that
    nothing was done with: what it was about has gone otherwise."""
    session: Session = request.state.session
    with session.lock:
        led = session.done.get(request.state.form.get("once", ""))
    return None if led is None else seen_other(led)


def seen_other(address: str) -> RedirectResponse:
    """On to a page after a form, so that a reload does not send it again (303, RFC 9110)."""
    return RedirectResponse(address, 303)
