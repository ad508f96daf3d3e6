"""What a superuser runs: a verb of an area as a job, one an area, and going on where a brake has stopped it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import _
from filrydd.stages import policy_new
from filrydd.stages.work import Work
from filrydd.web import refusals
from filrydd.web.access import at
from filrydd.web.addresses import department_address
from filrydd.web.drafts import once
from filrydd.web.jobs import Job
from filrydd.web.service import Service
from filrydd.web.superuser import verbs, words

SCAN, CLASSIFY, PROPOSE, SUGGEST, LOOK = "scan", "classify", "propose", "suggest", "look"
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Ran:
    """What a job was asked to do, so that it can be asked once more."""

    department: str
    area: str
    what: str
    address: str = ""


class Running:
    """Starts jobs, and remembers what was asked."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._asked: dict[str, Ran] = {}

    def run(self, request: Request) -> Response:
        """Run what a button says: classify, propose, try rules, scan again, or go on with what a brake stopped."""
        sent: Mapping[str, str] = request.state.form
        area, what = self.area(request, sent.get("area", "")), sent.get("what", "")
        if not area or what not in (SCAN, CLASSIFY, PROPOSE, SUGGEST, LOOK):
            return refusals.gone(request, department_address(at(request).department.id))
        before = self._asked.get(sent.get("after", ""))
        address = before.address if before is not None and before.area == area else ""
        return self.start(request, Ran(at(request).department.id, area, what, address), allow=sent.get("all") == "yes")

    def start(self, request: Request, wanted: Ran, *, allow: bool = False) -> Response:
        """Start it once for each form, and go on to what it leads to."""
        work = self._service.work(wanted.area, at(request).identity)
        return once(request, lambda: self._start(work, at(request).identity.who, wanted, allow))

    def area(self, request: Request, name: str) -> str:
        """The area of the department that a request names; empty when it has none of that name, or it is not shown
        here."""
        shown = (self._service.only,) if self._service.only else at(request).department.areas()
        return name if name in shown and name in at(request).department.areas() else ""

    def asked(self, job: str) -> Ran | None:
        """What a job was asked to do; None for one that was not started here."""
        return self._asked.get(job)

    def may_go_on(self, job: Job) -> Ran | None:
        """What can be asked once more without the brake that stopped it."""
        return self.asked(job.id) if job.state == "failed" and words.may_go_on(job.next) else None

    def told(self, request: Request) -> tuple[str, ...]:
        """What came of the job that the address names, if it was one of the department's."""
        job = self._service.jobs.find(request.query_params.get("job", ""))
        ran = None if job is None else self.asked(job.id)
        if job is None or ran is None or ran.department != at(request).department.id or job.state != "done":
            return ()
        return sentences(job)

    def _start(self, work: Work, who: str, wanted: Ran, allow: bool) -> str:
        title, verb, values = _said(wanted, allow)
        below = {SUGGEST: ("rules",), LOOK: ("folders",)}.get(wanted.what, ())
        job = self._service.jobs.start(work, who, title, department_address(wanted.department, *below), verb, *values)
        self._asked[job.id] = wanted
        while len(self._asked) > _MOST_KEPT:
            del self._asked[next(iter(self._asked))]
        return address_of(job)


def address_of(job: Job) -> str:
    """Where to go on from a job: what it was for when it is done, else its own page."""
    return f"{job.then}?job={job.id}" if job.state == "done" else f"/job/{job.id}"


def sentences(job: Job) -> tuple[str, ...]:
    """What a job's verb told, when it told sentences."""
    told = job.result
    return told if isinstance(told, tuple) and all(isinstance(one, str) for one in told) else ()


def _said(wanted: Ran, allow: bool) -> tuple[str, Callable[..., Any], tuple[Any, ...]]:
    match wanted.what:
        case "scan":
            return _("Scanning {area}").format(area=wanted.area), verbs.scan, (wanted.address, allow)
        case "classify":
            return _("Letting the rules decide in {area}").format(area=wanted.area), verbs.classify, (allow,)
        case "propose":
            return _("Proposing the new structure of {area}").format(area=wanted.area), verbs.propose, ()
        case "look":
            return _("Looking at {area}").format(area=wanted.area), policy_new.look, ()
        case _:
            return _("Trying rules on {area}").format(area=wanted.area), verbs.suggest, ()
