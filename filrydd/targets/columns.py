"""Columns of a library, and what they say of an item."""

from collections.abc import AsyncIterator, Mapping, Sequence

from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.models.column_definition import ColumnDefinition as Column
from msgraph.generated.models.date_time_column import DateTimeColumn
from msgraph.generated.models.field_value_set import FieldValueSet
from msgraph.generated.models.number_column import NumberColumn
from msgraph.generated.models.text_column import TextColumn
from msgraph.generated.sites.item.lists.item.columns.columns_request_builder import ColumnsRequestBuilder

from filrydd.model.item import Item, Site
from filrydd.model.times import same_second
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, object_of, understood
from filrydd.targets.items import item_by_id
from filrydd.targets.refusals import check_site, item_trouble
from filrydd.targets.sending import set_times
from filrydd.targets.tenant import ColumnDefinition, ItemTrouble
from filrydd.targets.traffic import REPEATS

OTHER_KIND = "columnOfAnotherKind"
OTHER_NAME = "columnNameTaken"


async def list_id(connection: Connection, drive: str) -> str:
    """The id of the list that a drive is. Raises ItemTrouble."""
    response = await connection.ask(connection.api.drives.by_drive_id(drive).list_.to_get_request_information())
    if not response.is_success:
        raise item_trouble(response)
    with understood("list"):
        return str(object_of(response.content)["id"])


async def make_columns(connection: Connection, site: Site, drive: str, wanted: Sequence[ColumnDefinition]) -> None:
    """As `Tenant.make_columns` promises."""
    lists = connection.api.sites.by_site_id(site.id).lists
    columns = lists.by_list_id(await list_id(connection, drive)).columns
    there = {str(value["name"]): value async for value in _columns(connection, columns)}
    for column in wanted:
        if column.name in there:
            _check_kind(there[column.name], column)
            continue
        response = await connection.ask(columns.to_post_request_information(_body(column)))
        if response.is_success:
            made = object_of(response.content)
            # SharePoint numbers a name that is taken, here by a column that it does not list.
            if made.get("name") != column.name:
                raise ItemTrouble(OTHER_NAME, 409, f"{column.name}: {made.get('name')}")
            continue
        if response.status_code == 403:
            # Making columns takes more than writing into them ("Create a columnDefinition in a list").
            check_site(response, column.display, role="manage")
        trouble = item_trouble(response)
        found = {str(value["name"]): value async for value in _columns(connection, columns)}
        if column.name not in found:
            raise trouble
        # Somebody else has made it just now.
        _check_kind(found[column.name], column)


async def set_fields(
    connection: Connection,
    drive: str,
    id: str,
    fields: Mapping[str, str | int],
    created: int | None,
    modified: int | None,
) -> Item:
    """As `Tenant.set_fields` promises.

    In SharePoint an item's `fileSystemInfo` and its own times go together (OneDrive/onedrive-api-docs#1600), so filling a
    column most likely moves the time of its last change. Whatever it does, the times are put back where they differ.
    """
    if created is None or modified is None:
        before = await item_by_id(connection, drive, id)
        created = before.created if created is None else created
        modified = before.modified if modified is None else modified
    call = _fields(connection, drive, id, fields)
    for attempt in range(1, REPEATS + 1):
        response = await connection.ask(call)
        # Right after an upload SharePoint is sometimes still busy with the item itself (409 resourceModified).
        if response.status_code != 409 or attempt == REPEATS:
            break
        await connection.governor.back_off(attempt)
    if not response.is_success:
        raise item_trouble(response)
    after = await item_by_id(connection, drive, id)
    if same_second(after.created, created) and same_second(after.modified, modified):
        return after
    return await set_times(connection, drive, id, created, modified)


def _fields(connection: Connection, drive: str, id: str, fields: Mapping[str, str | int]) -> RequestInformation:
    # The SDK has no builder for the fields of a drive's item, only for those of a list's.
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id)
    place = item.list_item.to_get_request_information()
    of_a_list = connection.api.sites.by_site_id("-").lists.by_list_id("-").items.by_list_item_id("-").fields
    call = of_a_list.to_patch_request_information(FieldValueSet(additional_data=dict(fields)))
    assert place.url_template is not None, "the SDK gives every call an address"
    call.url_template = f"{place.url_template.partition('{?')[0]}/fields"
    call.path_parameters = place.path_parameters
    return call


async def _columns(connection: Connection, columns: ColumnsRequestBuilder) -> AsyncIterator[Object]:
    call = columns.to_get_request_information()
    while True:
        response = await connection.ask(call)
        if not response.is_success:
            raise item_trouble(response)
        page = object_of(response.content)
        with understood("columns"):
            values, following = page["value"], page.get("@odata.nextLink")
            for value in values:
                value["name"]
        for value in values:
            yield value
        if not following:
            return
        call = columns.with_url(following).to_get_request_information()


def _body(column: ColumnDefinition) -> Column:
    body = Column(name=column.name, display_name=column.display)
    if column.kind == "number":
        body.number = NumberColumn(decimal_places="none")
    elif column.kind == "dateTime":
        body.date_time = DateTimeColumn(format="dateTime")
    else:
        several = column.kind == "note"
        body.text = TextColumn(allow_multiple_lines=several, text_type="plain" if several else None)
    return body


def _check_kind(there: Object, column: ColumnDefinition) -> None:
    text = there.get("text")
    kind = "number" if "number" in there else "dateTime" if "dateTime" in there else ""
    if isinstance(text, dict):
        kind = "note" if text.get("allowMultipleLines") else "text"
    if kind != column.kind:
        raise ItemTrouble(OTHER_KIND, 409, column.name)
