"""Permissions of many entries, and how many files are held: the same as one at a time, on every kind of source."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.errors import SourceGone
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources import Change, EntryTrouble, SmbAddress, Usage
from filrydd.sources.credentials import Credentials
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb import message
from filrydd.sources.smb import questions as smb_questions
from filrydd.sources.smb import takeover as smb_takeover
from filrydd.sources.smb.change_job import change_jobs
from filrydd.sources.smb.flight import Flight
from filrydd.sources.smb.permission_job import permission_jobs
from filrydd.sources.smb.questions import Questions
from filrydd.sources.smb.source import SmbSource
from filrydd.sources.smb.usage_job import usage_jobs
from tests.samba import Samba
from tests.sources.breaking import MOMENTS, break_now_and_then
from tests.sources.conftest import FULL, OPERATOR, READ, STRANGER, Place, Share, ace, lay_out_share, open_modes
from tests.sources.door import forwarding
from tests.sources.fake_share import FakeShare
from tests.sources.handles import held
from tests.sources.hostile import OneServer, serving

TREE = {"a": {"b": {"c.txt": b"x"}, "d.txt": b"x"}, "e f.txt": b"x", "æ": {}}
FOLDERS, FILES = ("", "a", "a/b", "æ"), ("a/b/c.txt", "a/d.txt", "e f.txt")
ENTRIES = [(path, Kind.FOLDER) for path in FOLDERS] + [(path, Kind.FILE) for path in FILES]
ASKED = [(number, path, kind) for number, (path, kind) in enumerate(ENTRIES)]


def reasons(answers: Mapping[int, object]) -> dict[int, object]:
    return {number: answer.reason if isinstance(answer, Trouble) else answer for number, answer in answers.items()}


def former_of(place: Place) -> dict[int, bytes]:
    return {number: place.source.permission(path, kind) for number, path, kind in ASKED}


def changes_to(wanted: Mapping[int, bytes], *known: Mapping[int, bytes]) -> Iterator[Change]:
    for number, path, kind in ASKED:
        yield Change(number, path, kind, wanted[number], tuple(one[number] for one in known))


def sealed_of(place: Place, former: Mapping[int, bytes]) -> dict[int, bytes]:
    return {number: place.source.sealed(former[number], kind) for number, _path, kind in ASKED}


# On every kind of source.


@pytest.mark.parametrize("most", [1, 64])
def test_permissions_are_the_very_bytes_that_are_told_one_at_a_time(place: Place, most: int) -> None:
    place.make(TREE)
    answers = list(place.source.permissions(iter(ASKED), most))
    assert sorted(number for number, _answer in answers) == list(range(len(ASKED)))
    assert dict(answers) == former_of(place)


@pytest.mark.parametrize("most", [1, 64])
def test_what_is_changed_is_changed_once_and_comes_back_exactly(place: Place, most: int) -> None:
    place.make(TREE)
    former = former_of(place)
    sealed = sealed_of(place, former)
    for wanted, known in ((sealed, former), (former, sealed)):
        assert set(dict(place.source.change(changes_to(wanted, known), most)).values()) == {True}
        assert former_of(place) == wanted
        assert set(dict(place.source.change(changes_to(wanted, known), most)).values()) == {False}
        assert former_of(place) == wanted


def test_what_somebody_else_has_changed_since_is_left_alone(place: Place) -> None:
    place.make(TREE)
    former = former_of(place)
    sealed = sealed_of(place, former)
    # Two entries were sealed meanwhile, which is neither what they were nor what they are to become.
    for number in (1, 4):
        place.source.permit(*ENTRIES[number], sealed[number])
    other = {number: former[number] for number, _path, _kind in ASKED}
    answers = dict(place.source.change(changes_to(other, other)))
    assert {number for number, answer in reasons(answers).items() if answer is Reason.CHANGED} == {1, 4}
    assert {number for number, answer in answers.items() if answer is False} == set(former) - {1, 4}
    now = former_of(place)
    assert [now[1], now[4]] == [sealed[1], sealed[4]]
    # Whoever does not mind what they are gets what is wanted.
    assert dict(place.source.change(changes_to(other)))[1] is True
    assert former_of(place) == former


def test_trouble_with_some_entries_is_their_answer_and_the_others_go_on(place: Place) -> None:
    place.make(TREE)
    former = former_of(place)
    odd = [
        (100, "borte.txt", Kind.FILE),
        (101, "borte/borte.txt", Kind.FILE),
        (102, "a/../e f.txt", Kind.FILE),
        (103, "a", Kind.FILE),
        (104, "e f.txt", Kind.FOLDER),
    ]
    expected = {100: Reason.VANISHED, 101: Reason.VANISHED, 102: Reason.BAD_NAME, 103: Reason.FAULT, 104: Reason.FAULT}
    asked = [*odd[:3], *ASKED, *odd[3:]]
    assert reasons(dict(place.source.permissions(asked))) == former | expected
    sealed = sealed_of(place, former)
    changes = [Change(number, path, kind, sealed[5]) for number, path, kind in odd]
    changes.append(Change(105, "e f.txt", Kind.FILE, b"no descriptor"))
    changes.append(Change(106, "e f.txt", Kind.FILE, sealed[6], (b"",)))
    answers = dict(place.source.change([*changes, *changes_to(former, former)]))
    assert reasons(answers) == expected | dict.fromkeys((105, 106), Reason.FAULT) | dict.fromkeys(former, False)
    assert former_of(place) == former
    troubled = [answer for answer in answers.values() if isinstance(answer, Trouble)]
    assert all(trouble.path and trouble.detail for trouble in troubled)


def test_files_tell_how_many_names_they_have_and_that_nobody_writes(place: Place) -> None:
    place.make(TREE)
    os.link(place.top / "e f.txt", place.top / "a" / "to.txt")
    asked = [*enumerate(FILES), (10, "a/to.txt"), (11, "borte.txt"), (12, "a"), (13, "../e f.txt")]
    with place.source.open("a/d.txt"):
        answers = dict(place.source.usage(asked))
    assert reasons(answers) == {
        0: Usage(False, 1),
        1: Usage(False, 1),
        2: Usage(False, 2),
        10: Usage(False, 2),
        11: Reason.VANISHED,
        12: Reason.FAULT,
        13: Reason.BAD_NAME,
    }


def test_what_is_asked_is_drawn_as_answers_come_and_no_more_once_somebody_stops(place: Place) -> None:
    place.make(TREE)
    drawn = 0

    def endless() -> Iterator[tuple[int, str, Kind]]:
        nonlocal drawn
        while True:
            yield drawn, "e f.txt", Kind.FILE
            drawn += 1

    asking = place.source.permissions(endless(), 8)
    for _number in range(100):
        next(asking)
        assert drawn < 150
    asking.close()
    assert drawn < 150
    assert place.source.look("e f.txt").kind is Kind.FILE


def test_many_that_cannot_be_asked_about_are_all_answered(place: Place) -> None:
    place.make(TREE)
    asked = [(number, "..", Kind.FILE) for number in range(2500)] + [(2500, "e f.txt", Kind.FILE)]
    answers = dict(place.source.permissions(iter(asked)))
    assert len(answers) == 2501
    assert isinstance(answers[2500], bytes)


def test_nothing_asked_is_nothing_answered(place: Place) -> None:
    place.make(TREE)
    assert list(place.source.permissions([])) == []
    assert list(place.source.change([])) == []
    assert list(place.source.usage([])) == []


def test_entries_of_an_area_that_is_gone_are_no_answer(place: Place) -> None:
    place.make({"a.txt": b"x"})
    former = place.source.permission("a.txt", Kind.FILE)
    (place.top / "a.txt").unlink()
    place.top.rmdir()
    with pytest.raises(SourceGone):
        list(place.source.permissions([(1, "a.txt", Kind.FILE)]))
    with pytest.raises(SourceGone):
        list(place.source.change([Change(1, "a.txt", Kind.FILE, former)]))
    with pytest.raises(SourceGone):
        list(place.source.usage([(1, "a.txt")]))


# Local folders.


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
def test_a_link_is_not_asked_about_nor_changed_nor_is_what_it_points_to(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    outside = top.parent / "utenfor"
    outside.mkdir()
    (outside / "fil").touch(0o640)
    (top / "lenke").symlink_to(outside / "fil")
    (top / "mappe").symlink_to(outside)
    wanted = source.sealed(source.permission("", Kind.FOLDER), Kind.FILE)
    entries = [(1, "lenke", Kind.FILE), (2, "mappe/fil", Kind.FILE), (3, "mappe", Kind.FOLDER)]
    assert reasons(dict(source.permissions(entries))) == dict.fromkeys((1, 2, 3), Reason.LINK)
    assert reasons(dict(source.change(Change(*entry, wanted) for entry in entries))) == dict.fromkeys(
        (1, 2, 3), Reason.LINK
    )
    assert reasons(dict(source.usage([(1, "lenke"), (2, "mappe/fil")]))) == dict.fromkeys((1, 2), Reason.LINK)
    assert (outside / "fil").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
def test_a_local_file_that_is_open_for_writing_is_in_use(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    for name in ("a", "b"):
        (top / name).touch()
    with (top / "a").open("a"):
        assert dict(source.usage([(1, "a"), (2, "b")])) == {1: Usage(True, 1), 2: Usage(False, 1)}


@pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")
def test_a_change_finds_the_folder_that_lies_there_now(area: tuple[Path, PosixSource]) -> None:
    top, source = area

    def changes() -> Iterator[Change]:
        yield Change(1, "a/fil", Kind.FILE, wanted)
        (top / "a").rename(top / "b")
        (top / "a").mkdir()
        (top / "a" / "annen").touch(0o644)
        yield Change(2, "a/annen", Kind.FILE, wanted)
        yield Change(3, "a/fil", Kind.FILE, wanted)

    (top / "a").mkdir()
    for name in ("fil", "annen"):
        (top / "a" / name).touch(0o644)
    wanted = source.sealed(source.permission("a/fil", Kind.FILE), Kind.FILE)
    assert reasons(dict(source.change(changes()))) == {1: True, 2: True, 3: Reason.VANISHED}
    assert (top / "b" / "annen").stat().st_mode & 0o777 == 0o644


# Real shares.


@pytest.mark.samba
def test_a_file_that_somebody_may_write_through_an_open_handle_is_in_use(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {f"{index}.txt": b"x" for index in range(4)}, sids)
    os.link(share.top / "0.txt", share.top / "også.txt")
    asked = [(index, f"{index}.txt") for index in range(4)]
    with share.source() as source, share.source("games") as colleague:
        with (
            held(colleague, "0.txt", 0x2),
            held(colleague, "1.txt", message.READ_DATA),
            held(colleague, "2.txt", message.READ_DATA, message.SHARE_NONE),
        ):
            assert dict(source.usage(asked)) == {
                0: Usage(True, 2),
                1: Usage(False, 1),
                2: Usage(True, 1),
                3: Usage(False, 1),
            }
        assert all(answer == Usage(False, answer.links) for answer in dict(source.usage(asked)).values())  # type: ignore[union-attr]


@pytest.mark.samba
def test_a_file_whose_holder_must_be_asked_first_is_waited_for(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x", "b.txt": b"x"}, sids)
    with share.source() as source, share.source("games") as colleague:
        requests = colleague._calls._connected()
        # A batch oplock: the server takes it back, and the others wait until the holder has answered or is gone.
        create = message.create(f"{share.path}\\a.txt", message.READ_DATA, message.SHARE_ALL, 0)
        create["requested_oplock_level"] = 9
        (answer,) = requests._chain([create])
        assert isinstance(answer, bytes)
        assert answer[2] == 9
        closing = threading.Timer(0.5, colleague.close)
        closing.start()
        asking = source.usage([(1, "a.txt"), (2, "b.txt")])
        first, second = next(asking), next(asking)
        assert first == (2, Usage(False, 1)), "the one that waits must not keep the others"
        assert second == (1, Usage(False, 1))
        closing.join()


@pytest.mark.samba
def test_a_file_that_is_being_deleted_has_vanished(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with share.source() as source, share.source("games") as colleague:
        former = source.permission("a.txt", Kind.FILE)
        with held(colleague, "a.txt", message.DELETE) as (requests, opened):
            requests.set(opened, message.OF_FILE, message.DISPOSITION, b"\x01")
            gone = {1: Reason.VANISHED}
            assert reasons(dict(source.usage([(1, "a.txt")]))) == gone
            assert reasons(dict(source.permissions([(1, "a.txt", Kind.FILE)]))) == gone
            assert reasons(dict(source.change([Change(1, "a.txt", Kind.FILE, former)]))) == gone


@pytest.mark.samba
def test_without_the_right_to_it_permissions_are_neither_told_nor_changed(
    share: Share, sids: Mapping[str, bytes]
) -> None:
    lay_out_share(share, {"a.txt": b"x", "b.txt": b"x"}, sids)
    share.allow("a.txt", Kind.FILE, ace(security.ALLOWED, FULL, sids[OPERATOR]))
    with share.source() as operator, share.source(STRANGER) as stranger:
        former = {name: operator.permission(name, Kind.FILE) for name in ("a.txt", "b.txt")}
        told = dict(stranger.permissions([(1, "a.txt", Kind.FILE), (2, "b.txt", Kind.FILE)]))
        assert reasons(told) == {1: Reason.NO_PERMISSION, 2: former["b.txt"]}
        changes = [Change(1, "b.txt", Kind.FILE, operator.sealed(former["b.txt"], Kind.FILE))]
        assert reasons(dict(stranger.change(changes))) == {1: Reason.NO_PERMISSION}
        assert reasons(dict(stranger.usage([(1, "a.txt"), (2, "b.txt")]))) == {
            1: Reason.NO_PERMISSION,
            2: Usage(False, 1),
        }
        assert operator.permission("b.txt", Kind.FILE) == former["b.txt"]


@pytest.mark.samba
def test_changes_go_on_after_their_connections_broke(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_questions, "_PLENTY", 20)
    lay_out_share(share, {}, sids)
    for index in range(200):
        (share.top / f"{index}.txt").touch()
    open_modes(share.top)
    files = [(index, f"{index}.txt", Kind.FILE) for index in range(200)]
    with share.source("root") as source:
        former = dict(source.permissions(files))
        sealed = {number: source.sealed(was, Kind.FILE) for number, was in former.items() if isinstance(was, bytes)}
        assert len(sealed) == 200
        changes = (Change(*file, sealed[file[0]], (former[file[0]],)) for file in files)  # type: ignore[arg-type]
        answers = {}
        for number, answer in source.change(changes, 16):
            assert number not in answers
            answers[number] = answer
            if len(answers) in (1, 120):
                share.samba.break_connections()
        assert answers == dict.fromkeys(range(200), True)
        assert dict(source.permissions(files)) == sealed


@pytest.mark.samba
@pytest.mark.parametrize("entries", [None, 1819], ids=["no list", "two more than fit"])
def test_permissions_that_cannot_become_a_seals_are_trouble(share: Share, entries: int | None) -> None:
    sid = security.sid_from_text("S-1-5-21-1-2-3-4")
    many = tuple(ace(security.ALLOWED, READ, sid) for _entry in range(entries or 0))
    listed = security.build(security.Descriptor(security.DACL_PRESENT | 0x8000, sid, sid, many))
    with share.source() as source, pytest.raises(EntryTrouble) as trouble:
        source.sealed(listed if entries else b"\x01\x00\x04", Kind.FILE)
    assert trouble.value.reason is Reason.FAULT


@pytest.mark.samba
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_connection_that_breaks_in_the_worst_moment_leaves_no_entry_as_it_was(
    share: Share, sids: Mapping[str, bytes], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smb_questions, "_PLENTY", 20)
    lay_out_share(share, {}, sids)
    for index in range(800):
        (share.top / f"{index}.txt").touch()
    open_modes(share.top)
    files = [(index, f"{index}.txt", Kind.FILE) for index in range(800)]
    with share.source("root") as source:
        former = source.permission("0.txt", Kind.FILE)
        sealed = source.sealed(former, Kind.FILE)
        breaks = break_now_and_then(monkeypatch, moment)
        answers = list(source.change(Change(*file, sealed, (former,)) for file in files))
        assert breaks
        assert sorted(answers) == [(index, True) for index in range(800)]
        assert sorted(source.permissions(files)) == [(index, sealed) for index in range(800)]


@pytest.mark.samba
def test_a_server_that_falls_silent_in_the_middle_is_gone(share: Share, sids: Mapping[str, bytes]) -> None:
    lay_out_share(share, {"a.txt": b"x"}, sids)
    with forwarding(share.samba.port) as door:
        address = SmbAddress("127.0.0.1", "felles", share.path, "", door.port)
        with SmbSource(address, Credentials(OPERATOR, share.samba.users[OPERATOR]), seconds=1) as source:
            asking = source.permissions(((number, "a.txt", Kind.FILE) for number in range(1000)), 2)
            next(asking)
            door.silent = True
            with pytest.raises(SourceGone):
                list(asking)


@pytest.mark.samba
def test_the_slower_way_answers_the_same(
    share: Share, sids: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out_share(share, TREE, sids)
    with share.source() as source, share.source("games") as colleague, held(colleague, "a/d.txt", 0x2):
        former = dict(source.permissions(ASKED))
        files = [*enumerate(FILES), (9, "borte.txt")]
        usage = dict(source.usage(files))
        assert usage[1] == Usage(True, 1)
        assert source.remarks == []
        monkeypatch.setattr(smb_takeover, "KNOWN_VERSIONS", ((0, 1), (0, 2)))
        assert dict(source.permissions(ASKED)) == former
        assert dict(source.usage(files)) == usage
        sealed = {number: source.sealed(former[number], kind) for number, _path, kind in ASKED}  # type: ignore[arg-type]
        assert set(dict(source.change(changes_to(sealed, former))).values()) == {True}  # type: ignore[arg-type]
        assert set(dict(source.change(changes_to(sealed, former))).values()) == {False}  # type: ignore[arg-type]
        assert set(reasons(dict(source.change(changes_to(former, former)))).values()) == {Reason.CHANGED}  # type: ignore[arg-type]
        monkeypatch.undo()
        assert dict(source.permissions(ASKED)) == sealed
        assert set(dict(source.change(changes_to(former, sealed))).values()) == {True}  # type: ignore[arg-type]


@pytest.mark.samba
def test_a_link_of_a_dfs_is_a_link(samba: Samba) -> None:
    top = samba.folder.parent / "shares" / "dfs" / "rettigheter"
    top.mkdir()
    (top / "lenke").symlink_to("msdfs:fil02\\felles")
    (top / "a.txt").touch()
    open_modes(top)
    address = SmbAddress("127.0.0.1", "dfs", "rettigheter", "", samba.port)
    with SmbSource(address, Credentials("root", samba.users["root"])) as source:
        entries = [(1, "lenke", Kind.FOLDER), (2, "a.txt", Kind.FILE), (3, "", Kind.FOLDER)]
        told = dict(source.permissions(entries))
        assert reasons(told)[1] is Reason.LINK
        assert told[2] == source.permission("a.txt", Kind.FILE)
        assert told[3] == source.permission("", Kind.FOLDER)
        with pytest.raises(EntryTrouble):
            source.permission("lenke", Kind.FOLDER)


# A server that behaves as a test wants.


def descriptor(mask: int, control: int = security.DACL_PRESENT) -> bytes:
    sid = security.sid_from_text("S-1-5-21-1-2-3-4")
    return security.build(security.Descriptor(control | 0x8000, sid, sid, (ace(security.ALLOWED, mask, sid),)))


def answered(share: FakeShare, jobs: Callable[[], object], credits: int = 64, most: int = 4) -> dict[int, object]:
    server = OneServer(share.answer, credits)
    with serving(server) as lanes:
        questions: Questions[object] = Questions(jobs())  # type: ignore[type-var, arg-type]
        answers = list(questions.run(Flight(lanes, server.lane(), questions, most), lambda: None))
    assert len({number for number, _answer in answers}) == len(answers)
    return dict(answers)


BEFORE, AFTER, OTHER = descriptor(FULL), descriptor(READ), descriptor(READ | 0x2)
NAMES = [f"mappe {index}" for index in range(6)]


def to_after(known: tuple[bytes, ...] = (BEFORE,)) -> Callable[[], object]:
    return lambda: change_jobs([Change(number, name, Kind.FOLDER, AFTER, known) for number, name in enumerate(NAMES)])


def access_of(share: FakeShare) -> list[tuple[security.Ace, ...] | None]:
    return [security.parse(share.lists[name]).dacl for name in NAMES]


@pytest.mark.parametrize("credits", [1, 2, 3, 4, 5, 64])
@pytest.mark.parametrize("chains", [True, False])
def test_with_any_number_of_credits_and_whatever_a_server_joins_all_is_changed(credits: int, chains: bool) -> None:
    share = FakeShare(dict.fromkeys(NAMES, BEFORE) | {NAMES[2]: AFTER, NAMES[3]: OTHER}, chains=chains)
    answers = answered(share, to_after(), credits)
    assert reasons(answers) == {0: True, 1: True, 2: False, 3: Reason.CHANGED, 4: True, 5: True}
    after, other = security.parse(AFTER).dacl, security.parse(OTHER).dacl
    assert access_of(share) == [after, after, after, other, after, after]
    assert sorted(share.sets) == [NAMES[0], NAMES[1], NAMES[4], NAMES[5]]
    assert share.longest <= credits
    asked = [(number, name, Kind.FOLDER) for number, name in enumerate(NAMES)]
    told = answered(share, lambda: permission_jobs(asked), credits)
    assert told == {number: share.lists[name] for number, name in enumerate(NAMES)}
    assert share.longest <= credits


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 45), st.sampled_from([1, 3, 64]), st.sampled_from([1, 4]))
def test_whenever_a_connection_breaks_each_is_changed_once_and_said_to_be(at: int, credits: int, most: int) -> None:
    share = FakeShare(dict.fromkeys(NAMES, BEFORE), frozenset({at}))
    answers = answered(share, to_after(), credits, most)
    # What was done before the server hung up is not set a second time, and is this change's work all the same.
    assert answers == dict.fromkeys(range(len(NAMES)), True)
    assert sorted(share.sets) == NAMES
    assert access_of(share) == [security.parse(AFTER).dacl] * len(NAMES)


def test_a_server_that_hangs_up_each_time_is_gone() -> None:
    with pytest.raises(SourceGone):
        answered(FakeShare(dict.fromkeys(NAMES, BEFORE), frozenset(range(1, 100))), to_after())


def test_access_that_a_server_does_not_keep_is_a_fault() -> None:
    share = FakeShare(dict.fromkeys(NAMES, BEFORE))

    class Forgetful(dict[str, bytes]):
        def __setitem__(self, path: str, _value: bytes) -> None:
            super().__setitem__(path, OTHER)

    share.lists = Forgetful(share.lists)
    assert set(reasons(answered(share, to_after())).values()) == {Reason.FAULT}


def test_entries_that_were_marked_as_inherited_are_marked_so_again() -> None:
    marked = descriptor(READ, security.DACL_PRESENT | security.DACL_AUTO_INHERITED)
    share = FakeShare(dict.fromkeys(NAMES, AFTER))
    changes = [Change(number, name, Kind.FOLDER, marked, (AFTER,)) for number, name in enumerate(NAMES)]
    assert set(answered(share, lambda: change_jobs(changes)).values()) == {True}
    assert sorted(share.sets) == NAMES
    # What asks for that is told to the server in a way of its own.
    assert all(
        security.DACL_AUTO_INHERIT_REQUIRED & int.from_bytes(told[2:4], "little") for told in share.lists.values()
    )


def test_after_the_last_that_has_vanished_the_area_is_looked_at_once_more() -> None:
    server = OneServer(FakeShare({}).answer)
    happened: list[object] = []
    with serving(server) as lanes:
        asked = ((number, name, Kind.FOLDER) for number, name in enumerate(NAMES))
        questions = Questions(permission_jobs(asked))
        for number, answer in questions.run(
            Flight(lanes, server.lane(), questions, 1), lambda: happened.append("look")
        ):
            assert isinstance(answer, Trouble)
            happened.append(number)
    assert happened[0] == "look"
    assert happened[-1] == "look"
    assert [what for what in happened if what != "look"] == list(range(len(NAMES)))


@pytest.mark.parametrize("credits", [1, 64])
def test_a_reparse_point_is_what_its_tag_says(credits: int) -> None:
    surrogate, deduplicated, special = 0xA000_000C, 0x8000_0013, 0x8000_0023
    share = FakeShare(dict.fromkeys(NAMES[:3], BEFORE))
    share.attributes = dict.fromkeys(NAMES[:3], 0x400)
    share.tags = dict(zip(NAMES, (surrogate, deduplicated, special), strict=False))
    expected = [Reason.LINK, None, Reason.SPECIAL]
    asked = [(number, name, Kind.FILE) for number, name in enumerate(NAMES[:3])]
    told = reasons(answered(share, lambda: permission_jobs(asked), credits))
    assert [told[0], told[1], told[2]] == [Reason.LINK, BEFORE, Reason.SPECIAL]
    used = reasons(answered(share, lambda: usage_jobs([one[:2] for one in asked]), credits))
    assert [used[0], used[1], used[2]] == [Reason.LINK, Usage(False, 1), Reason.SPECIAL]
    changes = [Change(*one, AFTER) for one in asked]
    changed = reasons(answered(share, lambda: change_jobs(changes), credits))
    assert [changed[number] is True for number in range(3)] == [reason is None for reason in expected]
    assert share.sets == [NAMES[1]]


def test_permissions_that_cannot_be_judged_are_changed_only_by_whom_does_not_mind() -> None:
    unknown = bytearray(BEFORE)
    unknown[20 + 2 * len(security.parse(BEFORE).owner) + 8] = 0x77  # the type of the first entry
    with pytest.raises(security.BadDescriptor):
        security.parse(bytes(unknown))
    share = FakeShare(dict.fromkeys(NAMES, bytes(unknown)))
    asked = [(0, NAMES[0], Kind.FOLDER)]
    assert reasons(answered(share, lambda: permission_jobs(asked))) == {0: Reason.FAULT}
    assert set(reasons(answered(share, to_after())).values()) == {Reason.FAULT}
    assert share.sets == []
    assert set(answered(share, to_after(())).values()) == {True}


_BODIES = st.one_of(
    st.binary(max_size=120),
    st.sampled_from([b"", b"\x59\x00" + bytes(86), b"\x09\x00\x48\x00\x10\x00\x00\x00" + bytes(16)]),
)
_STATUSES = st.sampled_from([0, 0, 0, 0xC0000022, 0xC0000034, 0xC0000043, 0xC0000056, 0x80000005, 0xC00000BB])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_STATUSES, _BODIES), min_size=1, max_size=12), st.sampled_from([1, 64]))
def test_whatever_a_server_answers_each_entry_has_one_answer_or_the_server_is_gone(
    answers: list[tuple[int, bytes]], credits: int
) -> None:
    entries = [(number, name, Kind.FILE) for number, name in enumerate(NAMES)]
    for jobs in (
        lambda: permission_jobs(entries),
        lambda: usage_jobs([one[:2] for one in entries]),
        lambda: change_jobs(Change(*one, AFTER, (BEFORE,)) for one in entries),
    ):
        said = iter(answers)
        share = FakeShare({})
        # Once it has said all of it, it says no.
        share.answer = lambda *_asked, said=said: next(said, (0xC0000022, b""))  # type: ignore[method-assign]
        try:
            told = answered(share, jobs, credits)
        except SourceGone:
            continue
        assert sorted(told) == list(range(len(NAMES)))
        assert all(
            isinstance(answer, Trouble | Usage | bytes) or answer is True or answer is False for answer in told.values()
        )
        # Nothing that this server says is a descriptor.
        assert not any(isinstance(answer, bytes) or answer is True for answer in told.values())
