"""private: people's own folders, who owns them, and what was done about them. Nothing in them is ever read.

FOR-2018-07-02-1108 sections 1-3: the owner is told and has time to answer; only then is somebody let in, by name and with
a reason, and the ledger says who.
"""

from dataclasses import dataclass
from datetime import date

from filrydd.catalog import paths, private_notices
from filrydd.catalog.connection import Catalog
from filrydd.catalog.private_notices import Notice, PrivateFolder
from filrydd.errors import BadUsage, Guard, NoSuchArea
from filrydd.lang import _
from filrydd.model import names
from filrydd.stages.scan.closed import closed_by
from filrydd.stages.typed import free, path_in, required
from filrydd.stages.work import Work

BASIS = "FOR-2018-07-02-1108 §§ 1-3"


@dataclass(frozen=True, slots=True)
class Private:
    """A private folder with the notices about it and what is in it, the oldest first."""

    folder: PrivateFolder
    notices: tuple[Notice, ...]

    @property
    def told(self) -> bool:
        """Whether its owner was told."""
        return any(one.what == "told" for one in self.notices)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to an owner; `new`: it was not stored before."""

    area: str
    path: str
    owner: str
    deadline: date
    new: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """Who was let in, and the hash of the ledger's row."""

    area: str
    path: str
    owner: str
    let_in: str
    granted_by: str
    ledger: str


def listed(work: Work) -> tuple[Private, ...]:
    """The private folders of an area by its department's policy. Raises NoSuchArea, PolicyInvalid."""
    with work.catalog() as catalog:
        done = private_notices.notices(catalog)
        return tuple(
            Private(folder, tuple(private_notices.about(done, folder.path))) for folder in _folders(work, catalog)
        )


def tell(work: Work, path: str, name: str, deadline: date, note: str = "") -> Told:
    """Note that an owner was told, and has until the end of `deadline`.

    Raises BadUsage, NoSuchArea, PolicyInvalid, ClockMoved, and Guard for what is not private.
    """
    name = required(name, "--as")
    with work.catalog() as catalog:
        place, folder = _private_at(work, catalog, path)
        if deadline <= work.day():
            raise BadUsage(
                _("The deadline {day} gives the owner no time to answer.").format(day=deadline.isoformat()),
                next=_("Name a later day."),
            )
        new = private_notices.tell(catalog, place, folder.owner, name, free(note), deadline, work.now())
        return Told(work.area, place, folder.owner, deadline, new)


def open_to(work: Work, path: str, let_in: str, granted_by: str, reason: str) -> Opened:
    """Note that somebody is let in. Raises what `tell` raises, and Guard without a notice and before its deadline."""
    let_in, granted_by = required(let_in, "--open"), required(granted_by, "--as")
    reason = required(reason, "--reason")
    with work.catalog() as catalog:
        place, folder = _private_at(work, catalog, path)
        last = private_notices.answer_by(private_notices.notices(catalog), place)
        if last is None:
            raise Guard(
                _("The owner of {path} has not been told, so nobody is let in.").format(path=place),
                next=f"filrydd private {work.area} PATH --told --deadline DATE --as NAME",
            )
        if work.day() <= last:
            raise Guard(
                _("The owner of {path} has until {day} to answer; nobody is let in before.").format(
                    path=place, day=last.isoformat()
                ),
                next=_("Run the same command again after that day."),
            )
        row = private_notices.open_to(catalog, place, folder.owner, let_in, reason, granted_by, work.now())
        return Opened(work.area, place, folder.owner, let_in, granted_by, row.hash)


def _folders(work: Work, catalog: Catalog) -> list[PrivateFolder]:
    return private_notices.folders(catalog, closed_by(work.department(), work.day()).private)


def _private_at(work: Work, catalog: Catalog, path: str) -> tuple[str, PrivateFolder]:
    """The stored path, and the folder there, which is private or lies in one that is."""
    place = path_in(work, catalog, path)
    number = paths.find_folder(catalog, place)
    found = None if number is None else private_notices.folder(catalog, number)
    if found is None:
        raise NoSuchArea(
            _("The last scan of {area} saw no folder {path}.").format(area=work.area, path=place or "/"),
            next=f"filrydd private {work.area}",
        )
    folded = names.fold(found.path)
    for folder in _folders(work, catalog):
        top = names.fold(folder.path)
        if not top or folded == top or folded.startswith(f"{top}/"):
            return found.path, found
    raise Guard(
        _("By the policy, {path} in {area} is nobody's own folder.").format(path=place or "/", area=work.area),
        next=f"filrydd private {work.area}",
    )
