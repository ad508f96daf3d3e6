"""Forms: freeze a folder for a case, lift a freeze, and note where held files went."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import freezes, tallies
from filrydd.catalog.freezes import Freeze
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.stages import freeze as freezing
from filrydd.stages import hand_over
from filrydd.stages.work import Work
from filrydd.web import refusals, templates
from filrydd.web.access import At, at
from filrydd.web.archive.office import archive_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, led_before, once, sent_by
from filrydd.web.form import Mistake, text
from filrydd.web.service import Service

_LONGEST = {"path": 4000, "case": 200, "place": 200, "receipt": 200, "note": 4000}
_Mistakes = Callable[[Mapping[str, str]], tuple[Mistake, ...]]
_Act = Callable[[Mapping[str, str]], str]
# A deletion that is under way ends soon, or the page says that it goes on.
_PATIENCE = 1.0


class Holding:
    """The pages."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def freeze_page(self, request: Request) -> Response:
        """The form to freeze a folder for a case."""
        return _form(request, "archive_freeze.html", _freeze_mistakes, {"path": request.query_params.get("path", "")})

    def freeze(self, request: Request) -> Response:
        """Freeze, once for each form. It waits for nobody: a case may hold fast what it must at any time."""
        here = at(request)

        def act(sent: Mapping[str, str]) -> str:
            done = freezing.freeze(
                here.work,
                text(sent, "path"),
                text(sent, "case"),
                sent["name"],
                text(sent, "note"),
                patience=_PATIENCE,
            )
            return archive_address(here.area) + f"?done={'frozen' if done.quiet else 'busy'}"

        return _acted(request, here, "freeze", _freeze_mistakes, act)

    def lift_page(self, request: Request) -> Response:
        """What the freeze holds, and the form to lift it."""
        here = at(request)
        found = _freeze(here, request.query_params.get("freeze", ""))
        if found is None:
            return refusals.gone(request, archive_address(here.area))
        with here.work.catalog() as catalog:
            held = {one.word: one.total for one in tallies.read(catalog, tallies.About.FREEZE)}
        return _form(
            request,
            "archive_lift.html",
            _note_mistakes,
            {"freeze": str(found.id)},
            frozen=found,
            held=held.get(str(found.id)),
        )

    def lift(self, request: Request) -> Response:
        """Lift, once for each form."""
        here = at(request)
        number = request.state.form.get("freeze", "")
        found = _freeze(here, number)
        if found is None:
            return led_before(request) or refusals.gone(request, archive_address(here.area))

        def act(sent: Mapping[str, str]) -> str:
            freezing.unfreeze(here.work, found.path, found.matter, sent["name"], text(sent, "note"))
            return archive_address(here.area) + "?done=lifted"

        return _acted(request, here, f"lift?freeze={found.id}", _note_mistakes, act)

    def hand_over_page(self, request: Request) -> Response:
        """The form to note where held files went."""
        return _form(request, "archive_hand_over.html", _handed_mistakes, {})

    def hand_over(self, request: Request) -> Response:
        """Note it, once for each form, beside the pages: a large folder takes its time."""
        here = at(request)

        def act(sent: Mapping[str, str]) -> str:
            values = (text(sent, "path"), text(sent, "place"), text(sent, "receipt"), sent["name"], text(sent, "note"))
            then = archive_address(here.area) + "?done=handed"
            job = self._service.jobs.start(
                here.work, here.identity.who, _("Noting where files went"), then, note_handed, *values
            )
            if job.state == "failed":
                raise FilryddError(job.why, next=job.next)
            return then if job.state == "done" else f"/job/{job.id}"

        return _acted(request, here, "hand-over", _handed_mistakes, act)


def note_handed(work: Work, path: str, place: str, receipt: str, name: str, note: str) -> None:
    """What a job runs: note that everything held at a path went to a place. Raises what `hand_over.apply` does."""
    hand_over.apply(work, path, hand_over.handing_of(place, receipt, name, note))


def _acted(
    request: Request,
    here: At,
    below: str,
    mistakes: _Mistakes,
    act: _Act,
) -> Response:
    """Act on a form, or go back to it with what is missing, or with what the stage says."""
    sent = sent_by(request)
    address = archive_address(here.area) + f"/{below}"
    if mistakes(sent):
        return back_to_form(request, address, sent)
    try:
        return once(request, lambda: act(sent))
    except FilryddError as refused:
        return back_to_form(request, address, {**sent, REFUSED: f"{refused.message} {refused.next}".strip()})


def _form(request: Request, template: str, mistakes: _Mistakes, values: Mapping[str, str], **shown: Any) -> Response:
    here = at(request)
    draft = draft_of(request)
    field = "path" if template != "archive_lift.html" else "note"
    return templates.page(
        request,
        template,
        form=filled(request, {**values, **draft}, mistakes(draft) if draft else (), field),
        back_to=archive_address(here.area),
        **shown,
    )


def _freeze(here: At, number: str) -> Freeze | None:
    """The freeze in force with that number."""
    with here.work.catalog() as catalog:
        return next((one for one in freezes.in_force(catalog) if str(one.id) == number), None)


def _freeze_mistakes(sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    return (
        *_told(sent, "path"),
        *_told(sent, "case", _("Write the case that asks for it, for example its number.")),
        *_told(sent, "note"),
    )


def _handed_mistakes(sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    return (
        *_told(sent, "path", _("Write the folder or file in the old area.")),
        *_told(sent, "place", _("Write where the files went, for example the case system.")),
        *_told(sent, "receipt", _("Write what the other system gave as a receipt, for example a number.")),
        *_told(sent, "note"),
    )


def _note_mistakes(sent: Mapping[str, str]) -> tuple[Mistake, ...]:
    return tuple(_told(sent, "note"))


def _told(sent: Mapping[str, str], field: str, missing: str = "") -> list[Mistake]:
    said = text(sent, field)
    if missing and not said:
        return [Mistake(field, missing)]
    if len(said) > _LONGEST[field]:
        return [Mistake(field, _("Use at most {count} characters.").format(count=_LONGEST[field]))]
    if field not in ("path", "note") and not said.isprintable():
        return [Mistake(field, _("Write it on one line."))]
    return []
