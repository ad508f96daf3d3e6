"""Columns of the library filled for what arrived: whence it came, whose it was, what decided."""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from filrydd.catalog import columns as kept
from filrydd.catalog.columns import Arrived
from filrydd.findings.numbers import masked
from filrydd.lang import _
from filrydd.layout.columns import FileFacts, values, year_of
from filrydd.model.structure import Column
from filrydd.policy import Department
from filrydd.stages.upload.sending import Sender
from filrydd.targets.tenant import ItemTrouble

_AT_ONCE = 8
Fields = dict[str, str | int]


async def fill(sender: Sender, department: Department) -> int:
    """Write what the policy's columns ask for into every item that does not have it yet; returns how many were not filled.

    An item that cannot be filled stays as it arrived, and the next upload tries again: the file itself is there.
    """
    wanted = _wanted(sender, department.wishes(sender.work.area).columns, department.name.nb)
    left = 0
    while batch := list(islice(wanted, _AT_ONCE)):
        filled = await asyncio.gather(*(_fill(sender, file, fields, digest) for file, fields, digest in batch))
        left += filled.count(False)
    return left


async def _fill(sender: Sender, file: Arrived, fields: Fields, digest: str) -> bool:
    try:
        # It makes a version, and moves the item's times unless they are told.
        item = await sender.tenant.set_fields(
            file.drive, file.item, fields, created=file.created, modified=file.modified
        )
    except ItemTrouble as trouble:
        sender.work.progress.say(_("The columns of {path} were not filled: {why}").format(path=file.path, why=trouble))
        return False
    kept.keep_filled(sender.catalog, file.receipt, digest, item.etag)
    return True


def _wanted(sender: Sender, columns: Sequence[Column], department: str) -> Iterator[tuple[Arrived, Fields, str]]:
    """What is to be written, with its digest, for the files whose columns say something else or nothing."""
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
