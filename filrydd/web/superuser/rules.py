"""Suggested rules: what each would change in the department's areas, and taking one up into its policy file."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.rulings import Total
from filrydd.errors import FilryddError
from filrydd.lang import language
from filrydd.policy import Department
from filrydd.policy.suggesting import Suggestion, lacking, suggestion
from filrydd.stages import suggest
from filrydd.stages.suggest import Shift
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.addresses import department_address
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, led_before, once
from filrydd.web.jobs import Job
from filrydd.web.service import Service
from filrydd.web.superuser import words
from filrydd.web.superuser.running import Running


@dataclass(frozen=True, slots=True)
class Moved:
    """Files of an area that a suggestion would decide otherwise than now, in words, with folders that hold some of
    them.

    `same`: what becomes of them stays as it is, and only the reason is another. `awaits`: they are kept until the
    archivist has confirmed the rule, and then deleted.
    """

    area: str
    total: Total
    old: str
    new: str
    same: bool
    awaits: bool
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion with what it would change in all areas that were looked at. `deletes` files are deleted once the
    archivist has confirmed it."""

    key: str
    about: str
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    basis: str
    destroys: bool
    moved: tuple[Moved, ...]
    total: Total
    deletes: int


@dataclass(frozen=True, slots=True)
class AreaLook:
    """An area, and how fresh what is known of it is: `state` is `unscanned`, `never`, `old` or `fresh`."""

    name: str
    state: str
    at: int
    job: Job | None


class RulePages:
    """The pages about suggested rules of any department."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running

    def page(self, request: Request) -> Response:
        """What would help, most space first."""
        department = at(request).department
        looks, offers = self._offers(request)
        taken = suggestion(request.query_params.get("taken", ""))
        if taken in lacking(self._service.workspace / "policies", department.id):
            taken = None
        return templates.page(
            request,
            "superuser_rules.html",
            department=department,
            title=department.name,
            base=department_address(department.id),
            looks=looks,
            offers=offers,
            told=self._running.told(request),
            taken="" if taken is None else words.about(taken, language()),
            waits=taken is not None and bool(taken.destroys),
            placed="placed" in request.query_params,
        )

    def take_up_page(self, request: Request) -> Response:
        """One suggestion in full, and the button that takes it up."""
        department = at(request).department
        offer = self._offer(request, request.query_params.get("rule", ""))
        if offer is None:
            return refusals.gone(request, department_address(department.id, "rules"))
        draft = draft_of(request)
        return templates.page(
            request,
            "superuser_take_up.html",
            department=department,
            base=department_address(department.id),
            offer=offer,
            digest=department.digest,
            file=f"{department.id}.yaml",
            form=filled(request, draft, (), "take"),
        )

    def take_up(self, request: Request) -> Response:
        """Take the suggestion up, once for each form; what stops it is said in the form."""
        sent: Mapping[str, str] = request.state.form
        here = at(request)
        base = department_address(here.department.id, "rules")
        if self._offer(request, sent.get("rule", "")) is None:
            # At a second click it is taken up already.
            return led_before(request) or refusals.gone(request, base)

        def act() -> str:
            key = sent.get("rule", "")
            suggest.take_up(
                self._service.workspace / "policies",
                here.department.id,
                key,
                by=here.identity.name or here.identity.who,
                day=self._service.clock().date(),
                was=sent.get("digest", ""),
            )
            return f"{base}?taken={key}"

        try:
            return once(request, act)
        except FilryddError as error:
            said = " ".join(filter(None, (error.message, *error.details[:3], words.step(error.next))))
            # A later version of the file is another form, which is asked for anew.
            kept = {name: value for name, value in sent.items() if name != "digest"}
            return back_to_form(request, f"{base}/take-up?rule={sent.get('rule', '')}", {**kept, REFUSED: said})

    def _offer(self, request: Request, key: str) -> Offer | None:
        return next((one for one in self._offers(request)[1] if one.key == key), None)

    def _offers(self, request: Request) -> tuple[list[AreaLook], list[Offer]]:
        department, looks = at(request).department, []
        moved: dict[str, list[Moved]] = {}
        for area in department.areas():
            if self._running.area(request, area):
                looks.append(self._look(request, area, department, moved))
        offers = [
            _offer(one, moved[one.key])
            for one in lacking(self._service.workspace / "policies", department.id)
            if one.key in moved
        ]
        # What changes nothing but a reason helps least.
        offers.sort(key=lambda one: (all(change.same for change in one.moved), -one.total.bytes, -one.total.files))
        return looks, offers

    def _look(self, request: Request, area: str, department: Department, moved: dict[str, list[Moved]]) -> AreaLook:
        work = self._service.work(area, at(request).identity)
        job = self._service.jobs.running(area)
        if not (work.scans / f"{area}.db").is_file():
            return AreaLook(area, "unscanned", 0, job)
        found = suggest.stored(work)
        if found is None:
            return AreaLook(area, "never", 0, job)
        for one in found.found:
            moved.setdefault(one.key, []).extend(_moved(area, shift, found.paths) for shift in one.shifts)
        fresh = found.is_current and found.digest == department.digest
        return AreaLook(area, "fresh" if fresh else "old", found.at, job)


def _moved(area: str, shift: Shift, paths: Mapping[int, str]) -> Moved:
    return Moved(
        area,
        Total(shift.files, shift.bytes),
        words.fate(shift.old),
        words.fate(shift.new),
        shift.old is shift.new and not shift.awaits,
        shift.awaits,
        tuple(paths[row] or "/" for row in shift.folders),
    )


def _offer(one: Suggestion, moved: list[Moved]) -> Offer:
    return Offer(
        one.key,
        words.about(one, language()),
        one.rules,
        tuple(dict.fromkeys(reason.read_in(language()) for reason in one.reasons)),
        "; ".join(one.bases),
        bool(one.destroys),
        tuple(moved),
        Total(sum(change.total.files for change in moved), sum(change.total.bytes for change in moved)),
        sum(change.total.files for change in moved if change.awaits),
    )
