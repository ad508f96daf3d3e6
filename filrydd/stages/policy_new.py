"""policy new: what a scan makes one ask, and the drafted policy written once it is valid; nothing is written before."""

import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from filrydd.catalog import scanning
from filrydd.catalog.connection import Catalog
from filrydd.catalog.insight import stored
from filrydd.catalog.insight.standouts import Years
from filrydd.catalog.paths import files_by_folder, folder_paths, path_of_folder
from filrydd.catalog.people.sole import sole_folders
from filrydd.catalog.place import make_durable
from filrydd.errors import BadUsage, PolicyInvalid, WorkspaceError
from filrydd.findings.private import home_owner, own_folder
from filrydd.lang import _
from filrydd.model import names, times
from filrydd.policy import Result, departments, load, problems, results
from filrydd.policy.drafting import Answers, draft
from filrydd.policy.questions import is_a_name
from filrydd.policy.questions_asked import Known, Seen, Sight
from filrydd.policy.yaml_lines import LARGEST, parse
from filrydd.stages.work import Work

# A folder grows day after day when new files came on two days of three in the last 30, some of them at weekends: people
# leave an office empty then, programs do not.
_OF_DAYS, _LEAST_DAYS, _LEAST_WEEKEND = 30, 20, 3
_MOST = {Seen.GROWS: 5, Seen.OWN: 5, Seen.BIGGEST: 3, Seen.OLDEST: 3}
# So many folders side by side that one person each reaches are asked about together.
_SEVERAL = 3
_NEARLY_ALL = 0.9
# Folded names under which people's homes may lie, or something else: enough to ask, not to decide.
_MAYBE_HOMES = frozenset(("hjem", "home", "homes", "users", "brukere", "ansatte", "medarbeidere"))
# Longer paths have no room in a policy file.
_LONGEST_PATH = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """The file that was written; `astray` are its examples that do not come out as written, beside this common.yaml."""

    path: Path
    department: str
    astray: tuple[Result, ...]


def known(policies: Path, department: str, area: str, actor: str, day: date) -> Known:
    """What is known before the questions. Raises BadUsage for a name that no file can have, WorkspaceError when the
    department has a policy already."""
    if not is_a_name(department):
        raise BadUsage(
            _('"{name}" cannot be a department, for its file would be called so.').format(name=department),
            next=_("Use letters, digits, hyphens and underscores, like plan-og-bygg."),
        )
    if area and not is_a_name(area):
        raise BadUsage(
            _("{area} is no name for an area.").format(area=area), next=_("Use letters, digits, hyphen and underscore.")
        )
    _refuse_existing(policies, department)
    taken: dict[str, str] = {}
    sites = ""
    for stem in departments(policies):
        with (policies / f"{stem}.yaml").open("rb") as file:
            tree = parse(file.read(LARGEST + 1)).tree
        if isinstance(tree, dict):
            areas, site = tree.get("areas"), tree.get("site")
            taken |= {names.fold(name): stem for name in areas} if isinstance(areas, dict) else {}
            if isinstance(site, str) and "/sites/" in site:
                sites = site[: site.index("/sites/") + len("/sites/")]
    if owner := taken.get(names.fold(area)):
        raise BadUsage(
            _('The area "{name}" belongs to {department} already.').format(name=area, department=owner),
            next=_("Look in {path}, or name another area.").format(path=policies / f"{owner}.yaml"),
        )
    return Known(actor, day, area, taken, sites)


def look(work: Work) -> tuple[Sight, ...] | None:
    """Folders of the area that only people can say what they are; None where no scan has come to its end."""
    if not (work.scans / f"{work.area}.db").is_file():
        return None
    with work.catalog() as catalog:
        if not scanning.was_scanned(catalog):
            return None
        totals = stored.read(catalog)
        seen = _Totals(work, catalog, totals.day if totals else work.day())
        found = [*seen.growing(), *seen.own(catalog)]
        if totals is not None:
            age = Years(totals.day)
            for kind, listed in ((Seen.BIGGEST, totals.biggest), (Seen.OLDEST, totals.oldest)):
                found += [
                    Sight(kind, path_of_folder(catalog, one.folder), one.files, one.bytes, age.since(one.changed))
                    for one in listed
                ]
    return tuple(_asked_once(found))


def write(policies: Path, answers: Answers) -> Written:
    """Draft the policy, try it beside the others, and put it in its place in one step.

    Raises PolicyInvalid when the draft does not go with what is there (common.yaml), WorkspaceError when somebody made the
    file in the meantime; nothing was written then.
    """
    department, text = answers.department, draft(answers)
    with tempfile.TemporaryDirectory(prefix="filrydd-") as made:
        beside = Path(made)
        for name in ("common", *departments(policies)):
            if (policies / f"{name}.yaml").is_file():
                shutil.copyfile(policies / f"{name}.yaml", beside / f"{name}.yaml")
        (beside / f"{department}.yaml").write_bytes(text.encode())
        if found := problems(beside, department):
            raise PolicyInvalid(
                _("The draft does not go with the policies that are there. Nothing was written."),
                next=_("Mend what the lines above name, then run the same command again."),
                details=tuple(str(problem) for problem in found),
            )
        astray = tuple(result for result in results(load(beside, department)) if not result.agrees)
    place = policies / f"{department}.yaml"
    # A name that begins with a dot is no department's, so nobody reads the file before it is whole.
    whole = policies / f".{department}.{os.getpid()}.new"
    try:
        with whole.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        _refuse_existing(policies, department)
        whole.rename(place)
    finally:
        whole.unlink(missing_ok=True)
    make_durable(policies)
    return Written(place, department, astray)


def _refuse_existing(policies: Path, department: str) -> None:
    for stem in departments(policies):
        if names.fold(stem) == names.fold(department):
            raise WorkspaceError(
                _("{department} has a policy already: {path}. Nothing was written.").format(
                    department=stem, path=policies / f"{stem}.yaml"
                ),
                next=_("Change that file, or begin one under another name."),
            )


class _Totals:
    """Files and bytes of every folder, and the days on which new files came to it, in one pass over the area."""

    def __init__(self, work: Work, catalog: Catalog, day: date) -> None:
        self._files: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._days: dict[str, set[date]] = defaultdict(set)
        first, last = times.from_day(day - timedelta(days=_OF_DAYS)), times.from_day(day)
        directly: dict[str, tuple[int, int]] = {}
        with work.telling(_("Looking at {area}").format(area=work.area), None, _("folders")) as progress:
            for file in files_by_folder(catalog):
                folder = names.split(file.path)[0]
                files, size = directly.get(folder, (0, 0))
                directly[folder] = files + 1, size + file.size
                if not files:
                    progress.advance(1)
                if first <= file.created < last:
                    came = times.to_datetime(file.created).date()
                    self._days[folder].add(came)
                    # Programs often make a folder a day, so the one above grows too.
                    self._days[names.split(folder)[0]].add(came)
        for folder, (files, size) in directly.items():
            above = folder
            while above:
                self._files[above] += files
                self._bytes[above] += size
                above = names.split(above)[0]

    def growing(self) -> Iterator[Sight]:
        """The folders to which new files come day after day, those with the most days first."""
        found = sorted(path for path, days in self._days.items() if path and _goes_on(days))
        lowest = [path for path in found if not any(one.startswith(f"{path}/") for one in found)]
        for path in sorted(lowest, key=lambda path: (-len(self._days[path]), path)):
            yield self._sight(Seen.GROWS, path, days=len(self._days[path]), of_days=_OF_DAYS)

    def own(self, catalog: Catalog) -> Iterator[Sight]:
        """The folders that look like people's own: by their names, or since only one person reaches them."""
        within: Counter[str] = Counter()
        alone: list[str] = []
        for path in folder_paths(catalog).values():
            above = names.split(path)[0]
            is_own = bool(path) and own_folder(path) == path
            if above and (names.fold(names.split(above)[1]) in _MAYBE_HOMES or (is_own and home_owner(path))):
                within[above] += 1
            elif is_own:
                alone.append(path)
        only = [sole.path for sole in sole_folders(catalog) if sole.path and sole.files]
        beside = Counter(names.split(path)[0] for path in only)
        for path in only:
            above = names.split(path)[0]
            if above and beside[above] >= _SEVERAL:
                within[above] = max(within[above], beside[above])
            else:
                alone.append(path)
        sights = [self._sight(Seen.OWN, path, within=count) for path, count in within.items()]
        sights += [self._sight(Seen.OWN, path) for path in dict.fromkeys(alone)]
        yield from sorted((one for one in sights if one.files), key=lambda one: (-one.files, one.path))

    def _sight(self, seen: Seen, path: str, *, days: int = 0, of_days: int = 0, within: int = 0) -> Sight:
        return Sight(seen, path, self._files[path], self._bytes[path], days=days, of_days=of_days, within=within)


def _goes_on(days: set[date]) -> bool:
    return len(days) >= _LEAST_DAYS and sum(day.weekday() >= 5 for day in days) >= _LEAST_WEEKEND


def _asked_once(found: list[Sight]) -> Iterator[Sight]:
    """At most so many of each kind, and nothing twice: no folder in one that is asked about, and none above one that holds
    nearly all of it."""
    asked: list[Sight] = []
    left = dict(_MOST)
    for sight in found:
        covered = any(_covers(one, sight) for one in asked)
        if covered or not sight.path or not left[sight.seen] or len(sight.path) > _LONGEST_PATH:
            continue
        left[sight.seen] -= 1
        asked.append(sight)
        yield sight


def _covers(asked: Sight, other: Sight) -> bool:
    if other.path == asked.path or other.path.startswith(f"{asked.path}/"):
        return True
    return asked.path.startswith(f"{other.path}/") and asked.files >= _NEARLY_ALL * other.files
