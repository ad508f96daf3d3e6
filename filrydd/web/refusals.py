"""Pages that say no, each in one sentence."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from filrydd.lang import _, worded
from filrydd.web import templates


def not_yours(request: Request) -> HTMLResponse:
    """The answer to whoever has no role for a page; what is there and what is not looks the same."""
    # Neither an area's name nor a department's own wording tells that there is one.
    with worded({}):
        return templates.page(
            request,
            "refusal.html",
            403,
            title=_("This page is not for you"),
            sentence=_("There is nothing at this address, or you have no role that opens it."),
            next=_("If you should have one, ask the superuser of your department."),
            area="",
        )


def no_part(request: Request) -> HTMLResponse:
    """The answer for a part that the proposal does not have."""
    return templates.page(
        request,
        "refusal.html",
        404,
        title=_("There is no such part"),
        sentence=_("The parts may have been divided in another way since you were here."),
    )


def gone(request: Request, back: str) -> HTMLResponse:
    """The answer for something that a page was about and that is there no more."""
    return templates.page(
        request,
        "refusal.html",
        404,
        title=_("That is not here any more"),
        sentence=_("Something has changed since the page was made. Look at it again."),
        back=back,
    )
