"""Forms about the structure between two pages: as they were sent, with what is missing in them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from filrydd.web.door import Session
from filrydd.web.form import Mistake

REFUSED = "refused"
"""The field of a draft that says why a stage did not take it in."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as a page shows it. `once` tells one form from another, so that sending it twice acts once."""

    values: Mapping[str, str]
    once: str
    mistakes: tuple[Mistake, ...]

    @property
    def wrong(self) -> dict[str, str]:
        """The message for each field that has one."""
        return {mistake.field: mistake.message for mistake in self.mistakes}


def draft_of(request: Request) -> Mapping[str, str]:
    """The form that the address names, as it was sent; empty when there is none."""
    session: Session = request.state.session
    return session.drafts.get(request.query_params.get("form", ""), {})


def filled(request: Request, draft: Mapping[str, str], wrong: tuple[Mistake, ...], field: str) -> Filled:
    """A form as it was sent, with what a stage said about it at `field`; a new one gets a token of its own."""
    session: Session = request.state.session
    refused = draft.get(REFUSED, "")
    mistakes = (*wrong, Mistake(field, refused)) if refused else wrong
    return Filled({"name": session.name, **draft}, draft.get("once") or secrets.token_urlsafe(16), mistakes)


def keep(request: Request, draft: Mapping[str, str]) -> str:
    """Keep a form as it was sent; returns the word by which an address names it, so that reload and back send nothing."""
    session: Session = request.state.session
    token = draft.get("once") or secrets.token_urlsafe(16)
    session.keep(token, draft)
    return token
