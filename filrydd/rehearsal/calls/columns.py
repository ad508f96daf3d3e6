"""Calls about the columns of lists."""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from filrydd.rehearsal.calls.asking import Answer, Call, only
from filrydd.rehearsal.calls.shapes import check_selection, context, selected
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.columns import KINDS, default_of, facet, kind_of
from filrydd.rehearsal.rules.throttle import Cost
from filrydd.rehearsal.store import columns as store
from filrydd.rehearsal.store.columns import Column
from filrydd.rehearsal.store.sites import Drive
from filrydd.rehearsal.tenancy import Tenancy

COLUMN = frozenset(
    {"id", "name", "displayName", "description", "columnGroup", "enforceUniqueValues", "hidden", "indexed", "readOnly"}
    | {"required", "defaultValue", *KINDS}
)
_WORDS = ("displayName", "description")
_SWITCHES = ("indexed", "required")


async def answer(tenancy: Tenancy, call: Call, drive: Drive, which: list[str]) -> Answer:
    """What follows `/sites/.../lists/.../columns`: all of them, a new one, one of them. Raises Refused."""
    what = f"sites('{quote(drive.site.id)}')/lists('{drive.list}')/columns"
    match call.method, which:
        case "GET", []:
            tenancy.throttle.spend(Cost.LIST, call.app.id)
            wish = call.options("select").get("select")
            check_selection(wish, COLUMN)
            found = [selected(shape(column), wish, COLUMN) for column in store.columns(tenancy.store.read, drive)]
            return Answer(body={**context(tenancy, call.root, what), "value": found})
        case "POST", []:
            made = await _make(tenancy, call, drive)
            return Answer(201, {**context(tenancy, call.root, f"{what}/$entity"), **shape(made)})
        case "GET", [id]:
            tenancy.throttle.spend(Cost.GET, call.app.id)
            wish = call.options("select").get("select")
            one = selected(shape(store.column(tenancy.store.read, drive, id)), wish, COLUMN)
            return Answer(body={**context(tenancy, call.root, f"{what}/$entity"), **one})
        case "PATCH", [id]:
            changed = await _change(tenancy, call, drive, id)
            return Answer(body={**context(tenancy, call.root, f"{what}/$entity"), **shape(changed)})
        case "DELETE", [id]:
            tenancy.throttle.spend(Cost.WRITE, call.app.id)
            call.options()
            await tenancy.store.write(lambda con: store.remove_column(con, drive, store.column(con, drive, id)))
            return Answer(204)
        case _, [] | [_]:
            raise Refused(405, "invalidRequest", f"{call.method} is not allowed here.")
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{which[1]}'.")


def make_all(con: sqlite3.Connection, drive: Drive, bodies: object) -> None:
    """The columns that a new list comes with, as Graph's JSON; for use within an act. Raises Refused (400, 409)."""
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise bad("columns must be a list of columns.")
    for body in bodies:
        make(con, drive, body)


def make(con: sqlite3.Connection, drive: Drive, body: Mapping[str, Any]) -> Column:
    """A column from its definition; for use within an act. Raises Refused (400, 409)."""
    only(body, "name", *_WORDS, *_SWITCHES, "columnGroup", "enforceUniqueValues", "hidden", "defaultValue", *KINDS)
    _check_common(body)
    kind, name = kind_of(body), body.get("name")
    if not isinstance(name, str):
        raise bad("A column needs a name.")
    definition = facet(kind, body[kind])
    several_lines = kind == "text" and definition["allowMultipleLines"]
    return store.make_column(
        con,
        drive,
        name,
        body.get("displayName", name),
        "note" if several_lines else kind,
        indexed=body.get("indexed", False),
        definition=definition,
        description=body.get("description", ""),
        required=body.get("required", False),
        default=default_of(kind, body.get("defaultValue")),
    )


async def _make(tenancy: Tenancy, call: Call, drive: Drive) -> Column:
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    return await tenancy.store.write(lambda con: make(con, drive, body))


async def _change(tenancy: Tenancy, call: Call, drive: Drive, id: str) -> Column:
    """`PATCH`. The name and the kind stay: what is filled already would not fit (our inference)."""
    tenancy.throttle.spend(Cost.WRITE, call.app.id)
    call.options()
    body = await call.json()
    only(body, *_WORDS, *_SWITCHES, "columnGroup", "enforceUniqueValues", "hidden", "defaultValue", *KINDS)
    _check_common(body)

    def act(con: sqlite3.Connection) -> Column:
        column = store.column(con, drive, id)
        kind = "text" if column.kind == "note" else column.kind
        if any(each in body and each != kind for each in KINDS):
            raise bad("The kind of a column cannot be changed.")
        definition = None
        if kind in body:
            if not isinstance(body[kind], dict):
                raise bad(f"{kind} must be an object.")
            definition = facet(kind, body[kind], column.definition)
            if definition.get("allowMultipleLines", False) != (column.kind == "note"):
                raise bad("The kind of a column cannot be changed.")
        return store.change_column(
            con,
            drive,
            column,
            display=body.get("displayName"),
            description=body.get("description"),
            required=body.get("required"),
            indexed=body.get("indexed"),
            definition=definition,
            default=default_of(kind, body["defaultValue"]) if "defaultValue" in body else None,
        )

    return await tenancy.store.write(act)


def _check_common(body: Mapping[str, Any]) -> None:
    """Refuse (400) words that are none, and what SharePoint has and this tenant does not do: better that than a silent no."""
    for name in _WORDS:
        if name in body and not isinstance(body[name], str):
            raise bad(f"{name} must be a string.")
    for name in _SWITCHES:
        if name in body and not isinstance(body[name], bool):
            raise bad(f"{name} must be a boolean.")
    if body.get("enforceUniqueValues", False) is not False or body.get("hidden", False) is not False:
        raise bad("enforceUniqueValues and hidden are not supported here.")
    if body.get("columnGroup", "Custom Columns") != "Custom Columns":
        raise bad("columnGroup is not supported here.")


def shape(column: Column) -> dict[str, Any]:
    """A column as Graph's JSON."""
    said = {
        "columnGroup": "Custom Columns",
        "description": column.description,
        "displayName": column.display,
        "enforceUniqueValues": False,
        "hidden": False,
        "id": column.id,
        "indexed": column.indexed,
        "name": column.name,
        "readOnly": False,
        "required": column.required,
        "text" if column.kind == "note" else column.kind: dict(column.definition),
    }
    return said | ({"defaultValue": {"value": column.default}} if column.default else {})
