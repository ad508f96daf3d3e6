"""Folders of a scanned area that only people can say what they are, asked for a department that has a policy already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.policy.drafting_places import Placed, What
from filrydd.policy.questions import Question
from filrydd.policy.questions_asked import Sight, about, what_of
from filrydd.stages import suggest
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.addresses import department_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, once
from filrydd.web.form import Mistake
from filrydd.web.service import Service
from filrydd.web.superuser import words
from filrydd.web.superuser.running import Running


@dataclass(frozen=True, slots=True)
class Asked:
    """A folder that is asked about: the form's field, and the question in lines."""

    field: str
    question: Question[Any]
    lines: tuple[str, ...]


class FolderPages:
    """The questions about one area's folders, when somebody has looked at it."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running

    def page(self, request: Request) -> Response:
        """Every folder that stands out, with what it might be."""
        department = at(request).department
        base = department_address(department.id)
        found = self._looked(request, request.query_params.get("job", ""))
        if found is None:
            return refusals.gone(request, base)
        area, sights = found
        draft = draft_of(request)
        return templates.page(
            request,
            "superuser_folders.html",
            base=base,
            name=area,
            job=request.query_params["job"],
            asked=_asked(sights),
            digest=department.digest,
            form=filled(request, draft, _wrong() if draft and not draft.get(REFUSED) else (), "place-0"),
        )

    def place(self, request: Request) -> Response:
        """Put the answers into the policy file, once for each form."""
        sent: Mapping[str, str] = request.state.form
        here = at(request)
        base = department_address(here.department.id)
        found = self._looked(request, sent.get("job", ""))
        if found is None:
            return refusals.gone(request, base)
        address = f"{base}/folders?job={sent['job']}"
        places = _places(found[1], sent)
        if not places:
            return back_to_form(request, address)

        def act() -> str:
            suggest.place(
                self._service.workspace / "policies",
                here.department.id,
                places,
                by=here.identity.name or here.identity.who,
                day=self._service.clock().date(),
                was=sent.get("digest", ""),
            )
            return f"{base}/rules?placed={len(places)}"

        try:
            return once(request, act)
        except FilryddError as error:
            said = " ".join(filter(None, (error.message, *error.details[:3], words.step(error.next))))
            kept = {name: value for name, value in sent.items() if name != "digest"}
            return back_to_form(request, address, {**kept, REFUSED: said})

    def _looked(self, request: Request, id: str) -> tuple[str, tuple[Sight, ...]] | None:
        """The area that a job looked at, and what it saw there; None when it is no job of the department."""
        job, ran = self._service.jobs.find(id), self._running.asked(id)
        if job is None or ran is None or ran.department != at(request).department.id or job.state != "done":
            return None
        sights = job.result or ()
        return ran.area, tuple(one for one in sights if isinstance(one, Sight))


def _asked(sights: tuple[Sight, ...]) -> list[Asked]:
    questions = [about(sight) for sight in sights]
    return [Asked(f"place-{at}", one, tuple(one.text.split("\n"))) for at, one in enumerate(questions)]


def _places(sights: tuple[Sight, ...], sent: Mapping[str, str]) -> tuple[Placed, ...]:
    """What was said of each folder; what is no word, or the word for the ordinary rules, says nothing."""
    found = []
    for number, sight in enumerate(sights):
        said = sent.get(f"place-{number}", "")
        if said in set(What) and (what := what_of(said)) is not What.BY_RULES:
            found.append(Placed(sight.path, what))
    return tuple(found)


def _wrong() -> tuple[Mistake, ...]:
    return (Mistake("place-0", _("Say of at least one folder what it is, or go back.")),)
