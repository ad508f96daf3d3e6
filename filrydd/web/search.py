"""Where did my file go? The page that answers for any old path or name, and the one that tells what happened to a file."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.lang import _, language
from filrydd.lang.words import rule_name
from filrydd.layout.reasons import REASONS
from filrydd.layout.reasons import explain as explain_choice
from filrydd.policy import Department
from filrydd.stages import search as stage
from filrydd.stages.search import Asked, Found, FoundFile, FoundFolder, State, Viewer
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

SECONDS = 0.12
"""How long one search looks through names, in all areas together."""
_LEAST_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its words and where its pages are; `why` and `history` are empty for who may not open them."""

    of: FoundFile
    area: str
    state: str
    fate: str
    reason: str
    rule: str
    link: str
    new: str
    why: str
    history: str


@dataclass(frozen=True, slots=True)
class ShownFolder:
    """A folder with its words."""

    of: FoundFolder
    area: str
    places: tuple[tuple[str, int], ...]
    why: str


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
        files = [_file(one, in_area.area) for in_area in found for one in in_area.files]
        folders = [_folder(one, in_area.area) for in_area in found for one in in_area.folders]
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
            sees=any(one.sees for one in found) if asked.text else True,
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
            one=replace(_file(told.file, here.area), history=""),
            events=[(event.at, sentence(event)) for event in told.events],
        )

    def _find(self, identity: Identity, asked: Asked) -> tuple[list[Found], bool]:
        """What was found by area, those with something first, and whether time was up before all areas were asked."""
        begun = time.monotonic()
        found: list[Found] = []
        areas = self._areas(identity, asked)
        for number, (work, department) in enumerate(areas):
            try:
                left = max(_LEAST_SECONDS, SECONDS - (time.monotonic() - begun))
                one = stage.find(work, department, _viewer(department, work.area, identity), asked, left)
            except FilryddError:
                # Whatever is wrong with one area keeps nobody from what lies in another; its own pages say what it is.
                continue
            if one.sees:
                found.append(one)
                if one.behind:
                    self._preparing.ask(work)
            if time.monotonic() - begun > SECONDS and number + 1 < len(areas):
                return found, True
        return found, False

    def _areas(self, identity: Identity, asked: Asked) -> Sequence[tuple[Work, Department]]:
        """The areas to look in: those that the address is of, if there are any, else all; those of one's own parts first."""
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
            return every
        return [one for one in every if _names(one, asked)] or every


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


def _file(found: FoundFile, area: str) -> ShownFile:
    of, rule = found.of, found.of.rule
    opens = bool(found.opens and found.part)
    url = of.known.url
    place = of.place
    return ShownFile(
        of=found,
        area=area,
        state=_state(found.state),
        fate=rule.fate.value if rule is not None else "",
        reason=rule.reason.read_in(language()) if rule is not None else "",
        rule=rule_name(rule.name) if rule is not None else "",
        link=url if url.startswith(("https://", "http://")) else "",
        new=f"{place.site} / {place.library} / {place.path}" if place is not None else "",
        why=f"{part_address(area, found.part, 'why')}?file={of.id}"
        if opens and not of.gone and rule is not None
        else "",
        history=part_address(area, found.part, "file", str(of.id)) if opens else "",
    )


def _folder(found: FoundFolder, area: str) -> ShownFolder:
    places = tuple((f"{place.site} / {place.library} / {place.path}", files) for place, files in found.of.places)
    return ShownFolder(found, area, places, explain_choice(found.of.why) if found.of.why in REASONS else "")


def _state(state: State) -> str:
    """What became of it."""
    return {
        State.MOVED: _("It is in SharePoint."),
        State.PLANNED: _("It is to move to SharePoint."),
        State.DESTROYED: _("It was deleted, as signed."),
        State.TO_BE_DESTROYED: _("It is to be deleted."),
        State.HELD: _("It stays where it is for now."),
        State.VANISHED: _("It is no longer in the old area. Somebody has deleted, renamed or moved it."),
        State.UNJUDGED: _("Nobody has decided yet."),
    }[state]
