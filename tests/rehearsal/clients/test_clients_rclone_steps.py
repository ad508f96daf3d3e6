"""What else rclone does to a library: copies within it, versions, other letters for what is refused, and how it is told."""

import time
from collections.abc import Iterator

import httpx
import pytest

from filrydd.rehearsal.ways import Ready
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.rclone import AS_THEY_ARE, BY_HANDS, Rclone, rclone_for
from tests.rehearsal.clients.tree import BEFORE
from tests.rehearsal.conftest import Library

pytestmark = pytest.mark.xdist_group("rclone-steps")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ready, Rclone]]:
    folder = tmp_path_factory.mktemp("steps")
    with running(folder / "tenant") as ready:
        yield ready, rclone_for(ready, folder)


def test_a_folder_is_copied_within_the_library_by_sharepoint_itself(place, make_tree) -> None:
    _ready, rclone = place
    names = {f"fil {number} å % #.txt": f"innhold {number}".encode() for number in range(12)}
    top = make_tree({"fra": {**names, "under": {"tom.txt": b"", "dyp.txt": b"dyp"}}})
    rclone("copy", *AS_THEY_ARE, str(top / "fra"), "t:fra")
    said = rclone.run("copy", "-v", *AS_THEY_ARE, *BY_HANDS, "t:fra", "t:til/100 % å")
    assert (said.code, said.log.count("Copied (server-side copy)")) == (0, len(names) + 2), said.log
    check = rclone.run("check", *AS_THEY_ARE, str(top / "fra"), "t:til/100 % å")
    assert (check.code, f"{len(names) + 2} matching files" in check.log) == (0, True), check.log
    # Over one that is there.
    (top / "fra" / "fil 0 å % #.txt").write_bytes(b"et helt annet innhold")
    rclone("copyto", *AS_THEY_ARE, str(top / "fra" / "fil 0 å % #.txt"), "t:fra/ny.txt")
    rclone("copyto", *AS_THEY_ARE, "t:fra/ny.txt", "t:til/100 % å/fil 0 å % #.txt")
    assert rclone("cat", *AS_THEY_ARE, "t:til/100 % å/fil 0 å % #.txt") == "et helt annet innhold"


def test_old_versions_are_cleaned_up(place, make_tree, http: httpx.Client) -> None:
    ready, rclone = place
    library = Library(http, ready.graph, ready.drives[0].id)
    for content in (b"en", b"to", b"tre"):
        library.put("versjoner/a.txt", content)
    assert len(library.get("versjoner/a.txt", "versions").json()["value"]) == 3
    rclone("cleanup", "t:versjoner")
    left = library.get("versjoner/a.txt", "versions").json()["value"]
    assert [(version["id"], version["size"]) for version in left] == [("3.0", 3)]
    assert library.content("versjoner/a.txt") == b"tre"


def test_what_sharepoint_refuses_comes_in_by_other_letters_and_goes_out_by_its_own(place, make_tree, tmp_path) -> None:
    _ready, rclone = place
    refused = ['a"b.txt', "a*b.txt", "a:b.txt", "a<b>c.txt", "a?b.txt", "a\\b.txt", "a|b.txt", " foran.txt", "bak "]
    refused += ["linje\nskift.txt", "~mappe/fil.txt", "mappe punktum./fil.txt"]
    top = make_tree({name: name.encode() for name in refused})
    # rclone's own letters for them.
    rclone("copy", str(top), "t:letters")
    assert len(rclone.listed("t:letters")) == len(refused)
    rclone("copy", "t:letters", str(tmp_path / "back"))
    assert {name: (tmp_path / "back" / name).read_bytes() for name in refused} == {
        name: name.encode() for name in refused
    }
    # As they are, each of them is refused.
    said = rclone.run("copy", *AS_THEY_ARE, "--low-level-retries", "1", str(top), "t:as they are")
    assert said.code != 0
    assert said.log.count("invalidRequest: invalidName: ") >= len(refused) - 1
    assert rclone.listed("t:as they are") == {}


def test_two_names_that_differ_in_case_are_one_file(place, make_tree) -> None:
    _ready, rclone = place
    top = make_tree({"Rapport.txt": b"den ene", "RAPPORT.TXT": b"den andre, som er lengre"})
    for name in ("Rapport.txt", "RAPPORT.TXT"):
        rclone("copyto", "--onedrive-upload-cutoff", "1M", str(top / name), f"t:case/{name}")
    assert rclone("lsf", "t:case").splitlines() == ["Rapport.txt"]
    assert rclone("cat", "t:case/Rapport.txt") == "den andre, som er lengre"


def test_a_path_that_is_too_long_is_not_tried_again(place, make_tree) -> None:
    _ready, rclone = place
    folders = f"{'m' * 150}/{'n' * 150}"
    name = "x" * (400 - len(BEFORE) - len("long/") - len(folders) - 1)
    top = make_tree({folders: {name: b"400", f"{name}y": b"401"}})
    began = time.monotonic()
    said = rclone.run("copy", "-vv", str(top), "t:long")
    assert list(rclone.listed("t:long")) == [f"{folders}/{name}"]
    assert said.code != 0
    assert "pathIsTooLong: The path is longer than 400 characters." in said.log
    assert "low level retry" not in said.log
    assert time.monotonic() - began < 20


def test_a_file_is_deleted_for_good(place, make_tree) -> None:
    _ready, rclone = place
    rclone("copy", str(make_tree({"a.txt": b"a", "b.txt": b"b"})), "t:for good")
    rclone("deletefile", "--onedrive-hard-delete", "t:for good/a.txt")
    assert list(rclone.listed("t:for good")) == ["b.txt"]


def test_changes_are_told_to_who_waits_for_them(place, make_tree, http: httpx.Client) -> None:
    ready, rclone = place
    library = Library(http, ready.graph, ready.drives[0].id)
    library.put("watched/før.txt", b"before")
    with rclone.waiting("test", "changenotify", "--poll-interval", "1s", "t:", "-vv") as lines:
        for line in lines:
            if "delta token" in line:
                library.put("watched/etter.txt", b"after")
            # A delta listing has no paths, so it is told by its name alone.
            if '"etter.txt": ' in line:
                break
        else:
            pytest.fail("it never heard of the change")
