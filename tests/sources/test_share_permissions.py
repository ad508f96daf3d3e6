"""The share's own permissions as a seal, on a real server; and what they become, in every case."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.model import descriptor as security
from filrydd.model.entry import Reason
from filrydd.sources import EntryTrouble
from filrydd.sources.smb import message, share_seal
from filrydd.sources.smb.share import Refused
from filrydd.sources.smb.source import SmbSource
from tests.samba import Samba
from tests.sources.administered import AREA, run, source
from tests.sources.conftest import CHANGE, COLLEAGUE, FULL, OPERATOR, READ, ace
from tests.sources.handles import held

EVERYONE = security.sid_from_text("S-1-1-0")
OURS = security.sid_from_text("S-1-5-21-1-2-3-1000")
ACCESS_DENIED = 0xC0000022
# Samba reads and writes what its shares permit as the user who asks, and only root may open the file they are kept in.
RULER = "root"


@pytest.fixture
def server(ruled: Samba) -> Samba:
    open_up(ruled)
    return ruled


@pytest.fixture(scope="module")
def ruled(administered_samba: Samba) -> Iterator[Samba]:
    yield administered_samba
    open_up(administered_samba)


def open_up(server: Samba) -> None:
    run(server, "sharesec", "felles", "-R", "S-1-1-0:ALLOWED/0/FULL")


def entries(descriptor: bytes) -> list[tuple[int, int, str]]:
    dacl = security.parse(descriptor).dacl
    assert dacl is not None
    return [(entry.type, entry.mask, security.sid_to_text(entry.rest)) for entry in dacl]


def write_anew(source: SmbSource) -> None:
    with held(source, "a/b.txt", message.WRITE_DATA):
        pass


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_a_sealed_share_lets_others_read_only_once_they_connect_anew_and_comes_back_exactly(server: Samba) -> None:
    with source(server, RULER, "") as ruler, source(server, COLLEAGUE) as connected:
        write_anew(connected)
        former = ruler.share_descriptor()
        sealed = ruler.share_sealed(former)
        ruler.share_permit(sealed)
        assert ruler.share_descriptor() == sealed
        # What the contract's docstring says of clients that are there already.
        write_anew(connected)
        with source(server, COLLEAGUE) as later:
            with pytest.raises(Refused) as caught:
                write_anew(later)
            assert caught.value.status == ACCESS_DENIED
            with later.open("a/b.txt") as reader:
                assert reader.read(100) == b"hello world"
        with source(server, RULER) as operator:
            write_anew(operator)
        ruler.share_permit(former)
        assert ruler.share_descriptor() == former
        with source(server, COLLEAGUE) as again:
            write_anew(again)


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_a_long_list_is_set_whole(server: Samba) -> None:
    # Several fragments of a question.
    many = tuple(
        ace(security.ALLOWED, CHANGE, security.sid_from_text(f"S-1-5-21-1-2-3-{number}")) for number in range(400)
    )
    former = security.build(
        security.Descriptor(security.DACL_PRESENT, b"", b"", (ace(security.ALLOWED, FULL, EVERYONE), *many))
    )
    with source(server, RULER, "") as ruler:
        ruler.share_permit(former)
        sealed = ruler.share_sealed(ruler.share_descriptor())
        ruler.share_permit(sealed)
        now = entries(ruler.share_descriptor())
        assert len(now) == 402
        assert [mask for _type, mask, _sid in now] == [FULL, *[READ] * 401]


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_who_may_not_change_shares_changes_nothing_and_is_told(server: Samba) -> None:
    with source(server, RULER, "") as ruler, source(server, COLLEAGUE, "") as colleague:
        former = ruler.share_descriptor()
        with pytest.raises(EntryTrouble) as caught:
            colleague.share_permit(ruler.share_sealed(former))
        assert caught.value.reason is Reason.NO_PERMISSION
        assert ruler.share_descriptor() == former


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_what_a_server_takes_and_does_not_keep_is_a_fault(server: Samba, monkeypatch: pytest.MonkeyPatch) -> None:
    with source(server, RULER, "") as ruler:
        former = ruler.share_descriptor()
        # A question for something else: the server says yes to it.
        other = ruler.share_sealed(former)
        question = share_seal._question
        monkeypatch.setattr(share_seal, "_question", lambda link, _wanted: question(link, former))
        with pytest.raises(EntryTrouble, match="keeps another access list") as caught:
            ruler.share_permit(other)
        assert caught.value.reason is Reason.FAULT
        assert ruler.share_descriptor() == former


@pytest.mark.samba
@pytest.mark.xdist_group("administered")
def test_only_the_top_of_a_share_is_a_whole_share(server: Samba) -> None:
    for path, whole in (("", True), (AREA, False), (f"{AREA}/a", False)):
        with source(server, OPERATOR, path) as operator:
            assert operator.is_whole_share() is whole


# What the list becomes.


def test_nothing_told_is_everybody_and_everybody_reads() -> None:
    nothing = (b"", security.build(security.Descriptor(0, b"", b"", None)))
    for former in nothing:
        assert entries(share_seal.sealed(former, OURS)) == [
            (security.ALLOWED, FULL, security.sid_to_text(OURS)),
            (security.ALLOWED, READ, "S-1-1-0"),
        ]


def test_who_had_nothing_gets_nothing_and_who_is_denied_stays_denied() -> None:
    some, other = (security.sid_from_text(f"S-1-5-21-9-9-9-{number}") for number in (1, 2))
    former = security.Descriptor(
        security.DACL_PRESENT,
        OURS,
        b"",
        (
            ace(security.DENIED, CHANGE, some),
            ace(security.ALLOWED, 0x1000_0000, other),
            ace(security.ALLOWED, 0x2, EVERYONE),
            ace(security.ALLOWED, READ, OURS),
        ),
    )
    sealed = security.parse(share_seal.sealed(security.build(former), OURS))
    assert sealed.owner == OURS
    assert sealed.dacl == (
        ace(security.ALLOWED, FULL, OURS),
        ace(security.DENIED, CHANGE, some),
        ace(security.ALLOWED, READ, other),
        ace(security.ALLOWED, READ, OURS),
    )
    empty = security.build(security.Descriptor(security.DACL_PRESENT, b"", b"", ()))
    assert entries(share_seal.sealed(empty, OURS)) == [(security.ALLOWED, FULL, security.sid_to_text(OURS))]


SIDS = st.sampled_from([OURS, EVERYONE, *(security.sid_from_text(f"S-1-5-21-9-9-9-{number}") for number in range(3))])
ENTRIES = st.builds(
    security.Ace, st.sampled_from([0, 1, 5, 9, 10]), st.sampled_from([0, 3, 0x10]), st.integers(0, 0xFFFFFFFF), SIDS
)


@given(st.none() | st.lists(ENTRIES, max_size=6).map(tuple))
def test_a_sealed_share_only_loses_rights_to_write_and_sealing_twice_changes_nothing(
    dacl: tuple[security.Ace, ...] | None,
) -> None:
    former = security.build(security.Descriptor(security.DACL_PRESENT, b"", b"", dacl))
    once = share_seal.sealed(former, OURS)
    assert share_seal.sealed(once, OURS) == once
    first, *others = security.parse(once).dacl or ()
    assert first == ace(security.ALLOWED, FULL, OURS)
    for entry in others:
        if entry.type in security.ALLOWING_TYPES:
            assert entry.mask & ~READ == 0
            assert any(
                one.rest == entry.rest and one.type == entry.type for one in dacl or (first, ace(0, 0, EVERYONE))
            )
        else:
            assert entry in (dacl or ())


@given(st.binary(max_size=80))
def test_bytes_that_are_no_descriptor_are_refused(data: bytes) -> None:
    if data:
        with pytest.raises(security.BadDescriptor):
            share_seal.sealed(data, OURS)
