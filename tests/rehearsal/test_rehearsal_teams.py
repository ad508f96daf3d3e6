"""Teams and channels, from the list in the tenant's folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running

TEAMS = """team,channel,kind,files
Plan og bygg,Generelt,,
Plan og bygg,Ledelse,private,
Plan og bygg,Ny,shared,no
Tom,,,
Kari's team,Generelt,standard,
Tvilling,Generelt,standard,
Tvilling#2,Generelt,standard,
"""
Get = Callable[..., httpx.Response]
Refusal = Callable[[httpx.Response], tuple[int, str]]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("teams")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    with running(folder) as one:
        yield one


@pytest.fixture
def get(ready: Ready, http: httpx.Client) -> Get:
    return lambda path, **query: http.get(f"{ready.graph}{path}", params=query)


def teams(get: Get, name: str) -> list[dict[str, Any]]:
    quoted = name.replace("'", "''")
    return list(get("/teams", **{"$filter": f"displayName eq '{quoted}'"}).raise_for_status().json()["value"])


def channels(get: Get, team: str) -> dict[str, dict[str, Any]]:
    found = get(f"/teams/{teams(get, team)[0]['id']}/channels").raise_for_status().json()["value"]
    return {channel["displayName"]: channel for channel in found}


def files(get: Get, team: str, channel: str) -> httpx.Response:
    return get(f"/teams/{teams(get, team)[0]['id']}/channels/{channels(get, team)[channel]['id']}/filesFolder")


def test_teams_are_found_by_name_and_two_may_have_the_same(get: Get) -> None:
    assert len(get("/teams").json()["value"]) == 5
    assert [team["displayName"] for team in teams(get, "kari's TEAM")] == ["Kari's team"]
    assert len({team["id"] for team in teams(get, "Tvilling")}) == 2
    assert teams(get, "Finnes ikke") == []
    assert channels(get, "Tom") == {}
    assert {name: one["membershipType"] for name, one in channels(get, "Plan og bygg").items()} == {
        "Generelt": "standard",
        "Ledelse": "private",
        "Ny": "shared",
    }


def test_a_standard_channels_folder_lies_in_the_teams_site_and_a_private_ones_in_its_own(
    get: Get, ready: Ready
) -> None:
    general, private = (files(get, "Plan og bygg", name).json() for name in ("Generelt", "Ledelse"))
    assert general["webUrl"] == f"{ready.web}/sites/Planogbygg/Shared%20Documents/Generelt"
    assert private["webUrl"] == f"{ready.web}/sites/Planogbygg-Ledelse/Shared%20Documents/Ledelse"
    for folder in (general, private):
        drive = folder["parentReference"]["driveId"]
        assert "id" not in folder["parentReference"]
        assert get(f"/drives/{drive}/items/{folder['id']}").json()["name"] == folder["name"]
    assert files(get, "Plan og bygg", "Generelt").json()["id"] == general["id"]


def test_what_is_not_there_is_refused(get: Get, error: Refusal) -> None:
    team = teams(get, "Plan og bygg")[0]["id"]
    assert error(files(get, "Plan og bygg", "Ny")) == (404, "itemNotFound")
    assert get(f"/teams/{team}/channels/19:x@thread.tacv2/filesFolder").status_code == 404
    assert get("/teams/00000000/channels").status_code == 404
    assert get(f"/teams/{team}/members").status_code == 400
    assert get("/teams", **{"$filter": "startswith(displayName,'a')"}).status_code == 400


def test_without_a_list_there_are_no_teams(tmp_path: Path, http: httpx.Client) -> None:
    with running(tmp_path) as one:
        assert http.get(f"{one.graph}/teams").json()["value"] == []


def test_a_site_is_found_by_its_own_address_with_the_port(ready: Ready, http: httpx.Client) -> None:
    host = ready.web.removeprefix("http://")
    found = http.get(f"{ready.graph}/sites/{host}:/sites/rehearsal").raise_for_status().json()
    assert found["webUrl"] == f"{ready.web}/sites/rehearsal"
