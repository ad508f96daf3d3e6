"""Columns of a library, and what they say of an item."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.drives.item.items.item.children.children_request_builder import ChildrenRequestBuilder
from msgraph.generated.drives.item.items.item.list_item.list_item_request_builder import ListItemRequestBuilder
from msgraph.generated.models.column_definition import ColumnDefinition as Column
from msgraph.generated.models.date_time_column import DateTimeColumn
from msgraph.generated.models.default_column_value import DefaultColumnValue
from msgraph.generated.models.field_value_set import FieldValueSet
from msgraph.generated.models.number_column import NumberColumn
from msgraph.generated.models.text_column import TextColumn
from msgraph.generated.sites.item.lists.item.columns.columns_request_builder import ColumnsRequestBuilder

from filrydd.model.item import Item, Site
from filrydd.model.times import same_second
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, object_of, understood
from filrydd.targets.items import item_by_id, set_times
from filrydd.targets.patience import asked, looked_before_again
from filrydd.targets.refusals import check_site, item_trouble
from filrydd.targets.tenant import ColumnDefinition, ItemTrouble

OTHER_KIND = "columnOfAnotherKind"
OTHER_NAME = "columnNameTaken"


UNFOUND = 20
"""Items in a row that were not found however long they were waited for, after which none is waited for: they are gone, with
their folder or library."""


async def list_id(connection: Connection, drive: str, *, just_made: bool = False) -> str:
    """The id of the list that a drive is. Raises ItemTrouble."""
    call = connection.api.drives.by_drive_id(drive).list_.to_get_request_information()
    response = await asked(connection, call, just_made=just_made)
    if not response.is_success:
        raise item_trouble(response)
    with understood("list"):
        return str(object_of(response.content)["id"])


@dataclass(slots=True)
class Habits:
    """What a tenant was seen to do. `moves_times`: filling columns moves an item's times; None while nobody knows. `unfound`:
    how many items in a row were not found."""

    moves_times: bool | None = None
    unfound: int = 0


async def make_columns(
    connection: Connection, site: Site, drive: str, wanted: Sequence[ColumnDefinition], ours: str
) -> frozenset[str]:
    """As `Tenant.make_columns` promises.

    Graph has taken a `defaultValue` without keeping it (microsoftgraph/msgraph-sdk-dotnet#1136, microsoft-graph-docs#12827),
    so what the tenant says of the column afterwards decides.
    """
    lists = connection.api.sites.by_site_id(site.id).lists
    columns = lists.by_list_id(await list_id(connection, drive, just_made=True)).columns
    there = {str(value["name"]): value async for value in _columns(connection, columns)}
    as_wanted = {column.name for column in wanted if column.default and _default(there, column) == column.default}
    empty: bool | None = None
    for column in wanted:
        if column.name in there:
            _check_kind(there[column.name], column)
            continue
        if column.default and empty is None:
            empty = await _is_empty(connection, drive, ours)
        response = await asked(
            connection, columns.to_post_request_information(_body(column, bool(empty))), just_made=True
        )
        if response.is_success:
            made = object_of(response.content)
            # SharePoint numbers a name that is taken, here by a column that it does not list.
            if made.get("name") != column.name:
                raise ItemTrouble(OTHER_NAME, 409, f"{column.name}: {made.get('name')}")
            if column.default and _default({column.name: made}, column) == column.default:
                as_wanted.add(column.name)
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
        if column.default and _default(found, column) == column.default:
            as_wanted.add(column.name)
    return frozenset(as_wanted)


async def fields_of(connection: Connection, drive: str, id: str, *, just_made: bool = True) -> Mapping[str, object]:
    """As `Tenant.fields` promises."""
    query = ListItemRequestBuilder.ListItemRequestBuilderGetQueryParameters(expand=["fields"])
    item = connection.api.drives.by_drive_id(drive).items.by_drive_item_id(id).list_item
    call = item.to_get_request_information(RequestConfiguration(query_parameters=query))
    response = await asked(connection, call, just_made=just_made)
    if not response.is_success:
        raise item_trouble(response)
    said = object_of(response.content)
    with understood("fields"):
        return dict(said["fields"])


async def _is_empty(connection: Connection, drive: str, ours: str) -> bool:
    """Whether nothing lies in a library but one folder: what columns say of new files is then said of no file that is there."""
    query = ChildrenRequestBuilder.ChildrenRequestBuilderGetQueryParameters(select=["id", "name"], top=2)
    children = connection.api.drives.by_drive_id(drive).items.by_drive_item_id("root").children
    call = children.to_get_request_information(RequestConfiguration(query_parameters=query))
    response = await asked(connection, call, just_made=True)
    if not response.is_success:
        raise item_trouble(response)
    page = object_of(response.content)
    with understood("library"):
        return all(str(one["name"]) == ours for one in page["value"]) and "@odata.nextLink" not in page


def _default(columns: Mapping[str, Object], column: ColumnDefinition) -> str:
    said = (columns.get(column.name) or {}).get("defaultValue")
    return str(said.get("value") or "") if isinstance(said, dict) else ""


async def set_fields(
    connection: Connection,
    habits: Habits,
    drive: str,
    id: str,
    fields: Mapping[str, str | int],
    created: int | None,
    modified: int | None,
) -> Item:
    """As `Tenant.set_fields` promises.

    In SharePoint an item's `fileSystemInfo` and its own times go together (OneDrive/onedrive-api-docs#1600), so filling a
    column most likely moves the time of its last change. Whatever it does, the times are put back where they differ. A tenant
    that was seen to move them is not asked again: fields and times are two calls (4 RU), and the second one tells the eTag.
    Each of them makes a version, so after an answer that was lost it is looked before anything is done again.
    There is no single call: PATCH of a driveItem takes no fields, and fields take no times (microsoft-graph-docs#13787,
    office365-rest-python-client#330).
    """
    new = habits.unfound < UNFOUND
    if created is None or modified is None:
        before = await item_by_id(connection, drive, id, just_made=new)
        created = before.created if created is None else created
        modified = before.modified if modified is None else modified

    async def are_so() -> bool:
        return fields.items() <= (await fields_of(connection, drive, id)).items()

    # Right after an upload SharePoint is sometimes still busy with the item itself.
    response = await looked_before_again(connection, _fields(connection, drive, id, fields), are_so, just_made=new)
    habits.unfound = habits.unfound + 1 if response is not None and response.status_code == 404 else 0
    if response is not None and not response.is_success:
        raise item_trouble(response)
    if not habits.moves_times:
        after = await item_by_id(connection, drive, id, just_made=True)
        if same_second(after.created, created) and same_second(after.modified, modified):
            return after
        habits.moves_times = True
    return await set_times(connection, drive, id, created, modified, just_made=True)


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
        response = await asked(connection, call, just_made=True)
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


def _body(column: ColumnDefinition, with_default: bool) -> Column:
    body = Column(name=column.name, display_name=column.display)
    if with_default and column.default:
        body.default_value = DefaultColumnValue(value=column.default)
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
