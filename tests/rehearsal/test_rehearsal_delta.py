"""The delta listing."""

import pytest


def test_the_listing_is_everything_with_the_root_and_without_paths(library) -> None:
    library.put("a/b/c.txt", b"123")
    library.put("tom.txt", b"")
    found, _link = library.whole_delta()
    assert {item["name"] for item in found} == {"root", "a", "b", "c.txt", "tom.txt"}
    assert sum("root" in item for item in found) == 1
    file = next(item for item in found if item["name"] == "c.txt")
    assert "cTag" not in file
    assert "path" not in file["parentReference"]
    folder = next(item for item in found if item["name"] == "b")
    assert file["parentReference"]["id"] == folder["id"]
    full = library.item("a/b/c.txt")
    assert (file["eTag"], file["size"], file["file"]) == (full["eTag"], 3, full["file"])


@pytest.mark.parametrize("form", ["delta", "delta()", "delta(token='{token}')", "delta?token={token}"])
def test_later_only_changes_come_in_every_form_of_call(library, form: str) -> None:
    library.put("gammel.txt")
    library.put("borte/fil.txt")
    _found, link = library.whole_delta()
    token = link.partition("token=")[2]
    library.put("ny.txt")
    gone = {library.item("borte")["id"], library.item("borte/fil.txt")["id"]}
    library.http.delete(library.at("borte"))
    found, _link = library.whole_delta(f"{library.address}/root/{form.format(token=token)}")
    if "token" in form:
        assert {item.get("name") for item in found if "deleted" not in item} == {"ny.txt"}
        deleted = [item for item in found if "deleted" in item]
        assert {item["id"] for item in deleted} == gone
        assert all("name" not in item and item["deleted"] == {"state": "deleted"} for item in deleted)
    else:
        assert {item["name"] for item in found} == {"root", "gammel.txt", "ny.txt"}


def test_pages_join_without_gaps_or_repeats_and_keep_the_choice_of_properties(library) -> None:
    for number in range(11):
        library.put(f"fil {number}.txt")
    link, sizes, names = f"{library.address}/root/delta?$top=5&$select=name,id", [], []
    while link:
        body = library.http.get(link).raise_for_status().json()
        sizes.append(len(body["value"]))
        names += [item["name"] for item in body["value"]]
        assert all(set(item) == {"name", "id"} for item in body["value"])
        link = body.get("@odata.nextLink")
    assert sizes == [5, 5, 2]
    assert len(set(names)) == 12


def test_what_happens_during_a_listing_is_not_lost(library) -> None:
    for number in range(6):
        library.put(f"fil {number}.txt")
    first = library.http.get(f"{library.address}/root/delta?$top=4").json()
    library.http.delete(library.at("fil 0.txt"))
    library.http.delete(library.at("fil 5.txt"))
    library.put("fil 1.txt", b"endret")
    rest, link = library.whole_delta(first["@odata.nextLink"])
    seen = {}
    for item in first["value"] + rest:
        seen[item["id"]] = item
    alive = {item["name"] for item in seen.values() if "deleted" not in item}
    assert alive == {"root", "fil 1.txt", "fil 2.txt", "fil 3.txt", "fil 4.txt"}
    assert next(item for item in seen.values() if item.get("name") == "fil 1.txt")["size"] == len(b"endret")
    assert library.whole_delta(link)[0] == []


def test_a_rename_shows_the_item_once_with_its_last_name(library) -> None:
    library.put("en.txt")
    _found, link = library.whole_delta()
    library.patch("en.txt", {"name": "to.txt"})
    library.patch("to.txt", {"name": "tre.txt"})
    found, _link = library.whole_delta(link)
    assert [item["name"] for item in found] == ["tre.txt"]


def test_latest_gives_a_link_and_nothing_else(library) -> None:
    library.put("a.txt")
    body = library.http.get(f"{library.address}/root/delta?token=latest").json()
    assert body["value"] == []
    library.put("b.txt")
    assert [item["name"] for item in library.whole_delta(body["@odata.deltaLink"])[0]] == ["b.txt"]


def test_a_token_that_is_not_this_drives_is_410_with_the_place_to_begin_anew(library, tenant, error) -> None:
    other = library.http.get(f"{tenant.graph}/drives/{tenant.drives[0].id}/root/delta?token=latest").json()
    foreign = other["@odata.deltaLink"].partition("token=")[2]
    for token in (foreign, "tull", "999999;0;" + "0" * 64):
        answer = library.http.get(f"{library.address}/root/delta?token={token}")
        assert error(answer) == (410, "resyncRequired")
        assert library.http.get(answer.headers["Location"]).status_code == 200


def test_only_the_root_has_a_delta(library, error) -> None:
    library.put("mappe/a.txt")
    assert error(library.get("mappe", "delta")) == (400, "invalidRequest")
    assert error(library.http.get(f"{library.address}/root/delta(x)")) == (400, "invalidRequest")
