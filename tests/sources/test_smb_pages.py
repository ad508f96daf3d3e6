"""What a server tells of its entries: it may be wrong, or hostile."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.entry import Kind, Reason
from filrydd.model.names import raw
from filrydd.sources import EntryTrouble
from filrydd.sources.place import segments, signed
from filrydd.sources.smb.folder import NOT_IN_A_NAME, FolderIds, read_folder
from filrydd.sources.smb.page import BadPage
from tests.sources.conftest import listing_page


@given(st.lists(st.text(st.characters(codec="utf-16", exclude_categories=[]), min_size=1, max_size=20), unique=True))
def test_every_name_comes_through_and_can_be_undone(names: list[str]) -> None:
    usable = [name for name in names if name not in (".", "..")]
    if not usable:
        return
    listing = read_folder("mappe", [listing_page(usable)], frozenset())
    assert [raw(entry.name) for entry in listing.entries] == usable
    bad = {name for name in usable if any(letter in name for letter in NOT_IN_A_NAME)}
    assert {raw(trouble.path.removeprefix("mappe/")) for trouble in listing.troubles} == bad


def test_half_a_pair_in_a_name_is_kept_and_undone() -> None:
    (entry,) = read_folder("", [listing_page(["a\ud800b.txt"])], frozenset()).entries
    entry.name.encode("utf-8")
    assert segments(entry.name, NOT_IN_A_NAME) == ["a\ud800b.txt"]


@pytest.mark.parametrize("name", ["a/b", "a\\b", "../../etc/passwd", "a\0", "fil.txt:skjult", "..\\x", ""])
def test_a_name_that_would_lead_elsewhere_is_counted_and_never_a_path(name: str) -> None:
    listing = read_folder("mappe", [listing_page(["god.txt", name])], frozenset())
    assert len(listing.entries) == 2
    (trouble,) = listing.troubles
    assert trouble.reason is Reason.BAD_NAME
    assert trouble.path.count("/") == 1
    with pytest.raises(EntryTrouble) as caught:
        segments(trouble.path, NOT_IN_A_NAME)
    assert caught.value.reason is Reason.BAD_NAME


def test_a_name_listed_twice_is_one_entry_and_one_trouble() -> None:
    listing = read_folder("", [listing_page(["a", "b"]), listing_page(["a"])], frozenset())
    assert [entry.name for entry in listing.entries] == ["a", "b"]
    assert [(trouble.path, trouble.reason) for trouble in listing.troubles] == [("a", Reason.FAULT)]


@pytest.mark.parametrize(
    ("attributes", "tag", "kind", "reason"),
    [
        (0x410, 0xA000000C, Kind.LINK, Reason.LINK),  # symbolic link
        (0x410, 0xA0000003, Kind.LINK, Reason.LINK),  # mount point
        (0x410, 0x8000000A, Kind.LINK, Reason.LINK),  # DFS
        (0x400, 0xA000001D, Kind.LINK, Reason.LINK),  # a Linux link on Windows
        (0x400, 0x80000024, Kind.OTHER, Reason.SPECIAL),  # a pipe
        (0x420, 0x80000013, Kind.FILE, None),  # deduplicated
        (0x410, 0x9000001A, Kind.FOLDER, None),  # a cloud's placeholder
        (0x20, 0xA000000C, Kind.FILE, None),  # size of extended attributes, not a tag
    ],
)
def test_reparse_points_are_told_apart_by_their_tags(
    attributes: int, tag: int, kind: Kind, reason: Reason | None
) -> None:
    page = bytearray(listing_page(["a"]))
    struct.pack_into("<I", page, 56, attributes)
    struct.pack_into("<I", page, 64, tag)
    listing = read_folder("", [bytes(page)], frozenset())
    assert [entry.kind for entry in listing.entries] == [kind]
    assert [trouble.reason for trouble in listing.troubles] == ([reason] if reason else [])


@given(st.integers(1, 200))
def test_a_page_cut_short_is_refused(cut: int) -> None:
    page = listing_page(["fil en.txt", "fil to.txt"])
    with pytest.raises(BadPage):
        read_folder("", [page[: max(0, len(page) - cut)]], frozenset())


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadPage):
        read_folder("", [data], frozenset())


def test_a_page_whose_entries_overlap_is_refused_and_does_not_run_for_ever() -> None:
    page = bytearray(listing_page(["a", "b"]))
    struct.pack_into("<I", page, 0, 8)
    with pytest.raises(BadPage):
        read_folder("", [bytes(page)], frozenset())


def test_forgotten_ids_are_asked_for_again() -> None:
    asked: list[str] = []

    def ask(path: str) -> int:
        asked.append(path)
        return {"": 1, "a": 2}.get(path, 0)

    ids = FolderIds(ask)
    ids.remember("a/b", 7)
    assert ids.above("a/b/c") == {1, 2, 7}
    assert ids.above("a/b/c/d/e") == {1, 2, 7}
    assert sorted(asked) == ["", "a", "a/b/c", "a/b/c/d"]


@given(st.integers(0, 2**64 - 1))
def test_ids_fit_where_they_are_stored_and_stay_different(number: int) -> None:
    assert -(2**63) <= signed(number) < 2**63
    assert signed(number) % 2**64 == number
