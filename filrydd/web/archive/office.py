"""The archivist's pages that show: a department's, and an area's."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import _, language
from filrydd.lang.words import rule_name
from filrydd.stages.work import Work
from filrydd.web import templates
from filrydd.web.access import At, at
from filrydd.web.addresses import area_address, department_address
from filrydd.web.archive import views, words
from filrydd.web.service import Service
from filrydd.web.tallying import Tallying


def works(service: Service, here: At) -> list[Work]:
    """The areas of the department that were scanned and are shown."""
    named = set(here.department.areas())
    return [service.work(area, here.identity) for area in service.areas() if area in named]


def rule_address(department: str, rule: str) -> str:
    """The page of one rule."""
    return department_address(department, "archive", "rule", quote(rule, safe=""))


def office_address(department: str) -> str:
    """The department's page."""
    return department_address(department, "archive")


def archive_address(area: str, *below: str) -> str:
    """An area's page, or one below it."""
    return area_address(area, "archive", *below)


class Office:
    """The pages."""

    def __init__(self, service: Service, tallying: Tallying) -> None:
        self._service = service
        self._tallying = tallying

    def page(self, request: Request) -> Response:
        """Rules to confirm, blocks, and every area in sums."""
        here = at(request)
        department = here.department
        seen = views.office(works(self._service, here), department, self._tallying)
        confirmed = request.query_params.get("confirmed", "")
        return templates.page(
            request,
            "archive.html",
            department=department.name.read_in(language()),
            seen=seen,
            just=next((one for one in seen.confirmed if one.rule.name == confirmed), None),
            words=words,
            rule_at=lambda rule: rule_address(department.id, rule),
            area_at=archive_address,
        )

    def area(self, request: Request) -> Response:
        """Freezes, what is held and where it should go, what was handed over, and what is destroyed."""
        here = at(request)
        seen = views.area(here.work, here.department, self._tallying)
        return templates.page(
            request,
            "archive_area.html",
            seen=seen,
            words=words,
            rule_name=rule_name,
            said=_done(request.query_params.get("done", "")),
            back_to=office_address(here.department.id),
            to={word: archive_address(here.area, word) for word in ("freeze", "lift", "hand-over", "disposals.csv")},
        )


def _done(word: str) -> str:
    """What was just done, as the address says it."""
    return {
        "frozen": _("The folder is held fast from now on."),
        "busy": _(
            "The folder is held fast from now on. A deletion that began before is still under way; look at it again soon."
        ),
        "lifted": _("The case does not hold it fast any more."),
        "handed": _("It is noted where the files went."),
    }.get(word, "")
