"""The official SDK does the calls of the journey on sites, lists and columns, and reads refusals."""

import json
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from msgraph.generated.drives.item.items.item.list_item.list_item_request_builder import ListItemRequestBuilder
from msgraph.generated.models.column_definition import ColumnDefinition
from msgraph.generated.models.date_time_column import DateTimeColumn
from msgraph.generated.models.field_value_set import FieldValueSet
from msgraph.generated.models.item_retention_label import ItemRetentionLabel
from msgraph.generated.models.list_ import List_
from msgraph.generated.models.list_info import ListInfo
from msgraph.generated.models.number_column import NumberColumn
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.text_column import TextColumn
from msgraph.generated.sites.item.lists.item.items.items_request_builder import ItemsRequestBuilder

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.sdk import ask, asking, unknown

pytestmark = pytest.mark.xdist_group("sdk")


async def site_of(client: Any) -> Any:
    found = await client.sites.by_site_id("127.0.0.1:/sites/rehearsal").get()
    return client.sites.by_site_id(found.id)


async def new_library(client: Any) -> tuple[Any, Any, Any]:
    """A library as a list, the list's calls, and the calls of its items as a drive."""
    site = await site_of(client)
    wish = List_(display_name=f"Bibliotek å {uuid.uuid4().hex}", list_=ListInfo(template="documentLibrary"))
    made = await site.lists.post(wish)
    drive = await site.lists.by_list_id(made.id).drive.get()
    return made, site.lists.by_list_id(made.id), client.drives.by_drive_id(drive.id).items


def columns() -> list[ColumnDefinition]:
    return [
        ColumnDefinition(name="Saksnummer", display_name="Saksnummer", text=TextColumn()),
        ColumnDefinition(name="Antall", display_name="Antall sider", number=NumberColumn()),
        ColumnDefinition(name="Avsluttet", display_name="Avsluttet", date_time=DateTimeColumn()),
    ]


def test_a_site_is_found_by_path_and_has_its_drives_and_lists(tenant) -> None:
    async def act(client):
        site = await client.sites.by_site_id("127.0.0.1:/sites/rehearsal").get()
        again = await client.sites.by_site_id(site.id).get()
        assert (again.id, again.name, type(again.created_date_time)) == (site.id, "rehearsal", datetime)
        assert (again.site_collection.hostname, unknown(again)) == ("127.0.0.1", set())
        drives = (await client.sites.by_site_id(site.id).drives.get()).value
        lists = (await client.sites.by_site_id(site.id).lists.get()).value
        drive = next(drive for drive in drives if drive.id == tenant.drives[0].id)
        assert (drive.drive_type, drive.quota.used + drive.quota.remaining) == ("documentLibrary", drive.quota.total)
        own = await client.drives.by_drive_id(drive.id).list_.get()
        assert own.list_.template == "documentLibrary"
        assert {drive.name for drive in drives} <= {each.display_name for each in lists}
        # Graph says which group owns a library; the SDK's model of an owner has only users, applications and devices.
        assert unknown(drive) | unknown(own) == {"group"}
        root = await client.drives.by_drive_id(drive.id).root.get()
        assert (root.root is not None, root.folder is not None) == (True, True)

    ask(tenant, act)


def test_a_library_gets_columns_and_its_files_get_values(tenant) -> None:
    async def act(client):
        _made, calls, items = await new_library(client)
        for column in columns():
            answered = await calls.columns.post(column)
            assert (answered.name, answered.display_name) == (column.name, column.display_name)
        known = {column.name: column for column in (await calls.columns.get()).value}
        assert known["Saksnummer"].text and known["Antall"].number and known["Avsluttet"].date_time
        item = await items.by_drive_item_id("root:/sak å.txt:").content.put(b"innhold")
        # The SDK has no fields below an item of a drive: it goes by the item's number in the list.
        listed = await items.by_drive_item_id(item.id).list_item.get()
        values = {"Saksnummer": "2009/17", "Antall": 3, "Avsluttet": "2009-03-01T00:00:00Z"}
        await fill(calls.items.by_list_item_id(listed.id), values)
        wish = ListItemRequestBuilder.ListItemRequestBuilderGetQueryParameters(expand=["fields"])
        shown = await items.by_drive_item_id(item.id).list_item.get(asking(wish))
        told = shown.fields.additional_data
        assert (told["Saksnummer"], told["Antall"]) == ("2009/17", 3)
        assert told["Avsluttet"] in ("2009-03-01T00:00:00Z", datetime(2009, 3, 1, tzinfo=UTC))
        after = await items.by_drive_item_id(item.id).get()
        assert (after.c_tag == item.c_tag, after.e_tag == item.e_tag) == (True, False)
        with pytest.raises(ODataError) as refused:
            await fill(calls.items.by_list_item_id(listed.id), {"Ukjent": "x"})
        assert refused.value.response_status_code == 400

    ask(tenant, act)


async def fill(item: Any, values: dict[str, Any]) -> FieldValueSet:
    """Fill columns; the item may be busy with itself just after it came."""
    for _turn in range(3):
        try:
            return await item.fields.patch(FieldValueSet(additional_data=values))
        except ODataError as refused:
            if (refused.response_status_code, refused.error.code) != (409, "resourceModified"):
                raise
    raise AssertionError("it stays busy")


def test_items_of_a_list_are_asked_for_and_filled_by_their_numbers(tenant) -> None:
    async def act(client):
        _made, calls, items = await new_library(client)
        for column in columns():
            await calls.columns.post(column)
        for name in ("en.txt", "to.txt"):
            await items.by_drive_item_id(f"root:/{name}:").content.put(b"innhold")
        wish = ItemsRequestBuilder.ItemsRequestBuilderGetQueryParameters(expand=["fields"])
        listed = (await calls.items.get(asking(wish))).value
        numbers = {each.fields.additional_data["FileLeafRef"]: each.id for each in listed}
        assert set(numbers) == {"en.txt", "to.txt"}
        assert all(number.isdecimal() for number in numbers.values())
        one = calls.items.by_list_item_id(numbers["to.txt"])
        filled = await fill(one, {"Saksnummer": "2010/5"})
        assert filled.additional_data["Saksnummer"] == "2010/5"
        item = await one.drive_item.get()
        assert item.name == "to.txt"
        return (await one.fields.get()).additional_data["Saksnummer"]

    assert ask(tenant, act) == "2010/5"


def test_a_retention_label_is_put_on_a_file(tmp_path) -> None:
    async def act(client, drive):
        items = client.drives.by_drive_id(drive).items
        item = await items.by_drive_item_id("root:/a.txt:").content.put(b"innhold")
        label = await items.by_drive_item_id(item.id).retention_label.patch(ItemRetentionLabel(name="Bevares"))
        assert label.name == "Bevares"
        shown = await items.by_drive_item_id(item.id).retention_label.get()
        assert (shown.name, type(shown.label_applied_date_time)) == ("Bevares", datetime)
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id(item.id).retention_label.patch(ItemRetentionLabel(name="Finnes ikke"))
        assert 400 <= refused.value.response_status_code < 500

    with running(tmp_path / "tenant") as ready:
        (tmp_path / "tenant" / "labels.csv").write_text("name,kind\nBevares,retention\n", encoding="utf-8")
        ask(ready, lambda client: act(client, ready.drives[0].id))


def test_refusals_become_the_sdks_own_errors(tenant) -> None:
    async def act(client):
        _made, _calls, items = await new_library(client)
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id('root:/a"b.txt:').content.put(b"innhold")
        said = refused.value
        assert (said.response_status_code, said.error.code) == (400, "invalidRequest")
        assert uuid.UUID(said.error.inner_error.request_id)
        assert type(said.error.inner_error.date) is datetime
        assert said.error.message
        with pytest.raises(ODataError) as refused:
            await client.sites.by_site_id("127.0.0.1,finnes,ikke").get()
        assert refused.value.response_status_code in (400, 404)

    ask(tenant, act)


def test_a_token_that_is_not_the_tenants_is_refused(tmp_path) -> None:
    with running(tmp_path / "tenant", Ways(anonymous=False)) as ready:
        stranger = replace(ready, token="en annens")
        with pytest.raises(ODataError) as refused:
            ask(stranger, lambda client: client.drives.by_drive_id(ready.drives[0].id).get())
        said = refused.value
        assert (said.response_status_code, said.error.code) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize("form", ["told", "lower-case"])
def test_the_sdks_own_middleware_waits_as_long_as_it_is_told(tmp_path, form) -> None:
    rule = {"fault": "too_many_requests", "on": "site", "first": 1, "seconds": 1, "retry_after": form}
    faults = tmp_path / "faults.yaml"
    faults.write_text(json.dumps({"faults": [rule]}), encoding="utf-8")
    with running(tmp_path / "tenant", Ways(faults=faults)) as ready:
        began = time.monotonic()
        found = ask(ready, lambda client: client.sites.by_site_id("127.0.0.1:/sites/rehearsal").get())
        assert found.name == "rehearsal"
        assert 1 <= time.monotonic() - began < 20
