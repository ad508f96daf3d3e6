"""Who is told what comes after the upload, as the catalog and the policy say it."""

from collections.abc import Collection
from datetime import date, timedelta

from filrydd.catalog import arrivals, proposals
from filrydd.catalog.connection import Catalog
from filrydd.model import times
from filrydd.notices import after
from filrydd.notices.due import WEEK, Due, Left, Why
from filrydd.notices.lines import address
from filrydd.notices.state import Told
from filrydd.notices.workdays import day_in_norway, is_workday
from filrydd.policy import Department
from filrydd.stages import accept, grace
from filrydd.stages.accept import State
from filrydd.stages.work import Work


def confirming(
    catalog: Catalog, department: Department, area: str, told: list[Told], day: date, busy: Collection[str]
) -> tuple[tuple[Due, ...], tuple[Left, ...]]:
    """Who is asked to confirm the new place, and who is not; `busy` addresses get another message on that day."""
    parts = {part.name: part for part in department.parts(area)}
    waiting = [
        after.Waiting(parts[name], since)
        for name, one in accept.questions(catalog).items()
        # A part that the policy has given up since has nobody to ask.
        if name in parts and one.state.waits and not one.closed and (since := _since(catalog, one)) is not None
    ]
    due, left = after.confirming(waiting, department.reviewing(area), told, day)
    later = [one for one in due if address(one.person.email) in busy]
    tomorrow = day + timedelta(days=1)
    while not is_workday(tomorrow):
        tomorrow += timedelta(days=1)
    return (
        tuple(one for one in due if one not in later),
        (*left, *(Left(one.standing, one.person, one.role, Why.NOT_YET, tomorrow) for one in later)),
    )


def closing(
    work: Work, catalog: Catalog, department: Department, told: list[Told], day: date
) -> tuple[date | None, tuple[Due, ...], tuple[Left, ...]]:
    """The last day on which the sealed area can be read, who is told of it, and who is not."""
    found = grace.period(work, catalog)
    if found is None:
        return None, (), ()
    proposed = {row.name for row in proposals.parts(catalog)}
    parts = [part for part in department.parts(work.area) if part.name in proposed]
    sealed = min(day_in_norway(found.sealed), found.last_day)
    due, left = after.closing(parts, sealed, found.last_day, department.reviewing(work.area), told, day)
    return found.last_day, due, left


def _since(catalog: Catalog, one: accept.Question) -> date | None:
    """The day from which on somebody is asked; after a no others have a week to look for what is missing."""
    compared = arrivals.compared_at(catalog)
    if compared is None:
        return None
    since = day_in_norway(times.to_datetime(compared))
    if one.state is State.NO and one.said is not None:
        return max(since, day_in_norway(times.to_datetime(one.said.at)) + WEEK)
    return since
