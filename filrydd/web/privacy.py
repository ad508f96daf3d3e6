"""The privacy officer's pages, for reading alone: all that concerns personal data, in sums, and lists of it a page at a
time.

Whoever reads here sees names of folders and files (the design's list), with identity numbers masked, and never a number
that was found.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import acts, concerns, tallies
from filrydd.catalog.insight import stored as insight
from filrydd.catalog.tallies import About
from filrydd.lang import _, language
from filrydd.lang.words import account, said
from filrydd.model.department import Person, Role
from filrydd.policy import Department
from filrydd.web import privacy_views as views
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.addresses import area_address, department_address
from filrydd.web.archive.office import works
from filrydd.web.service import Service
from filrydd.web.structure import words as structure_words
from filrydd.web.tallying import Tallying

FIRST = 10
"""Lines of a list on the area's page."""


class Privacy:
    """The pages."""

    def __init__(self, service: Service, tallying: Tallying) -> None:
        self._service = service
        self._tallying = tallying

    def page(self, request: Request) -> Response:
        """The department: every area in sums, and whom to ask."""
        here = at(request)
        department = here.department
        areas = [views.summed(work, department, self._tallying) for work in works(self._service, here)]
        return templates.page(
            request,
            "privacy.html",
            department=department.name.read_in(language()),
            areas=areas,
            ask=whom_to_ask(department),
            area_at=lambda area: area_address(area, "privacy"),
        )

    def area(self, request: Request) -> Response:
        """An area: the sums, and the first lines of each list."""
        here = at(request)
        department, work = here.department, here.work
        summed = views.summed(work, department, self._tallying)
        with work.catalog() as catalog:
            owners = insight.read(catalog)
            shown: dict[str, Any] = {
                "numbers": tallies.read(catalog, About.NUMBERS),
                "unexamined": tallies.read(catalog, About.UNEXAMINED),
                "private": views.private(catalog, here, 0, FIRST),
                "open": views.opened(catalog, here, 0, FIRST),
                "wider": views.wider(catalog, here, 0, FIRST),
                "absent": views.absent(catalog, here, 0, FIRST),
                "accepted": concerns.accepted(catalog)[: views.A_PAGE],
                "log": acts.acts(catalog, ["private"], most=views.A_PAGE),
                "owners": owners.owners if owners is not None else (),
            }
        return templates.page(
            request,
            "privacy_area.html",
            summed=summed,
            back_to=department_address(department.id, "privacy"),
            words=structure_words,
            said=said,
            why_unexamined=why_unexamined,
            account=account,
            here=area_address(here.area, "privacy"),
            ask=whom_to_ask(department, here.area),
            **shown,
        )

    def listing(self, request: Request) -> Response:
        """One list of an area, a page at a time."""
        here = at(request)
        what = request.path_params["list"]
        after = _number(request.query_params.get("after", ""))
        with here.work.catalog() as catalog:
            match what:
                case "private":
                    lines = views.private(catalog, here, after, views.A_PAGE)
                case "open":
                    lines = views.opened(catalog, here, after, views.A_PAGE)
                case "wider":
                    lines = views.wider(catalog, here, after, views.A_PAGE)
                case "absent":
                    lines = views.absent(catalog, here, after, views.A_PAGE)
                case "numbers" | "named":
                    lines = views.numbered(catalog, here, what, after)
                case _:
                    return refusals.gone(request, area_address(here.area, "privacy"))
        return templates.page(
            request,
            "privacy_list.html",
            what=what,
            title=_titles()[what],
            listed=lines,
            words=structure_words,
            account=account,
            back_to=area_address(here.area, "privacy"),
        )


def whom_to_ask(department: Department, area: str = "") -> list[tuple[str, Person]]:
    """People to ask, each with what they are: the owner, contacts, superusers and archivists; of an area its parts'
    too."""
    found = [(_("Owner"), department.owner)]
    found += [(_("Contact"), one) for one in department.contacts]
    for part in department.parts(area) if area else ():
        name = _("Contact of {part}").format(part=part.name)
        found += [(name, one) for one in (part.contact,) if one not in department.contacts]
    found += [(_("Superuser"), one) for one in department.roles.get(Role.SUPERUSER, ())]
    found += [(_("Archivist"), one) for one in department.roles.get(Role.ARCHIVIST, ())]
    return found


def why_unexamined(word: str) -> str:
    """Why nobody knows what is in a file."""
    return {
        "": _("nobody has examined it"),
        "protected": _("it is protected by a password or by rights"),
        "no reader": _("no program here can read that kind of file"),
        "no text": _("it has no text, such as scanned paper"),
        "damaged": _("it is damaged"),
        "too large": _("it is too large"),
        "too slow": _("reading it took too long"),
        "refused": _("reading it was refused"),
    }.get(word, word)


def _titles() -> dict[str, str]:
    return {
        "private": _("People's own folders"),
        "open": _("Folders that everybody can read"),
        "wider": _("Who can do more in the new place"),
        "absent": _("Owners who are gone"),
        "numbers": _("Files with an identity number in the text"),
        "named": _("Files with an identity number in the name"),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
