"""Columns of a library, and what they say of an item."""

import asyncio
from dataclasses import dataclass
from typing import Literal

import httpx
import pytest

from filrydd.errors import TenantRefused
from filrydd.targets.patience import TRIES
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front, error
from tests.targets.place import Journey, Place, nothing, whole

SITE = "https://kommune.sharepoint.com/sites/arkiv"
FIELDS = r"/listItem/fields$"


@dataclass(frozen=True)
class Column:
    name: str
    display: str
    kind: Literal["text", "note", "number", "dateTime"] = "text"
    default: str = ""


COLUMNS = [
    Column("FilryddDepartment", "Avdeling"),
    Column("FilryddPath", "Opprinnelig sti", "note"),
    Column("FilryddYear", "År", "number"),
    Column("FilryddCreated", "Opprettet", "dateTime"),
]


YEAR = COLUMNS[2]
SAYS = Column("FilryddDepartment", "Avdeling", default="Plan og bygg")


async def prepared(place: Place) -> None:
    await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, COLUMNS)


async def said(place: Place, id: str) -> dict[str, object]:
    """What the tenant itself says of an item's columns, those of filrydd."""
    async with httpx.AsyncClient() as http:
        address = f"{place.tenant.address}/drives/{place.drive}/items/{id}/listItem?expand=fields"
        fields = (await http.get(address)).raise_for_status().json()["fields"]
    return {name: value for name, value in fields.items() if name.startswith("Filrydd")}


def test_columns_are_made_once_also_by_several_at_once(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await asyncio.gather(*(prepared(place) for _ in range(4)))
        await prepared(place)
        site = await place.tenant.site(SITE)
        with pytest.raises(ItemTrouble, match="columnOfAnotherKind"):
            await place.tenant.make_columns(site, place.drive, [Column("FilryddYear", "År", "text")])
        with pytest.raises(ItemTrouble, match="columnOfAnotherKind"):
            await place.tenant.make_columns(site, place.drive, [Column("FilryddPath", "Sti", "text")])
        asked = len(front.requests)
        await prepared(place)
        assert len(front.requests) - asked == 3  # the site, the list, its columns: nothing is written

    through(steps)


def test_a_column_that_sharepoint_gives_another_name_is_trouble(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        front.answer("POST", "/columns$", Answer(201, {}, {"name": "FilryddPath0", "text": {}}))
        with pytest.raises(ItemTrouble, match="FilryddPath0"):
            await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, [COLUMNS[1]])

    through(steps)


def test_who_may_not_make_columns_is_told_which_role_it_takes(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        front.answer("POST", "/columns$", error(403, "accessDenied"))
        with pytest.raises(TenantRefused) as refused:
            await prepared(place)
        assert "manage" in refused.value.next

    through(steps)


def test_what_fields_say_of_a_file_is_kept_in_a_new_version_with_its_times(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        before = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        fields = {
            "FilryddDepartment": "Plan og bygg",
            "FilryddPath": "Felles/" + "lang " * 100,
            "FilryddYear": 2019,
            "FilryddCreated": "2019-03-12T08:00:00Z",
        }
        after = await place.tenant.set_fields(place.drive, before.id, fields)
        assert await said(place, before.id) == fields
        assert (after.modified, after.created) == (before.modified, before.created)
        assert after.etag != before.etag and after.ctag == before.ctag
        assert after == await place.tenant.item(place.drive, before.id)
        assert len(await place.tenant.versions(place.drive, before.id)) > 1
        assert await whole(place, before.id) == b"text"

    journey(steps)


def test_times_that_an_interruption_left_wrong_are_put_right_by_who_knows_them(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        sending = place.sending("rapport.txt", b"text")
        item = await place.tenant.send(sending, nothing)
        await place.tenant.set_times(place.drive, item.id, 17_000_000_000_000_000, 17_000_000_000_000_000)
        after = await place.tenant.set_fields(
            place.drive, item.id, {"FilryddYear": 2019}, created=sending.created, modified=sending.modified
        )
        assert (after.created, after.modified) == (item.created, item.modified)

    journey(steps)


def test_a_tenant_that_leaves_the_times_alone_is_not_asked_for_a_second_version(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        front.answer("PATCH", FIELDS, Answer(200, {}, {"FilryddYear": 2019}))
        await place.tenant.set_fields(place.drive, item.id, {"FilryddYear": 2019})
        assert not front.seen("PATCH", rf"/items/{item.id}$")

    through(steps)


def test_columns_of_a_folder_are_filled_too(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        folder = await place.tenant.make_folder(place.drive, place.root, "Mappe")
        await place.tenant.set_fields(place.drive, folder.id, {"FilryddYear": 2019})
        assert await said(place, folder.id) == {"FilryddYear": 2019}

    journey(steps)


@pytest.mark.parametrize(
    "fields", [{"Ukjent": "x"}, {"FilryddDepartment": "x" * 256}, {"FilryddYear": "2019"}, {"FilryddCreated": "i går"}]
)
def test_what_a_column_does_not_take_is_trouble_and_changes_nothing(
    journey: Journey, fields: dict[str, str | int]
) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.set_fields(place.drive, item.id, {"FilryddPath": "a", **fields})
        assert trouble.value.status == 400
        assert await said(place, item.id) == {}
        assert await place.tenant.item(place.drive, item.id) == item

    journey(steps)


def test_an_item_that_is_busy_with_itself_is_asked_again(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        front.answer("PATCH", FIELDS, *[error(409, "resourceModified")] * 2)
        await place.tenant.set_fields(place.drive, item.id, {"FilryddYear": 2019})
        assert await said(place, item.id) == {"FilryddYear": 2019}
        assert sum(place.time.slept) > 0
        front.answer("PATCH", FIELDS, *[error(409, "resourceModified")] * 10)
        with pytest.raises(ItemTrouble, match="resourceModified"):
            await place.tenant.set_fields(place.drive, item.id, {"FilryddYear": 2020})

    through(steps)


def test_items_that_are_gone_in_great_number_are_not_waited_for(
    front: Front, through: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filrydd.targets.columns.UNFOUND", 2)

    async def steps(place: Place) -> None:
        asked = []
        for _number in range(4):
            before = len(front.requests)
            with pytest.raises(ItemTrouble):
                await place.tenant.set_fields(place.drive, "01GONE", {"FilryddYear": 1}, created=1, modified=1)
            asked.append(len(front.requests) - before)
        assert asked == [TRIES, TRIES, 1, 1]

    through(steps)


def test_a_file_that_is_gone_is_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.set_fields(place.drive, "01NOSUCHITEM", {"FilryddYear": 1}, created=1, modified=1)
        assert trouble.value.status == 404

    journey(steps)


def test_a_column_of_an_empty_library_says_its_default_of_what_arrives(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(SITE)
        for _again in range(2):
            assert await place.tenant.make_columns(site, place.drive, [SAYS, *COLUMNS[1:]]) == {SAYS.name}
        other = Column(SAYS.name, "Avdeling", default="Andre")
        assert await place.tenant.make_columns(site, place.drive, [other]) == frozenset()
        before = len(front.requests)
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        assert len(front.requests) - before <= 2
        assert (await place.tenant.fields(place.drive, item.id))[SAYS.name] == "Plan og bygg"
        assert len(await place.tenant.versions(place.drive, item.id)) == 1
        folder = await place.tenant.make_folder(place.drive, place.root, "Mappe")
        assert SAYS.name not in await place.tenant.fields(place.drive, folder.id)

    through(steps)


def test_a_library_that_holds_something_gets_no_default(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await place.tenant.send(place.sending("deres.txt", b"text"), nothing)
        assert await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, [SAYS]) == frozenset()
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        assert SAYS.name not in await place.tenant.fields(place.drive, item.id)

    journey(steps)


def test_a_default_that_the_tenant_takes_and_does_not_keep_is_none(front: Front, through: Journey) -> None:
    """microsoftgraph/msgraph-sdk-dotnet#1136: 201, and no default."""

    async def steps(place: Place) -> None:
        front.answer("POST", "/columns$", Answer(201, {}, {"name": SAYS.name, "text": {}}))
        assert await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, [SAYS]) == frozenset()

    through(steps)


def test_a_tenant_that_was_seen_to_move_times_is_not_asked_again(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        await prepared(place)
        for name, calls in (("a.txt", 3), ("b.txt", 2)):
            sending = place.sending(name, b"text")
            item = await place.tenant.send(sending, nothing)
            before = len(front.requests)
            after = await place.tenant.set_fields(
                place.drive, item.id, {"FilryddYear": 2019}, created=sending.created, modified=sending.modified
            )
            # Some items are busy with themselves at first: those are asked twice.
            asked = [(one.method, one.path) for one in front.requests[before:]]
            assert len(set(asked)) == calls
            assert after == await place.tenant.item(place.drive, item.id) and after.modified == item.modified

    through(steps)
