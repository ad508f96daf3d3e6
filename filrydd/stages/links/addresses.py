"""Web addresses of what has arrived, for documents that point to it.

An Office file's own `webUrl` leads to a page that shows it (`_layouts/15/Doc.aspx`), which no workbook can take values from; a
folder's is its path (Graph, "driveItem resource type"; that folders keep to this is our inference). So an address is that of
the folder in which the item lies now, and the item's name.
"""

import re
from urllib.parse import quote

from filrydd.catalog.contents.mended import There
from filrydd.stages.where.web import address
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble

LONGEST = 2_079
"""Letters of an address in a cell of Excel ("Excel specifications and limits": hyperlinks)."""
_KEPT = 20_000
# A place in the document behind the name, as `findings.targets` tells the two apart.
_MARK = re.compile(r".*?\.[a-z][a-z0-9]{1,4}#(.*)", re.IGNORECASE | re.DOTALL)
# A part of a workbook named in brackets, and what follows a question mark, have no place in the new address.
_MORE = re.compile(r"\?|\[[^\[\]/]+\.[a-z]{2,4}[0-9]?\]", re.IGNORECASE)
_ALLOWED_IN_MARK = "!$&'()*+,;=:@/?%-._~"


def with_mark(target: str, url: str) -> str:
    """The address with the place in the document that a target names (`#Sheet1!A1`); empty where the target says more than an
    address can, or where it becomes too long."""
    if _MORE.search(target.partition("#")[0]):
        return ""
    mark = _MARK.fullmatch(target.strip())
    whole = f"{url}#{quote(mark[1], safe=_ALLOWED_IN_MARK)}" if mark else url
    return whole if len(whole) <= LONGEST else ""


class Addresses:
    """Asks the tenant where things lie, once for each while a run lasts."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._folders: dict[tuple[str, str], str] = {}
        self._items: dict[tuple[str, str], str] = {}

    async def of(self, there: There) -> str:
        """The address of an item; empty for one that is not there any more, or whose address no document can hold.

        Raises ItemTrouble for other refusals, TenantError.
        """
        key = (there.drive, there.item)
        if key not in self._items:
            _make_room(self._items)
            self._items[key] = await self._ask(there)
        return self._items[key]

    async def _ask(self, there: There) -> str:
        try:
            item = await self._tenant.item(there.drive, there.item)
        except ItemTrouble as trouble:
            if trouble.status != 404:
                raise
            return ""
        if item.folder or item.gone or not item.parent:
            return ""
        key = (there.drive, item.parent)
        if key not in self._folders:
            _make_room(self._folders)
            self._folders[key] = (await self._tenant.item(there.drive, item.parent)).url
        folder = self._folders[key]
        if not folder or "?" in folder or "#" in folder:
            return ""
        return address(f"{folder.rstrip('/')}/{quote(item.name, safe='')}")


def _make_room(kept: dict[tuple[str, str], str]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()
