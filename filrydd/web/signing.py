"""The page that signs a part: what a signature covers, what is still open, and the form."""

from collections.abc import Callable, Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.signoffs import Signature
from filrydd.errors import NotApproved, ProposalChanged
from filrydd.lang import _
from filrydd.lang.words import role
from filrydd.model.department import Role
from filrydd.stages import portions, review
from filrydd.stages.work import Work
from filrydd.web import form as forms
from filrydd.web import templates, views
from filrydd.web.access import At, at
from filrydd.web.addresses import part_address
from filrydd.web.drafts import back_to_form, draft_of, filled, once
from filrydd.web.form import Mistake
from filrydd.web.part import links
from filrydd.web.refusals import no_part
from filrydd.web.service import Service
from filrydd.web.views import PartView
from filrydd.web.words import changed

AT_ONCE = 50_000
"""Files of a part from which on a signature is stored beside the pages: it keeps all that it names, a million files
in some 15 s."""


class Signing:
    """The page, of any part."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def sign_page(self, request: Request) -> Response:
        """What a signature covers, what is still open, and the form: a new one, or one that was sent with something
        missing."""
        here = at(request)
        found = views.parts(here.work)
        view = found.named(here.part)
        if view is None:
            return no_part(request)
        draft = draft_of(request)
        seen = draft.get("seen") or request.query_params.get("seen") or view.state.digest
        if seen != view.state.digest:
            raise _changed(view.name)
        with here.work.catalog() as catalog:
            still_open = portions.open_items(catalog, view.name)
        department = here.department
        return templates.page(
            request,
            "sign.html",
            part=view,
            links=links(here.area, view),
            still_open=still_open,
            is_as_proposed=found.is_as_proposed,
            is_current=found.is_current,
            lists=views.lists(here.work, view.name) if view.changed else None,
            changed=changed,
            form=filled(request, {**draft, "seen": seen}, _signature(here, view, draft)[1] if draft else ()),
            where=views.destination(here.work),
            grace=department.grace_days,
            asks_destroy=_asks_destroy(here, view),
            signers=department.sign_destroy,
            roles=[(word, role(word)) for word in _roles(here)],
            identity=here.identity,
            today=_today(here.work).isoformat(),
        )

    def sign(self, request: Request) -> Response:
        """Sign, once for each form, and on to the receipt."""
        here = at(request)
        sent: Mapping[str, str] = request.state.form
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        signature = _signature(here, view, sent)[0]
        address = part_address(here.area, view.name)
        # An empty digest would mean "whatever is proposed now"; a form always says what was seen.
        seen = sent.get("seen") or "-"
        if signature is None:
            return back_to_form(request, f"{address}/sign")

        def act() -> str:
            if seen != view.state.digest:
                raise _changed(view.name)
            with here.work.catalog() as catalog:
                refuse_while_open(here.work, view.name, portions.open_items(catalog, view.name))
            if view.asks < AT_ONCE:
                review.sign(here.work, signature, [view.name], digest=seen)
                return f"{address}/receipt"
            title = _("Signing {part}").format(part=view.name)
            return beside(self._service, here, title, f"{address}/receipt", sign_beside, signature, view.name, seen)

        return once(request, act)


def beside(service: Service, here: At, title: str, then: str, verb: Callable[..., object], *values: object) -> str:
    """Have a large part signed beside the pages; returns the address to go on to."""
    job = service.jobs.start(here.work, here.identity.who, title, then, verb, *values)
    return then if job.state == "done" else f"/job/{job.id}"


def sign_beside(work: Work, signature: Signature, part: str, seen: str) -> None:
    """Sign one part, in a process of its own."""
    review.sign(work, signature, [part], digest=seen)


def refuse_while_open(work: Work, part: str, still_open: portions.OpenItems) -> None:
    """Raises NotApproved while anything keeps the part from being signed: nobody signs blind."""
    if still_open.count:
        raise NotApproved(
            _("Something is still open in {part}, so it cannot be signed.").format(part=part),
            next=_("Go through the portions that are not done."),
        )


def _changed(part: str) -> ProposalChanged:
    return ProposalChanged(
        _("The proposal for {part} has changed since you looked at it.").format(part=part),
        next=_("Look at it again, then sign."),
    )


def _roles(here: At) -> tuple[Role, ...]:
    """The roles in which whoever is here can sign; none where only a link vouches for them, and they say it
    themselves."""
    if not here.identity.is_openid:
        return ()
    return tuple(one for one in (Role.CONTACT, Role.MANAGER) if one in here.roles)


def _asks_destroy(here: At, view: PartView) -> bool:
    """Whether whoever is here can sign that documents are deleted: where it takes two people, both log in with their
    own account."""
    return view.totals.documents.files > 0 and (here.department.sign_destroy == 1 or here.identity.is_openid)


def _signature(here: At, view: PartView, sent: Mapping[str, str]) -> tuple[Signature | None, tuple[Mistake, ...]]:
    return forms.signature(
        sent,
        here.identity,
        roles=tuple(_roles(here)),
        as_manager=here.identity.is_openid and Role.MANAGER in here.roles,
        asks_destroy=_asks_destroy(here, view),
        today=_today(here.work),
    )


def _today(work: Work) -> date:
    """The reader's day, in whose calendar the form is filled in."""
    return work.clock().astimezone().date()
