"""Where did my file go? The page that answers for any old path or name, and the one that tells what happened to a file."""

import time
from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.policy import Department
from filrydd.stages import search as stage
from filrydd.stages.search import Asked, Found, Viewer
from filrydd.stages.search.telling import sentence
from filrydd.stages.work import Work
from filrydd.web import templates
from filrydd.web.access import NAMES, at
from filrydd.web.addresses import part_address
from filrydd.web.identity import Identity
from filrydd.web.preparing import Preparing
from filrydd.web.refusals import no_part
from filrydd.web.roles import roles_at, roles_in
from filrydd.web.service import Service
from filrydd.web.where import shown_file, shown_folder

SECONDS = 0.12
"""How long one search looks through names, in all areas together in which somebody may see anything."""
_WHOLE_SECONDS = 2.0
"""How long it takes at most to ask areas, also those in which nothing may be seen."""
_LEAST_SECONDS = 0.03


class Search:
    """The two pages."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._preparing = Preparing()

    def page(self, request: Request) -> Response:
        """The question and what was found, in whatever areas there is something that one may see."""
        identity = at(request).identity
        text = request.query_params.get("q", "")
        asked = stage.understood(text)
        found, unseen = self._find(identity, asked) if asked.text else ([], False)
        files = [shown_file(one, in_area.area) for in_area in found for one in in_area.files]
        folders = [shown_folder(one, in_area.area) for in_area in found for one in in_area.folders]
        # What else it may lack tells when rulings changed, and is no reason to say that a name cannot be found.
        waiting = [one for one in found if one.known < 1 or (asked.is_web and one.behind)]
        return templates.page(
            request,
            "search.html",
            asked=asked,
            files=files,
            folders=folders,
            more=unseen or any(one.more for one in found),
            several=len(found) > 1,
            by_name_only=asked.is_path and not any(one.by_path for one in found),
            guessed=asked.is_address and not any(one.by_path and not one.guessed for one in found),
            # Areas that were not asked may have something for whoever asks.
            sees=unseen or any(one.sees for one in found) if asked.text else True,
            is_short=bool(asked.text) and not files and not folders and not any(map(str.isalnum, asked.text)),
            waiting=waiting,
            percent=min((min(99, int(100 * one.known)) for one in waiting), default=100),
        )

    def history(self, request: Request) -> Response:
        """What happened to the file with that number, if it belongs to the part."""
        here = at(request)
        number = str(request.path_params["file"])
        if not here.part:
            return no_part(request)
        is_number = number.isascii() and number.isdigit() and len(number) < 19
        viewer = _viewer(here.department, here.area, here.identity)
        told = stage.told(here.work, viewer, here.part, int(number)) if is_number else None
        if told is None:
            return templates.page(
                request,
                "refusal.html",
                404,
                title=_("There is no such file"),
                sentence=_("It is not in this part."),
                back=part_address(here.area, here.part),
            )
        return templates.page(
            request,
            "found.html",
            part=here.part,
            back_to=part_address(here.area, here.part),
            one=replace(shown_file(told.file, here.area), history=""),
            events=[(event.at, sentence(event)) for event in told.events],
        )

    def _find(self, identity: Identity, asked: Asked) -> tuple[list[Found], bool]:
        """What was found by area, and whether time was up before all areas were asked.

        Where the address names an area and nothing there may be seen, the others are asked too: so nobody learns whether
        something is at an address, or that there is such a one. For the same reason an area in which nothing may be seen
        takes no time from the others, and whether time was up does not depend on which area came last.
        """
        begun = time.monotonic()
        spent = 0.0
        found: list[Found] = []
        areas, named = self._areas(identity, asked)
        for number, (work, department) in enumerate(areas):
            if number == named and any(one.files or one.folders for one in found):
                break
            began = time.monotonic()
            try:
                left = max(_LEAST_SECONDS, SECONDS - spent)
                one = stage.find(work, department, _viewer(department, work.area, identity), asked, left)
            except FilryddError:
                # Whatever is wrong with one area keeps nobody from what lies in another; its own pages say what it is.
                continue
            now = time.monotonic()
            if one.sees:
                spent += now - began
                found.append(one)
                if one.behind:
                    self._preparing.ask(work)
            if len(areas) > 1 and (spent > SECONDS or now - begun > _WHOLE_SECONDS):
                return found, True
        return found, False

    def _areas(self, identity: Identity, asked: Asked) -> tuple[Sequence[tuple[Work, Department]], int]:
        """The areas to look in: those that the address is of first, and how many these are; then those of one's own parts."""
        known: list[tuple[bool, Work, Department]] = []
        for area in self._service.areas():
            try:
                department = self._service.policies.of(area)
            except FilryddError:
                continue
            is_own = not roles_in(department, identity).isdisjoint(NAMES)
            known.append((not is_own, self._service.work(area, identity), department))
        known.sort(key=lambda one: (one[0], one[1].area))
        every = [(work, department) for _rank, work, department in known]
        if not asked.is_address:
            return every, 0
        named = [_names(one, asked) for one in every]
        first = [one for one, is_named in zip(every, named, strict=True) if is_named]
        return first + [one for one, is_named in zip(every, named, strict=True) if not is_named], len(first)


def _names(one: tuple[Work, Department], asked: Asked) -> bool:
    try:
        return stage.names_area(*one, asked)
    except FilryddError:
        return False


def _viewer(department: Department, area: str, identity: Identity) -> Viewer:
    """What somebody may see of an area by their roles; what they could read there is found out by their object id."""
    of_all = not identity.is_openid or any(
        role in NAMES and any(map(identity.is_one_of, people)) for role, people in department.roles.items()
    )

    def sees_part(name: str) -> bool:
        return not roles_at(department, area, name, identity).isdisjoint(NAMES)

    return Viewer(of_all, sees_part, identity.object_id, stage.viewer_parts(department, area))
