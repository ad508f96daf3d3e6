"""The pages that act: sign a part, and withdraw a sign-off."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.signoffs import Signature
from filrydd.errors import ProposalChanged
from filrydd.lang import _
from filrydd.stages import review
from filrydd.stages.work import Work
from filrydd.web import form as forms
from filrydd.web import templates, views
from filrydd.web.door import Session
from filrydd.web.form import Mistake
from filrydd.web.reading import links, named, no_part, part_address, seen_other
from filrydd.web.views import PartView


class Signing:
    """The pages that act, for one area."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._one_at_a_time = threading.Lock()

    def sign_page(self, request: Request) -> Response:
        """What a signature covers, and the form: a new one, or one that was sent with something missing."""
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        session: Session = request.state.session
        draft = _draft(request)
        seen = draft.get("seen") or request.query_params.get("seen") or view.state.digest
        if seen != view.state.digest:
            raise ProposalChanged(
                _("The proposal for {part} has changed since you looked at it.").format(part=view.name),
                next=_("Look at it again, then sign."),
            )
        if not views.is_as_proposed(self._work):
            raise ProposalChanged(
                _("The area {area} has changed since it was proposed.").format(area=self._work.area),
                next=f"filrydd propose {self._work.area}",
            )
        department = self._work.department()
        return templates.page(
            request,
            "sign.html",
            area=self._work.area,
            part=view,
            links=links(view),
            form=_filled(session, {**draft, "seen": seen}, self._signature(view, draft)[1] if draft else ()),
            where=views.destination(self._work),
            grace=department.grace_days,
            asks_destroy=self._asks_destroy(view),
            today=self._today().isoformat(),
        )

    def sign(self, request: Request) -> Response:
        """Sign, once for each form, and on to the receipt."""
        filled: Mapping[str, str] = request.state.form
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        signature = self._signature(view, filled)[0]
        if signature is None:
            return _back_to_form(request, part_address(view.name, "sign"))

        def act() -> None:
            # An empty digest would mean "whatever is proposed now"; a form always says what was seen.
            review.sign(self._work, signature, [view.name], digest=filled.get("seen") or "-")

        return self._once(request.state.session, filled, act, part_address(view.name, "receipt"))

    def withdraw_page(self, request: Request) -> Response:
        """The form to take a sign-off back."""
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        if view.signed is None:
            return seen_other(part_address(view.name))
        draft = _draft(request)
        return templates.page(
            request,
            "withdraw.html",
            area=self._work.area,
            part=view,
            links=links(view),
            form=_filled(request.state.session, draft, forms.withdrawal(draft) if draft else ()),
        )

    def withdraw(self, request: Request) -> Response:
        """Take a sign-off back, once for each form."""
        filled: Mapping[str, str] = request.state.form
        view = views.part(self._work, named(request))
        if view is None:
            return no_part(request)
        if forms.withdrawal(filled):
            return _back_to_form(request, part_address(view.name, "withdraw"))

        def act() -> None:
            review.withdraw(self._work, view.name, forms.text(filled, "name"), forms.text(filled, "note"))

        return self._once(request.state.session, filled, act, part_address(view.name, "withdrawn"))

    def _once(self, session: Session, filled: Mapping[str, str], act: Callable[[], object], then: str) -> Response:
        """Act unless this very form was acted on before; a second click waits for the first and sees what it led to."""
        token = filled.get("once") or secrets.token_urlsafe(16)
        with self._one_at_a_time:
            if token not in session.done:
                act()
                session.done[token] = then
                session.name = forms.text(filled, "name")
        return seen_other(session.done[token])

    def _asks_destroy(self, view: PartView) -> bool:
        return view.totals.documents.files > 0 and self._work.department().sign_destroy == 1

    def _signature(self, view: PartView, filled: Mapping[str, str]) -> tuple[Signature | None, tuple[Mistake, ...]]:
        return forms.signature(filled, asks_destroy=self._asks_destroy(view), today=self._today())

    def _today(self) -> date:
        """The reader's day, in whose calendar the form is filled in."""
        return self._work.clock().astimezone().date()


@dataclass(frozen=True, slots=True)
class _Filled:
    """A form as a page shows it. `once` tells one form from another, so that sending it twice acts once."""

    values: Mapping[str, str]
    once: str
    mistakes: tuple[Mistake, ...]

    @property
    def wrong(self) -> dict[str, str]:
        """The message for each field that has one."""
        return {mistake.field: mistake.message for mistake in self.mistakes}


def _filled(session: Session, filled: Mapping[str, str], mistakes: tuple[Mistake, ...]) -> _Filled:
    """A form as it was sent; a new one gets a token of its own, and the name that was given before."""
    return _Filled({"name": session.name, **filled}, filled.get("once") or secrets.token_urlsafe(16), mistakes)


def _draft(request: Request) -> Mapping[str, str]:
    """The form that the address names, as it was sent; empty when there is none."""
    session: Session = request.state.session
    return session.drafts.get(request.query_params.get("form", ""), {})


def _back_to_form(request: Request, address: str) -> Response:
    """On to a page that shows the form with what is missing, so that reload and back send nothing again."""
    session: Session = request.state.session
    draft: Mapping[str, str] = request.state.form
    token = draft.get("once") or secrets.token_urlsafe(16)
    session.keep(token, draft)
    return seen_other(f"{address}?{urlencode({'form': token})}")
