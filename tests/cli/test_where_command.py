"""`filrydd where`: what it says, what scripts read, and the list that it writes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog.paths import find_file
from tests.areas import Area
from tests.commands import Said, filrydd
from tests.reading import number

SITE = "https://x.sharepoint.com/sites/a/Dok"
PERSON = number()
TREE = {
    "Bilag": {"rapport 1.txt": b"1", "rapport 2.txt": b"2"},
    "Hjem": {"privat.txt": b"3"},
    "notat.txt": b"4",
    f"{PERSON}.txt": b"5",
}


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    made.until_proposed()
    with made.catalog() as catalog, catalog.writing():
        for path in ("Bilag/rapport 1.txt", "Bilag/rapport 2.txt", f"{PERSON}.txt"):
            catalog.run(
                "INSERT INTO receipt (run, file, signoff, drive, item, parent, name, url, size, hash, etag, ctag, source_size,"
                " source_modified, source_hash, at) VALUES (1, ?, 1, 'd', 'i', 'p', 'n', ?, 1, '', '', '', 1, 1, '', 1)",
                (find_file(catalog, path), f"{SITE}/{path.replace(' ', '%20')}"),
            )
    return made


def where(area: Area, *words: str, code: int = 0) -> Said:
    said = filrydd("where", *words, workspace=area.workspace)
    assert said.code == code, said.err
    assert PERSON not in said.out + said.err
    return said


def test_a_file_is_one_sentence_and_one_object(area: Area) -> None:
    assert where(area, "bilag\\RAPPORT 1.txt").out == f"Bilag/rapport 1.txt is now at {SITE}/Bilag/rapport%201.txt\n"
    said = where(area, "bilag\\RAPPORT 1.txt", "--json")
    assert said.json == {
        "old": "Bilag/rapport 1.txt", "url": f"{SITE}/Bilag/rapport%201.txt", "state": "moved", "area": "felles",
        "reason": "In use.", "kind": "file", "at": said.json["at"], "by": "path", "more": False,
    }  # fmt: skip
    assert "stays for now: Somebody's own area." in where(area, "Hjem/privat.txt").out
    where(area, f"{PERSON}.txt", "--json")


def test_a_folder_has_its_counts_and_places(area: Area) -> None:
    told = where(area, "Bilag", "--json").json
    assert (told["kind"], told["state"], told["files"]) == ("folder", "moved", {"moved": 2})
    assert told["url"] == f"{SITE}/Bilag" and told["places"] == [{"url": f"{SITE}/Bilag", "files": 2}]
    assert where(area, "Bilag").out == f"Bilag: 2 files are now in or under {SITE}/Bilag\n"
    top = where(area, str(area.top), "--json").json
    assert top["state"] == "mixed" and {"planned", "held", "moved"} == set(top["files"])
    assert {(one["state"], one["files"]) for one in top["not_moved"]} == {("planned", 1), ("held", 1)}


def test_a_name_says_that_it_is_one_and_a_path_is_never_answered_by_a_name(area: Area) -> None:
    said = where(area, "rapport", "--json")
    assert said.json["by"] == "name" and {said.json["old"], *(one["old"] for one in said.json["others"])} == {
        "Bilag/rapport 1.txt",
        "Bilag/rapport 2.txt",
    }
    assert "These have a name like it:" in where(area, "rapport").out
    refused = where(area, "Feil/rapport 1.txt", "--json", code=1)
    assert "felles: Bilag/rapport 1.txt" in refused.out + refused.err
    where(area, "finnes-ikke", code=1)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("a", "b"),
        ("a", "--all"),
        ("--wave", "x", "a"),
        ("a", "--force"),
        ("felles", "--export", "x", "--format", "pdf"),
    ],
)
def test_words_that_say_nothing_clear_are_wrong_usage(area: Area, words: tuple[str, ...]) -> None:
    where(area, *words, code=2)


def test_the_list_is_written_once_and_says_what_it_left_out(area: Area, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    said = where(area, "felles", "--export", str(path), "--format", "json", "--json", code=3)
    assert said.json == {
        "path": str(path), "format": "json", "areas": ["felles"], "lines": 4, "files": 2, "folders": 2,
        "left_out": {"identity number": 1},
    }  # fmt: skip
    assert "1 address is left out: there is an identity number in it." in said.err
    told = {one["old"]: one["new"] for one in json.loads(path.read_text())["moved"]}
    assert told[f"{area.top}/Bilag/rapport 1.txt"] == f"{SITE}/Bilag/rapport%201.txt" and PERSON not in path.read_text()
    where(area, "felles", "--export", str(path), code=2)
    assert json.loads(path.read_text())["moved"]
    where(area, "--all", "--export", str(path), "--force", code=3)
    assert path.read_text(encoding="utf-8-sig").startswith("old;new;kind")
    where(area, "ukjent", "--export", str(tmp_path / "x"), code=1)
    assert not (tmp_path / "x").exists()
