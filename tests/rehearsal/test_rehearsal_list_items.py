"""List items: of libraries and of lists without files; their fields, and the view threshold."""

import sqlite3
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running

MAY_FAIL = {"Prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}
COLUMNS = [
    {"name": "Antall", "number": {}},
    {"name": "Slag", "choice": {"choices": ["A", "B", "C"]}, "indexed": True},
    {"name": "Merker", "choice": {"choices": ["rød", "blå"], "displayAs": "checkBoxes"}},
    {"name": "Ferdig", "boolean": {}},
    {"name": "Frist", "dateTime": {"format": "dateTime"}, "indexed": True},
    {"name": "Lenke", "hyperlinkOrPicture": {}},
    {"name": "Notat", "text": {"allowMultipleLines": True}},
]


class List:
    """A client of one list without files."""

    def __init__(self, http: httpx.Client, site: str) -> None:
        body = {"displayName": uuid.uuid4().hex, "list": {"template": "genericList"}, "columns": COLUMNS}
        self.http = http
        self.id = http.post(f"{site}/lists", json=body).raise_for_status().json()["id"]
        self.address = f"{site}/lists/{self.id}/items"

    def add(self, **fields: object) -> dict[str, Any]:
        return self.http.post(self.address, json={"fields": fields}).raise_for_status().json()

    def get(self, more: str = "", **options: Any) -> httpx.Response:
        return self.http.get(self.address + more, **options)

    def titles(self, query: str, **options: Any) -> list[str]:
        link, found = f"{self.address}?$expand=fields&{query}", []
        while link:
            body = self.http.get(link, **options).raise_for_status().json()
            found += [one["fields"]["Title"] for one in body["value"]]
            link = body.get("@odata.nextLink", "")
        return found


@pytest.fixture
def cases(http, site) -> List:
    """A new list without files."""
    return List(http, site)


@pytest.fixture
def items(library) -> str:
    """The address of the items of a new library's list."""
    listed = library.http.get(f"{library.address}/list").json()
    return f"{library.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/items"


def test_an_item_is_made_read_changed_and_deleted(cases, error) -> None:
    made = cases.http.post(cases.address, json={"fields": {"Title": "Sak 1", "Antall": 3, "Ferdig": True}})
    assert made.status_code == 201
    item = made.json()
    assert item["contentType"]["name"] == "Item" and item["createdBy"]["user"]["displayName"] == "SharePoint App"
    assert (item["fields"]["Title"], item["fields"]["Antall"], item["fields"]["Ferdig"]) == ("Sak 1", 3, True)
    assert "FileSizeDisplay" not in item["fields"]
    changed = cases.http.patch(f"{cases.address}/{item['id']}", json={"fields": {"Antall": 4}}).json()
    assert changed["fields"]["Antall"] == 4 and changed["eTag"] != item["eTag"]
    read = cases.get(f"/{item['id']}").json()
    assert "fields" not in read and read["eTag"] == changed["eTag"]
    assert cases.get(f"/{item['id']}/fields?$select=Antall").json()["Antall"] == 4
    assert cases.http.delete(f"{cases.address}/{item['id']}").status_code == 204
    assert error(cases.get(f"/{item['id']}")) == (404, "itemNotFound")
    assert cases.get().json()["value"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Slag", "B"),
        ("Merker", ["rød", "blå"]),
        ("Ferdig", False),
        ("Frist", "2024-05-06T07:08:09Z"),
        ("Lenke", {"Url": "https://kommunen.no/", "Description": "Kommunen"}),
        ("Notat", "en\nto"),
    ],
)
def test_every_kind_of_value_is_kept_and_emptied(cases, name: str, value: object) -> None:
    item = cases.add(Title="x", **{name: value})
    assert item["fields"][name] == value
    if isinstance(value, list):
        assert item["fields"][f"{name}@odata.type"] == "Collection(Edm.String)"
    place = f"{cases.address}/{item['id']}/fields"
    assert name not in cases.http.patch(place, json={name: None}).json()
    body = {f"{name}@odata.type": "Collection(Edm.String)", name: value} if isinstance(value, list) else {name: value}
    assert cases.http.patch(place, json=body).json()[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Slag", "D"),
        ("Slag", ["A"]),
        ("Merker", "rød"),
        ("Merker", ["grønn"]),
        ("Ferdig", 1),
        ("Ferdig", "true"),
        ("Frist", "i morgen"),
        ("Lenke", "https://kommunen.no/"),
        ("Lenke", {"Url": "javascript:alert(1)"}),
        ("Lenke", {"Url": "https://a.no", "Color": "x"}),
        ("Antall", True),
        ("Ukjent", "x"),
        ("Title", 7),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_refused_and_nothing_is_made(cases, error, name, value) -> None:
    answer = cases.http.post(cases.address, json={"fields": {"Notat": "a", name: value}})
    assert error(answer) == (400, "invalidRequest")
    assert cases.get().json()["value"] == []


def test_an_old_etag_is_412_for_changing_and_deleting(cases, error) -> None:
    item = cases.add(Title="x")
    place = f"{cases.address}/{item['id']}"
    cases.http.patch(f"{place}/fields", json={"Antall": 1}).raise_for_status()
    old = {"If-Match": item["eTag"]}
    assert error(cases.http.patch(f"{place}/fields", json={"Antall": 2}, headers=old)) == (412, "resourceModified")
    assert error(cases.http.delete(place, headers=old)) == (412, "resourceModified")
    now = {"If-Match": cases.http.get(place).headers["ETag"]}
    assert cases.http.patch(f"{place}/fields", json={"Antall": 2}, headers=now).status_code == 200
    assert cases.http.delete(place, headers={"If-Match": "*"}).status_code == 204


def test_files_and_folders_are_items_of_their_library(library, items, error) -> None:
    file = library.put("mappe/fil.txt").json()
    listed = library.http.get(f"{items}?$expand=fields($select=FileLeafRef,ContentType)").json()["value"]
    said = {one["fields"]["FileLeafRef"]: one["fields"]["ContentType"] for one in listed}
    assert said == {"mappe": "Folder", "fil.txt": "Document"}
    number = listed[-1]["id"]
    as_item = library.get("mappe/fil.txt", "listItem").json()
    assert as_item["id"] == number and as_item["eTag"] == listed[-1]["eTag"]
    assert as_item["webUrl"] == file["webUrl"]
    assert library.http.get(f"{items}/{number}/driveItem").json()["id"] == file["id"]
    guid = as_item["eTag"].strip('"').partition(",")[0]
    assert library.http.get(f"{items}/{guid}").json()["id"] == number
    assert error(library.http.post(items, json={"fields": {}})) == (400, "invalidRequest")
    assert error(library.http.get(f"{library.address}/root/listItem")) == (404, "itemNotFound")
    for wrong in ("0", "99999999999999999999", "x", str(uuid.uuid4())):
        assert error(library.http.get(f"{items}/{wrong}")) == (404, "itemNotFound")


def test_a_library_has_a_title_for_each_file_and_the_fields_come_along_with_children(library, items) -> None:
    library.put("a.txt")
    for _again in range(2):
        said = library.http.patch(library.at("a.txt", "listItem/fields"), json={"Title": "En tittel"})
    assert said.json()["Title"] == "En tittel"
    listed = library.http.get(f"{library.address}/root/children?$expand=listItem($expand=fields($select=Title))").json()
    assert listed["value"][0]["listItem"]["fields"]["Title"] == "En tittel"
    assert library.http.get(library.item("a.txt")["webUrl"]).status_code == 200


def test_an_item_that_is_deleted_is_gone_from_the_drive_too(library, items) -> None:
    library.put("a.txt")
    number = library.get("a.txt", "listItem").json()["id"]
    assert library.http.delete(f"{items}/{number}").status_code == 204
    assert library.get("a.txt").status_code == 404


@pytest.fixture
def filled(cases) -> List:
    cases.add(Title="En", Antall=1, Slag="A", Ferdig=True, Frist="2024-01-01T00:00:00Z", Merker=["rød"])
    cases.add(Title="To", Antall=2, Slag="B", Ferdig=False, Frist="2024-02-01T00:00:00+01:00")
    cases.add(Title="Tre", Antall=3, Slag="A", Merker=["blå", "rød"])
    cases.add(Title="Fire's", Slag="C", Frist="2023-12-24T00:00:00Z")
    return cases


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ("fields/Slag eq 'A'", ["En", "Tre"]),
        ("fields/Slag eq 'a'", ["En", "Tre"]),
        ("'A' eq fields/Slag", ["En", "Tre"]),
        ("fields/Slag ne 'A'", ["To", "Fire's"]),
        ("fields/Title eq 'Fire''s'", ["Fire's"]),
        ("startswith(fields/Title,'t')", ["To", "Tre"]),
        ("startswith(fields/Title, 'T') eq true", ["To", "Tre"]),
        ("fields/Antall gt 1 and fields/Antall le 3", ["To", "Tre"]),
        ("fields/Antall eq null", ["Fire's"]),
        ("fields/Antall lt 2 or fields/Slag eq 'C'", ["En", "Fire's"]),
        ("not (fields/Antall ge 2)", ["En", "Fire's"]),
        ("fields/Ferdig eq true", ["En"]),
        ("fields/Ferdig eq 0", ["To"]),
        ("fields/Frist lt '2024-01-31T23:30:00Z'", ["En", "To", "Fire's"]),
        ("fields/Frist ge 2024-01-01", ["En", "To"]),
        ("fields/Merker eq 'rød'", ["En", "Tre"]),
        ("fields/Slag eq 'A' and (fields/Antall eq 1 or fields/Antall eq 9)", ["En"]),
    ],
)
def test_a_filter_finds_what_it_says(filled, condition: str, titles: list[str]) -> None:
    query = str(httpx.QueryParams({"$filter": condition}))
    assert filled.titles(query, headers=MAY_FAIL) == titles
    assert filled.titles(f"{query}&$top=1", headers=MAY_FAIL) == titles


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("fields/Slag", ["En", "Tre", "To", "Fire's"]),
        ("fields/Slag desc", ["Fire's", "To", "Tre", "En"]),
        ("fields/Antall desc", ["Tre", "To", "En", "Fire's"]),
        ("fields/Frist asc", ["Tre", "Fire's", "En", "To"]),
        ("id desc", ["Fire's", "Tre", "To", "En"]),
    ],
)
def test_an_order_holds_across_pages(filled, order: str, titles: list[str]) -> None:
    query = str(httpx.QueryParams({"$orderby": order}))
    assert filled.titles(query, headers=MAY_FAIL) == titles
    assert filled.titles(f"{query}&$top=1", headers=MAY_FAIL) == titles
    assert filled.titles(f"{query}&$top=3", headers=MAY_FAIL) == titles


def test_a_column_without_an_index_needs_the_header_that_says_it_may_fail(filled, error) -> None:
    for query in ("$filter=fields/Antall eq 1", "$orderby=fields/Antall", "$filter=fields/Title eq 'En'"):
        answer = filled.get(f"?{query}")
        assert error(answer) == (400, "invalidRequest")
        assert "cannot be referenced in filter or orderby as it is not indexed" in answer.json()["error"]["message"]
        assert "HonorNonIndexedQueriesWarningMayFailRandomly" in answer.json()["error"]["message"]
        assert filled.get(f"?{query}", headers=MAY_FAIL).status_code == 200
    assert filled.titles("$filter=fields/Slag eq 'B'") == ["To"]


@pytest.mark.parametrize(
    "query",
    [
        "$filter=",
        "$filter=fields/Slag",
        "$filter=fields/Slag eq",
        "$filter=fields/Slag eq 'A' and",
        "$filter=fields/Slag like 'A'",
        "$filter=(fields/Slag eq 'A'",
        "$filter=contains(fields/Slag,'A')",
        "$filter=fields/Slag eq 7",
        "$filter=fields/Antall eq 'en'",
        "$filter=fields/Frist eq 'i gar'",
        "$filter=fields/Farge eq 'A'",
        "$filter=fields/Notat eq 'A'",
        "$filter=webUrl eq 'A'",
        "$filter=" + "(" * 60 + "fields/Slag eq 'A'" + ")" * 60,
        "$filter=" + " or ".join(["fields/Slag eq 'A'"] * 200),
        "$orderby=fields/Farge",
        "$orderby=fields/Slag,fields/Frist",
        "$orderby=fields/Slag upwards",
        "$skiptoken=tull",
        "$skiptoken=WzEsMl0",
        "$top=0",
        "$skip=1",
        "$search=x",
    ],
)
def test_a_query_that_is_not_understood_is_refused(filled, error, query: str) -> None:
    assert error(filled.get(f"?{query}", headers=MAY_FAIL)) == (400, "invalidRequest")


@pytest.mark.parametrize(
    "query", ["$expand=farge", "$expand=fields($select=Farge)", "$select=farge", "$expand=fields("]
)
def test_what_cannot_be_selected_or_expanded_is_refused(filled, error, query: str) -> None:
    assert error(filled.get(f"?{query}")) == (400, "BadRequest")


def test_a_column_that_gets_its_index_later_answers_for_what_was_filled_before(filled, error) -> None:
    columns = filled.address.replace("/items", "/columns")
    filled.http.patch(f"{columns}/Antall", json={"indexed": True}).raise_for_status()
    assert filled.titles("$filter=fields/Antall ge 2") == ["To", "Tre"]
    filled.http.patch(f"{columns}/Antall", json={"indexed": False}).raise_for_status()
    assert error(filled.get("?$filter=fields/Antall ge 2")) == (400, "invalidRequest")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory):
    """A list of 5,003 items, of which every second is A and every thousandth C; put there while the tenant slept."""
    folder: Path = tmp_path_factory.mktemp("large")
    with httpx.Client(timeout=60) as http:
        with running(folder, Ways()) as ready:
            site = http.get(f"{ready.graph}/sites/h.no:/sites/rehearsal").json()["id"]
            cases = List(http, f"{ready.graph}/sites/{site}")
            first = cases.add(Title="0", Slag="A")
        con = sqlite3.connect(folder / "tenant.db")
        (drive,) = con.execute("SELECT id FROM drive WHERE list = ?", (cases.id,)).fetchone()
        columns = ", ".join(row[1] for row in con.execute("PRAGMA table_info(item)") if row[1] not in ("id", "number"))
        for number in range(int(first["id"]) + 1, 5_004 + int(first["id"])):
            id = f"01{number:032}"
            values = (id, number, id, str(uuid.uuid4()), number, drive, int(first["id"]))
            con.execute(_copied(columns), values)
            slag = "C" if number % 1000 == 0 else "A" if number % 2 else "B"
            con.execute("INSERT INTO field VALUES (?, 'Title', ?)", (id, f'"{number}"'))
            con.execute("INSERT INTO field VALUES (?, 'Slag', ?)", (id, f'"{slag}"'))
            con.execute("INSERT INTO field_index VALUES (?, 'Slag', ?, ?)", (drive, slag.lower(), number))
        con.execute("UPDATE drive SET change = 6000 WHERE id = ?", (drive,))
        con.commit()
        con.close()
        with running(folder, Ways()) as ready:
            cases.address = f"{ready.graph}/sites/{site}/lists/{cases.id}/items"
            yield cases


def _copied(columns: str) -> str:
    own = {"fold": "?", "guid": "?", "change": "?"}
    names = columns.split(", ")
    values = ", ".join(own.get(name, name) for name in names)
    return f"INSERT INTO item (id, number, {columns}) SELECT ?, ?, {values} FROM item WHERE drive = ? AND number = ?"


def test_beyond_the_view_threshold_only_an_index_answers(large, error) -> None:
    answer = large.get("?$filter=fields/Title eq '7'", headers=MAY_FAIL)
    assert error(answer) == (429, "activityLimitReached")
    assert answer.json()["error"]["innerError"]["code"] == "throttledRequest"
    for query in (
        "$orderby=fields/Title",
        "$orderby=id desc",
        "$filter=fields/Slag ne 'C'",
        "$filter=fields/Slag ge 'A'",
    ):
        assert error(large.get(f"?{query}", headers=MAY_FAIL)) == (429, "activityLimitReached")
    either = "$filter=fields/Slag eq 'C' or fields/Title eq '7'"
    assert error(large.get(f"?{either}", headers=MAY_FAIL)) == (429, "activityLimitReached")
    assert large.titles("$filter=fields/Slag eq 'C'") == ["1000", "2000", "3000", "4000", "5000"]
    assert large.titles("$filter=fields/Slag eq 'C' and fields/Title eq '3000'", headers=MAY_FAIL) == ["3000"]
    assert large.titles("$filter=startswith(fields/Slag,'c')&$orderby=fields/Title desc", headers=MAY_FAIL)[0] == "5000"
    assert len(large.titles("$filter=id lt 100")) == 98


def test_a_large_list_is_read_whole_page_by_page_and_in_the_order_of_an_index(large) -> None:
    everything = large.titles("$top=5000")
    assert len(everything) == len(set(everything)) == 5_004
    assert len(large.get("?$top=9999").json()["value"]) == 5_000
    rising = large.titles("$orderby=fields/Slag&$top=2000")
    falling = large.titles("$orderby=fields/Slag desc&$top=2000")
    assert rising[-5:] == ["1000", "2000", "3000", "4000", "5000"]
    assert falling == rising[::-1]
    assert sorted(rising) == sorted(everything)


def test_what_has_no_value_comes_first_in_the_order_of_an_index(large) -> None:
    made = large.add(Title="uten")
    try:
        first = large.get("?$orderby=fields/Slag&$top=2&$expand=fields").json()
        assert first["value"][0]["fields"]["Title"] == "uten"
        assert large.titles("$orderby=fields/Slag desc&$top=5000")[-1] == "uten"
    finally:
        large.http.delete(f"{large.address}/{made['id']}")
