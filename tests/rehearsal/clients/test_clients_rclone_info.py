"""rclone, which does not know the tenant's rules, finds SharePoint's."""

import json
import re

import pytest

from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.rclone import rclone_for

pytestmark = pytest.mark.xdist_group("rclone-info")

NOT_IN_NAMES = {*'"*:<>?\\|', *map(chr, range(1, 0x20)), "\x7f"}
"""What SharePoint does not take in a name; rclone tries neither `/` nor NUL."""
CHECKS = ("--check-control", "--check-length", "--check-normalization", "--check-streaming")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What `rclone test info` found out: its report, and what it printed."""
    folder = tmp_path_factory.mktemp("info")
    with running(folder / "tenant") as ready:
        rclone = rclone_for(ready, folder)
        # Without its own encoding, which hides what is refused. Of its checks only that of its own Base32768 is left out:
        # it asks for 32,768 letters one by one, which takes longer than all the others, and is fine here.
        bare = ("test", "info", "--onedrive-encoding", "Slash", "t:")
        printed = rclone(*bare, *CHECKS, "--write-json", str(folder / "info.json"))
        return json.loads((folder / "info.json").read_text()), printed


def test_it_finds_the_characters_that_cannot_be_written(found) -> None:
    report, _printed = found
    results = report["ControlCharacters"]
    # Two of the names that it tries are no UTF-8; the report cannot tell them apart.
    not_utf8 = results.pop("\ufffd")
    assert set(not_utf8["WriteError"]) == {"left", "middle", "right"}
    assert len(results) == 126 + 2
    refused = {character: set(result["WriteError"]) for character, result in results.items() if result["WriteError"]}
    assert {character for character, places in refused.items() if "middle" in places} == NOT_IN_NAMES
    # A space at the ends only; all else that ASCII has is taken, and so are a no-break space and a wide backslash.
    assert refused == {character: {"left", "middle", "right"} for character in NOT_IN_NAMES} | {" ": {"left", "right"}}
    assert {"#", "%", "~", ".", "'", "+", "&", "\u00a0", "＼"} <= results.keys() - refused.keys()


def test_it_is_told_why_in_graphs_own_words(found) -> None:
    report, _printed = found
    for character, result in report["ControlCharacters"].items():
        # A colon ends the path in an address, so it never gets as far as a name.
        if character not in (":", "\ufffd"):
            told = set(result["WriteError"].values())
            assert all(error.startswith("invalidRequest: invalidName: ") for error in told), (character, told)


def test_what_could_be_written_is_read_and_listed_by_the_same_name(found) -> None:
    report, _printed = found
    for character, result in report["ControlCharacters"].items():
        # What was refused is not there.
        assert result["GetError"].keys() == result["WriteError"].keys(), character
        there = {"left", "middle", "right"} - result["WriteError"].keys()
        assert result["InList"] == dict.fromkeys(there, "present"), character


def test_it_finds_the_longest_name_in_utf16_units(found) -> None:
    _report, printed = found
    longest = {
        int(size): int(length) for length, size in re.findall(r"maxFileLength = (\d+) // for (\d) byte", printed)
    }
    # Letters of four bytes in UTF-8 are two units each.
    assert longest == {1: 255, 2: 255, 3: 255, 4: 127}


def test_it_finds_that_normal_forms_are_one_name_and_that_sizes_must_be_known(found) -> None:
    report, _printed = found
    assert (report["CanWriteUnnormalized"], report["CanReadUnnormalized"], report["CanReadRenormalized"]) == (True,) * 3
    assert report["CanStream"] is False
