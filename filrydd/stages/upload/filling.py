"""Columns of the library filled for what arrived: whence it came, whose it was, what decided. Then retention labels.

The fewest units: what a library's columns say of a new file by themselves (`layout.columns.defaults`) costs none; the rest
takes the fields and the times, 4 RU a file (`targets.columns.set_fields`).
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from filrydd.catalog import columns as kept
from filrydd.catalog.columns import Arrived
from filrydd.findings.numbers import masked
from filrydd.lang import _
from filrydd.layout.columns import FileFacts, values, year_of
from filrydd.model.item import Item
from filrydd.model.structure import Column
from filrydd.model.times import same_second
from filrydd.policy import Department
from filrydd.stages.together import MOST, together
from filrydd.stages.upload import labelling
from filrydd.stages.upload.sending import Sender
from filrydd.targets.tenant import ItemTrouble

UNDER_WAY = 2 * MOST
"""Files in a row that an earlier run sent and did not fill, after which none is looked at any more: what that run had under way
as it was interrupted is among the first in the order of the tree."""
Fields = dict[str, str | int]
_To = tuple[Arrived, Fields, str]


async def fill(sender: Sender, department: Department) -> int:
    """Write what the policy's columns ask for into every item that does not have it yet, and give each its retention label;
    returns how many were not filled.

    An item that cannot be filled stays as it arrived, and the next upload tries again: the file itself is there.
    """
    wishes, meter = department.wishes(sender.work.area), sender.tenant.meter
    filling = _Filling(sender)
    await together(_wanted(sender, wishes.columns, department.name.nb), filling.fill, lambda: meter.at_once)
    if waiting := await labelling.label(sender.work, sender.catalog, sender.tenant, wishes.labels):
        sender.work.progress.say(
            _("{count} files do not have their retention label yet. The next upload looks again.").format(count=waiting)
        )
    return filling.left


class _Filling:
    """Fills one file at a time; several calls may be under way. `left` counts those that could not be filled."""

    def __init__(self, sender: Sender) -> None:
        self.left = 0
        self._sender = sender
        self._defaults = kept.defaults(sender.catalog)
        self._proved: dict[str, Mapping[str, str]] = {}
        self._proving = asyncio.Lock()
        self._untouched = 0

    async def fill(self, to: _To) -> None:
        file, fields, digest = to
        sender, etag = self._sender, file.etag
        try:
            if not fields.items() <= (await self._said_by_itself(file)).items():
                item = await self._filled_before(file, fields)
                if item is None:
                    # It makes a version, and moves the item's times unless they are told.
                    item = await sender.tenant.set_fields(
                        file.drive, file.item, fields, created=file.created, modified=file.modified
                    )
                etag = item.etag
        except ItemTrouble as trouble:
            sender.work.progress.say(
                _("The columns of {path} were not filled: {why}").format(path=file.path, why=trouble)
            )
            self.left += 1
            return
        await sender.journal.keep(lambda: kept.keep_filled(sender.catalog, file.receipt, digest, etag))

    async def _filled_before(self, file: Arrived, fields: Fields) -> Item | None:
        """The item, if an earlier run was interrupted after it had filled it: writing it again would make another version."""
        if file.run == self._sender.run or self._untouched >= UNDER_WAY:
            return None
        tenant = self._sender.tenant
        self._untouched += 1
        if not fields.items() <= (await tenant.fields(file.drive, file.item)).items():
            return None
        self._untouched = 0
        item = await tenant.item(file.drive, file.item)
        if same_second(item.created, file.created) and same_second(item.modified, file.modified):
            return item
        return await tenant.set_times(file.drive, file.item, file.created, file.modified)

    async def _said_by_itself(self, file: Arrived) -> Mapping[str, str]:
        """What the library's columns said of the file as it came. That a file which is sent by a call of Graph gets them is our
        inference, so the first file of each library is looked at; where it has them not, all are filled one by one."""
        default = self._defaults.get(file.drive)
        if default is None or file.came < default.since:
            return {}
        async with self._proving:
            if file.drive not in self._proved:
                there = await self._sender.tenant.fields(file.drive, file.item)
                has = all(there.get(name) == value for name, value in default.said.items())
                self._proved[file.drive] = default.said if has else {}
                if not has:
                    kept.forget_defaults(self._sender.catalog, file.drive)
        return self._proved[file.drive]


def _wanted(sender: Sender, columns: Sequence[Column], department: str) -> Iterator[_To]:
    """What is to be in the columns, with its digest, for the files whose columns say something else or nothing."""
    for folder in kept.to_fill(sender.catalog) if columns else ():
        for file in folder:
            facts = FileFacts(
                department=department,
                path=file.path,
                owner=file.owner,
                created=file.created,
                document_class=file.rule,
                label=file.noark,
                year=year_of(file.lifted),
            )
            fields = values(columns, facts, mask=masked)
            digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]
            if fields and digest != file.fields:
                yield file, fields, digest
