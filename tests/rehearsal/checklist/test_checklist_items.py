"""The checklist: folders and files, what they are called in JSON, and listings of changes."""

import base64
import re
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from filrydd.quickxor import QuickXor
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.bad_day import bad_day
from tests.rehearsal.checklist.lines import line

STALE = {"If-Match": '"{00000000-0000-0000-0000-000000000000},1"'}
TIMES = {"createdDateTime": "2009-01-02T03:04:05Z", "lastModifiedDateTime": "2010-11-12T13:14:15Z"}


@line("put-limit")
def test_a_put_of_more_than_250_mb_is_refused_before_it_came(library, tenant) -> None:
    place = httpx.URL(tenant.web)
    path = f"/v1.0/drives/{library.drive}/root:/stor.bin:/content"
    with socket.create_connection((place.host, place.port or 80), timeout=10) as connection:
        head = f"PUT {path} HTTP/1.1\r\nHost: {place.host}\r\nContent-Length: {(250 << 20) + 1}\r\n\r\n"
        connection.sendall(head.encode() + b"x" * 1000)
        answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"requestTooLarge"' in answer
    assert library.get("stor.bin").status_code == 404


@line("put-default")
def test_a_put_replaces_unless_told_otherwise(library) -> None:
    first = library.put("a.txt", b"en")
    second = library.put("a.txt", b"to")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["ETag"] == second.json()["eTag"] != first.headers["ETag"]
    assert library.content("a.txt") == b"to"


@line("put-parents")
def test_a_put_makes_the_folders_of_its_path(library) -> None:
    made = library.put("en/to/a.txt")
    assert made.status_code == 201
    assert library.item("en/to")["folder"]["childCount"] == 1
    assert made.json()["parentReference"]["id"] == library.item("en/to")["id"]


@line("put-on-folder")
def test_a_put_on_a_folder_is_501(library, error) -> None:
    library.folder("mappe")
    assert error(library.put("mappe")) == (501, "notSupported")
    assert "folder" in library.item("mappe")


@line("put-under-file")
def test_a_put_under_a_file_is_404(library, error) -> None:
    library.put("a.txt", b"en")
    assert error(library.put("a.txt/b.txt")) == (404, "itemNotFound")
    assert library.content("a.txt") == b"en"


@line("put-concurrent")
def test_of_many_puts_that_create_the_same_file_one_wins_and_the_others_are_409(library, error) -> None:
    def put(number: int) -> httpx.Response:
        return library.put("a.txt", b"%d" % number, query="?@microsoft.graph.conflictBehavior=fail")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(put, range(8)))
    won = [number for number, answer in enumerate(answers) if answer.status_code == 201]
    assert len(won) == 1
    assert {error(answer) for answer in answers if answer.status_code != 201} == {(409, "nameAlreadyExists")}
    assert library.content("a.txt") == b"%d" % won[0]


@line("folders-race")
def test_of_many_creations_of_a_folder_one_wins_and_the_others_are_409(library, error) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: library.folder("mappe"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {error(answer) for answer in answers if answer.status_code == 409} == {(409, "nameAlreadyExists")}
    there = library.get("mappe")
    assert there.headers["ETag"] == next(answer for answer in answers if answer.status_code == 201).headers["ETag"]


@line("items-defaults")
def test_files_replace_folders_and_renames_fail_by_default(library, error) -> None:
    library.put("a.txt")
    assert library.put("a.txt").status_code == 200
    library.folder("mappe")
    assert error(library.folder("mappe")) == (409, "nameAlreadyExists")
    library.put("b.txt")
    assert error(library.patch("b.txt", {"name": "a.txt"})) == (409, "nameAlreadyExists")
    assert error(library.session("a.txt")) == (409, "nameAlreadyExists")


@line("items-412")
def test_a_condition_that_does_not_hold_is_412(library, error) -> None:
    item = library.put("a.txt", b"en").json()
    for answer in (
        library.put("a.txt", b"to", headers=STALE),
        library.patch("a.txt", {"name": "b.txt"}, headers=STALE),
        library.http.delete(library.at("a.txt"), headers=STALE),
        library.put("a.txt", b"to", headers={"If-None-Match": "*"}),
    ):
        assert error(answer) == (412, "resourceModified")
    assert library.content("a.txt") == b"en"
    assert library.put("a.txt", b"to", headers={"If-Match": item["eTag"]}).status_code == 200


@line("items-413")
def test_json_of_more_than_4_mib_is_413(library, error) -> None:
    body = b'{"name": "a", "folder": {}, "x": "' + b"x" * (4 << 20) + b'"}'
    answer = library.http.post(f"{library.address}/root/children", content=body)
    assert error(answer) == (413, "requestTooLarge")
    assert library.get("a").status_code == 404


@line("items-423")
def test_what_somebody_has_open_is_423(tmp_path, error) -> None:
    with bad_day(tmp_path, "faults: [{fault: locked, on: [upload, change, delete], path: 'a.txt', nth: [2]}]") as day:
        library = day.library
        assert library.put("a.txt", b"en").status_code == 201
        refusal = library.put("a.txt", b"to")
        assert error(refusal)[0] == 423
        assert refusal.json()["error"]["innerError"].get("code", error(refusal)[1]) == "resourceLocked"
        assert library.content("a.txt") == b"en"


@line("items-507")
def test_a_file_that_a_library_has_no_room_for_is_507(tmp_path, library_of, error) -> None:
    with running(tmp_path, Ways(quota=1000)) as ready:
        library = library_of(ready)
        library.put("a.txt", bytes(900)).raise_for_status()
        assert error(library.put("b.txt", bytes(101))) == (507, "quotaLimitReached")
        assert library.get("b.txt").status_code == 404


@line("library-storage")
def test_a_library_has_25_tb(library) -> None:
    library.put("a.txt", bytes(7))
    answer = library.http.get(library.address)
    total = 25 << 40
    assert answer.status_code == 200
    assert answer.json()["quota"] == {
        "deleted": 0,
        "remaining": total - 7,
        "state": "normal",
        "total": total,
        "used": 7,
    }


@line("etag")
def test_an_etag_is_a_guid_and_a_number_that_grows_with_every_change(library) -> None:
    tags = [library.put("a.txt", b"en").json()["eTag"]]
    tags.append(library.patch("a.txt", {"name": "b.txt"}).json()["eTag"])
    tags.append(library.put("b.txt", b"to").json()["eTag"])
    assert library.get("b.txt").headers["ETag"] == tags[-1]
    found = [re.fullmatch(r'"\{([0-9A-F-]{36})\},(\d+)"', tag) for tag in tags]
    assert all(found) and len({each[1] for each in found if each}) == 1
    assert [int(each[2]) for each in found if each] == [1, 2, 3]


@line("ctag")
def test_a_ctag_changes_with_the_content_only(library) -> None:
    first = library.put("a.txt", b"en").json()["cTag"]
    assert re.fullmatch(r'"c:\{[0-9A-F-]{36}\},\d+"', first)
    assert library.patch("a.txt", {"name": "b.txt"}).json()["cTag"] == first
    assert library.patch("b.txt", {"fileSystemInfo": TIMES}).json()["cTag"] == first
    assert library.put("b.txt", b"to").json()["cTag"] != first


@line("hash")
def test_the_hash_is_quickxor_in_base64(library) -> None:
    def plainly(data: bytes) -> str:
        bits = 0
        for index, byte in enumerate(data):
            wide = byte << (11 * index % 160)
            bits ^= (wide & ((1 << 160) - 1)) ^ (wide >> 160)
        bits ^= len(data) << 96
        return base64.b64encode(bits.to_bytes(20, "little")).decode()

    for number, data in enumerate((b"a", b"hei", bytes(range(256)) * 41, b"\xff" * 161)):
        made = library.put(f"{number}.bin", data)
        assert made.status_code == 201
        assert made.json()["file"]["hashes"] == {"quickXorHash": plainly(data)}
        assert plainly(data) == QuickXor(data).base64()


@line("times-precision")
def test_times_are_kept_at_one_second(library) -> None:
    library.put("a.txt")
    body = {"fileSystemInfo": {"lastModifiedDateTime": "2010-11-12T13:14:15.987654Z"}}
    answer = library.patch("a.txt", body)
    assert (answer.status_code, answer.json()["lastModifiedDateTime"]) == (200, "2010-11-12T13:14:15Z")
    assert library.item("a.txt")["fileSystemInfo"]["lastModifiedDateTime"] == "2010-11-12T13:14:15Z"


@line("delta-root")
def test_delta_is_answered_for_the_root_alone_and_tells_everything(library, error) -> None:
    library.put("en/to/a.txt")
    library.put("b.txt")
    assert error(library.get("en", "delta")) == (400, "invalidRequest")
    found, link = library.whole_delta()
    assert {item["name"] for item in found} == {"root", "en", "to", "a.txt", "b.txt"}
    assert library.whole_delta(link)[0] == []


@line("delta-paging")
def test_delta_comes_page_by_page(library) -> None:
    for number in range(7):
        library.put(f"{number}.txt")
    pages, link = [], f"{library.address}/root/delta?$top=3"
    while link:
        answer = library.http.get(link)
        assert answer.status_code == 200
        assert len(answer.json()["value"]) <= 3
        assert ("@odata.nextLink" in answer.json()) != ("@odata.deltaLink" in answer.json())
        pages.append([item["name"] for item in answer.json()["value"]])
        link = answer.json().get("@odata.nextLink", "")
    assert len(pages) > 2
    assert sorted(name for page in pages for name in page) == [*(f"{number}.txt" for number in range(7)), "root"]


@line("delta-deleted")
def test_what_is_gone_comes_with_the_facet_deleted(library) -> None:
    gone = library.put("mappe/a.txt").json()
    _found, link = library.whole_delta()
    library.http.delete(library.at("mappe/a.txt")).raise_for_status()
    answer = library.http.get(link)
    (told,) = [item for item in answer.json()["value"] if item["id"] == gone["id"]]
    assert told["deleted"] == {"state": "deleted"}
    assert "name" not in told and "file" in told


@line("delta-410")
@pytest.mark.parametrize("token", ["tull", "1%3B1%3B" + "0" * 64])
def test_a_token_of_another_drive_is_410_with_the_place_to_begin_anew(library, error, token: str) -> None:
    answer = library.http.get(f"{library.address}/root/delta?token={token}")
    assert error(answer) == (410, "resyncRequired")
    assert library.http.get(answer.headers["Location"]).json()["value"][0]["root"] == {}


@line("batch")
def test_a_batch_of_20_has_a_status_each_and_21_are_refused(library, error) -> None:
    library.put("a.txt")
    there = {"method": "GET", "url": f"/drives/{library.drive}/root:/a.txt"}
    gone = {"method": "GET", "url": f"/drives/{library.drive}/root:/borte.txt"}
    calls = [{"id": str(number), **(gone if number % 3 == 0 else there)} for number in range(21)]
    answer = library.http.post(f"{library.graph}/$batch", json={"requests": calls[:20]})
    assert answer.status_code == 200
    told = {each["id"]: each for each in answer.json()["responses"]}
    assert {id: each["status"] for id, each in told.items()} == {str(n): 404 if n % 3 == 0 else 200 for n in range(20)}
    assert told["0"]["body"]["error"]["code"] == "itemNotFound"
    assert told["1"]["headers"]["Content-Type"] == "application/json"
    assert error(library.http.post(f"{library.graph}/$batch", json={"requests": calls}))[0] == 400


@line("errors")
def test_an_error_has_graphs_form_and_the_clients_own_id(library) -> None:
    id = "6f1e7f3e-0000-4000-8000-000000000001"
    answer = library.get("borte.txt", headers={"client-request-id": id})
    assert answer.status_code == 404
    assert answer.headers["client-request-id"] == id
    body = answer.json()
    assert set(body) == {"error"} and set(body["error"]) == {"code", "message", "innerError"}
    inner = body["error"]["innerError"]
    assert set(inner) >= {"date", "request-id", "client-request-id"}
    assert (inner["request-id"], inner["client-request-id"]) == (answer.headers["request-id"], id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inner["date"])


@line("csdl")
def test_properties_are_those_of_the_official_sdk(library) -> None:
    from kiota_serialization_json.json_parse_node import JsonParseNode
    from msgraph.generated.models.drive_item import DriveItem

    library.put("mappe/a.txt")
    for name in ("mappe", "mappe/a.txt"):
        answer = library.get(name)
        assert answer.status_code == 200
        item = JsonParseNode(answer.json()).get_object_value(DriveItem)
        assert all(key.startswith("@") for key in item.additional_data)
        assert (item.name, item.e_tag) == (answer.json()["name"], answer.headers["ETag"])
