"""classify: give every entry of an area its ruling by the department's policy, for a day."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog import figures, judging, rulings, scanning
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import noticing as noticed
from filrydd.errors import NoSuchArea, TooManyAffected
from filrydd.lang import _
from filrydd.model.finding import Found
from filrydd.model.rule import Fate
from filrydd.policy import Department
from filrydd.stages.classify import noticing
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Classified:
    """Files and bytes, in all and for each fate; `awaiting` are the destroying rules that no archivist has confirmed and
    that match something, with the number of files that they hold back; `found` are the findings with their files and bytes."""

    area: str
    files: int
    bytes: int
    fates: dict[Fate, judging.Total]
    found: dict[Found, tuple[int, int]]
    unreadable: int
    changed: int
    awaiting: tuple[tuple[str, int], ...]


def run(work: Work, *, allow_many: bool = False) -> Classified:
    """Rule every file. Raises PolicyInvalid, NoSuchArea, TooManyAffected (unless `allow_many`), Busy."""
    with work.holding("classify"), work.catalog() as catalog:
        return judge(work, catalog, allow_many=allow_many)


def judge(work: Work, catalog: Catalog, *, allow_many: bool = False) -> Classified:
    """The classification itself, for a stage that holds the area already."""
    department = work.department()
    if not scanning.was_scanned(catalog):
        raise NoSuchArea(
            _("The scan of {area} has not come to its end.").format(area=work.area), next=f"filrydd scan {work.area}"
        )
    noticing.look(work, catalog, department)
    judged = apply(work, catalog, department)
    share = judged.newly_destroyed / judged.judged_before if judged.judged_before else 0.0
    if share > department.stop_above and not allow_many:
        raise TooManyAffected(
            _(
                "{count} files more would be destroyed, {share:.0%} of the area; the policy stops above {limit:.0%}."
            ).format(count=judged.newly_destroyed, share=share, limit=department.stop_above),
            next=_("Look at the policy. If it is right: filrydd classify {area} --allow-many").format(area=work.area),
        )
    rulings.publish(catalog, judged, department.digest, work.now())
    fates = judged.fates()
    return Classified(
        area=work.area,
        files=sum(total.files for total in fates.values()),
        bytes=sum(total.bytes for total in fates.values()),
        fates=fates,
        unreadable=int(figures.figures(catalog)["scan"]["unreadable"]),
        found=noticed.counted(catalog),
        changed=judged.changed,
        awaiting=tuple(_awaiting(judged)),
    )


def apply(work: Work, catalog: Catalog, department: Department) -> judging.Judged:
    """What the department's policy makes of the area today, without touching the rulings."""
    with work.telling(_("Classifying {area}").format(area=work.area), None, _("files")):
        day = work.day()
        return judging.judge(catalog, department.rules(day), department.blocks(day), day, department.override)


def _awaiting(judged: judging.Judged) -> Iterator[tuple[str, int]]:
    for code, total in sorted(judged.totals.items(), key=lambda one: -one[1].files):
        if judged.verdict(code).rule.awaits_confirmation:
            yield judged.verdict(code).rule.name, total.files
