"""The answer for an old path, or for a part of a name. Whoever asks here can read the catalogs, and sees everything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from filrydd.catalog.whereabouts import Below, State, Whereabouts
from filrydd.errors import NoSuchArea, PolicyInvalid
from filrydd.lang import _, language
from filrydd.model import names
from filrydd.policy import Department
from filrydd.stages import search
from filrydd.stages.search import Asked, Found, FoundFile, FoundFolder, Viewer
from filrydd.stages.work import Progress, Silent, Work, areas_of

MOST_PLACES = 10
"""New folders, and reasons, that an answer about a folder shows."""
_MOST_NEAR = 5
_SECONDS = 5.0
# Nobody waits for a page here.
_SOME = (5_000_000, 50_000_000)


@dataclass(frozen=True, slots=True)
class Place:
    """A new folder and how many of an old one's files arrived in it."""

    url: str
    files: int


@dataclass(frozen=True, slots=True)
class Others:
    """Files of an old folder that did not move: how many, what becomes of them, and why."""

    state: State
    reason: str
    basis: str
    files: int


@dataclass(frozen=True, slots=True)
class Where:
    """The answer for one file or folder: `url` is empty unless it moved.

    `at` (ticks) is when it arrived, was deleted or was set aside; `aside_until` until when the old file can be brought back, if
    it was set aside. `basis` is the legal basis of a destruction; `role` and `signed_by` say who
    signed. `became` is its later path in the old area when somebody moved it there: then all the rest is about that one.
    `handed_to` is where a hold ended, with that place's `receipt`.

    For a folder `url` is the address of the new one that holds all that moved, if there is such; `counts` are its files by
    state, those below included, `places` and `others` the first of where they are and why not, of `all_places` places.
    """

    old: str
    area: str
    url: str
    state: State
    reason: str
    at: int | None = None
    aside_until: int | None = None
    basis: str = ""
    role: str = ""
    signed_by: str = ""
    became: str = ""
    handed_to: str = ""
    receipt: str = ""
    is_folder: bool = False
    counts: Mapping[State, int] = field(default_factory=dict, hash=False)
    places: tuple[Place, ...] = ()
    all_places: int = 0
    others: tuple[Others, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found, the best first. `by_path`: it lies at just that path; else it has a name that fits, and `more`: there
    are others."""

    found: tuple[Where, ...]
    by_path: bool
    more: bool = False


def find(workspace: Path, text: str, progress: Progress | None = None) -> Answers:
    """The answer in every area that knows the path, in any of its spellings; for a name or words of one, what fits best.

    A path is only answered by what lies at it. Raises NoSuchArea when nothing is there, or fits; what has the same name is in
    the details.
    """
    asked = replace(search.understood(text), is_whole=True)
    works = [Work(workspace, area, "", progress=progress or Silent()) for area in areas_of(workspace)]
    known = [(work, _department(work)) for work in works] if asked.text else []
    if asked.is_address:
        known = [one for one in known if search.names_area(*one, asked)] or known
    found = [_look(work, department, asked) for work, department in known]
    exact = [one for one in found if one.by_path and not one.guessed]
    is_path = asked.is_web or asked.is_address or any(len(path) > 1 for path in asked.paths)
    if exact or not is_path:
        by_area = {work.area: (work, department) for work, department in known}
        answers = [answer for one in exact or found for answer in _answers(one, *by_area[one.area])]
        if answers:
            return Answers(tuple(answers), bool(exact), not exact and any(one.more for one in found))
    near = [f"{one.area}: {path}" for one in found for path in _paths(one)]
    raise NoSuchArea(
        _("No area knows {path}.").format(path=text),
        next=_("Write the path as it was in the old area, or a file's whole old address."),
        details=(_("These have a name like it:"), *near[:_MOST_NEAR]) if near else (),
    )


def _department(work: Work) -> Department | None:
    try:
        return work.department()
    except (NoSuchArea, PolicyInvalid):
        # What it says of addresses and drives is not known then; the area's own address still is.
        return None


def _look(work: Work, department: Department | None, asked: Asked) -> Found:
    everything = Viewer(True, lambda _name: True, "")
    found = search.find(work, department, everything, asked, _SECONDS, _SOME)
    if not found.by_path and found.known < 1:
        with work.telling(_("Preparing the search in {area}").format(area=work.area), None, ""):
            is_ready = search.prepare(work)
        if is_ready:
            found = search.find(work, department, everything, asked, _SECONDS, _SOME)
    return found


def _paths(found: Found) -> Iterator[str]:
    yield from (one.path for one in found.files)
    yield from (one.path or "/" for one in found.folders)


def _answers(found: Found, work: Work, department: Department | None) -> Iterator[Where]:
    for file in found.files:
        yield _of_file(file, work, department)
    for folder in found.folders:
        yield _of_folder(folder, work, department)


def _of_file(found: FoundFile, work: Work, department: Department | None) -> Where:
    if found.became and found.state is State.VANISHED:
        path = Asked(found.became, (tuple(names.raw_segments(found.became)),), False, False, is_whole=True)
        for later in _look(work, department, path).files[:1]:
            # One step: where somebody moves a file to and fro, each answer is about what was there last.
            return replace(_file(later.of.known, found.path, work.area), became=found.became)
    return _file(found.of.known, found.path, work.area)


def _file(known: Whereabouts, path: str, area: str) -> Where:
    state = known.state
    return Where(
        old=path,
        area=area,
        url=known.url,
        state=state,
        reason=_reason(known.reason_nb, known.reason_en),
        at=known.sent if state is State.MOVED else known.retired,
        aside_until=known.aside_until,
        basis=known.basis if state in (State.DESTROYED, State.SET_ASIDE, State.TO_BE_DESTROYED) else "",
        role=known.signed_role,
        signed_by=known.signed_by,
        handed_to=known.handed_to if state is State.HELD else "",
        receipt=known.receipt if state is State.HELD else "",
    )


def _of_folder(found: FoundFolder, work: Work, department: Department | None) -> Where:
    below = found.below
    if below is None:
        # It was found by its name: now that it is known which one it is, all of it is looked at.
        path = Asked(found.path, (tuple(names.raw_segments(found.path)),), False, False, is_whole=True)
        same = [one.below for one in _look(work, department, path).folders if one.of.id == found.of.id]
        below = same[0] if same else None
    if below is None:
        return Where(found.path, work.area, "", State.UNJUDGED, "", is_folder=True)
    return Where(
        old=found.path,
        area=work.area,
        url=below.url,
        state=below.state,
        reason=_only_reason(below),
        is_folder=True,
        counts=dict(below.counts),
        places=tuple(Place(url, files) for url, files in below.places[:MOST_PLACES]),
        all_places=len(below.places),
        others=others_of(below),
    )


def others_of(below: Below) -> tuple[Others, ...]:
    """The first of a folder's files that did not move, by why."""
    return tuple(
        Others(one.state, _reason(one.reason_nb, one.reason_en), one.basis, one.files)
        for one in below.others[:MOST_PLACES]
    )


def _only_reason(below: Below) -> str:
    reasons = {_reason(one.reason_nb, one.reason_en) for one in below.others}
    return next(iter(reasons)) if len(reasons) == 1 and not below.places else ""


def _reason(nb: str, en: str) -> str:
    return nb if language() == "nb" or not en else en
