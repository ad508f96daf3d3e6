"""Who can open a folder: exactly those that were named, whatever was there before."""

import pytest

from filrydd.targets.permissions import PORTION
from filrydd.targets.tenant import Grant, ItemTrouble, Permissions
from tests.targets.front import Answer, Front
from tests.targets.grants import ANNE, KARI, OLA, STAFF, exactly, folder, invited, listed
from tests.targets.place import PERSONS, Journey, Place

INVITE, PERMISSIONS = r"/invite$", r"/permissions"


def test_a_new_folder_is_opened_by_those_of_the_site_and_then_by_the_named_alone(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        before = await place.tenant.permissions(place.drive, id)
        assert before.inherited and not before.grants
        assert before.others == ("arkiv Members (write)", "arkiv Owners (owner)", "arkiv Visitors (read)")
        await place.tenant.restrict(place.drive, id, [KARI, STAFF])
        assert await place.tenant.permissions(place.drive, id) == exactly(KARI, STAFF)

    journey(steps)


def test_what_lies_in_a_folder_is_opened_by_the_same_and_what_lies_beside_it_is_not(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        beside = await folder(place, "Åpent")
        await place.tenant.restrict(place.drive, id, [KARI])
        below = await folder(place, "Lønn", id)
        assert await place.tenant.permissions(place.drive, below) == Permissions(True, (KARI,))
        await place.tenant.restrict(place.drive, below, [OLA, STAFF])
        assert await place.tenant.permissions(place.drive, below) == exactly(OLA, STAFF)
        assert await place.tenant.permissions(place.drive, id) == exactly(KARI)
        assert (await place.tenant.permissions(place.drive, beside)).others

    journey(steps)


def test_a_librarys_root_is_restricted_like_a_folder(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        await place.tenant.restrict(place.drive, place.root, [STAFF])
        assert await place.tenant.permissions(place.drive, place.root) == exactly(STAFF)
        assert await place.tenant.permissions(place.drive, await folder(place)) == Permissions(True, (STAFF,))

    journey(steps)


def test_other_grants_take_the_place_of_those_before_also_where_somebody_may_do_less(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        await place.tenant.restrict(place.drive, id, [KARI, OLA])
        wanted = [Grant(KARI.entra_id, "read"), ANNE]
        for _again in range(2):
            await place.tenant.restrict(place.drive, id, wanted)
            assert await place.tenant.permissions(place.drive, id) == exactly(*wanted)

    journey(steps)


def test_who_may_both_read_and_write_may_write_and_letter_case_makes_nobody_another(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        twice = [Grant(STAFF.entra_id.upper(), "write"), STAFF, STAFF]
        await place.tenant.restrict(place.drive, id, twice)
        assert await place.tenant.permissions(place.drive, id) == exactly(Grant(STAFF.entra_id, "write"))

    journey(steps)


def test_what_was_shared_by_hand_with_the_inherited_kept_is_taken_out(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        await invited(place, id, OLA.entra_id, "write")
        before = await place.tenant.permissions(place.drive, id)
        assert before.grants == (OLA,) and len(before.others) == 3 and not before.inherited
        await place.tenant.restrict(place.drive, id, [KARI])
        assert await place.tenant.permissions(place.drive, id) == exactly(KARI)

    journey(steps)


def test_the_application_keeps_its_own_way_in_and_is_not_counted(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        await place.tenant.restrict(place.drive, id, [KARI])
        kinds = sorted(kind for one in await listed(place, id) for kind in one["grantedToV2"] if kind != "siteUser")
        assert kinds == ["application", "user"]

    journey(steps)


def test_many_come_in_portions_and_nobody_is_told(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        many = [Grant(id, "write") for id in PERSONS[: PORTION + 1]] + [Grant(id, "read") for id in PERSONS[50:]]
        await place.tenant.restrict(place.drive, id, many)
        assert await place.tenant.permissions(place.drive, id) == exactly(*many)
        sent = front.seen("POST", INVITE)
        assert len(sent) == 3
        assert all(b'"sendInvitation": false' in one.body and b'"requireSignIn": true' in one.body for one in sent)
        assert all(b'"retainInheritedPermissions": false' in one.body for one in sent)

    through(steps)


def test_somebody_whom_the_directory_does_not_know_is_trouble_and_lets_nobody_in(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.restrict(place.drive, id, [Grant("ffffffff-0000-0000-0000-000000000000", "read")])
        assert trouble.value.status == 400
        assert not (await place.tenant.permissions(place.drive, id)).grants

    journey(steps)


def test_no_grants_at_all_are_trouble_before_anything_is_asked(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        with pytest.raises(ItemTrouble, match="nobodyToGrant"):
            await place.tenant.restrict(place.drive, id, [])
        assert not front.seen("POST", INVITE)

    through(steps)


def test_an_item_that_is_gone_is_trouble(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        for asking in (
            place.tenant.restrict(place.drive, "01NOSUCHITEM", [KARI]),
            place.tenant.permissions(place.drive, "01NOSUCHITEM"),
        ):
            with pytest.raises(ItemTrouble) as trouble:
                await asking
            assert trouble.value.status == 404

    journey(steps)


def test_a_success_that_let_nobody_in_is_trouble(front: Front, through: Journey) -> None:
    """microsoftgraph/microsoft-graph-docs-contrib#1038: 200, and no permission."""

    async def steps(place: Place) -> None:
        id = await folder(place)
        await place.tenant.restrict(place.drive, id, [KARI])
        said = {"value": [{"error": {"code": "x", "message": "not this one"}}]}
        front.answer("POST", INVITE, *[Answer(207, {}, said)] * 10)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.restrict(place.drive, id, [KARI, OLA])
        assert trouble.value.code == "permissionsDiffer"
        assert "not this one" in trouble.value.detail and OLA.entra_id in trouble.value.detail

    through(steps)


def test_inheritance_that_is_not_broken_is_trouble_also_where_the_right_ones_are_listed(
    front: Front, through: Journey
) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        await place.tenant.restrict(place.drive, id, [KARI])
        below = await folder(place, "Under", id)
        front.answer("POST", INVITE, Answer(200, {}, {"value": []}))
        with pytest.raises(ItemTrouble, match="stillInherits"):
            await place.tenant.restrict(place.drive, below, [KARI])

    through(steps)


@pytest.mark.parametrize(
    ("more", "stays"),
    [
        ({"roles": ["read"], "link": {"type": "view", "scope": "anonymous"}}, False),
        ({"roles": ["owner"], "grantedToV2": {"user": {"id": PERSONS[5], "displayName": "Eier"}}}, False),
        ({"roles": ["sp.full control"], "grantedToV2": {"siteUser": {"loginName": "i:0#.f|membership|x"}}}, False),
        ({"roles": [], "grantedToV2": {"siteGroup": {"displayName": "Medlemmer"}}}, False),
        ({"roles": ["write"], "grantedTo": {"user": {"id": PERSONS[5]}}}, False),
        ({"roles": ["owner"], "grantedToV2": {"application": {"id": "a"}}}, True),
        ({"roles": ["owner"], "grantedToV2": {"siteUser": {"loginName": "i:0i.t|x|app@sharepoint"}}}, True),
        ({"roles": ["sp.limited access"], "grantedToV2": {"user": {"id": PERSONS[5]}}}, True),
    ],
)
def test_links_owners_and_groups_go_and_applications_and_ways_through_stay(
    front: Front, through: Journey, more: dict[str, object], stays: bool
) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        kari = {"id": "k", "roles": ["write"], "grantedToV2": {"user": {"id": KARI.entra_id}}}
        both = Answer(200, {}, {"value": [kari, {"id": "m", **more}]})
        front.answer("GET", PERMISSIONS, both, Answer(200, {}, {"value": [kari]}))
        front.answer("DELETE", PERMISSIONS + "/m$", Answer(204))
        await place.tenant.restrict(place.drive, id, [KARI])
        assert len(front.seen("DELETE", PERMISSIONS)) == (0 if stays else 1)

    through(steps)


def test_pages_of_permissions_are_read_to_the_end(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        id = await folder(place)
        kari = {"id": "k", "roles": ["write"], "grantedToV2": {"user": {"id": KARI.entra_id}}}
        ola = {"id": "o", "roles": ["read"], "grantedToV2": {"user": {"id": OLA.entra_id}}}
        following = f"{place.tenant.address}/drives/{place.drive}/items/{id}/permissions?$skiptoken=x"
        first = Answer(200, {}, {"value": [kari], "@odata.nextLink": following})
        front.answer("GET", PERMISSIONS, first, Answer(200, {}, {"value": [ola]}))
        found = await place.tenant.permissions(place.drive, id)
        assert found == exactly(KARI, Grant(OLA.entra_id, "read"))

    through(steps)


def test_a_folder_with_too_much_in_it_is_trouble(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.rehearsal.store.permissions.MOST_BELOW", 2)

    async def steps(place: Place) -> None:
        id = await folder(place)
        for number in range(3):
            await folder(place, str(number), id)
        with pytest.raises(ItemTrouble) as trouble:
            await place.tenant.restrict(place.drive, id, [KARI])
        assert trouble.value.status == 400
        assert (await place.tenant.permissions(place.drive, id)).inherited

    journey(steps)
