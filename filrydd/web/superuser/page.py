"""The superuser's page of a department: each area, where it stands, and what can be done next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import figures, proposals
from filrydd.catalog.rulings import Total
from filrydd.catalog.steps import LastScan, steps
from filrydd.errors import FilryddError
from filrydd.model.rule import Fate
from filrydd.policy import Problem, problems
from filrydd.stages import review
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.addresses import department_address
from filrydd.web.drafts import back_to_form, draft_of, filled
from filrydd.web.form import Mistake
from filrydd.web.identity import Identity
from filrydd.web.jobs import Job
from filrydd.web.service import Service
from filrydd.web.superuser import sources, words
from filrydd.web.superuser.running import SCAN, Ran, Running

# A file with more mistakes than that is mended from the first ones on.
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area as its superuser sees it; `scan` is None before the first one has come to its end. `job` is what runs on
    it now.

    `next` is the step that comes next: scan, classify, propose or nothing. `signed` of `parts` are signed.
    """

    name: str
    scan: LastScan | None = None
    source: str = ""
    unreadable: int = 0
    fates: Mapping[Fate, Total] = field(default_factory=dict)
    problems: int = 0
    parts: int = 0
    signed: int = 0
    next: str = SCAN
    job: Job | None = None
    trouble: str = ""
    has_insight: bool = False


class SuperuserPages:
    """The department's page, and the form that starts a scan."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running
        self._problems = Problems(service.workspace / "policies")

    def page(self, request: Request) -> Response:
        """The areas of the department."""
        department, identity = at(request).department, at(request).identity
        shown = [one for one in department.areas() if self._running.area(request, one)]
        return templates.page(
            request,
            "superuser.html",
            department=department,
            title=department.name,
            base=department_address(department.id),
            areas=[self._view(one, department.digest, identity) for one in shown],
            problems=self._problems.of(department.id),
            told=self._running.told(request),
            begins=not self._service.only,
        )

    def scan_page(self, request: Request) -> Response:
        """The form that says where an area is."""
        area = self._running.area(request, request.query_params.get("area", ""))
        base = department_address(at(request).department.id)
        if not area:
            return refusals.gone(request, base)
        draft = draft_of(request)
        wrong: tuple[Mistake, ...] = ()
        if draft:
            try:
                sources.source(draft.get("source", ""), self._service.workspace)
                wrong = (Mistake("source", draft["wrong"]),) if draft.get("wrong") else ()
            except ValueError as mistake:
                wrong = (Mistake("source", draft.get("wrong") or str(mistake)),)
        view = self._view(area, at(request).department.digest, at(request).identity)
        values = {"source": view.source, **draft}
        return templates.page(request, "superuser_scan.html", base=base, view=view, form=filled(request, values, wrong))

    def scan(self, request: Request) -> Response:
        """Start a scan from an address."""
        sent: dict[str, str] = dict(request.state.form)
        area = self._running.area(request, sent.get("area", ""))
        base = department_address(at(request).department.id)
        if not area:
            return refusals.gone(request, base)
        try:
            address = sources.source(sent.get("source", ""), self._service.workspace)
        except ValueError as mistake:
            kept = {**sent, "source": sources.repeatable(sent.get("source", "")), "wrong": str(mistake)}
            return back_to_form(request, f"{base}/scan?area={area}", kept)
        return self._running.start(request, Ran(at(request).department.id, area, SCAN, address))

    def problems_page(self, request: Request) -> Response:
        """The mistakes of all policy files. Whom they give which role is not known, so only whoever sits at this
        computer sees them."""
        if at(request).identity.is_openid:
            return refusals.not_yours(request)
        found = problems(self._service.workspace / "policies")
        return templates.page(
            request,
            "superuser_problems.html",
            problems=found[:_MOST_PROBLEMS],
            more=max(0, len(found) - _MOST_PROBLEMS),
        )

    def _view(self, area: str, policy: str, identity: Identity) -> AreaView:
        """`policy` is the digest of the department's files as they are."""
        job = self._service.jobs.running(area)
        work = self._service.work(area, identity)
        if not (work.scans / f"{area}.db").is_file():
            return AreaView(area, job=job)
        try:
            with work.catalog() as catalog:
                done, stored, source = steps(catalog), figures.figures(catalog), figures.source_of(catalog)
                names = [row.name for row in proposals.parts(catalog)]
        except FilryddError as trouble:
            return AreaView(area, job=job, trouble=f"{trouble.message} {words.step(trouble.next)}")
        if done.scan is None:
            return AreaView(area, source=source, job=job)
        ruled = stored.get("classify", {})
        fates = {fate: Total(int(ruled.get(f"{fate}_files", 0)), int(ruled.get(f"{fate}_bytes", 0))) for fate in Fate}
        seen = review.seen(work).parts if names else ()
        return AreaView(
            area,
            scan=done.scan,
            source=source,
            unreadable=int(stored.get("scan", {}).get("unreadable", 0)),
            fates=fates if ruled else {},
            problems=sum(len(one.state.problems) for one in seen),
            parts=len(names),
            signed=sum(one.answer is not None and not one.answer.withdrawn for one in seen),
            next="classify" if done.classified_by != policy else "" if done.is_proposed and names else "propose",
            job=job,
            has_insight="day" in stored.get("scan", {}),
        )


class Problems:
    """The mistakes of a department's file, read again when any policy file changes: looking at all of them takes a
    while."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[object, tuple[Problem, ...]]] = {}

    def of(self, department: str) -> tuple[Problem, ...]:
        """The first mistakes of a department's file and the common one."""
        files = sorted(self._folder.glob("*.yaml"))
        stamp = tuple((path.name, (facts := path.stat()).st_mtime_ns, facts.st_size) for path in files)
        known = self._known.get(department)
        if known is None or known[0] != stamp:
            known = (stamp, problems(self._folder, department)[:_MOST_PROBLEMS])
            self._known[department] = known
        return known[1]
