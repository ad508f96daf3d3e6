"""What every tenant does, whatever stands behind it: libraries, folders, listings and deposits."""

import asyncio
from dataclasses import replace

import pytest

from filrydd.errors import BadUsage, TenantLacks
from filrydd.model.times import to_iso
from filrydd.targets.tenant import ItemTrouble, NameTaken
from tests.targets.place import Journey, Place, nothing, whole

LIBRARY_SITE = "https://kommune.sharepoint.com/sites/arkiv"


def test_a_library_is_made_once_and_found_in_any_letter_case(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(LIBRARY_SITE + "/")
        made, *others = await asyncio.gather(
            *(place.tenant.make_library(site, name) for name in ("Årsplaner", "årsplaner", "Årsplaner"))
        )
        assert others == [made, made]
        found = await place.tenant.drive(site, "ÅRSPLANER")
        assert found == made
        assert found.path.startswith("sites/arkiv/")
        assert "%" not in found.path
        root = await place.tenant.item(found.id, found.root)
        assert (root.folder, root.parent) == (True, "")

    journey(steps)


def test_a_library_that_is_not_there_is_lacking_and_those_that_are_are_told(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        site = await place.tenant.site(LIBRARY_SITE)
        await place.tenant.make_library(site, "Finnes")
        with pytest.raises(TenantLacks) as lacks:
            await place.tenant.drive(site, "Finnes ikke")
        assert "Finnes" in lacks.value.details

    journey(steps)


def test_what_is_no_web_address_is_no_site(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        for url in ("", "sites/arkiv", "ftp://x/sites/y"):
            with pytest.raises(BadUsage):
                await place.tenant.site(url)

    journey(steps)


def test_a_folder_is_made_once_also_by_many_at_once(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        making = [place.tenant.make_folder(place.drive, place.root, name) for name in ["Økonomi", "økonomi"] * 5]
        assert len({folder.id for folder in await asyncio.gather(*making)}) == 1
        folder = await place.tenant.child(place.drive, place.root, "ØKONOMI")
        assert folder and folder.folder and folder.parent == place.root

    journey(steps)


def test_a_folder_is_not_made_over_a_file(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        file = await place.tenant.send(place.sending("Referat", b"text"), nothing)
        with pytest.raises(NameTaken) as taken:
            await place.tenant.make_folder(place.drive, place.root, "referat")
        assert taken.value.item.id == file.id

    journey(steps)


def test_a_name_that_sharepoint_refuses_is_the_folders_own_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.make_folder(place.drive, place.root, "CON")
        assert trouble.value.status == 400
        assert trouble.value.code

    journey(steps)


def test_an_item_that_is_not_there(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        assert await place.tenant.child(place.drive, place.root, "ingen.txt") is None
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.item(place.drive, "01NOSUCHITEM")
        assert (trouble.value.code, trouble.value.status) == ("itemNotFound", 404)
        with pytest.raises(ItemTrouble):
            await whole(place, "01NOSUCHITEM")

    journey(steps)


def test_the_listing_has_everything_once_and_parents_first(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        made = {place.root}
        folders = [place.root]
        for number in range(12):
            folder = await place.tenant.make_folder(place.drive, folders[number // 2], f"Mappe {number}")
            folders.append(folder.id)
            made.add(folder.id)
        files = [
            place.sending(f"{number}.txt", b"" if number % 9 == 0 else b"x", parent=folders[number % 13])
            for number in range(220)
        ]
        made |= {item.id for item in await asyncio.gather(*(place.tenant.send(file, nothing) for file in files))}
        seen: set[str] = set()
        async for item in place.tenant.listing(place.drive):
            assert item.id not in seen
            assert item.parent in seen or item.id == place.root
            seen.add(item.id)
        assert seen == made

    journey(steps)


def test_a_listing_says_of_an_item_what_the_item_says(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("notat.txt", b"text"), nothing)
        listed = {one.id: one async for one in place.tenant.listing(place.drive)}
        # Graph leaves the cTag out of a library's listing.
        assert replace(listed[item.id], ctag=item.ctag) == item
        assert to_iso(item.modified) == to_iso(place.sending("", b"").modified)

    journey(steps)


def test_a_deposit_is_replaced_and_kept_in_versions(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        assert await place.tenant.deposited(place.drive, "_filrydd", "hode.json") is None
        first = await place.tenant.deposit(place.drive, "_filrydd", "hode.json", b"1")
        second = await place.tenant.deposit(place.drive, "_filrydd", "hode.json", b"second")
        assert first.id == second.id and first.etag != second.etag
        assert await place.tenant.deposited(place.drive, "_filrydd", "hode.json") == b"second"
        await place.tenant.deposit(place.drive, "", "i rota.json", b"top")
        assert await place.tenant.deposited(place.drive, "", "i rota.json") == b"top"

    journey(steps)


def test_a_deposit_is_small(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(ValueError, match="bytes"):
            await place.tenant.deposit(place.drive, "x", "y", bytes((4 << 20) + 1))

    journey(steps)
