"""Where the files of a Teams channel lie."""

import pytest

from filrydd.errors import TenantLacks, TenantRefused
from tests.targets.front import Front, error
from tests.targets.place import Journey, Place, nothing


def test_a_standard_channel_is_a_folder_in_the_library_of_its_teams_site(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        general = await place.tenant.channel("Plan og bygg", "Generelt")
        cases = await place.tenant.channel("plan og BYGG", "byggesak")
        assert cases.drive == general.drive and cases.site == general.site
        assert (cases.folder.name, cases.folder.parent) == ("Byggesak", cases.drive.root)
        assert cases.drive.path == "sites/Planogbygg/Shared Documents"
        assert cases.site == await place.tenant.site("https://kommune.sharepoint.com/sites/Planogbygg")
        assert cases.site == await place.tenant.site(cases.site.url)
        again = await place.tenant.channel("Plan og bygg", "Byggesak")
        assert again == cases

    journey(steps)


@pytest.mark.parametrize("name", ["Ledelse", "Med kommunen"])
def test_a_private_and_a_shared_channel_have_sites_of_their_own(journey: Journey, name: str) -> None:
    async def steps(place: Place) -> None:
        own = await place.tenant.channel("Plan og bygg", name)
        general = await place.tenant.channel("Plan og bygg", "Generelt")
        assert own.site.url != general.site.url and own.drive.id != general.drive.id
        sent = await place.tenant.make_folder(own.drive.id, own.folder.id, "Sak 1")
        assert sent.parent == own.folder.id

    journey(steps)


def test_files_can_be_sent_to_a_channels_folder(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        channel = await place.tenant.channel("Kari's team", "Generelt")
        place.drive = channel.drive.id
        item = await place.tenant.send(place.sending("a.txt", b"text", parent=channel.folder.id), nothing)
        assert item.parent == channel.folder.id
        assert item.url.endswith("/sites/Karisteam/Shared%20Documents/Generelt/a.txt")

    journey(steps)


def test_what_is_not_there_is_lacking_and_what_is_there_is_told(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        with pytest.raises(TenantLacks, match="no team Finnes ikke"):
            await place.tenant.channel("Finnes ikke", "Generelt")
        with pytest.raises(TenantLacks, match="no channel Finnes ikke") as lacks:
            await place.tenant.channel("Plan og bygg", "Finnes ikke")
        assert set(lacks.value.details) == {"Generelt", "Byggesak", "Ledelse", "Med kommunen", "Ny"}
        with pytest.raises(TenantLacks, match="several teams") as several:
            await place.tenant.channel("Tvilling", "Generelt")
        assert len(set(several.value.details)) == 2
        with pytest.raises(TenantLacks, match="no folder for files yet"):
            await place.tenant.channel("Plan og bygg", "Ny")

    journey(steps)


@pytest.mark.parametrize(
    ("path", "permission"),
    [(r"/teams\?", "Team.ReadBasic.All"), ("/channels$", "Channel.ReadBasic.All"), ("/filesFolder$", "Files.Read.All")],
)
def test_a_refusal_names_the_permission_that_is_missing(
    front: Front, through: Journey, path: str, permission: str
) -> None:
    async def steps(place: Place) -> None:
        front.answer("GET", path, error(403, "Forbidden"))
        with pytest.raises(TenantRefused) as refused:
            await place.tenant.channel("Plan og bygg", "Generelt")
        assert permission in refused.value.next

    through(steps)
