"""The page on which a second person signs the deletion in a part too."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.signoffs import Signature
from filrydd.lang import _
from filrydd.lang.words import role
from filrydd.model.department import Role
from filrydd.stages import review
from filrydd.web import form as forms
from filrydd.web import templates, views
from filrydd.web.access import At, at
from filrydd.web.addresses import part_address
from filrydd.web.drafts import back_to_form, draft_of, filled, once, seen_other
from filrydd.web.form import Mistake
from filrydd.web.part import links
from filrydd.web.refusals import no_part
from filrydd.web.service import Service
from filrydd.web.signing import AT_ONCE, beside


class SecondSigning:
    """The page, of any part."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """What the second person answers for, and the form."""
        here = at(request)
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        if view.signed is None or not view.signed.awaits:
            return seen_other(part_address(here.area, view.name))
        draft = draft_of(request)
        return templates.page(
            request,
            "second.html",
            part=view,
            links=links(here.area, view),
            form=filled(request, draft, _second(here, draft)[1] if draft else ()),
            grace=here.department.grace_days,
            role=role(_own_role(here)),
            identity=here.identity,
        )

    def sign(self, request: Request) -> Response:
        """Sign as the second person, once for each form, and on to the receipt."""
        here = at(request)
        sent: Mapping[str, str] = request.state.form
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        signature = _second(here, sent)[0]
        address = part_address(here.area, view.name)
        if signature is None:
            return back_to_form(request, f"{address}/second")
        number = sent.get("signoff", "")

        def act() -> str:
            signoff = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
            seen = sent.get("seen") or "-"
            if view.asks < AT_ONCE:
                review.cosign(here.work, signature, view.name, seen, signoff)
                return f"{address}/receipt"
            title = _("Signing {part}").format(part=view.name)
            return beside(
                self._service, here, title, f"{address}/receipt", review.cosign, signature, view.name, seen, signoff
            )

        return once(request, act)


def _own_role(here: At) -> Role:
    return Role.MANAGER if Role.MANAGER in here.roles else Role.CONTACT


def _second(here: At, sent: Mapping[str, str]) -> tuple[Signature | None, tuple[Mistake, ...]]:
    return forms.second_signature(
        sent,
        here.identity,
        role=_own_role(here),
        as_manager=here.identity.is_openid and Role.MANAGER in here.roles,
    )
