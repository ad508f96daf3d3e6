"""Who can open an item: invitations, what is inherited, and the limits."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running

KARI, OLA = "11111111-1111-1111-1111-111111111111", "44444444-4444-4444-4444-444444444444"
STAFF = "22222222-2222-2222-2222-222222222222"
PEOPLE = f"""sid,name,kind,disabled,entra_id
S-1-5-21-1-2-3-1001,Kari Nordmann,user,false,{KARI}
S-1-5-21-1-2-3-1002,"Lunde, Ola",user,false,{OLA}
S-1-5-21-1-2-3-1101,Regnskap,group,,{STAFF}
"""
Library = Any
Refusal = Callable[[httpx.Response], tuple[int, str]]


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("permissions")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with running(folder) as ready:
        yield ready


@pytest.fixture
def tenant(peopled: Ready) -> Ready:
    """The tenant that `library` is in: one that knows somebody."""
    return peopled


def invite(library: Library, path: str, *who: str, role: str = "read", **more: object) -> httpx.Response:
    body = {"recipients": [{"objectId": id} for id in who], "roles": [role], "requireSignIn": True}
    return library.http.post(library.at(path, "invite"), json={**body, "sendInvitation": False, **more})


def who_can(library: Library, path: str) -> dict[str, tuple[str, bool]]:
    """Name -> role, and whether it is inherited; without applications."""
    listed = library.get(path, "permissions").raise_for_status().json()["value"]
    found = {}
    for one in listed:
        (identity,) = (who for kind, who in one["grantedToV2"].items() if kind != "siteUser")
        if "application" not in one["grantedToV2"]:
            found[identity["displayName"]] = (one["roles"][0], "inheritedFrom" in one)
    return found


SITE = {
    "rehearsal Owners": ("owner", True),
    "rehearsal Members": ("write", True),
    "rehearsal Visitors": ("read", True),
}


def test_a_library_and_all_in_it_are_the_sites_until_somebody_says_otherwise(library: Library) -> None:
    library.put("mappe/a.txt")
    root = library.http.get(f"{library.address}/root/permissions").json()["value"]
    assert {one["grantedToV2"]["siteGroup"]["displayName"] for one in root} == set(SITE)
    assert who_can(library, "mappe") == who_can(library, "mappe/a.txt") == SITE
    assert all(one["inheritedFrom"] == {} for one in root)


def test_the_first_invitation_drops_or_keeps_what_was_inherited_and_what_lies_below_follows(library: Library) -> None:
    library.put("mappe/a.txt")
    library.put("åpen/b.txt")
    assert invite(library, "mappe", KARI, retainInheritedPermissions=False).status_code == 200
    invite(library, "åpen", STAFF, role="write").raise_for_status()
    assert who_can(library, "mappe") == {"Kari Nordmann": ("read", False)}
    assert who_can(library, "mappe/a.txt") == {"Kari Nordmann": ("read", True)}
    kept = {name: (role, False) for name, (role, _inherited) in SITE.items()}
    assert who_can(library, "åpen") == {**kept, "Regnskap": ("write", False)}


def test_a_later_invitation_drops_nobody_and_makes_nobody_do_less(library: Library) -> None:
    library.put("mappe/a.txt")
    invite(library, "mappe", KARI, role="write", retainInheritedPermissions=False).raise_for_status()
    said = invite(library, "mappe", KARI, OLA, retainInheritedPermissions=False).raise_for_status().json()["value"]
    assert [one["roles"] for one in said] == [["write"], ["read"]]
    assert who_can(library, "mappe") == {"Kari Nordmann": ("write", False), "Lunde, Ola": ("read", False)}


def test_whoever_breaks_inheritance_stays_an_owner(library: Library) -> None:
    library.put("mappe/a.txt")
    invite(library, "mappe", KARI, retainInheritedPermissions=False).raise_for_status()
    listed = library.get("mappe", "permissions").json()["value"]
    assert [one["roles"] for one in listed if "application" in one["grantedToV2"]] == [["owner"]]


def test_a_permission_is_taken_away_but_not_where_it_is_inherited(library: Library, error: Refusal) -> None:
    library.put("mappe/a.txt")
    invite(library, "mappe", KARI, OLA, retainInheritedPermissions=False).raise_for_status()
    ids = {
        one["grantedToV2"]["user"]["displayName"]: one["id"]
        for one in library.get("mappe", "permissions").json()["value"]
        if "user" in one["grantedToV2"]
    }
    below = library.http.delete(library.at("mappe/a.txt", f"permissions/{ids['Kari Nordmann']}"))
    assert error(below) == (400, "invalidRequest")
    assert library.http.delete(library.at("mappe", f"permissions/{ids['Kari Nordmann']}")).status_code == 204
    assert error(library.http.delete(library.at("mappe", f"permissions/{ids['Kari Nordmann']}"))) == (
        404,
        "itemNotFound",
    )
    assert error(library.http.delete(library.at("mappe", "permissions/ø!"))) == (404, "itemNotFound")
    assert who_can(library, "mappe") == {"Lunde, Ola": ("read", False)}
    assert who_can(library, "mappe/a.txt") == {"Lunde, Ola": ("read", True)}


def test_a_moved_item_is_opened_by_those_of_its_new_place_unless_it_has_its_own(library: Library) -> None:
    library.put("åpen/a.txt")
    library.put("åpen/b.txt")
    library.put("mappe/c.txt")
    invite(library, "mappe", KARI, retainInheritedPermissions=False).raise_for_status()
    invite(library, "åpen/b.txt", OLA, retainInheritedPermissions=False).raise_for_status()
    to = {"parentReference": {"id": library.item("mappe")["id"]}}
    for name in ("a.txt", "b.txt"):
        library.patch(f"åpen/{name}", to).raise_for_status()
    assert who_can(library, "mappe/a.txt") == {"Kari Nordmann": ("read", True)}
    assert who_can(library, "mappe/b.txt") == {"Lunde, Ola": ("read", False)}


@pytest.mark.parametrize(
    "more",
    [
        {"recipients": []},
        {"recipients": [{"objectId": "ffffffff-1111-1111-1111-111111111111"}]},
        {"recipients": [{"objectId": KARI}, {"objectId": "nobody"}]},
        {"recipients": [{"email": "kari@example.org"}]},
        {"recipients": "kari"},
        {"roles": ["owner"]},
        {"roles": []},
        {"requireSignIn": False},
        {"sendInvitation": True},
        {"retainInheritedPermissions": "no"},
        {"password": "x"},
    ],
)
def test_an_invitation_that_cannot_be_is_refused_and_changes_nothing(
    library: Library, error: Refusal, more: dict[str, object]
) -> None:
    library.put("mappe/a.txt")
    assert error(invite(library, "mappe", KARI, **{"retainInheritedPermissions": False, **more})) == (
        400,
        "invalidRequest",
    )
    assert who_can(library, "mappe") == SITE


def test_a_folder_with_too_much_in_it_and_a_library_with_too_many_scopes_are_refused(
    library: Library, error: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        library.put(f"mappe/under/{name}.txt")
    monkeypatch.setattr("filrydd.rehearsal.store.permissions.MOST_BELOW", 3)
    assert error(invite(library, "mappe", KARI)) == (400, "invalidRequest")
    assert invite(library, "mappe/under", KARI).status_code == 200
    monkeypatch.setattr("filrydd.rehearsal.store.permissions.MOST_SCOPES", 2)
    assert invite(library, "mappe/under/a.txt", KARI).status_code == 200
    assert error(invite(library, "mappe/under/b.txt", KARI)) == (400, "invalidRequest")
    assert invite(library, "mappe/under/a.txt", OLA).status_code == 200
    library.http.delete(library.at("mappe/under/a.txt")).raise_for_status()
    assert invite(library, "mappe/under/b.txt", KARI).status_code == 200


def test_what_has_permissions_costs_five_units(tmp_path: Path, library_of: Callable[[Ready], Library]) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with running(tmp_path, Ways(units_per_minute=1000)) as ready:
        library = library_of(ready)
        library.put("a.txt")
        before = 1000
        for _call in range(160):
            answer = library.get("a.txt", "permissions")
            if "RateLimit-Remaining" in answer.headers:
                left = int(answer.headers["RateLimit-Remaining"])
                assert before in (1000, left + 5)
                before = left
        invited = invite(library, "a.txt", KARI)
        assert int(invited.headers["RateLimit-Remaining"]) == before - 5


def test_who_can_open_it_is_on_the_page_of_a_folder_and_of_a_file(peopled: Ready, library: Library) -> None:
    library.put("mappe/a.txt")
    page = library.item("mappe")["webUrl"]

    def told(address: str) -> str:
        html = library.http.get(address, params={"lang": "en"}).text
        return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("Who can open this") :]).split())

    before = told(page)
    assert "Can read rehearsal Visitors" in before
    assert "Can read and change rehearsal Members" in before
    invite(library, "mappe", KARI, STAFF, retainInheritedPermissions=False).raise_for_status()
    after = told(page)
    assert "Can read Kari Nordmann Regnskap" in after and "Visitors" not in after
    assert told(f"{page}/a.txt").startswith("Who can open this Can read Kari Nordmann Regnskap")


def test_permissions_outlive_a_restart(tmp_path: Path, library_of: Callable[[Ready], Library]) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with running(tmp_path) as ready:
        library = library_of(ready)
        library.put("mappe/a.txt")
        invite(library, "mappe", KARI, retainInheritedPermissions=False).raise_for_status()
    with running(tmp_path) as ready:
        assert who_can(library_of(ready), "mappe/a.txt") == {"Kari Nordmann": ("read", True)}
