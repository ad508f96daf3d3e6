"""The official SDK asks who is who and who can open what, and finds the folders of teams' channels."""

from pathlib import Path

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.drives.item.items.item.invite.invite_post_request_body import InvitePostRequestBody
from msgraph.generated.groups.item.transitive_members.transitive_members_request_builder import (
    TransitiveMembersRequestBuilder,
)
from msgraph.generated.models.drive_recipient import DriveRecipient
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.sdk import ask, asking, unknown

pytestmark = pytest.mark.xdist_group("sdk-people")

SID = "S-1-5-21-1-2-3-"
PEOPLE = f"""sid,name,kind,disabled,entra_id,mail
{SID}1,Kari Nordmann,user,false,11111111-1111-4111-8111-111111111111,kari@example.org
{SID}2,Ola Nordmann,user,true,22222222-2222-4222-8222-222222222222,
{SID}10,Arkivet,group,false,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,
{SID}11,Alle,group,false,bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb,
"""
MEMBERS = f"group,member\n{SID}11,{SID}10\n{SID}10,{SID}1\n{SID}11,{SID}2\n"
TEAMS = "team,channel,kind,files\nArkivet,Generelt,standard,yes\nArkivet,Lukket å,private,yes\nArkivet,Ny,standard,no\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("people") / "tenant"
    with running(folder) as ready:
        for name, rows in {"people.csv": PEOPLE, "members.csv": MEMBERS, "teams.csv": TEAMS}.items():
            Path(folder, name).write_text(rows, encoding="utf-8")
        yield ready


def test_people_are_found_by_the_identifiers_of_the_old_domain(ready: Ready) -> None:
    chosen = ["id", "displayName", "accountEnabled", "onPremisesSecurityIdentifier"]
    wish = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"onPremisesSecurityIdentifier in ('{SID}1', '{SID}2', '{SID}3')", select=chosen, count=True
    )
    # As Microsoft's documentation asks for with this filter.
    configuration = RequestConfiguration(query_parameters=wish)
    configuration.headers.add("ConsistencyLevel", "eventual")

    async def act(client):
        return (await client.users.get(configuration)).value

    found = ask(ready, act)
    assert {(one.display_name, one.account_enabled, one.on_premises_security_identifier) for one in found} == {
        ("Kari Nordmann", True, f"{SID}1"),
        ("Ola Nordmann", False, f"{SID}2"),
    }
    assert all(type(one) is User and unknown(one) == set() for one in found)


def test_groups_have_members_also_through_other_groups(ready: Ready) -> None:
    async def act(client):
        groups = {group.display_name: group for group in (await client.groups.get()).value}
        few = TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(top=1)
        members = client.groups.by_group_id(groups["Alle"].id).transitive_members
        page = await members.get(asking(few))
        found = list(page.value)
        while page.odata_next_link:
            page = await members.with_url(page.odata_next_link).get()
            found += page.value
        return found

    found = ask(ready, act)
    assert {(type(one), one.display_name) for one in found} == {
        (User, "Kari Nordmann"),
        (User, "Ola Nordmann"),
        (Group, "Arkivet"),
    }


def test_people_and_groups_are_let_in_and_shown(ready: Ready) -> None:
    async def act(client):
        items = client.drives.by_drive_id(ready.drives[0].id).items
        item = await items.by_drive_item_id("root:/mappe/sak.txt:").content.put(b"innhold")
        folder = items.by_drive_item_id("root:/mappe:")
        before = (await folder.permissions.get()).value
        assert before and all(one.inherited_from is not None for one in before)
        kari = DriveRecipient(object_id="11111111-1111-4111-8111-111111111111")
        archive = DriveRecipient(object_id="aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
        wish = InvitePostRequestBody(
            recipients=[kari, archive], roles=["read"], require_sign_in=True, send_invitation=False
        )
        given = (await folder.invite.post(wish)).value
        assert [one.roles for one in given] == [["read"], ["read"]]
        shown = (await folder.permissions.get()).value
        people = {one.granted_to_v2.user.display_name for one in shown if one.granted_to_v2.user}
        groups = {one.granted_to_v2.group.display_name for one in shown if one.granted_to_v2.group}
        assert (people, groups) == ({"Kari Nordmann"}, {"Arkivet"})
        assert set().union(*map(unknown, shown)) == set()
        inside = (await items.by_drive_item_id(item.id).permissions.get()).value
        assert {one.id for one in inside} == {one.id for one in shown}
        await folder.permissions.by_permission_id(given[0].id).delete()
        left = (await folder.permissions.get()).value
        assert given[0].id not in {one.id for one in left}
        nobody = DriveRecipient(object_id="99999999-9999-4999-8999-999999999999")
        with pytest.raises(ODataError) as refused:
            await folder.invite.post(InvitePostRequestBody(recipients=[nobody], roles=["read"], require_sign_in=True))
        assert refused.value.response_status_code == 400

    ask(ready, act)


def test_a_channels_folder_is_found_through_its_team(ready: Ready) -> None:
    async def act(client):
        team = next(team for team in (await client.teams.get()).value if team.display_name == "Arkivet")
        calls = client.teams.by_team_id(team.id).channels
        channels = {channel.display_name: channel for channel in (await calls.get()).value}
        assert {name: channel.membership_type.value for name, channel in channels.items()} == {
            "Generelt": "standard",
            "Lukket å": "private",
            "Ny": "standard",
        }
        places = {}
        for name in ("Generelt", "Lukket å"):
            folder = await calls.by_channel_id(channels[name].id).files_folder.get()
            drive = folder.parent_reference.drive_id
            put = client.drives.by_drive_id(drive).items.by_drive_item_id(f"{folder.id}:/sak.txt:").content
            assert (await put.put(b"innhold")).name == "sak.txt"
            places[name] = (drive, folder.name)
        with pytest.raises(ODataError) as refused:
            await calls.by_channel_id(channels["Ny"].id).files_folder.get()
        assert refused.value.response_status_code == 404
        return places

    places = ask(ready, act)
    assert [name for _drive, name in places.values()] == ["Generelt", "Lukket å"]
    # A private channel has a site of its own.
    assert places["Generelt"][0] != places["Lukket å"][0]
