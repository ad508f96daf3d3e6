"""suggest: which rules that a department lacks would decide something in its areas, and taking one of them up."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from filrydd.catalog import scanning, suggested
from filrydd.catalog.suggested import Found, Looked, Shift, Tried
from filrydd.errors import BadUsage, NoSuchArea, PolicyInvalid
from filrydd.lang import _
from filrydd.policy import Department
from filrydd.policy.drafting_places import Placed
from filrydd.policy.placing import placed, taken
from filrydd.policy.suggesting import Suggestion, as_of, lacking, suggestion, taken_up
from filrydd.stages import policy_file
from filrydd.stages.classify import noticing
from filrydd.stages.policy_file import Replaced
from filrydd.stages.work import Work

__all__ = ["Found", "Looked", "Shift", "look", "place", "stored", "take_up"]


def look(work: Work) -> int:
    """Try each suggestion that the department lacks on the area, and store what would change; returns how many would
    decide something. No ruling is touched.

    Raises NoSuchArea when the area was not scanned or no policy names it, PolicyInvalid, Busy.
    """
    department = work.department()
    wanted = lacking(work.policies, department.id)
    # What names tell of versions and copies is looked at as classify does it, so it holds the area as classify does.
    with work.holding("classify"), work.catalog() as catalog:
        if not scanning.was_scanned(catalog):
            raise NoSuchArea(
                _("The scan of {area} has not come to its end.").format(area=work.area),
                next=f"filrydd scan {work.area}",
            )
        noticing.look(work, catalog, department)
        doing = _("Trying rules on {area}").format(area=work.area)
        with work.telling(doing, len(wanted), _("rules")) as told:
            tried = [made for one in wanted if (made := _tried(work, department, one)) is not None]
            told.advance(len(wanted) - len(tried))
            rules, blocks = department.rules(work.day()), department.blocks(work.day())
            found = list(suggested.look(catalog, rules, blocks, tried, lambda: told.advance(1)))
        found.sort(key=lambda one: (-one.total.bytes, -one.total.files))
        with catalog.writing():
            suggested.keep(catalog, found, department.digest, work.now())
        return len(found)


def stored(work: Work) -> Looked | None:
    """What the last look found; None when nobody has looked. Raises NoSuchArea."""
    with work.catalog() as catalog:
        return suggested.read(catalog)


def take_up(policies: Path, department: str, key: str, *, by: str, day: date, was: str) -> Replaced:
    """Put a suggestion into the department's file, with a comment that says by whom.

    `was` is the `Department.digest` of the page on which it was seen. Raises ProposalChanged when the files are others
    by now, PolicyInvalid when it does not go with what is there, BadUsage for a word that no suggestion has.
    """
    one = suggestion(key)
    if one is None:
        raise BadUsage(_("There is no such suggestion."), next=_("Look at the rules again."))
    wanted: Suggestion = one
    return policy_file.replace(
        policies, department, lambda data: taken_up(policies, department, data, wanted, by, day), was=was
    )


def place(policies: Path, department: str, places: Sequence[Placed], *, by: str, day: date, was: str) -> Replaced:
    """Put what somebody said of folders of an area into the department's file. `was` and what is raised as in `take_up`;
    PolicyInvalid also when the file has a rule of that kind already."""
    if names := taken(policies, department, places):
        raise PolicyInvalid(
            _("The policy has this rule already: {names}. Nothing was changed.").format(names=", ".join(names)),
            next=_("Put the folder under the class of that name by hand."),
        )
    return policy_file.replace(policies, department, lambda data: placed(data, places, by, day), was=was)


def _tried(work: Work, department: Department, one: Suggestion) -> Tried | None:
    """A suggestion as it would stand among the policy's rules. None where it does not go with the policy: then it
    cannot be taken up either."""
    try:
        then = as_of(work.policies, department.id, one, work.day())
        policy_file.refuse_astray(department, then)
    except PolicyInvalid:
        return None
    rules, blocks = then.rules(work.day()), then.blocks(work.day())
    first = next(number for number, rule in enumerate(rules) if rule.name in one.rules)
    return Tried(
        one.key,
        tuple(rule for rule in rules if rule.name in one.rules),
        tuple(block for block in blocks if block.name in one.blocks),
        frozenset(rule.name for rule in rules[:first]),
    )
