"""Folders, renames, moves, times and deletions."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

OLD = {"createdDateTime": "2009-05-17T08:30:15Z", "lastModifiedDateTime": "2010-06-01T10:00:00Z"}


def test_a_folder_is_made_once_and_then_refused(library, error) -> None:
    made = library.folder("Møter")
    assert made.status_code == 201
    assert made.json()["folder"] == {"childCount": 0}
    assert made.json()["cTag"].endswith(',0"')
    assert "file" not in made.json()
    assert error(library.folder("MØTER")) == (409, "nameAlreadyExists")


def test_conflict_behaviours_of_folders(library, error) -> None:
    first = library.folder("m").json()
    kept = library.folder("M", **{"@microsoft.graph.conflictBehavior": "replace"})
    assert (kept.status_code, kept.json()["id"]) == (200, first["id"])
    other = library.folder("m", **{"@name.conflictBehavior": "rename"})
    assert (other.status_code, other.json()["name"]) == (201, "m 1")
    library.put("fil")
    refusal = library.folder("fil", **{"@microsoft.graph.conflictBehavior": "replace"})
    assert error(refusal) == (409, "nameAlreadyExists")


def test_a_folder_takes_times_and_lies_only_in_folders(library, error) -> None:
    assert library.folder("gammel", fileSystemInfo=OLD).json()["fileSystemInfo"] == OLD
    file = library.put("fil.txt").json()["id"]
    assert error(library.folder("under", file)) == (404, "itemNotFound")
    assert error(library.folder("under", "01NOPE")) == (404, "itemNotFound")


@pytest.mark.parametrize("body", [{"name": "m"}, {"name": "m", "file": {}}, {"name": "m", "folder": {}, "color": 1}])
def test_what_is_no_folder_is_not_made(library, error, body) -> None:
    assert error(library.http.post(f"{library.address}/root/children", json=body)) == (400, "invalidRequest")


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_a_bad_request(library, error, content: bytes) -> None:
    assert error(library.http.post(f"{library.address}/root/children", content=content)) == (400, "BadRequest")


def test_only_one_of_many_creations_of_a_folder_wins(library) -> None:
    gate = threading.Barrier(6)

    def make(number: int) -> int:
        gate.wait()
        return library.folder("Samme").status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(make, range(6))) == [201] + [409] * 5


def test_new_times_are_kept_at_one_second_and_make_a_version(library) -> None:
    before = library.put("a.txt").json()
    body = {"fileSystemInfo": {**OLD, "lastModifiedDateTime": "2010-06-01T12:00:00.9876543+02:00"}}
    after = library.patch("a.txt", body).json()
    assert after["fileSystemInfo"] == OLD
    assert after["lastModifiedDateTime"] == OLD["lastModifiedDateTime"]
    assert after["eTag"] != before["eTag"]
    assert after["cTag"] == before["cTag"]
    assert len(library.get("a.txt", "versions").json()["value"]) == 2


@pytest.mark.parametrize("time", ["i går", "2010-06-01T12:00:00", 7, "2010-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(library, error, time) -> None:
    library.put("a.txt")
    refusal = library.patch("a.txt", {"fileSystemInfo": {"lastModifiedDateTime": time}})
    assert error(refusal) == (400, "invalidRequest")


def test_a_rename_keeps_id_and_content(library, error) -> None:
    before = library.put("a.txt", b"innhold").json()
    library.put("c.txt")
    after = library.patch("a.txt", {"name": "B.txt"}).json()
    assert (after["id"], after["name"], after["cTag"]) == (before["id"], "B.txt", before["cTag"])
    assert after["eTag"] != before["eTag"]
    assert library.get("a.txt").status_code == 404
    assert library.content("b.txt") == b"innhold"
    assert error(library.patch("b.txt", {"name": "C.TXT"})) == (409, "nameAlreadyExists")
    assert library.patch("b.txt", {"name": "b.TXT"}).json()["name"] == "b.TXT"
    renamed = library.patch("b.txt", {"name": "c.txt", "@microsoft.graph.conflictBehavior": "rename"})
    assert renamed.json()["name"] == "c 1.txt"


def test_a_move_takes_what_lies_below_along_and_moves_the_sums(library) -> None:
    library.put("fra/under/a.bin", b"12345")
    goal = library.folder("til").json()["id"]
    moved = library.patch("fra/under", {"parentReference": {"id": goal}})
    assert moved.status_code == 200
    assert moved.json()["parentReference"]["id"] == goal
    assert library.content("til/under/a.bin") == b"12345"
    assert [library.item(name)["size"] for name in ("fra", "til")] == [0, 5]
    assert [library.item(name)["folder"]["childCount"] for name in ("fra", "til")] == [0, 1]
    assert library.get("fra/under/a.bin").status_code == 404


def test_a_mere_move_makes_no_version_and_a_rename_does(library) -> None:
    library.put("a.txt")
    goal = library.folder("til").json()["id"]
    library.patch("a.txt", {"parentReference": {"id": goal}})
    assert len(library.get("til/a.txt", "versions").json()["value"]) == 1
    library.patch("til/a.txt", {"name": "b.txt"})
    assert len(library.get("til/b.txt", "versions").json()["value"]) == 2


def test_a_move_may_replace_a_file_if_it_says_so(library) -> None:
    library.put("a.txt", b"ny")
    library.put("til/a.txt", b"gammel")
    goal = library.item("til")["id"]
    body = {"parentReference": {"id": goal}, "@microsoft.graph.conflictBehavior": "replace"}
    assert library.patch("a.txt", body).status_code == 200
    assert library.content("til/a.txt") == b"ny"
    assert library.item("til")["folder"]["childCount"] == 1


def test_moves_that_make_no_sense_are_refused(library, tenant, error) -> None:
    library.put("a/b/c.txt")
    inner, file = library.item("a/b")["id"], library.item("a/b/c.txt")["id"]
    assert error(library.patch("a", {"parentReference": {"id": inner}})) == (400, "invalidRequest")
    assert error(library.patch("a", {"parentReference": {"id": file}}))[0] in (400, 404)
    assert error(library.patch("a", {"parentReference": {"id": "01NOPE"}})) == (404, "itemNotFound")
    other = {"driveId": tenant.drives[0].id, "id": "root"}
    assert error(library.patch("a", {"parentReference": other})) == (400, "invalidRequest")
    assert error(library.http.patch(f"{library.address}/root", json={"name": "x"})) == (400, "invalidRequest")


@pytest.mark.parametrize("body", [{"description": "x"}, {"size": 7}, {"file": {}}, {"parentReference": "x"}])
def test_properties_that_cannot_be_changed_are_refused(library, error, body) -> None:
    library.put("a.txt")
    assert error(library.patch("a.txt", body)) == (400, "invalidRequest")


def test_a_change_heeds_if_match(library, error) -> None:
    item = library.put("a.txt").json()
    library.patch("a.txt", {"fileSystemInfo": OLD})
    stale = {"If-Match": item["eTag"]}
    assert error(library.patch("a.txt", {"name": "b.txt"}, headers=stale)) == (412, "resourceModified")
    assert error(library.http.delete(library.at("a.txt"), headers=stale)) == (412, "resourceModified")
    assert library.patch("a.txt", {"name": "b.txt"}, headers={"If-Match": item["cTag"]}).status_code == 200


def test_a_deletion_takes_all_below_and_frees_the_name(library, error) -> None:
    first = library.put("m/n/a.txt", b"123").json()["id"]
    answer = library.http.delete(library.at("m"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert library.get("m/n/a.txt").status_code == 404
    assert library.http.get(f"{library.address}/items/{first}").status_code == 404
    root = library.http.get(f"{library.address}/root").json()
    assert (root["size"], root["folder"]["childCount"]) == (0, 0)
    assert library.put("m/n/a.txt").json()["id"] != first
    assert error(library.http.delete(f"{library.address}/root")) == (400, "invalidRequest")
    assert error(library.http.delete(library.at("borte"))) == (404, "itemNotFound")


def test_children_come_page_by_page_without_gaps_or_repeats(library) -> None:
    names = {f"Fil æ {number:02} & +.txt" for number in range(25)}
    for name in names:
        library.put(name)
    link, pages = f"{library.address}/root/children?$top=10&$select=name,id", []
    while link:
        body = library.http.get(link).raise_for_status().json()
        pages.append([item["name"] for item in body["value"]])
        assert all(set(item) == {"name", "id"} for item in body["value"])
        link = body.get("@odata.nextLink")
    assert [len(page) for page in pages] == [10, 10, 5]
    assert {name for page in pages for name in page} == names


@pytest.mark.parametrize("query", ["$top=0", "$top=-1", "$top=mange", "$skiptoken=%25%25"])
def test_pages_that_make_no_sense_are_refused(library, error, query: str) -> None:
    assert error(library.http.get(f"{library.address}/root/children?{query}")) == (400, "invalidRequest")
