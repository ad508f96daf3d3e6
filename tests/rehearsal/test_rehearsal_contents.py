"""`PUT content`, `GET content`, versions, and what an item says about itself."""

import base64
import hashlib
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from filrydd.rehearsal.calls import changing
from filrydd.rehearsal.store.quickxor import QuickXor


def hash_of(data: bytes) -> str:
    hasher = QuickXor()
    hasher.update(data)
    return hasher.base64()


def test_a_file_is_what_graphs_definition_of_an_item_says(library, tenant) -> None:
    answer = library.put("Møter 2024/Referat.txt", b"referat")
    assert answer.status_code == 201
    item = answer.json()
    guid = re.fullmatch(r'"\{([0-9A-F-]{36})\},1"', item["eTag"])[1]
    assert item["cTag"] == f'"c:{{{guid}}},1"'
    assert item["size"] == 7
    assert item["file"] == {"mimeType": "text/plain", "hashes": {"quickXorHash": hash_of(b"referat")}}
    assert "folder" not in item
    assert item["createdBy"]["user"]["displayName"] == item["lastModifiedBy"]["user"]["displayName"] == "SharePoint App"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["fileSystemInfo"]["lastModifiedDateTime"])
    assert item["fileSystemInfo"]["createdDateTime"] == item["createdDateTime"]
    parent = item["parentReference"]
    assert parent["path"] == f"/drives/{library.drive}/root:/M%C3%B8ter%202024"
    assert (parent["name"], parent["driveId"], parent["driveType"]) == ("Møter 2024", library.drive, "documentLibrary")
    assert item["webUrl"].startswith(f"{tenant.web}/sites/rehearsal/Bibliotek%20")
    assert item["webUrl"].endswith("/M%C3%B8ter%202024/Referat.txt")
    assert library.http.get(f"{library.address}/items/{item['id']}").json()["id"] == item["id"]


def test_put_content_makes_the_folders_on_the_way_and_sums_their_sizes(library) -> None:
    library.put("a/b/c/x.bin", b"12345")
    library.put("a/b/y.bin", b"123")
    assert library.item("a")["size"] == 8
    assert library.item("a")["folder"] == {"childCount": 1}
    assert library.item("A/B")["folder"] == {"childCount": 2}
    library.put("a/b/y.bin", b"1234567")
    assert library.item("a")["size"] == 12
    library.put("a/b/y.bin", b"123")
    root = library.http.get(f"{library.address}/root").json()
    assert (root["size"], root["root"], root["folder"], root["name"]) == (8, {}, {"childCount": 1}, "root")
    assert "id" not in root["parentReference"]


def test_an_empty_file_has_no_hashes(library) -> None:
    item = library.put("tom.txt", b"").json()
    assert (item["size"], item["file"]["hashes"]) == (0, {})
    assert library.content("tom.txt") == b""


def test_put_content_replaces_unless_told_otherwise_and_makes_a_version(library) -> None:
    first = library.put("a.txt", b"en").json()
    answer = library.put("A.TXT", b"to!")
    second = answer.json()
    assert (answer.status_code, second["id"], second["name"]) == (200, first["id"], "a.txt")
    assert second["eTag"] != first["eTag"]
    assert second["cTag"] != first["cTag"]
    assert library.content("a.txt") == b"to!"
    versions = library.get("a.txt", "versions").json()["value"]
    assert [(version["id"], version["size"]) for version in versions] == [("2.0", 3), ("1.0", 2)]
    old = library.http.get(library.at("a.txt", "versions/1.0/content"), follow_redirects=True)
    assert old.content == b"en"
    assert library.get("a.txt", "versions/9.0").status_code == 404


@pytest.mark.parametrize("word", ["@microsoft.graph.conflictBehavior", "@name.conflictBehavior"])
def test_both_words_for_conflict_behaviour_are_understood(library, error, word: str) -> None:
    library.put("a.txt", b"en")
    assert error(library.put("a.txt", b"to", query=f"?{word}=fail")) == (409, "nameAlreadyExists")
    renamed = library.put("a.txt", b"tre", query=f"?{word}=rename")
    assert (renamed.status_code, renamed.json()["name"]) == (201, "a 1.txt")
    assert library.put("a.txt", b"fire", query=f"?{word}=rename").json()["name"] == "a 2.txt"
    assert error(library.put("a.txt", b"fem", query=f"?{word}=whatever")) == (400, "invalidRequest")
    assert library.content("a.txt") == b"en"


def test_put_content_on_a_folder_is_501_and_under_a_file_404(library, error) -> None:
    library.put("mappe/fil.txt")
    assert error(library.put("mappe")) == (501, "notSupported")
    assert error(library.put("mappe/fil.txt/under.txt")) == (404, "itemNotFound")
    assert error(library.http.put(f"{library.address}/root/content", content=b"x")) == (501, "notSupported")


def test_one_put_holds_250_megabytes_and_no_more(library, error) -> None:
    with socket.create_connection((urlsplit(library.graph).hostname, urlsplit(library.graph).port)) as line:
        path = urlsplit(library.at("stor.bin", "content")).path
        line.sendall(f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {250 * 2**20 + 1}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert library.get("stor.bin").status_code == 404


def test_a_put_without_a_declared_length_is_refused_while_it_streams(library, error, monkeypatch) -> None:
    monkeypatch.setattr(changing, "PUT_LIMIT", 3_000_000)
    pieces = (b"x" * 100_000 for _ in range(31))
    assert error(library.put("stor.bin", pieces)) == (413, "requestTooLarge")
    assert library.get("stor.bin").status_code == 404
    assert library.put("passe.bin", b"x" * 3_000_000).status_code == 201


def test_a_put_that_breaks_off_leaves_nothing(library) -> None:
    path = urlsplit(library.at("halv.txt", "content")).path
    with socket.create_connection((urlsplit(library.graph).hostname, urlsplit(library.graph).port)) as line:
        line.sendall(f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalv".encode())
        time.sleep(0.1)
    time.sleep(0.1)
    assert library.get("halv.txt").status_code == 404


def test_get_content_redirects_to_the_other_port_where_no_token_is_needed(library, tenant) -> None:
    data = hashlib.sha512(b"x").digest() * 1000
    library.put("data.bin", data)
    answer = library.get("data.bin", "content")
    assert answer.status_code == 302
    place = urlsplit(answer.headers["Location"])
    assert place.port != urlsplit(tenant.web).port
    assert library.http.get(answer.headers["Location"]).content == data
    assert library.http.get(library.item("data.bin")["@microsoft.graph.downloadUrl"]).content == data
    assert library.http.head(answer.headers["Location"]).headers["Content-Length"] == str(len(data))


@pytest.mark.parametrize(
    ("wish", "status", "expected"),
    [
        ("bytes=0-3", 206, b"0123"),
        ("bytes=10-12", 206, b"abc"),
        ("bytes=14-", 206, b"ef"),
        ("bytes=-2", 206, b"ef"),
        ("bytes=99-", 416, None),
    ],
)
def test_downloads_take_ranges(library, wish: str, status: int, expected: bytes | None) -> None:
    url = library.put("r.txt", b"0123456789abcdef").json()["@microsoft.graph.downloadUrl"]
    answer = library.http.get(url, headers={"Range": wish})
    assert answer.status_code == status
    if expected is not None:
        assert answer.content == expected
        assert answer.headers["Content-Range"].endswith("/16")


def test_a_download_address_holds_for_its_file_only(library, error) -> None:
    first = library.put("a.txt", b"hemmelig").json()["@microsoft.graph.downloadUrl"]
    second = library.put("b.txt", b"annet").json()["@microsoft.graph.downloadUrl"]
    forged = first.partition("?")[0] + "?" + second.partition("?")[2]
    assert error(library.http.get(forged)) == (401, "unauthenticated")
    assert error(library.http.get(first.partition("?")[0])) == (401, "unauthenticated")


def test_content_and_versions_of_a_folder_are_refused(library, error) -> None:
    library.put("mappe/fil.txt")
    assert error(library.get("mappe", "content")) == (400, "invalidRequest")
    assert error(library.get("mappe", "versions")) == (400, "invalidRequest")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_conditions_are_heeded(library, error, header: str) -> None:
    item = library.put("a.txt", b"en").json()
    old = {"If-Match": '"{00000000-0000-0000-0000-000000000000},1"', "If-None-Match": item["eTag"]}[header]
    right = {"If-Match": item["cTag"], "If-None-Match": '"{00000000-0000-0000-0000-000000000000},1"'}[header]
    assert error(library.put("a.txt", b"to", headers={header: old})) == (412, "resourceModified")
    assert library.content("a.txt") == b"en"
    assert library.put("a.txt", b"to", headers={header: right}).status_code == 200


def test_only_one_of_many_creations_of_a_name_wins(library) -> None:
    gate = threading.Barrier(8)

    def put(number: int) -> int:
        gate.wait()
        return library.put(
            "SAMME.txt" if number % 2 else "samme.TXT", b"%d" % number, query="?@name.conflictBehavior=fail"
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(put, range(8)))
    assert statuses == [201] + [409] * 7
    assert len(library.http.get(f"{library.address}/root/children").json()["value"]) == 1


def test_many_puts_into_new_folders_at_once_all_arrive(library) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda number: library.put(f"ny/mappe/{number}.txt", b"x" * number).status_code, range(40))
        )
    assert statuses == [201] * 40
    assert library.item("ny/mappe")["folder"]["childCount"] == 40
    assert library.item("ny")["size"] == sum(range(40))


def test_the_hash_that_is_told_is_that_of_the_content(library) -> None:
    data = bytes(range(251)) * 5000
    told = library.put("h.bin", data).json()["file"]["hashes"]["quickXorHash"]
    assert told == hash_of(data)
    assert len(base64.b64decode(told)) == 20
