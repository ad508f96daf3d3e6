"""Options of a query, forms of address that are rare, and that all answers are what the official SDK knows."""

import importlib
from typing import Any

import pytest

from filrydd.rehearsal.calls import address
from tests.rehearsal.conftest import Library

pytestmark = pytest.mark.xdist_group("sdk")


@pytest.fixture
def filled(library: Any) -> Any:
    for path in ("b.txt", "A.txt", "c/under.txt", "d.txt"):
        library.put(path).raise_for_status()
    return library


def children(library: Any, query: str, where: str = "root") -> Any:
    return library.http.get(f"{library.address}/{where}/children?{query}")


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", ["A.txt", "b.txt", "c", "d.txt"]),
        ("name asc", ["A.txt", "b.txt", "c", "d.txt"]),
        ("name desc", ["d.txt", "c", "b.txt", "A.txt"]),
    ],
)
def test_children_come_in_the_order_of_their_names_both_ways(filled, order: str, names: list[str]) -> None:
    link, found = f"{filled.address}/root/children?$orderby={order}&$top=1", []
    while link:
        body = filled.http.get(link).json()
        found += [one["name"] for one in body["value"]]
        link = body.get("@odata.nextLink")
    assert found == names


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("$orderby=size", "Sorting on 'size' isn't supported."),
        ("$orderby=name up", "orderby"),
        ("$orderby=", "Sorting"),
        ("$skip=2", "$skip is not supported on this API"),
        ("$filter=name eq 'A.txt'", "$filter"),
        ("$count=maybe", "$count"),
        ("$search=a", "$search"),
        ("$top=-1", "$top"),
        ("$skiptoken=%%%", "$skiptoken"),
    ],
)
def test_an_option_that_children_do_not_take_is_refused(filled, error, query: str, words: str) -> None:
    answer = children(filled, query)
    assert error(answer) == (400, "invalidRequest")
    assert words in answer.json()["error"]["message"]


def test_children_are_counted_on_demand(filled) -> None:
    body = children(filled, "$count=true&$top=1").json()
    assert (body["@odata.count"], len(body["value"])) == (4, 1)
    assert "@odata.count" not in children(filled, "$count=false").json()


def test_an_item_comes_with_its_children_where_that_is_asked_for(filled, error) -> None:
    root = filled.http.get(f"{filled.address}/root?$expand=children($select=name)&$select=id").json()
    assert root["children"] == [{"name": name} for name in ("A.txt", "b.txt", "c", "d.txt")]
    assert {name for name in root if "@" not in name} == {"id", "children"}
    below = filled.http.get(f"{filled.address}/root:/c?$expand=children,thumbnails").json()
    assert below["children"][0]["name"] == "under.txt" and below["thumbnails"] == []
    for wrong in ("parent", "children(", "children($top=1)", "children($expand=children)"):
        assert error(filled.http.get(f"{filled.address}/root?$expand={wrong}")) == (400, "BadRequest")
    assert error(children(filled, "$expand=children")) == (400, "BadRequest")


def test_more_children_than_a_page_come_with_a_link_to_the_rest(library) -> None:
    for number in range(203):
        library.put(f"mappe/{number:03}.txt", b"")
    body = library.http.get(f"{library.address}/root:/mappe?$expand=children($select=name)").json()
    rest = library.http.get(body["children@odata.nextLink"]).json()
    assert [one["name"] for one in body["children"] + rest["value"]] == [f"{number:03}.txt" for number in range(203)]
    assert all(set(one) == {"name"} for one in rest["value"])


def test_ids_of_sharepoint_come_when_they_are_selected(filled) -> None:
    said = filled.http.get(f"{filled.address}/root:/A.txt?$select=sharepointIds").json()["sharepointIds"]
    item = filled.get("A.txt", "listItem").json()
    assert said["listItemId"] == item["id"] and said["listItemUniqueId"] in item["eTag"]
    assert said["listId"] == filled.http.get(f"{filled.address}/list").json()["id"]
    assert "sharepointIds" not in filled.item("A.txt")


def test_a_drive_comes_with_its_root_where_that_is_asked_for(filled, error) -> None:
    drive = filled.http.get(f"{filled.address}?$expand=root($select=id,folder)&$select=id").json()
    assert drive["root"]["folder"]["childCount"] == 4 and "size" not in drive["root"]
    assert error(filled.http.get(f"{filled.address}?$expand=items")) == (400, "BadRequest")
    assert error(filled.http.get(f"{filled.address}/items")) == (400, "invalidRequest")


def test_content_is_not_converted_and_takes_ranges_by_redirect(filled, error) -> None:
    place = filled.at("A.txt", "content")
    assert error(filled.http.get(f"{place}?format=pdf")) == (406, "notSupported")
    assert error(filled.http.get(f"{place}?$expand=x")) == (400, "invalidRequest")
    part = filled.http.get(place, headers={"Range": "bytes=2-4"}, follow_redirects=True)
    assert (part.status_code, part.content) == (206, b"nho")


@pytest.mark.parametrize("name", ["action.log", "microsoft.graph.delta", "oneDrive.txt", "delta()", "search(q='x')"])
def test_a_name_that_looks_like_an_action_is_a_name(library, name: str) -> None:
    assert library.put(f"mappe/{name}", b"x").status_code == 201
    assert library.item(f"mappe/{name}")["name"] == name
    assert [one["name"] for one in children(library, "", "root:/mappe:").json()["value"]] == [name]


@pytest.mark.parametrize(
    "form",
    [
        "/sites/{site}/drive/items/{id}",
        "/sites/{site}/lists/{list}/drive/items/{id}",
        "/sites/{site}/lists/{list}/items/{number}/driveItem",
        "/drives/{drive}/list/items/{number}/driveItem",
        "/drives/{drive}/items/root:/mappe/a.txt",
        "/drives/{drive}/items/{folder}:/a.txt:/",
        "/drives/{drive}/root/microsoft.graph.search(q='a.txt')",
        "/sites/h.no:/sites/rehearsal:/lists/{list}/items/{number}/microsoft.graph.driveItem",
    ],
)
def test_rare_forms_of_address_lead_to_the_item(tenant, http, site, form: str) -> None:
    library = Library(http, tenant.graph, http.get(f"{site}/drive").json()["id"])
    item = library.put("mappe/a.txt").json()
    where = form.format(
        site=site.rpartition("/")[2],
        drive=library.drive,
        list=http.get(f"{library.address}/list").json()["id"],
        number=library.get("mappe/a.txt", "listItem").json()["id"],
        id=item["id"],
        folder=item["parentReference"]["id"],
    )
    answer = http.get(tenant.graph + where)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert item["id"] in ([one["id"] for one in body["value"]] if "value" in body else [body["id"]])


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/drives/d/root/microsoft.graph.delta()", "/drives/d/root/delta()"),
        ("/drives/d/root:/oneDrive.x/action.y:/oneDrive.delta", "/drives/d/root:/oneDrive.x/action.y:/delta"),
        ("/drives/d/root/search(q='/action.x')", "/drives/d/root/search(q='/action.x')"),
        ("/drives/d/root/microsoft.graph.search(q='/action.x')", "/drives/d/root/search(q='/action.x')"),
    ],
)
def test_namespaces_are_taken_from_actions_alone(path: str, kept: str) -> None:
    assert address.without_root(f"/v1.0{path}") == ("/v1.0", kept)


MODELS = {
    "item": "drive_item.DriveItem",
    "children": "drive_item_collection_response.DriveItemCollectionResponse",
    "drive": "drive.Drive",
    "drives": "drive_collection_response.DriveCollectionResponse",
    "site": "site.Site",
    "sites": "site_collection_response.SiteCollectionResponse",
    "list": "list_.List_",
    "lists": "list_collection_response.ListCollectionResponse",
    "list item": "list_item.ListItem",
    "list items": "list_item_collection_response.ListItemCollectionResponse",
    "columns": "column_definition_collection_response.ColumnDefinitionCollectionResponse",
    "versions": "drive_item_version_collection_response.DriveItemVersionCollectionResponse",
    "permissions": "permission_collection_response.PermissionCollectionResponse",
    "operation": "rich_long_running_operation.RichLongRunningOperation",
    "session": "upload_session.UploadSession",
}


def answers(library: Any, site: str) -> list[tuple[str, Any]]:
    """One answer of each kind, as JSON."""
    http, graph = library.http, library.graph
    library.put("mappe/a.docx", b"en")
    library.put("mappe/a.docx", b"to")
    listed = http.get(f"{library.address}/list").json()
    place = f"{site}/lists/{listed['id']}"
    for kind, facet in [
        ("choice", {"choices": ["a"]}),
        ("number", {}),
        ("text", {}),
        ("dateTime", {}),
        ("boolean", {}),
        ("hyperlinkOrPicture", {}),
    ]:
        http.post(f"{place}/columns", json={"name": f"K{kind}", kind: facet}).raise_for_status()
    order = {"name": "Bestilt", "webUrl": "https://h.no/sites/bestilt"}
    ordered = http.post(f"{graph.replace('/v1.0', '/beta')}/sites", json=order)
    asked = [
        ("item", f"{library.address}/root:/mappe/a.docx?$expand=listItem($expand=fields),thumbnails"),
        ("item", f"{library.address}/root?$expand=children"),
        ("item", f"{library.address}/root:/mappe?$select=sharepointIds,name"),
        ("children", f"{library.address}/root/children"),
        ("children", f"{library.address}/root/delta"),
        ("children", f"{library.address}/root/search(q='a')"),
        ("drive", f"{library.address}?$expand=root"),
        ("drives", f"{site}/drives"),
        ("site", site),
        ("sites", f"{graph}/sites?search=*"),
        ("list", f"{place}?$expand=columns,drive"),
        ("lists", f"{site}/lists"),
        ("list items", f"{place}/items?$expand=fields,driveItem"),
        ("columns", f"{place}/columns"),
        ("versions", library.at("mappe/a.docx", "versions")),
        ("permissions", library.at("mappe/a.docx", "permissions")),
        ("operation", ordered.headers["Location"]),
    ]
    found = [(kind, http.get(link).raise_for_status().json()) for kind, link in asked]
    number = found[12][1]["value"][0]["id"]
    found.append(("list item", http.get(f"{place}/items/{number}").raise_for_status().json()))
    return [*found, ("session", library.session("b.bin").raise_for_status().json())]


def unknown(model: Any, where: str = "") -> list[str]:
    """Where in a deserialised answer something lies that the SDK has no property for; annotations aside, and fields.

    An identitySet is an open type, and a library's owner is a group in it.
    """
    found: list[str] = []
    if isinstance(model, list):
        for each in model:
            found += unknown(each, f"{where}[]")
    elif hasattr(model, "get_field_deserializers"):
        here = f"{where}/{type(model).__name__}"
        if type(model).__name__ != "FieldValueSet":
            more = [name for name in getattr(model, "additional_data", {}) if "@" not in name]
            found += [f"{here}/{name}" for name in more if not here.endswith("/IdentitySet") or name != "group"]
        for name, value in vars(model).items():
            if name != "additional_data" and value is not None:
                found += unknown(value, here)
    return found


def test_every_answer_is_what_the_official_sdk_has_properties_for(library, site) -> None:
    from kiota_serialization_json.json_parse_node import JsonParseNode

    seen = set()
    for kind, said in answers(library, site):
        module, _, name = MODELS[kind].partition(".")
        model = getattr(importlib.import_module(f"msgraph.generated.models.{module}"), name)
        read = JsonParseNode(said).get_object_value(model)
        assert unknown(read) == [], kind
        # A wrong type reads as nothing: what was said must be there again.
        for word, value in said.items():
            if "@" not in word and value not in (None, {}, "", []):
                there = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word)
                assert getattr(read, {"list": "list_"}.get(there, there), None) is not None, (kind, word)
        seen.add(kind)
    assert seen == set(MODELS)
