"""The checklist: addresses."""

import pytest

from tests.rehearsal.checklist.lines import line


@line("roots")
def test_both_roots_answer_alike(library, tenant) -> None:
    library.put("a.txt")
    first = library.http.get(f"{tenant.graph}/drives/{library.drive}/root:/a.txt")
    second = library.http.get(f"{tenant.api}/v2.0/drives/{library.drive}/root:/a.txt")
    assert first.status_code == second.status_code == 200
    assert first.headers["ETag"] == second.headers["ETag"]
    assert (first.json()["id"], first.json()["cTag"]) == (second.json()["id"], second.json()["cTag"])
    assert "/_api/v2.0/" in second.json()["@odata.context"]


@line("slashes")
def test_runs_of_slashes_are_one(library, tenant) -> None:
    item = library.put("mappe/a.txt").json()
    for path in (
        f"/v1.0//drives/{library.drive}/root:/mappe//a.txt",
        f"//v1.0/drives//{library.drive}/items///{item['id']}",
    ):
        answer = library.http.get(tenant.web + path)
        assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
        assert answer.headers["ETag"] == item["eTag"]


@line("encoded")
def test_colon_slash_exclamation_mark_and_comma_come_encoded_too(library, tenant, site) -> None:
    item = library.put("mappe/a,b!.txt").json()
    drive = library.drive.replace("!", "%21")
    answer = library.http.get(f"{tenant.graph}/drives/{drive}/items/root%3A%2Fmappe%2Fa%2Cb%21.txt%3A")
    assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
    encoded = site.rpartition("/")[2].replace(",", "%2C")
    answer = library.http.get(f"{tenant.graph}/sites/{encoded}")
    assert (answer.status_code, answer.json()["id"]) == (200, site.rpartition("/")[2])


@line("id-path-closed")
def test_by_id_and_closed_path(library) -> None:
    item = library.put("mappe/under/a.txt").json()
    folder = library.item("mappe")["id"]
    answer = library.http.get(f"{library.address}/items/{folder}:/under/a.txt:")
    assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
    put = library.http.put(f"{library.address}/items/{folder}:/under/a.txt:/content", content=b"nytt")
    assert (put.status_code, put.json()["id"], put.headers["ETag"]) == (200, item["id"], put.json()["eTag"])


@line("id-path-open")
def test_by_id_and_open_path(library, error) -> None:
    item = library.put("mappe/under/a.txt").json()
    folder = library.item("mappe")["id"]
    answer = library.http.get(f"{library.address}/items/{folder}:/under/a.txt")
    assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
    assert error(library.http.get(f"{library.address}/items/{folder}:/under/b.txt")) == (404, "itemNotFound")


@line("root-path-closed")
def test_by_closed_path_from_the_root(library) -> None:
    item = library.put("mappe/a.txt").json()
    for form in ("root:/mappe/a.txt:", "root:/mappe/a.txt", "items/root:/mappe/a.txt:"):
        answer = library.http.get(f"{library.address}/{form}")
        assert (answer.status_code, answer.json()["id"]) == (200, item["id"])
    assert library.http.get(f"{library.address}/root:/mappe:/children").json()["value"][0]["id"] == item["id"]


@line("delta-forms")
def test_delta_is_asked_for_in_every_form(library) -> None:
    library.put("a.txt")
    whole = [
        library.http.get(f"{library.address}/{form}").json()
        for form in ("root/delta", "root/delta()", "items/root/delta()")
    ]
    assert all({item["name"] for item in each["value"]} == {"root", "a.txt"} for each in whole)
    token = whole[0]["@odata.deltaLink"].partition("token=")[2]
    library.put("b.txt")
    for form in (f"root/delta(token='{token}')", f"root/delta?token={token}", f"items/root/delta(token=%27{token}%27)"):
        answer = library.http.get(f"{library.address}/{form}")
        assert (answer.status_code, [item["name"] for item in answer.json()["value"]]) == (200, ["b.txt"])


@line("conflict-names")
@pytest.mark.parametrize("name", ["@name.conflictBehavior", "@microsoft.graph.conflictBehavior"])
def test_the_conflict_behaviour_has_two_names_in_body_and_query(library, error, name: str) -> None:
    library.put("a.txt", b"gammel")
    library.folder("mappe")
    assert error(library.put("a.txt", query=f"?{name}=fail")) == (409, "nameAlreadyExists")
    assert library.put("a.txt", query=f"?{name}=rename").json()["name"] == "a 1.txt"
    assert library.folder("mappe", **{name: "rename"}).json()["name"] == "mappe 1"
    for in_body in (True, False):
        query = "" if in_body else f"?{name}=replace"
        body = {"item": {name: "replace"} if in_body else {}}
        answer = library.http.post(library.at("a.txt", "createUploadSession") + query, json=body)
        assert answer.status_code == 200, answer.text
        assert library.http.delete(answer.json()["uploadUrl"]).status_code == 204
    assert error(library.put("a.txt", query=f"?{name}=overskriv")) == (400, "invalidRequest")
