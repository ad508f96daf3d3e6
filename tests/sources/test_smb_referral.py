"""A server's answer to where a name leads, taken apart."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.sources.address import SMB_PORT, SmbAddress
from filrydd.sources.smb.referral import BadReferral, Referral, behind, parse

PLACE = SmbAddress("fs1.kommune.no", "felles", "a/b", "", 4450)


def answer(version: int, targets: list[str], consumed: int = 20, flags: int = 0) -> bytes:
    """An answer as [MS-DFSC] 2.2.4 and 2.2.5 lay it out: the entries, then the names."""
    sizes = {2: 22, 3: 34, 4: 34}
    entries, names = b"", b""
    for number, target in enumerate(targets):
        letters = target.encode("utf-16-le") + b"\0\0"
        if version == 1:
            entries += struct.pack("<HHHH", 1, 8 + len(letters), 0, flags) + letters
            continue
        offset = sizes[version] * (len(targets) - number) + len(names)
        head = struct.pack("<HHHH", version, sizes[version], 0, flags)
        body = struct.pack("<IIHHH", 0, 600, 0, 0, offset) if version == 2 else struct.pack("<IHHH", 600, 0, 0, offset)
        entries += (head + body).ljust(sizes[version], b"\0")
        names += letters
    return struct.pack("<HHI", consumed, len(targets), 2) + entries + names


TARGETS = [r"\fs1\felles", r"\fs2.kommune.no\Område\æøå"]


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_the_targets_come_in_the_servers_order(version: int) -> None:
    assert parse(answer(version, TARGETS)) == Referral(20, tuple(TARGETS))


def test_a_list_of_names_has_no_targets() -> None:
    assert parse(answer(4, TARGETS, flags=2)).targets == ()


@pytest.mark.parametrize("size", [0, 7, 999])
def test_an_entry_that_is_longer_than_the_answer_or_nothing_is_refused(size: int) -> None:
    good = answer(3, TARGETS)
    with pytest.raises(BadReferral):
        parse(good[:10] + struct.pack("<H", size) + good[12:])


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except BadReferral:
        pass


@given(st.sampled_from([1, 2, 3, 4]), st.integers(0, 200), st.binary(min_size=1, max_size=4), st.integers(0, 200))
def test_an_altered_answer_is_an_answer_or_refused(version: int, place: int, piece: bytes, end: int) -> None:
    good = answer(version, TARGETS)
    bad = (good[:place] + piece + good[place + len(piece) :])[: len(good) - end // 2]
    try:
        for target in parse(bad).targets:
            behind(r"\fs1\felles\a\b", Referral(4, (target,)), target, PLACE)
    except BadReferral:
        pass


@pytest.mark.parametrize(
    ("target", "port"),
    [
        (r"\fs1.kommune.no\ny", 4450),
        (r"\FS1.Kommune.NO\ny", 4450),
        (r"\FS1\ny", 4450),
        (r"\fs2.kommune.no\ny", SMB_PORT),
        (r"\fs1.annen.no\ny", SMB_PORT),
        (r"\fs10\ny", SMB_PORT),
    ],
)
def test_the_port_stays_on_the_same_server_and_is_the_usual_one_elsewhere(target: str, port: int) -> None:
    assert behind(r"\x\y", Referral(8, ()), target, PLACE).port == port


def test_a_number_is_no_short_name() -> None:
    place = SmbAddress("10.0.0.1", "felles", "", "", 4450)
    assert behind(r"\x\y", Referral(8, ()), r"\10\ny", place).port == SMB_PORT


def test_what_the_target_does_not_stand_for_comes_after_it() -> None:
    name = r"\domene\rot\lenke æ\a\b"
    consumed = len(r"\domene\rot\lenke æ".encode("utf-16-le"))
    for told in (consumed, consumed + 2):
        found = behind(name, Referral(told, ()), r"\fs1\felles\x", PLACE)
        assert (found.server, found.share, found.path) == ("fs1", "felles", "x/a/b")
    assert behind(name, Referral(2 * len(name), ()), r"\fs1\felles", PLACE).path == ""


@pytest.mark.parametrize(
    ("consumed", "target"),
    [
        (3, r"\fs1\felles"),
        (6, r"\fs1\felles"),
        (999, r"\fs1\felles"),
        (8, r"\fs1"),
        (8, ""),
        (8, r"\fs1\felles\..\hemmelig"),
        (8, r"\fs1/x\felles"),
        (8, r"\fs1:99\felles"),
    ],
)
def test_a_target_that_is_no_place_is_refused(consumed: int, target: str) -> None:
    with pytest.raises(BadReferral):
        behind(r"\abc\def\ghi", Referral(consumed, ()), target, PLACE)
