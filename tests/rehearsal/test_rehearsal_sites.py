"""Sites, libraries, tokens, and what every response carries."""

import time
from email.utils import parsedate_to_datetime

import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running


def test_a_site_has_an_id_of_three_parts_and_its_library(tenant, http, site) -> None:
    found = http.get(site).json()
    host, collection, web = found["id"].split(",")
    assert (host, found["webUrl"]) == ("127.0.0.1", f"{tenant.web}/sites/rehearsal")
    assert len(collection) == len(web) == 36
    drive = http.get(f"{site}/drive").json()
    assert (drive["name"], drive["driveType"]) == ("Documents", "documentLibrary")
    assert drive["webUrl"] == f"{tenant.web}/sites/rehearsal/Shared%20Documents"
    assert drive["id"] in [each["id"] for each in http.get(f"{site}/drives").json()["value"]]
    assert drive["quota"]["total"] == drive["quota"]["used"] + drive["quota"]["remaining"]


@pytest.mark.parametrize("path", ["sites/rehearsal", "SITES/Rehearsal", "sites/rehearsal/", "sites/rehearsal:"])
def test_a_site_is_found_by_path_under_any_host_name(tenant, http, site, path: str) -> None:
    answer = http.get(f"{tenant.graph}/sites/kommunen.sharepoint.com:/{path}")
    assert answer.status_code == 200
    assert answer.json()["id"] == site.rpartition("/")[2]


def test_a_site_that_is_asked_for_is_made_and_stays(tenant, http) -> None:
    first = http.get(f"{tenant.graph}/sites/x.sharepoint.com:/teams/Skole-og_barnehage").json()
    again = http.get(f"{tenant.graph}/sites/y.sharepoint.com:/TEAMS/skole-og_barnehage").json()
    assert first["id"] == again["id"]
    assert first["name"] == "Skole-og_barnehage"
    assert http.get(f"{tenant.graph}/sites/{first['id']}/drive").json()["name"] == "Documents"
    assert "made because somebody asked for it" in http.get(f"{tenant.web}/").text


@pytest.mark.parametrize("path", ["sites/a/b", "andre/x", "sites", "sites/<x>"])
def test_a_site_of_another_form_is_not_made(tenant, http, error, path: str) -> None:
    assert error(http.get(f"{tenant.graph}/sites/h:/{path}")) == (404, "itemNotFound")


def test_without_any_site_only_the_named_ones_exist(tmp_path, http, error) -> None:
    ways = Ways(sites=("sites/regnskap", "teams/lønn"), any_site=False)
    with running(tmp_path, ways) as ready:
        assert {library.site for library in ready.drives} == {"sites/regnskap", "teams/lønn"}
        assert http.get(f"{ready.graph}/sites/h:/sites/regnskap").status_code == 200
        assert error(http.get(f"{ready.graph}/sites/h:/sites/annet")) == (404, "itemNotFound")


def test_a_document_library_is_made_once_by_name(tenant, http, site, error) -> None:
    body = {"displayName": "Økonomi: 2024 & før", "list": {"template": "documentLibrary"}}
    made = http.post(f"{site}/lists", json=body)
    assert made.status_code == 201
    assert made.json()["webUrl"].endswith("/sites/rehearsal/%C3%98konomi%202024%20%20f%C3%B8r")
    drive = http.get(f"{site}/lists/{made.json()['id']}/drive").json()
    assert drive["name"] == "Økonomi: 2024 & før"
    assert http.get(f"{site}/lists/Økonomi: 2024 %26 før/drive").json()["id"] == drive["id"]
    assert http.get(f"{tenant.graph}/drives/{drive['id']}/list").json()["id"] == made.json()["id"]
    assert made.json()["id"] in [each["id"] for each in http.get(f"{site}/lists").json()["value"]]
    body["displayName"] = "ØKONOMI: 2024 & FØR"
    assert error(http.post(f"{site}/lists", json=body)) == (409, "nameAlreadyExists")


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "Liste", "list": {"template": "events"}},
        {"displayName": "Liste"},
        {"list": {"template": "documentLibrary"}},
        {"displayName": "::", "list": {"template": "documentLibrary"}},
        {"displayName": "Liste", "list": {"template": "documentLibrary"}, "columns": {}},
        {"displayName": 7, "list": {"template": "documentLibrary"}},
    ],
)
def test_a_list_of_another_kind_is_refused(http, site, error, body) -> None:
    assert error(http.post(f"{site}/lists", json=body)) == (400, "invalidRequest")


@pytest.mark.parametrize("wrong", ["Bearer tull", "Bearer", "Basic abc", "Bearer {token}x"])
def test_a_wrong_token_is_refused_even_where_none_is_needed(tenant, http, error, wrong: str) -> None:
    headers = {"Authorization": wrong.format(token=tenant.token)}
    answer = http.get(f"{tenant.graph}/drives/{tenant.drives[0].id}", headers=headers)
    assert error(answer) == (401, "InvalidAuthenticationToken")


def test_without_anonymous_ways_every_call_needs_the_token(tmp_path, http, error) -> None:
    with running(tmp_path, Ways(anonymous=False)) as ready:
        address = f"{ready.graph}/drives/{ready.drives[0].id}"
        assert error(http.get(address)) == (401, "InvalidAuthenticationToken")
        assert error(http.post(f"{ready.graph}/$batch", json={})) == (401, "InvalidAuthenticationToken")
        assert http.get(address, headers={"Authorization": f"Bearer {ready.token}"}).status_code == 200


def test_every_response_has_a_date_and_a_request_id(tenant, http) -> None:
    for address in (f"{tenant.graph}/drives/{tenant.drives[0].id}", f"{tenant.graph}/nothing", tenant.web):
        answer = http.get(address, headers={"client-request-id": "min-egen"})
        assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()) < 5
        assert len(answer.headers["request-id"]) == 36
        assert answer.headers["client-request-id"] == "min-egen"
        assert answer.headers.get_list("Date") == [answer.headers["Date"]]


def test_the_clock_can_be_ahead(tmp_path, http) -> None:
    with running(tmp_path, Ways(clock_offset=7200)) as ready:
        address = f"{ready.graph}/drives/{ready.drives[0].id}/root:/a.txt:/content"
        answer = http.put(address, content=b"a")
        assert abs(parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time() - 7200) < 5
        assert answer.json()["createdDateTime"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7000))


def test_requests_that_a_web_page_makes_a_browser_send_are_refused(tenant, http) -> None:
    address = f"{tenant.graph}/drives/{tenant.drives[0].id}"
    assert http.get(address, headers={"Host": "evil.example"}).status_code == 400
    assert http.get(address, headers={"Origin": "https://evil.example"}).status_code == 403
    assert http.get(address, headers={"Origin": tenant.web}).status_code == 200


@pytest.mark.parametrize("query", ["$filter=a eq 1", "$apply=x", "$unknown=1", "format=x"])
def test_query_options_that_are_not_known_are_refused_not_ignored(library, site, error, query: str) -> None:
    library.put("a.txt")
    for address in (library.at("a.txt"), f"{library.address}/root/children", f"{library.address}/root/delta", site):
        assert error(library.http.get(f"{address}?{query}")) == (400, "invalidRequest")


def test_select_gives_the_known_properties_and_refuses_others(library, site, error) -> None:
    library.put("a.txt")
    for address in (library.at("a.txt"), f"{library.address}/root", library.address, site):
        chosen = library.http.get(f"{address}?$select=id,name").json()
        assert {name for name in chosen if not name.startswith("@odata.")} == {"id", "name"}
        assert error(library.http.get(f"{address}?%24select=id,farge")) == (400, "BadRequest")
    listed = library.http.get(f"{library.address}/root/children?$select=size").json()["value"]
    assert listed == [{"size": 7}]
