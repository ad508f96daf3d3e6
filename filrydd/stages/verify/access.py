"""Who can open what, as the tenant lists it, beside what was signed.

Folders that were restricted are asked for, each (5 resource units). Of all else the listing says where permissions begin
(`Item.shared`): a file that somebody has shared, a folder that somebody has closed. Only those are asked for, and are compared
with the folder that they lie in. An item without that mark is as the folder above it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from filrydd.catalog import scopes
from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings import access, listing, noted
from filrydd.model.finding import Verdict
from filrydd.stages.together import together
from filrydd.targets import Tenant
from filrydd.targets.tenant import Grant, ItemTrouble, Permissions

INHERITS = "inherits"
DIFFERS = "differs"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """Who can do more and who less than they should: Entra object ids, or the tenant's own words, each with its role."""

    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def difference(wanted: Permissions, found: Permissions) -> Difference:
    """What differs. Who may write instead of read has gained `write` and lost nothing; the other way round lost it."""
    before = {grant.entra_id.lower(): grant.role for grant in wanted.grants}
    now = {grant.entra_id.lower(): grant.role for grant in found.grants}
    more = [(id, role) for id, role in now.items() if role != before.get(id) and before.get(id) != "write"]
    less = [(id, role) for id, role in before.items() if (now.get(id) != role and role == "write") or id not in now]
    others = [(says, "") for says in sorted(set(found.others) - set(wanted.others))]
    missed = [(says, "") for says in sorted(set(wanted.others) - set(found.others))]
    return Difference((*sorted(more), *others), (*sorted(less), *missed))


async def check_access(catalog: Catalog, tenant: Tenant) -> bool:
    """Note every difference as found; whether the listing told where permissions begin.

    Where it did not, only restricted folders are looked at, and earlier findings about other items stand.
    Raises TenantError.
    """
    checker = _Checker(catalog, tenant)
    meter = tenant.meter
    await together(access.scoped(catalog), checker.restricted, lambda: meter.at_once)
    told = listing.tells_sharing(catalog)
    if told:
        marked = (one for batch in access.marked(catalog) for one in batch)
        await together(marked, checker.marked, lambda: meter.at_once)
    else:
        noted.leave_access(catalog)
    return told


@dataclass(frozen=True, slots=True)
class _Checker:
    catalog: Catalog
    tenant: Tenant
    # What folders above marked items let in: as many as there are such folders.
    _above: dict[str, Permissions] = field(default_factory=dict)

    async def restricted(self, one: access.Scoped) -> None:
        grants = tuple(Grant(id, role) for id, role in scopes.granted(self.catalog, one.given))
        found = await self._asked(one.drive, one.item, lambda why: self._note(None, one.item, one.path, REFUSED, why))
        if found is None:
            return
        if found.inherited:
            # All of the folder above can open it: naming them would only hide that.
            self._note(None, one.item, one.path, INHERITS)
        elif different := difference(Permissions(inherited=False, grants=grants), found):
            self._note(None, one.item, one.path, DIFFERS, *self._lines(different))

    async def marked(self, one: access.Marked) -> None:
        path = "" if one.file is not None else listing.path_of(self.catalog, one.item)
        found = await self._asked(one.drive, one.item, lambda why: self._note(one.file, one.item, path, REFUSED, why))
        if found is None:
            return
        above = self._above.get(one.parent)
        if above is None:
            above = await self._asked(one.drive, one.parent, lambda _why: None)
            if above is None:
                # What the folder above lets in is not known; then neither is a difference.
                self._note(one.file, one.item, path, REFUSED, "")
                return
            self._above[one.parent] = above
        if different := difference(above, found):
            self._note(one.file, one.item, path, DIFFERS, *self._lines(different))

    async def _asked(self, drive: str, item: str, refused: Callable[[str], None]) -> Permissions | None:
        try:
            return await self.tenant.permissions(drive, item)
        except ItemTrouble as trouble:
            # Gone since the listing: the next verification finds it missing.
            if trouble.status != 404:
                refused(str(trouble))
            return None

    def _lines(self, different: Difference) -> list[str]:
        told = [
            (sign, who, role) for sign, side in (("+", different.gained), ("-", different.lost)) for who, role in side
        ]
        names = access.names_of(self.catalog, {who for _sign, who, role in told if role})
        return [f"{sign}{role}:{_one_line(names.get(who, who))}" for sign, who, role in told]

    def _note(self, file: int | None, item: str, path: str, word: str, *more: str) -> None:
        detail = "\t".join([word, *([] if file is not None else [path]), *map(_one_line, more)])
        noted.note(self.catalog, [(file, item, Verdict.ACCESS, detail)])


def _one_line(text: str) -> str:
    """A name or an answer of the tenant without what separates the parts of a detail."""
    return " ".join(text.split())
