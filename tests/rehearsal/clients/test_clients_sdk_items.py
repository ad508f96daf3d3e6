"""The official SDK does the calls of the journey on folders and files, and gets its own models back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.drives.item.items.item.children.children_request_builder import ChildrenRequestBuilder
from msgraph.generated.drives.item.items.item.create_upload_session.create_upload_session_post_request_body import (
    CreateUploadSessionPostRequestBody,
)
from msgraph.generated.models.drive_item import DriveItem
from msgraph.generated.models.drive_item_uploadable_properties import DriveItemUploadableProperties
from msgraph.generated.models.file_system_info import FileSystemInfo
from msgraph.generated.models.item_reference import ItemReference
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from tests.rehearsal.clients.sdk import asking, in_root, new_folder, unknown
from tests.rehearsal.conftest import GRAIN

pytestmark = pytest.mark.xdist_group("sdk")

DAY = datetime(2009, 3, 1, 12, 30, 1, tzinfo=UTC)
TEXT = "hei æøå".encode()


def test_folders_are_made_and_children_are_listed_page_by_page(does) -> None:
    async def act(_client, items, _drive):
        folder = await items.by_drive_item_id("root").children.post(new_folder("Årsmøter 100 % #1"))
        assert (folder.folder.child_count, folder.file, type(folder.created_date_time)) == (0, None, datetime)
        for number in range(5):
            await in_root(items, f"{folder.name}/{number}.txt")
        few = ChildrenRequestBuilder.ChildrenRequestBuilderGetQueryParameters(top=2, select=["name", "size", "file"])
        page = await items.by_drive_item_id(folder.id).children.get(asking(few))
        names = []
        while True:
            names += [child.name for child in page.value]
            assert all(child.file.hashes.quick_xor_hash and child.web_url is None for child in page.value)
            if page.odata_next_link is None:
                break
            page = await items.by_drive_item_id(folder.id).children.with_url(page.odata_next_link).get()
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id("root").children.post(new_folder("ÅRSMØTER 100 % #1"))
        assert (refused.value.response_status_code, refused.value.error.code) == (409, "nameAlreadyExists")
        return names

    assert does(act) == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]


@pytest.mark.parametrize(
    "name", ["små.txt", "100 % #1 & +.txt", "it's [a] ~ =;,@!$.txt", "%41%2F.txt", "\U0001f4c4.txt"]
)
def test_content_goes_in_and_out_by_every_address_the_sdk_writes(does, name) -> None:
    async def act(_client, items, drive):
        folder = await items.by_drive_item_id("root").children.post(new_folder("mappe"))
        put = await items.by_drive_item_id(f"{folder.id}:/{name}:").content.put(TEXT)
        assert (put.name, put.size, put.parent_reference.drive_id) == (name, len(TEXT), drive)
        assert unknown(put) == set()
        for address in (put.id, f"{folder.id}:/{name}:", f"root:/mappe/{name}:", f"root:/mappe/{name}"):
            found = await items.by_drive_item_id(address).get()
            assert (found.id, found.e_tag, type(found.last_modified_date_time)) == (put.id, put.e_tag, datetime)
        assert await items.by_drive_item_id(put.id).content.get() == TEXT
        return await items.by_drive_item_id(f"root:/MAPPE/{name}:").content.get()

    assert does(act) == TEXT


def test_a_large_file_goes_by_a_session_with_its_times(does) -> None:
    content = bytes(range(256)) * (3 * GRAIN // 256) + b"slutt"

    async def act(_client, items, _drive):
        times = FileSystemInfo(created_date_time=DAY, last_modified_date_time=DAY + timedelta(days=1))
        behaviour = {"@microsoft.graph.conflictBehavior": "fail"}
        wish = DriveItemUploadableProperties(name="stor å.bin", file_system_info=times, additional_data=behaviour)
        session = await items.by_drive_item_id("root:/stor å.bin:").create_upload_session.post(
            CreateUploadSessionPostRequestBody(item=wish)
        )
        assert session.next_expected_ranges == ["0-"]
        assert session.expiration_date_time > datetime.now(UTC)
        async with httpx.AsyncClient() as http:
            for start in range(0, len(content), GRAIN):
                part = content[start : start + GRAIN]
                said = {"Content-Range": f"bytes {start}-{start + len(part) - 1}/{len(content)}"}
                answer = await http.put(session.upload_url, content=part, headers=said)
        assert answer.status_code == 201
        item = await items.by_drive_item_id(answer.json()["id"]).get()
        assert item.file_system_info.created_date_time == DAY
        assert item.file_system_info.last_modified_date_time == DAY + timedelta(days=1)
        assert await items.by_drive_item_id(item.id).content.get() == content
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id("root:/stor å.bin:").create_upload_session.post(
                CreateUploadSessionPostRequestBody(item=wish)
            )
        assert (refused.value.response_status_code, refused.value.error.code) == (409, "nameAlreadyExists")

    does(act)


def test_delta_pages_go_on_from_link_to_link_and_tell_what_is_gone(does) -> None:
    async def whole(items, link: str | None = None):
        delta = items.by_drive_item_id("root").delta
        page = await (delta.with_url(link) if link else delta).get()
        found = list(page.value)
        while page.odata_next_link:
            page = await delta.with_url(page.odata_next_link).get()
            found += page.value
        return found, page.odata_delta_link

    async def act(_client, items, _drive):
        made = [await in_root(items, f"en/to/{number}.txt") for number in range(3)]
        first, link = await whole(items)
        assert {item.name for item in first if item.file} == {"0.txt", "1.txt", "2.txt"}
        assert all(item.parent_reference.path is None and item.c_tag is None for item in first)
        await items.by_drive_item_id(made[0].id).delete()
        await items.by_drive_item_id(made[1].id).content.put(b"nytt")
        later, link = await whole(items, link)
        gone = [item for item in later if item.deleted]
        assert [(item.id, item.deleted.state, item.name) for item in gone] == [(made[0].id, "deleted", None)]
        assert [item.size for item in later if item.id == made[1].id] == [4]
        return await whole(items, link)

    nothing, _link = does(act)
    assert nothing == []


def test_each_change_makes_a_version_whose_content_is_kept(does) -> None:
    async def act(_client, items, _drive):
        item = await in_root(items, "a.txt", b"en")
        await in_root(items, "a.txt", b"to to")
        await items.by_drive_item_id(item.id).patch(DriveItem(file_system_info=FileSystemInfo(created_date_time=DAY)))
        versions = (await items.by_drive_item_id(item.id).versions.get()).value
        assert [(version.id, version.size) for version in versions] == [("3.0", 5), ("2.0", 5), ("1.0", 2)]
        assert all(version.last_modified_by.user.display_name == "SharePoint App" for version in versions)
        one = items.by_drive_item_id(item.id).versions.by_drive_item_version_id("1.0")
        assert (await one.get()).id == "1.0"
        return await one.content.get()

    assert does(act) == b"en"


def test_items_are_renamed_moved_and_guarded_by_their_tags(does) -> None:
    async def act(_client, items, drive):
        folder = await items.by_drive_item_id("root").children.post(new_folder("til"))
        item = await in_root(items, "a.txt")
        reference = ItemReference(drive_id=drive, id=folder.id)
        moved = await items.by_drive_item_id(item.id).patch(DriveItem(name="b å.txt", parent_reference=reference))
        assert (moved.name, moved.parent_reference.id, moved.c_tag) == ("b å.txt", folder.id, item.c_tag)
        guarded: RequestConfiguration[Any] = RequestConfiguration()
        guarded.headers.add("If-Match", item.e_tag)
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id(item.id).delete(guarded)
        assert refused.value.response_status_code == 412
        await items.by_drive_item_id(item.id).delete()
        with pytest.raises(ODataError) as refused:
            await items.by_drive_item_id(item.id).get()
        assert (refused.value.response_status_code, refused.value.error.code) == (404, "itemNotFound")
        assert refused.value.error.inner_error.request_id
        assert refused.value.error.inner_error.date

    does(act)
