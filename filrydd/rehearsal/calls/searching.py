"""`search(q='...')`: items of a drive, or below one of its folders, by their names.

SharePoint searches contents and metadata too, through an index that is behind by minutes. Here every word of the query has to
be in the name, whatever its case, and what was just uploaded is found: our inference of what a client can rely on.
"""

import re
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls import shapes
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.refusal import bad
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import folders, listing
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

PAGE = 200
MOST = 1_000
_ARGUMENT = re.compile(r"q='((?:[^']|'')*)'\)")
_MOST_WORDS = 20


def search(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress, argument: str) -> Answer:
    """`GET search(q='...')`, page by page. A page may be short, or empty, and have a next one. Raises Refused (400, 404)."""
    tenancy.throttle.spend(Cost.LIST, call.app.id)
    options = call.options("select", "top", "skiptoken")
    found = _ARGUMENT.fullmatch(argument)
    if not found:
        raise bad("The argument of search is not a query.")
    asked = found[1].replace("''", "'")
    words = fold(asked).split()
    if len(words) > _MOST_WORDS:
        raise bad("The query has too many words.")
    top, wish, count = locate(tenancy, drive, where), options.get("select"), call.top(PAGE, MOST)
    shapes.check_selection(wish, shapes.ITEM)
    token = options.get("skiptoken", "0")
    if not re.fullmatch(r"[0-9]{1,15}", token):
        raise bad("The $skiptoken is not valid.")
    rows, number = listing.named(tenancy.store.read, drive, words, int(token), count)
    items, below = shapes.Items(tenancy, drive), _Below(tenancy, top)
    body: dict[str, Any] = {
        **shapes.context(tenancy, call.root, "Collection(driveItem)"),
        "value": [shapes.selected(_shape(items, row), wish, shapes.ITEM) for row in rows if below.holds(row)],
    }
    if number:
        more = {**options, "top": str(count), "skiptoken": str(number)}
        query = "&".join(f"${name}={quote(value, safe='')}" for name, value in more.items())
        place = f"{tenancy.web}{call.root}/drives/{drive.id}/items/{top.id}"
        body["@odata.nextLink"] = f"{place}/search(q='{quote(found[1], safe='')}')?{query}"
    return Answer(body=body)


def _shape(items: shapes.Items, row: Row) -> dict[str, Any]:
    shape = items.change(row)
    return {**shape, "searchResult": {}}


class _Below:
    """Whether rows lie below a folder; remembers the folders that it saw, for as long as one answer is made."""

    def __init__(self, tenancy: Tenancy, top: Row) -> None:
        self._con = tenancy.store.read
        self._known = {top.id: True}
        self._everything = not top.parent

    def holds(self, row: Row) -> bool:
        if self._everything:
            return True
        passed: list[str] = []
        inside = False
        for folder in folders.above(self._con, row):
            if folder.id in self._known:
                inside = self._known[folder.id]
                break
            passed.append(folder.id)
        self._known.update(dict.fromkeys(passed, inside))
        return inside
