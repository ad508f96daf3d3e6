"""explain: why an entry has its fate, rule by rule, by the SQL that ruled."""

from dataclasses import dataclass, replace

from filrydd.catalog import explaining, overview, paths, rulings
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import noticing
from filrydd.catalog.explaining import Answer, Asked
from filrydd.catalog.judging import Total
from filrydd.errors import NoSuchArea
from filrydd.lang import _
from filrydd.model import names
from filrydd.model.finding import Found
from filrydd.model.rule import Fate, Rule
from filrydd.stages.work import Work

__all__ = ["Answer", "Asked", "Explained", "run"]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a file has its fate.

    `stored` is the ruling of the last classification, None before there was one; `today` what the policy says now, and
    `rules` and `blocks` how it comes to that; `answered`: a person's answer stands in for the policy's own rule `by_policy`.
    `findings` are those that rules can ask for: kind, detail, and the path of the other file. `label`: the tenant's retention
    label that it is given as it moves, empty for none; it is told here, and is no part of what is signed.
    Of a folder `path` and `below` alone are given: which rules decide for the files in and under it.
    """

    path: str
    stored: Rule | None = None
    today: Rule | None = None
    by_policy: Rule | None = None
    rules: tuple[Asked, ...] = ()
    blocks: tuple[Asked, ...] = ()
    below: tuple[tuple[Rule, Total], ...] = ()
    findings: tuple[tuple[Found, str, str], ...] = ()
    label: str = ""

    @property
    def has_changed(self) -> bool:
        """Whether today's policy would rule otherwise than the last classification did."""
        if self.stored is None or self.today is None:
            return False
        return replace(self.today, when=self.stored.when) != self.stored


def run(work: Work, path: str) -> Explained:
    """Explain one file, or the files under a folder. Raises NoSuchArea when no scan saw it, PolicyInvalid."""
    tidy = names.tidy_path(path)
    with work.catalog() as catalog:
        file = paths.find_file(catalog, tidy)
        if file is None:
            folder = paths.find_folder(catalog, tidy)
            if folder is None:
                raise NoSuchArea(
                    _("{path} was in no scan of {area}.").format(area=work.area, path=tidy),
                    next=f"filrydd scan {work.area}",
                )
            return Explained(paths.path_of_folder(catalog, folder), below=tuple(rulings.by_rule(catalog, folder)))
        return _of_file(work, catalog, file, None)


def of_file(work: Work, part: str, file: int) -> Explained | None:
    """Explain one file of a part, by its number; None when it is not there or not in that part. Files of other parts are not
    named."""
    with work.catalog() as catalog:
        return _of_file(work, catalog, file, part) if overview.part_of_file(catalog, file) == part else None


def _of_file(work: Work, catalog: Catalog, file: int, part: str | None) -> Explained:
    shown, stored = paths.path_of_file(catalog, file), rulings.rule_of(catalog, file)
    if not paths.is_present(catalog, file):
        return Explained(shown, stored)
    department, day = work.department(), work.day()
    found = explaining.explain(catalog, department.rules(day), department.blocks(day), day, file, department.override)
    told = tuple(
        (kind, detail, _named(catalog, other, part)) for kind, detail, other in noticing.of_file(catalog, file)
    )
    decided = stored or found.ruling
    label = department.wishes(work.area).labels.get(decided.noark, "") if decided.fate is Fate.MOVE else ""
    return Explained(
        shown, stored, found.ruling, found.by_policy, found.rules, found.blocks, findings=told, label=label
    )


def _named(catalog: Catalog, other: int | None, part: str | None) -> str:
    """The path of another file, for those who may see it: of a part, those of the same part."""
    if other is None or (part is not None and overview.part_of_file(catalog, other) != part):
        return ""
    return paths.path_of_file(catalog, other)
