"""What comes after a signature: the receipt to keep, and taking the signature back."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import ProposalChanged
from filrydd.lang import _
from filrydd.stages import review
from filrydd.web import form as forms
from filrydd.web import templates, views
from filrydd.web.access import ANSWERS, at
from filrydd.web.addresses import part_address
from filrydd.web.drafts import back_to_form, draft_of, filled, once, seen_other
from filrydd.web.part import links
from filrydd.web.refusals import no_part


class Receipts:
    """The pages, of any part."""

    def receipt(self, request: Request) -> Response:
        """What was signed, by whom and when; to keep."""
        return _said(request, "receipt.html", withdrawn=False)

    def withdrawn(self, request: Request) -> Response:
        """What was withdrawn, by whom and when."""
        return _said(request, "withdrawn.html", withdrawn=True)

    def withdraw_page(self, request: Request) -> Response:
        """The form to take a sign-off back."""
        here = at(request)
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        if view.signed is None:
            return seen_other(part_address(here.area, view.name))
        draft = draft_of(request)
        return templates.page(
            request,
            "withdraw.html",
            part=view,
            links=links(here.area, view),
            form=filled(request, draft, forms.withdrawal(draft) if draft else ()),
            identity=here.identity,
        )

    def withdraw(self, request: Request) -> Response:
        """Take a sign-off back, once for each form."""
        here = at(request)
        sent: Mapping[str, str] = request.state.form
        view = views.part(here.work, here.part)
        if view is None:
            return no_part(request)
        address = part_address(here.area, view.name)
        if forms.withdrawal(sent):
            return back_to_form(request, f"{address}/withdraw")

        def act() -> str:
            if view.signed is not None and str(view.signed.id) != sent.get("signoff"):
                raise ProposalChanged(
                    _("Somebody has signed {part} anew since you looked at it.").format(part=view.name),
                    next=_("Look at it again, then withdraw the signature."),
                )
            by = here.identity
            review.withdraw(here.work, view.name, by.name, forms.text(sent, "note"), who=by.who, how=by.how)
            return f"{address}/withdrawn"

        return once(request, act)


def _said(request: Request, template: str, *, withdrawn: bool) -> Response:
    here = at(request)
    view = views.part(here.work, here.part)
    if view is None:
        return no_part(request)
    if view.answer is None or (view.answer.withdrawn is not None) is not withdrawn:
        return seen_other(part_address(here.area, view.name))
    return templates.page(
        request,
        template,
        part=view,
        answer=view.answer,
        signed=views.signed_totals(here.work, view.answer),
        where=views.destination(here.work),
        grace=here.department.grace_days,
        links=links(here.area, view),
        may_answer=not here.roles.isdisjoint(ANSWERS),
    )
