"""What a delta listing says of who was let in, by the client's preference."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.signing import app, signed, write_apps
from tests.rehearsal.test_rehearsal_permissions import KARI, PEOPLE, invite

HIERARCHICAL = "deltashowremovedasdeleted, deltatraversepermissiongaps, hierarchicalsharing"
Library = Any


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("sharing")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with running(folder) as ready:
        yield ready


@pytest.fixture
def tenant(peopled: Ready) -> Ready:
    return peopled


def shared(library: Library, prefer: str) -> tuple[dict[str, Any], httpx.Headers]:
    """Name -> the facet of each item that has one, page by page of two."""
    found, link, said = {}, f"{library.address}/root/delta?$top=2", httpx.Headers()
    while link:
        answer = library.http.get(link, headers={"Prefer": prefer} if prefer else {})
        page, said = answer.raise_for_status().json(), answer.headers
        found |= {item["name"]: item["shared"] for item in page["value"] if "shared" in item}
        link = page.get("@odata.nextLink")
    return found, said


def with_a_hierarchy(library: Library) -> None:
    library.put("åpen/a.txt")
    library.put("åpen/delt.txt")
    library.put("mappe/under/b.txt")
    library.put("mappe/under/delt igjen.txt")
    invite(library, "mappe", KARI, retainInheritedPermissions=False).raise_for_status()
    invite(library, "åpen/delt.txt", KARI).raise_for_status()
    invite(library, "mappe/under/delt igjen.txt", KARI).raise_for_status()


def test_without_a_preference_all_that_is_shared_says_so_also_what_inherits_it(library: Library) -> None:
    with_a_hierarchy(library)
    found, said = shared(library, "")
    assert found == {name: {"scope": "users"} for name in ("mappe", "under", "b.txt", "delt igjen.txt", "delt.txt")}
    assert "Preference-Applied" not in said


def test_by_hierarchy_only_where_permissions_begin_and_the_root_says_that_it_is_one(library: Library) -> None:
    with_a_hierarchy(library)
    found, said = shared(library, HIERARCHICAL)
    scope = {"scope": "users"}
    assert found == {"root": {}, "mappe": scope, "delt.txt": scope, "delt igjen.txt": scope}
    assert said["Preference-Applied"] == "hierarchicalsharing"


def test_what_has_permissions_of_its_own_and_nobody_let_in_has_an_empty_facet(library: Library) -> None:
    library.put("mappe/a.txt")
    invite(library, "mappe", KARI, retainInheritedPermissions=False).raise_for_status()
    for one in library.get("mappe", "permissions").json()["value"]:
        if "application" not in one["grantedToV2"]:
            library.http.delete(library.at("mappe", f"permissions/{one['id']}")).raise_for_status()
    assert shared(library, HIERARCHICAL)[0] == {"root": {}, "mappe": {}}
    assert shared(library, "")[0] == {}


def test_an_app_without_full_control_is_answered_as_if_it_had_no_preference(
    tmp_path: Path, library_of: Callable[[Ready], Library]
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    changes, owns = app("Sites.ReadWrite.All"), app("Sites.Selected", sites={"sites/rehearsal": "owner"})
    write_apps(tmp_path, changes, owns)
    with running(tmp_path) as ready:
        library = library_of(ready)
        with_a_hierarchy(library)
        for who, applied in ((changes, False), (owns, True)):
            with signed(ready, who) as client:
                found, said = shared(replace(library, http=client), HIERARCHICAL)
            assert ("root" in found, "b.txt" in found, "Preference-Applied" in said) == (applied, not applied, applied)


def test_changes_of_sharing_are_asked_for_with_what_belongs_to_them_or_refused(library: Library, error) -> None:
    address = f"{library.address}/root/delta"
    alone = library.http.get(address, headers={"Prefer": "deltashowsharingchanges"})
    assert error(alone) == (400, "invalidRequest")
    assert library.http.get(address, headers={"Prefer": f"{HIERARCHICAL}, deltashowsharingchanges"}).status_code == 200
