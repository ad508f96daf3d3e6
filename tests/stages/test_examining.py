"""Reading the text of documents: only what may be read, once as it is, and what was told stays true."""

import os
import stat
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.errors import DiskFull, SourceGone
from filrydd.model.entry import ENCRYPTED, OFFLINE, RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN, Reason
from filrydd.model.finding import Examination, Found, Link, Outcome
from filrydd.model.hours import Hours
from filrydd.stages.scan import examining
from filrydd.stages.scan.walking import Load
from tests.areas import POLICY, Area
from tests.reading import Says, examine, examined_in, findings_in, follow, link, links_in, number
from tests.watched import Watched, unreadable_in

MakeArea = Callable[..., Area]
NUMBER = Examination(Outcome.READ, numbers=(("fnr", 2), ("", 7)))
KODE_6 = """blocks:
  - block: kode 6
    when: {path: Kode 6}
    forbids: [move, destroy]
    basis: forvaltningsloven § 13 c
    reason: {nb: Skjermet., en: Protected.}
"""


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def left_behind() -> list[Path]:
    return list(Path(tempfile.gettempdir()).rglob("*"))


def test_documents_are_read_and_other_files_are_not(make_area: MakeArea) -> None:
    area = make_area(
        {"a.docx": b"word", "F": {"b.TXT": b"text"}, "c.jpg": b"picture", "d.pst": b"mail", "e.xls": b"old"}
    )
    source, examiner = Watched(area, never=["c.jpg", "d.pst"]), Says({"a.docx": NUMBER})
    done = examine(area, source, examiner)
    assert examiner.contents == {"a.docx": b"word", "b.TXT": b"text", "e.xls": b"old"}
    assert (done.asked, done.read_bytes, done.outcomes) == (3, 11, {Outcome.READ: 3})
    assert examined_in(area) == {"a.docx": "read", "F/b.TXT": "read", "e.xls": "read"}


def test_only_numbers_with_a_word_near_them_are_findings(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"a", "b.docx": b"b"})
    alone = Examination(Outcome.READ, numbers=(("", 3),))
    done = examine(area, Watched(area), Says({"a.docx": NUMBER, "b.docx": alone}))
    assert findings_in(area) == {("a.docx", "identity number", "fnr: 2")}
    assert done.found == {Found.NUMBER: 1}


def test_what_is_known_is_not_read_again_until_it_changes(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"a", "b.docx": b"b"})
    examine(area, Watched(area), Says({"a.docx": NUMBER}))
    again = Watched(area)
    assert examine(area, again, Says()).outcomes == {Outcome.READ: 2}
    assert again.opened == []
    assert findings_in(area) == {("a.docx", "identity number", "fnr: 2")}
    (area.top / "a.docx").write_bytes(b"changed")
    third = Watched(area)
    examine(area, third, Says())
    assert third.opened == ["a.docx"]
    assert findings_in(area) == set()


def test_a_scan_that_reads_nothing_drops_the_findings_of_what_changed_or_went(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"a", "b.docx": b"b", "c.docx": b"c"})
    examine(area, Watched(area), Says(dict.fromkeys(("a.docx", "b.docx", "c.docx"), NUMBER)))
    (area.top / "a.docx").write_bytes(b"other")
    (area.top / "b.docx").unlink()
    follow(area)
    assert findings_in(area) == {("c.docx", "identity number", "fnr: 2")}
    assert examined_in(area) == {"c.docx": "read"}


def test_a_moved_file_takes_along_what_is_known_of_it(make_area: MakeArea) -> None:
    told = Examination(Outcome.READ, numbers=(("fnr", 1),), links=(Link("workbook", r"\\other\x.xlsx"),), likeness=7)
    area = make_area({"F": {"a.docx": b"1234"}, "keep": b"9"})
    examine(area, Watched(area), Says({"a.docx": told}))
    (area.top / "F").rename(area.top / "G")
    follow(area)
    assert examined_in(area) == {"G/a.docx": "read"}
    assert {(path, kind) for path, kind, _detail in findings_in(area)} == {
        ("G/a.docx", "identity number"),
        ("G/a.docx", "links"),
    }
    assert links_in(area) == {("G/a.docx", r"\\other\x.xlsx", "outside", "")}
    source = Watched(area)
    examine(area, source, Says())
    assert source.opened == []


def test_another_file_where_one_lay_that_was_read_begins_anew(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1234"})
    examine(area, Watched(area), Says({"a.docx": NUMBER}))
    found = (area.top / "a.docx").stat()
    (area.top / "new").write_bytes(b"4321")
    os.utime(area.top / "new", ns=(found.st_atime_ns, found.st_mtime_ns))
    (area.top / "new").rename(area.top / "a.docx")
    follow(area)
    assert examined_in(area) == {} and findings_in(area) == set()


def test_homes_and_blocked_folders_are_never_opened(make_area: MakeArea) -> None:
    area = make_area({"Hjem": {"k.docx": b"1"}, "Kode 6": {"l.docx": b"1"}, "a.docx": b"1"})
    area.policy(POLICY + KODE_6)
    done = examine(area, Watched(area, never=["Hjem", "Kode 6"]), Says())
    assert (done.private, done.blocked, done.outcomes) == (1, 1, {Outcome.READ: 1})


def test_a_block_that_only_reading_can_decide_keeps_nobody_from_reading(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1", "b.docx": b"1"})
    area.policy(POLICY + KODE_6.replace("{path: Kode 6}", "{finding: [identity number]}"))
    for _time in range(2):
        examine(area, Watched(area), Says({"a.docx": NUMBER}))
        assert findings_in(area) == {("a.docx", "identity number", "fnr: 2")}


def test_what_nobody_can_tell_whether_it_is_private_is_not_opened(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1"})
    area.policy(POLICY.replace("rules:", "classes:\n  Pers: {owner: [per]}\nprivate: [Pers]\nrules:"))
    done = examine(area, Watched(area, never=["a.docx"]), Says())
    assert (done.unjudged, done.asked) == (1, 0)


def test_what_is_private_by_now_is_forgotten(make_area: MakeArea) -> None:
    area = make_area({"Per": {"k.docx": b"1"}, "a.docx": b"1"})
    examine(area, Watched(area), Says({"k.docx": link("a.docx"), "a.docx": NUMBER}))
    assert ("Per/k.docx", "links", "workbook") in findings_in(area)
    area.policy(POLICY.replace("path: Hjem", "path: Per"))
    examine(area, Watched(area, never=["Per"]), Says())
    assert examined_in(area) == {"a.docx": "read"}
    assert findings_in(area) == {("a.docx", "identity number", "fnr: 2")}
    assert links_in(area) == set()


def test_without_a_policy_nothing_is_opened(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1"})
    area.policy(POLICY.replace("  felles:", "  en annen:"))
    done = examine(area, Watched(area, never=["a.docx"]), Says())
    assert (done.no_policy, done.asked, done.outcomes) == (True, 0, {})


@pytest.mark.parametrize("bit", [OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS, ENCRYPTED])
def test_what_lies_elsewhere_or_is_encrypted_is_never_opened(make_area: MakeArea, bit: int) -> None:
    area = make_area({"a.docx": b"1", "tape.docx": b"1"})
    done = examine(area, Watched(area, attributes={"tape.docx": bit}, never=["tape.docx"]), Says())
    assert (done.offline, done.encrypted) == ((0, 1) if bit == ENCRYPTED else (1, 0))
    assert examined_in(area) == {"a.docx": "read"}


def test_what_is_too_large_or_empty_is_known_without_opening_it(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1", "empty.txt": b"", "large.pdf": b""})
    os.truncate(area.top / "large.pdf", examining.MOST_BYTES + 1)
    done = examine(area, Watched(area, never=["empty.txt", "large.pdf"]), Says())
    assert done.outcomes == {Outcome.READ: 2, Outcome.TOO_LARGE: 1}


def test_streams_beside_a_document_are_found_and_masked_and_go_with_it(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1", "b.docx": b"1", "empty.txt": b"", "c.jpg": b"1"})
    beside = {
        "a.docx": ("Zone.Identifier", f"notat {number()}"),
        "b.docx": ("Zone.Identifier",),
        "empty.txt": ("text",),
        "c.jpg": ("unseen",),
    }
    done = examine(area, Watched(area, beside=beside, never=["empty.txt"]), Says())
    assert findings_in(area) == {("a.docx", "streams", "1: notat ***********"), ("empty.txt", "streams", "1: text")}
    assert (done.asked, done.found, done.outcomes) == (2, {Found.STREAMS: 2}, {Outcome.READ: 3})
    again = Watched(area)
    examine(area, again, Says())
    assert again.asked_for_streams == [] and len(findings_in(area)) == 2
    (area.top / "a.docx").write_bytes(b"changed")
    examine(area, Watched(area), Says())
    assert findings_in(area) == {("empty.txt", "streams", "1: text")}


def test_files_that_are_not_opened_are_not_asked_for_streams(make_area: MakeArea) -> None:
    area = make_area({"Hjem": {"k.docx": b"1", "tom.docx": b""}, "Kode 6": {"tom.docx": b""}, "a.docx": b"1"})
    area.policy(POLICY + KODE_6)
    source = Watched(area)
    examine(area, source, Says())
    assert source.asked_for_streams == ["a.docx"]


@pytest.mark.parametrize(("reason", "unreadable", "in_use"), [(Reason.NO_PERMISSION, 2, 0), (Reason.IN_USE, 0, 2)])
def test_where_streams_cannot_be_asked_nothing_is_known_of_the_file(
    make_area: MakeArea, reason: Reason, unreadable: int, in_use: int
) -> None:
    area = make_area({"a.docx": b"1", "empty.docx": b"", "b.docx": b"1"})
    done = examine(area, Watched(area, beside={"a.docx": reason, "empty.docx": reason}), Says())
    assert (done.unreadable, done.in_use) == (unreadable, in_use)
    assert examined_in(area) == {"b.docx": "read"}
    assert left_behind() == []
    examine(area, Watched(area), Says())
    assert examined_in(area) == dict.fromkeys(("a.docx", "b.docx", "empty.docx"), "read")


def test_copies_are_private_and_gone_afterwards(make_area: MakeArea) -> None:
    area = make_area({f"{n}.docx": b"secret" for n in range(9)})
    seen: list[tuple[int, int, bool]] = []

    def look(name: str, path: Path) -> None:
        inside = path.is_relative_to(area.workspace)
        seen.append((stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode), inside))

    examine(area, Watched(area), Says(seeing=look))
    assert set(seen) == {(0o600, 0o700, False)} and len(seen) == 9
    assert left_behind() == []


def test_a_run_that_was_cut_off_is_cleaned_up_by_the_next(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"secret"})
    if (child := os.fork()) == 0:
        examine(area, Watched(area), Says(seeing=lambda name, path: os._exit(9)))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert [path.read_bytes() for path in left_behind() if path.is_file()] == [b"secret"]
    follow(area)
    assert left_behind() == []
    assert examine(area, Watched(area), Says()).outcomes == {Outcome.READ: 1}


def test_nothing_else_than_its_own_folder_is_removed(make_area: MakeArea, tmp_path: Path) -> None:
    area = make_area({"a.docx": b"1"})
    (tmp_path / "dear").mkdir()
    (tmp_path / "dear" / "letter").write_text("keep")
    (tmp_path / "filrydd-reading-x").symlink_to(tmp_path / "dear")
    locks = area.workspace / "scans" / ".locks"
    locks.mkdir()
    for place in ("dear", "filrydd-reading-x"):
        (locks / "felles.reading").write_text(str(tmp_path / place))
        examine(area, Watched(area), Says())
        assert (tmp_path / "dear" / "letter").exists()


def test_an_interrupted_reading_goes_on(make_area: MakeArea, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filrydd.stages.scan.copying._BATCH_SECONDS", 0)
    area = make_area({f"{n:02}.docx": b"1" for n in range(12)})

    def break_down(path: str) -> None:
        if path == "09.docx":
            raise SourceGone("the line is cut")

    examiner = Says()
    with pytest.raises(SourceGone):
        examine(area, Watched(area, opening=break_down), examiner)
    assert examiner.closed == 2 and left_behind() == []
    known = len(examined_in(area))
    assert known >= 9 - 4, "what was stored before the break"
    rest = Watched(area)
    assert examine(area, rest, Says(), first_scan=False).outcomes == {Outcome.READ: 12}
    assert len(rest.opened) == 12 - known


def test_a_file_that_changes_before_or_while_it_is_read_is_left_for_the_next_time(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1234", "b.docx": b"1234", "c.docx": b"1234"})

    def write(path: str) -> None:
        if path != "a.docx":
            with (area.top / path).open("ab") as file:
                file.write(b"!")

    done = examine(area, Watched(area, opening=lambda p: write(p) if p == "b.docx" else None, reading=write), Says())
    assert done.changed == 2
    assert examined_in(area) == {"a.docx": "read"} and left_behind() == []
    assert unreadable_in(area) == []


def test_what_the_servers_virus_scanner_refuses_is_told_and_asked_for_again(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1", "v.docx": b"1", "n.docx": b"1"})
    done = examine(area, Watched(area, refusing={"v.docx": Reason.VIRUS, "n.docx": Reason.NO_PERMISSION}), Says())
    assert done.unreadable == 2 and done.outcomes == {Outcome.READ: 1, Outcome.REFUSED: 1}
    assert set(unreadable_in(area)) == {("v.docx", "virus"), ("n.docx", "no permission")}
    again = Watched(area)
    assert examine(area, again, Says()).outcomes == {Outcome.READ: 3}
    assert sorted(again.opened) == ["n.docx", "v.docx"]
    assert unreadable_in(area) == []


def test_what_passes_by_itself_is_counted_and_not_stored(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1", "b.docx": b"1"})
    refusing = {"a.docx": Reason.IN_USE, "b.docx": Reason.VANISHED}
    done = examine(area, Watched(area, refusing=refusing), Says())
    assert (done.in_use, done.vanished, done.outcomes) == (1, 1, {})
    assert unreadable_in(area) == []


def test_a_protected_document_is_a_finding(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1"})
    examine(area, Watched(area), Says({"a.docx": Examination(Outcome.PROTECTED, "password")}))
    assert findings_in(area) == {("a.docx", "protected", "password")}


def test_few_copies_lie_about_at_a_time(make_area: MakeArea) -> None:
    area = make_area({f"{n:02}.docx": b"1" for n in range(30)})
    most: list[int] = []
    examine(area, Watched(area), Says(seeing=lambda name, path: most.append(len(list(path.parent.iterdir())))))
    assert len(most) == 30 and max(most) <= 5


def test_nothing_lies_about_while_the_reading_waits_for_its_hours(make_area: MakeArea) -> None:
    area = make_area({f"{n}.docx": b"1" for n in range(6)})
    now = [datetime(2026, 3, 2, 18, 0, tzinfo=UTC)]
    waited: list[tuple[float, int, int]] = []

    def sleep(seconds: float) -> None:
        files = [path for path in left_behind() if path.is_file()]
        waited.append((seconds, len(files), len(examined_in(area))))
        now[0] = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)

    def late(path: str) -> None:
        if path == "2.docx":
            now[0] = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)

    hours = Hours.parse("17:00-23:00")
    load = Load(hours=hours, clock=lambda: now[0], sleep=sleep)
    done = examine(area, Watched(area, opening=late), Says(), load=load)
    assert waited == [(17.5 * 3600, 0, 3)]
    assert done.outcomes == {Outcome.READ: 6}


def test_a_full_disk_stops_the_reading_and_leaves_nothing(make_area: MakeArea, monkeypatch: pytest.MonkeyPatch) -> None:
    area = make_area({"a.docx": b"1", "b.docx": b"1"})

    def full(descriptor: int, piece: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("filrydd.stages.scan.copying.os.write", full)
    with pytest.raises(DiskFull):
        examine(area, Watched(area), Says())
    assert left_behind() == []


def test_a_fault_in_examining_is_not_swallowed(make_area: MakeArea) -> None:
    area = make_area({"a.docx": b"1"})

    def fail(name: str, path: Path) -> None:
        raise RuntimeError("a fault of the program")

    with pytest.raises(RuntimeError, match="fault of the program"):
        examine(area, Watched(area), Says(seeing=fail))
    assert left_behind() == []
