"""Calls about an item's retention label (Graph v1.0: getRetentionLabel, setRetentionLabel, removeRetentionLabel,
lockOrUnlockRecord) and its sensitivity label (extractSensitivityLabels).

That an item without a label answers 404, that an unknown label is 400 and that an empty name takes the label off are our
inferences. Taking a folder's label off leaves the labels of what lies in it.
"""

import sqlite3
from urllib.parse import quote

from filrydd.rehearsal.calls import settling, shapes
from filrydd.rehearsal.calls.address import ItemAddress
from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.facets import label_json
from filrydd.rehearsal.calls.items import locate
from filrydd.rehearsal.refusal import Refused, bad, not_found
from filrydd.rehearsal.rules.apps import FULL_CONTROL, may
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import changes, folders, labels, locks
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.labels import Label
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy


def show(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`GET retentionLabel`. Raises Refused (404 without one)."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    return _told(tenancy, call, drive, row, 200)


async def change(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`PATCH retentionLabel`: a label by its name (201 for the first one, then 200), or a record locked or unlocked."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    body = await call.json()
    only(body, "name", "retentionSettings")
    if set(body) >= {"name", "retentionSettings"} or not {"name", "retentionSettings"} & set(body):
        raise bad("Either name or retentionSettings is needed.")
    if "retentionSettings" in body:
        return await _lock(tenancy, call, drive, row, body["retentionSettings"])
    name = body["name"]
    if name == "":
        await _take_off(tenancy, call, drive, row)
        said = shapes.context(tenancy, call.root, _what(drive, row))
        return Answer(200, {**said, "name": ""})
    label = tenancy.labels.all().get(name) if isinstance(name, str) else None
    if label is None or label.kind == "sensitivity":
        raise bad("The retention label could not be found.")

    def act(con: sqlite3.Connection) -> bool:
        here = folders.by_id(con, drive, row.id)
        _check(con, call, here, label)
        locks.check_holder(here, call.app.id)
        labels.apply(con, here, label, by="", explicit=True, now=tenancy.clock.now())
        changes.touched(con, drive, here.id)
        if here.folder:
            settling.cascade(tenancy, con, here, label)
        return not here.label

    first = await tenancy.store.write(act)
    return _told(tenancy, call, drive, folders.by_id(tenancy.store.read, drive, row.id), 201 if first else 200)


async def remove(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`DELETE retentionLabel`. Raises Refused (404 without one)."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    if not row.label:
        raise not_found()
    await _take_off(tenancy, call, drive, row)
    return Answer(204)


async def sensitivity(tenancy: Tenancy, call: Call, drive: Drive, where: ItemAddress) -> Answer:
    """`POST extractSensitivityLabels`: the label that the file carries."""
    tenancy.throttle.spend(Cost.GET, call.app.id)
    call.options()
    row = locate(tenancy, drive, where)
    if row.folder:
        raise bad("Only files have sensitivity labels.")
    label = Label(row.sensitivity, "sensitivity", frozenset(), 0)
    found = [{"sensitivityLabelId": label.id, "assignmentMethod": "standard"}] if row.sensitivity else []
    said = shapes.context(tenancy, call.root, "microsoft.graph.extractSensitivityLabelsResult")
    return Answer(body={**said, "labels": found})


async def _lock(tenancy: Tenancy, call: Call, drive: Drive, row: Row, settings: object) -> Answer:
    if not isinstance(settings, dict) or not isinstance(settings.get("isRecordLocked"), bool):
        raise bad("Only retentionSettings.isRecordLocked can be changed.")
    only(settings, "isRecordLocked")

    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        applied = labels.of_item(con, here)
        if applied is None or applied.kind != "record" or here.folder:
            raise bad("The item is no record that can be locked or unlocked.")
        labels.lock(con, here, locked=settings["isRecordLocked"])
        changes.touched(con, drive, here.id)

    await tenancy.store.write(act)
    return _told(tenancy, call, drive, folders.by_id(tenancy.store.read, drive, row.id), 200)


async def _take_off(tenancy: Tenancy, call: Call, drive: Drive, row: Row) -> None:
    def act(con: sqlite3.Connection) -> None:
        here = folders.by_id(con, drive, row.id)
        _check(con, call, here, None)
        if here.label:
            labels.take_off(con, here)
            changes.touched(con, drive, here.id)

    await tenancy.store.write(act)


def _check(con: sqlite3.Connection, call: Call, row: Row, label: Label | None) -> None:
    """Refuse (403) an app that may not deal with records, and to change the label of a regulatory record."""
    applied = labels.of_item(con, row)
    if not row.parent:
        raise bad("The root of a library has no retention label of its own.")
    if applied and applied.kind == "regulatory":
        raise locks.held()
    kinds = {label.kind if label else "", applied.kind if applied else ""}
    if kinds & {"record", "regulatory"} and not may(call.app, FULL_CONTROL):
        raise Refused(403, "accessDenied", "Access denied")


def _told(tenancy: Tenancy, call: Call, drive: Drive, row: Row, status: int) -> Answer:
    applied = labels.of_item(tenancy.store.read, row)
    if applied is None:
        raise not_found()
    said = shapes.context(tenancy, call.root, _what(drive, row))
    return Answer(status, {**said, **label_json(row, applied)})


def _what(drive: Drive, row: Row) -> str:
    return f"drives('{quote(drive.id)}')/items('{row.id}')/retentionLabel/$entity"
