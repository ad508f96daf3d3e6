"""classify: give every entry of an area its ruling by the department's policy, for a day."""

from dataclasses import dataclass

from filrydd.catalog import figures, rulings, scanning
from filrydd.catalog.connection import Catalog
from filrydd.errors import NoSuchArea, TooManyAffected
from filrydd.lang import _
from filrydd.model.rule import Fate, Rule
from filrydd.stages.work import Work


@dataclass(frozen=True, slots=True)
class Classified:
    """Files and bytes, in all and for each fate; `awaiting` are the destroying rules that no archivist has confirmed and
    that match something, with the number of files that they hold back."""

    area: str
    files: int
    bytes: int
    fates: dict[Fate, rulings.Total]
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
    with work.telling(_("Classifying {area}").format(area=work.area), None, _("files")):
        judged = rulings.judge(catalog, department.rules(work.day()), department.blocks(work.day()), work.day())
    share = judged.newly_destroyed / judged.judged_before if judged.judged_before else 0.0
    if share > department.stop_above and not allow_many:
        raise TooManyAffected(
            _(
                "{count} files more would be destroyed, {share:.0%} of the area; the policy stops above {limit:.0%}."
            ).format(count=judged.newly_destroyed, share=share, limit=department.stop_above),
            next=_("Look at the policy. If it is right: filrydd classify {area} --allow-many").format(area=work.area),
        )
    rulings.publish(catalog, department.digest, work.now())
    fates = rulings.fates(catalog)
    return Classified(
        area=work.area,
        files=sum(total.files for total in fates.values()),
        bytes=sum(total.bytes for total in fates.values()),
        fates=fates,
        unreadable=int(figures.figures(catalog)["scan"]["unreadable"]),
        changed=judged.changed,
        awaiting=tuple(
            (rule.name, total.files) for rule, total in rulings.by_rule(catalog) if rule.awaits_confirmation
        ),
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a file has its fate."""

    path: str
    rule: Rule | None


def explain(work: Work, path: str) -> Explained:
    """The ruling of one file. Raises NoSuchArea when no scan saw it."""
    from filrydd.catalog import paths
    from filrydd.errors import NoSuchArea
    from filrydd.model import names

    tidy = names.tidy_path(path)
    with work.catalog() as catalog:
        file = paths.find_file(catalog, tidy)
        if file is None:
            raise NoSuchArea(
                _("{path} was in no scan of {area}.").format(area=work.area, path=tidy),
                next=f"filrydd scan {work.area}",
            )
        return Explained(paths.path_of_file(catalog, file), rulings.rule_of(catalog, file))
