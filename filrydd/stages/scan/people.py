"""Who owns and reaches what: identifiers become names, by the tenant's directory or by lists that somebody hands over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people import counterparts, principals, reach
from filrydd.catalog.people.principals import Told
from filrydd.lang import _
from filrydd.model import wellknown
from filrydd.stages.scan.people_lists import read_members, read_people
from filrydd.stages.work import Work
from filrydd.targets.directory import Directory

_BATCH = 1_500


@dataclass(frozen=True, slots=True)
class Resolved:
    """Of those whom owners and access lists name, and whose identifiers do not speak for themselves: how many are `named`
    (`disabled` of them), `vanished` (their domain is known, they are not) and `unknown`. The three are all."""

    named: int
    disabled: int
    vanished: int
    unknown: int


def judge(catalog: Catalog) -> reach.Judged:
    """Work out who reaches which folder, as far as that has changed: after a scan, and after people were told."""
    judged = reach.judge(catalog)
    with catalog.writing():
        reach.publish(catalog)
    return judged


async def resolve(work: Work, catalog: Catalog, directory: Directory) -> Resolved:
    """Ask a directory who is named and who is in the named groups, those included that were asked for before; and who has the
    address of somebody that it does not know by his identifier, which is kept as a suggestion.

    Nothing is stored when it fails midway. Raises TenantError.
    """
    judge(catalog)
    asked = [sid for sid in principals.principals_to_tell(catalog) if wellknown.is_made_account(sid)]
    principals.begin(catalog)
    with work.telling(_("Asking who is who in {area}").format(area=work.area), len(asked), _("names")) as progress:
        for begin in range(0, len(asked), _BATCH):
            some = asked[begin : begin + _BATCH]
            async for entry in directory.find(some):
                told = Told(entry.sid, entry.name, entry.kind, entry.disabled, entry.entra_id, entry.mail)
                principals.hear(catalog, [told])
                if entry.kind == "group":
                    principals.hear_members(catalog, entry.sid, entry.members)
            progress.advance(len(some))
        addresses = counterparts.unmatched(catalog)
        called = [one async for one in directory.called(addresses)] if addresses else []
    counterparts.hear(catalog, [(one.address, one.entra_id, one.name) for one in called])
    return _take_over(catalog)


def from_csv(work: Work, catalog: Catalog, people: Path, members: Path | None = None) -> Resolved:
    """Take over who is who from lists: `people` with the columns sid, name, kind, disabled and, if known, entra_id and mail;
    `members` with group and member, both identifiers, of which it needs only those who are in a group directly.

    Without `members` the groups stay as they are known. Raises BadUsage with every fault of the first list that has any;
    then nothing is stored.
    """
    with work.telling(_("Reading who is who in {area}").format(area=work.area), None, _("lines")) as progress:
        told = read_people(people, progress.advance)
        inside = read_members(members, progress.advance) if members is not None else None
    judge(catalog)
    principals.begin(catalog)
    principals.hear(catalog, told)
    if inside is not None:
        for group in sorted(_groups(catalog, told) | (principals.sids(catalog) & inside.keys())):
            principals.hear_members(catalog, group, _all_inside(inside, group))
    return _take_over(catalog)


def _take_over(catalog: Catalog) -> Resolved:
    with catalog.writing():
        tally = principals.take_over(catalog)
        counterparts.take_over(catalog)
    judge(catalog)
    return Resolved(tally.named, tally.disabled, tally.vanished, tally.unknown)


def _groups(catalog: Catalog, told: Iterable[Told]) -> set[str]:
    """The told groups that the area names: a list of members that does not mention one says that it is empty."""
    named = principals.sids(catalog)
    return {one.sid for one in told if one.kind == "group" and one.sid in named}


def _all_inside(inside: Mapping[str, Sequence[str]], group: str) -> set[str]:
    """Everybody in a group, also through other groups; not the group itself, though it may be in a circle of groups."""
    found: set[str] = set()
    waiting = [group]
    while waiting:
        new = set(inside.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found - {group}
