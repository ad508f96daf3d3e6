"""Lists and their columns: made, read, changed, and refused."""

import uuid
from typing import Any

import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running


@pytest.fixture
def columns(library) -> str:
    """The address of a new library's columns."""
    listed = library.http.get(f"{library.address}/list").json()
    return f"{library.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/columns"


def make(http, site: str, template: str, **more: Any):
    body = {"displayName": f"Liste {uuid.uuid4().hex}", "list": {"template": template}, **more}
    return http.post(f"{site}/lists", json=body)


def test_a_list_without_files_comes_with_a_title_and_its_columns(http, site) -> None:
    wished = [
        {"name": "Antall", "number": {"minimum": 0}},
        {"name": "Slag", "displayName": "Slag sak", "choice": {"choices": ["A", "B"]}, "indexed": True},
    ]
    made = make(http, site, "genericList", columns=wished, description="Saker")
    assert made.status_code == 201, made.text
    found = http.get(f"{site}/lists/{made.json()['id']}?$expand=columns").json()
    assert (found["list"]["template"], found["description"]) == ("genericList", "Saker")
    assert "/Lists/" in found["webUrl"]
    by_name = {column["name"]: column for column in found["columns"]}
    assert set(by_name) == {"Title", "Antall", "Slag"}
    assert by_name["Antall"]["displayName"] == "Antall" and by_name["Antall"]["number"]["minimum"] == 0
    assert by_name["Slag"]["indexed"] is True and by_name["Slag"]["choice"]["choices"] == ["A", "B"]


def test_a_list_is_found_by_title_and_by_address(http, site) -> None:
    made = make(http, site, "genericList").json()
    for word in (made["displayName"], made["displayName"].upper(), made["name"], made["id"].upper()):
        assert http.get(f"{site}/lists/{word}").json()["id"] == made["id"]


def test_a_list_without_files_is_no_drive(http, site, tenant, error) -> None:
    made = make(http, site, "genericList").json()
    listed = http.get(f"{site}/lists").json()["value"]
    assert made["id"] in [one["id"] for one in listed]
    names = [one["name"] for one in http.get(f"{site}/drives").json()["value"]]
    assert made["displayName"] not in names
    assert error(http.get(f"{site}/lists/{made['id']}/drive")) == (404, "itemNotFound")
    assert error(http.get(f"{site}/lists/{made['id']}/drive/root/children")) == (404, "itemNotFound")
    assert made["displayName"] not in [library.name for library in tenant.drives]


def test_nothing_is_made_when_one_column_is_refused(http, site, error) -> None:
    name = f"Liste {uuid.uuid4().hex}"
    wished = [{"name": "God", "text": {}}, {"name": "God", "text": {}}]
    body = {"displayName": name, "list": {"template": "genericList"}, "columns": wished}
    assert error(http.post(f"{site}/lists", json=body)) == (409, "nameAlreadyExists")
    assert error(http.get(f"{site}/lists/{name}")) == (404, "itemNotFound")


@pytest.mark.parametrize(
    "facet",
    [
        {"text": {"maxLength": 40}},
        {"text": {"allowMultipleLines": True, "linesForEditing": 6, "textType": "richText"}},
        {"number": {"decimalPlaces": "two", "displayAs": "percentage"}},
        {"boolean": {}},
        {"choice": {"choices": ["Bevares", "Kasseres"], "displayAs": "radioButtons"}},
        {"dateTime": {"format": "dateOnly", "displayAs": "friendly"}},
        {"hyperlinkOrPicture": {"isPicture": True}},
    ],
)
def test_every_kind_of_column_keeps_its_facet(library, columns, facet: dict[str, Any]) -> None:
    made = library.http.post(columns, json={"name": "Felt", **facet})
    assert made.status_code == 201, made.text
    kind, wished = next(iter(facet.items()))
    read = library.http.get(f"{columns}/{made.json()['id']}").json()
    assert {name: read[kind][name] for name in wished} == wished
    assert sum(each in read for each in ("text", "number", "boolean", "choice", "dateTime", "hyperlinkOrPicture")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "personOrGroup": {}},
        {"name": "x", "lookup": {"listId": "y"}},
        {"name": "x", "choice": {"choices": []}},
        {"name": "x", "choice": {"choices": ["a", "a"]}},
        {"name": "x", "choice": {"choices": ["a"], "displayAs": "stars"}},
        {"name": "x", "text": {"maxLength": 256}},
        {"name": "x", "text": {"maxLength": 0}},
        {"name": "x", "text": {"color": "red"}},
        {"name": "x", "text": []},
        {"name": "x", "number": {"minimum": 2, "maximum": 1}},
        {"name": "x", "number": {"decimalPlaces": "six"}},
        {"name": "x", "boolean": {"yes": True}},
        {"name": "x", "text": {}, "enforceUniqueValues": True},
        {"name": "x", "text": {}, "hidden": True},
        {"name": "x", "text": {}, "indexed": "yes"},
        {"name": "x", "text": {"allowMultipleLines": True}, "indexed": True},
        {"name": "x", "choice": {"choices": ["a"], "displayAs": "checkBoxes"}, "indexed": True},
        {"name": "x", "text": {}, "displayName": "linje\nto"},
    ],
)
def test_a_definition_that_is_wrong_or_not_known_is_refused(library, columns, error, body: dict[str, Any]) -> None:
    assert error(library.http.post(columns, json=body)) == (400, "invalidRequest")
    assert library.http.get(columns).json()["value"] == []


def test_a_column_changes_its_words_and_limits_but_not_its_kind(library, columns, error) -> None:
    made = library.http.post(columns, json={"name": "Avd", "text": {}}).json()
    place = f"{columns}/{made['id']}"
    changed = library.http.patch(place, json={"displayName": "Avdeling", "required": True, "text": {"maxLength": 9}})
    assert changed.status_code == 200
    assert changed.json() | {"@odata.context": ""} == library.http.get(place).json() | {"@odata.context": ""}
    assert (changed.json()["displayName"], changed.json()["required"]) == ("Avdeling", True)
    assert changed.json()["text"]["maxLength"] == 9
    for body in ({"name": "Ny"}, {"number": {}}, {"text": {"allowMultipleLines": True}}, {"displayName": ""}):
        assert error(library.http.patch(place, json=body)) == (400, "invalidRequest")
    assert error(library.http.patch(f"{columns}/{uuid.uuid4()}", json={})) == (404, "itemNotFound")


def test_a_column_that_goes_takes_what_it_says_along(library, columns, error) -> None:
    made = library.http.post(columns, json={"name": "Avd", "text": {}}).json()
    library.put("a.txt")
    for _again in range(2):
        answer = library.http.patch(library.at("a.txt", "listItem/fields"), json={"Avd": "Plan"})
    assert answer.json()["Avd"] == "Plan"
    assert library.http.delete(f"{columns}/{made['id']}").status_code == 204
    assert error(library.http.get(f"{columns}/{made['id']}")) == (404, "itemNotFound")
    assert "Avd" not in library.get("a.txt", "listItem/fields").json()
    again = library.http.post(columns, json={"name": "Avd", "number": {}})
    assert again.status_code == 201
    assert "Avd" not in library.get("a.txt", "listItem/fields").json()


def test_a_list_has_so_many_columns_of_a_kind_and_so_many_indexes(library, columns, error) -> None:
    for number in range(48):
        body = {"name": f"D{number}", "dateTime": {}, "indexed": number < 20}
        assert library.http.post(columns, json=body).status_code == 201
    assert error(library.http.post(columns, json={"name": "D48", "dateTime": {}})) == (400, "invalidRequest")
    more = library.http.post(columns, json={"name": "T", "text": {}, "indexed": True})
    assert error(more) == (400, "invalidRequest")
    assert library.http.patch(f"{columns}/D0", json={"indexed": False}).status_code == 200
    assert library.http.post(columns, json={"name": "T", "text": {}, "indexed": True}).status_code == 201


def test_columns_and_lists_are_there_after_a_restart(tmp_path, http) -> None:
    with running(tmp_path) as ready:
        site = http.get(f"{ready.graph}/sites/h.no:/sites/rehearsal").json()["id"]
        made = make(http, f"{ready.graph}/sites/{site}", "genericList", columns=[{"name": "A", "boolean": {}}]).json()
    with running(tmp_path) as ready:
        found = http.get(f"{ready.graph}/sites/{site}/lists/{made['id']}/columns").json()["value"]
        assert {column["name"] for column in found} == {"A", "Title"}


def test_sites_are_listed_searched_and_paged(tmp_path, http, error) -> None:
    names = tuple(f"sites/avd-{number:02}" for number in range(7))
    with running(tmp_path, Ways(sites=(*names, "teams/Skole"))) as ready:
        everything = http.get(f"{ready.graph}/sites?search=*").json()["value"]
        assert [one["name"] for one in everything] == [*(name.partition("/")[2] for name in names), "Skole"]
        link, sizes, found = f"{ready.graph}/sites?search=AVD&$top=3&$select=id,name", [], []
        while link:
            body = http.get(link).json()
            sizes.append(len(body["value"]))
            found += [one["name"] for one in body["value"]]
            assert all(set(one) == {"id", "name"} for one in body["value"])
            link = body.get("@odata.nextLink")
        assert sizes == [3, 3, 1] and len(set(found)) == 7
        assert error(http.get(f"{ready.graph}/sites?$filter=name eq 'x'")) == (400, "invalidRequest")
        assert error(http.get(f"{ready.graph}/sites?$select=farge")) == (400, "BadRequest")
        assert http.post(f"{ready.graph}/sites", json={}).status_code == 405
        subsites = http.get(f"{ready.graph}/sites/{everything[0]['id']}/sites")
        assert subsites.json()["value"] == []


def test_the_root_site_is_had_in_each_form(tenant, http, error) -> None:
    root = http.get(f"{tenant.graph}/sites/root").json()
    for form in ("kommunen.sharepoint.com", "127.0.0.1:/", root["id"], "getAllSites"):
        answer = http.get(f"{tenant.graph}/sites/{form}")
        assert answer.status_code == 200
        assert form == "getAllSites" or answer.json()["id"] == root["id"]
    only = http.get(f"{tenant.graph}/sites?$filter=siteCollection/root ne null").json()["value"]
    assert [one["id"] for one in only] == [root["id"]]
    assert http.get(f"{tenant.graph}/sites/root/drives").json()["value"] == []
    assert error(http.get(f"{tenant.graph}/sites/root/drive")) == (404, "itemNotFound")


def test_a_site_that_is_ordered_is_there_a_moment_later(tmp_path, http, error) -> None:
    with running(tmp_path, Ways(any_site=False)) as ready:
        beta = ready.graph.replace("/v1.0", "/beta")
        body = {
            "name": "Plan og bygg",
            "webUrl": "https://kommunen.sharepoint.com/sites/plan",
            "template": "sts",
            "ownerIdentityToResolve": {"email": "a@b.no"},
        }
        answer = http.post(f"{beta}/sites", json=body)
        assert answer.status_code == 202
        assert error(http.post(f"{beta}/sites", json=body)) == (409, "nameAlreadyExists")
        place = answer.headers["Location"]
        assert place.startswith(f"{beta}/sites/getOperationStatus(operationId='")
        assert http.get(place).json()["status"] == "running"
        assert http.get(f"{ready.graph}/sites/h:/sites/plan").status_code == 404
    with running(tmp_path, Ways(any_site=False)) as ready:
        said = {}
        while said.get("status") != "succeeded":
            said = http.get(place).json()
        site = http.get(f"{ready.graph}/sites/h:/sites/plan").json()
        assert (said["resourceId"], site["displayName"], site["name"]) == (site["id"], "Plan og bygg", "plan")
        assert http.get(f"{ready.graph}/sites/{site['id']}/drive").json()["name"] == "Documents"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"webUrl": "https://k.no/personal/meg"},
        {"webUrl": "https://k.no/sites/a/b"},
        {"webUrl": "http://[", "name": "a"},
        {"webUrl": "https://k.no/sites/a", "template": "group"},
        {"webUrl": "https://k.no/sites/a", "colour": "red"},
        {"webUrl": 7},
    ],
)
def test_an_order_that_cannot_be_is_refused(tenant, http, error, body: dict[str, Any]) -> None:
    answer = http.post(f"{tenant.graph.replace('/v1.0', '/beta')}/sites", json=body)
    assert error(answer) == (400, "invalidRequest")


@pytest.mark.parametrize("path", ["sites", "sites/root", "users", "sites/getOperationStatus(operationId='AAAA')"])
def test_of_the_beta_nothing_else_is_known(tenant, http, path: str) -> None:
    assert http.get(f"{tenant.graph.replace('/v1.0', '/beta')}/{path}").status_code in (400, 404)
