"""Does an ordinary user meet refusal? Tried at the top, at every top folder and at places spread over the area."""

from contextlib import closing
from dataclasses import dataclass

from filrydd.catalog import figures, seal_trials
from filrydd.catalog.seals import latest
from filrydd.errors import BadUsage, NotVerified
from filrydd.lang import _
from filrydd.model.entry import Reason
from filrydd.sources import open_source_as
from filrydd.sources.rights import NO_READ
from filrydd.sources.source import EntryTrouble
from filrydd.stages.work import Work

_FOLDERS, _FILES = 100, 200
"""Places that are tried at most, spread evenly over the area."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Places where `user` tried to write, and could read; `allowed` names what he may do there and must not. At `unread`
    further places he may do nothing, not even read."""

    area: str
    user: str
    tried: int
    allowed: tuple[tuple[str, tuple[str, ...]], ...]
    unread: int = 0


def check(work: Work, user: str, password: str, address: str = "") -> Checked:
    """Try it. Raises NotVerified, BadUsage, SourceError."""
    with work.catalog() as catalog:
        seal = latest(catalog)
        if seal is None or seal.state != "sealed":
            raise NotVerified(
                _("{area} is not sealed, so an ordinary user may write there.").format(area=work.area),
                next=f"filrydd seal {work.area} --execute",
            )
        places = seal_trials.spread(catalog, _FOLDERS, _FILES)
        allowed = []
        tried = unread = 0
        with closing(open_source_as(address or figures.source_of(catalog), user, password)) as source:
            source.top()
            for path, kind in places:
                try:
                    acts = source.try_to_write(path, kind)
                except EntryTrouble as trouble:
                    if trouble.reason is Reason.VANISHED:
                        continue
                    if trouble.reason is not Reason.NO_PERMISSION:
                        raise
                    acts = (NO_READ,)
                if acts == (NO_READ,):
                    # It may never have been his to read; whoever could read it is named by who asks.
                    unread += 1
                    continue
                tried += 1
                if acts:
                    allowed.append((path, acts))
        if not tried:
            raise BadUsage(
                _("{user} can read nothing in {area}, so nothing was tried.").format(user=user, area=work.area),
                next=_("Name a user who works there, with --user."),
            )
        return Checked(work.area, user, tried, tuple(allowed), unread)
