"""What a case has frozen is neither sent nor deleted, whenever the freeze comes; and what a person says is stored whole."""

import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import audit, freezes, ledger, retirements
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, Guard, NoSuchArea
from filrydd.model.rule import Fate
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import classify, freeze, hand_over, retire, status, upload
from filrydd.targets.graph import GraphTenant
from tests.areas import Area
from tests.crashing import CRASHED, Countdown, count_events
from tests.stages.test_what_is_proved import Moved
from tests.tenants import Visitor

TREE = {
    "Bilag": {"gammel.pdf": "old voucher", "ny.pdf": "new voucher"},
    "Notat": {f"{number}": {"a.txt": f"note {number}"} for number in range(8)},
    "Hjem": {"privat.txt": "mine"},
    "Thumbs.db": "junk",
}
DELETABLE = {"Bilag/gammel.pdf", "Bilag/ny.pdf", "Thumbs.db", *(f"Notat/{number}/a.txt" for number in range(8))}


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    area = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    return Moved(area, tenant, tmp_path / "backup")


def test_retire_keeps_what_was_frozen_before_it(moved: Moved) -> None:
    moved.until_sealed()
    work = moved.area.work()
    freeze.freeze(work, "Notat/3", "2026/1")
    freeze.freeze(work, "bilag", "2026/2")
    plan = retire.plan(work)
    assert (plan.moved + plan.destroyed, plan.kept, plan.frozen) == (8, 4, 3)
    done = moved.act(retire.apply)
    assert (done.deleted, done.kept, done.frozen, done.refused) == (8, 4, 3, ())
    assert moved.files() == {"Notat/3/a.txt", "Bilag/gammel.pdf", "Bilag/ny.pdf", "Hjem/privat.txt"}
    freeze.unfreeze(work, "Notat/3", "2026/1", "Kari")
    assert moved.act(retire.apply).deleted == 1
    assert "Notat/3/a.txt" not in moved.files()


def test_an_empty_folder_that_is_frozen_stays_too(moved: Moved) -> None:
    (moved.area.top / "Tomme" / "mapper").mkdir(parents=True)
    (moved.area.top / "Andre").mkdir()
    moved.until_sealed()
    freeze.freeze(moved.area.work(), "Tomme", "2026/1")
    moved.act(retire.apply)
    assert (moved.area.top / "Tomme" / "mapper").is_dir()
    assert not (moved.area.top / "Andre").exists()


def test_a_frozen_file_that_is_ruled_anew_is_held(moved: Moved) -> None:
    moved.until_uploaded()
    assert classify.run(moved.area.work()).fates[Fate.HOLD].files == 1
    freeze.freeze(moved.area.work(), "Notat", "2026/1")
    assert classify.run(moved.area.work()).fates[Fate.HOLD].files == 9


EVENTS: dict[type, tuple[str, ...]] = {
    Catalog: ("writing",),
    PosixSource: ("retire", "retire_folder"),
    GraphTenant: ("item", "deposit"),
    freezes.Watch: ("holds",),
}


@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_freezes_and_deletions_deletes_what_was_frozen(
    moved: Moved, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Before each thing that retire does, somebody may freeze any file. What was there and frozen in time is there."""
    moved.until_sealed()
    dice = random.Random(seed)
    work = moved.area.work()
    kept: set[str] = set()
    in_flight: set[str] = set()
    moments: list[str] = []
    busy = False

    def somebody_freezes(moment: str) -> None:
        nonlocal busy
        if busy or dice.random() > 0.15:
            return
        busy = True
        left = sorted(moved.files() & DELETABLE - kept)
        if left:
            path = dice.choice([left[0], dice.choice(left)])
            done = freeze.freeze(work, path, f"case {moment}", patience=0)
            (kept if done.quiet else in_flight).add(path)
            moments.append(moment)
        busy = False

    def watch(patch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        real = getattr(owner, name)

        def act(*given: Any, **named: Any) -> Any:
            somebody_freezes(name)
            return real(*given, **named)

        patch.setattr(owner, name, act)

    with monkeypatch.context() as patch:
        patch.setattr("filrydd.stages.retire.running.BATCH", 4)
        for owner, names in EVENTS.items():
            for name in names:
                watch(patch, owner, name)
        done = moved.act(retire.apply)
    assert moments
    assert kept <= moved.files()
    # Who froze while one file was being deleted was told so; at most that one is gone.
    assert len(in_flight - moved.files()) <= moments.count("retire") + moments.count("holds")
    assert done.deleted == len(DELETABLE - moved.files())
    with moved.area.catalog() as catalog:
        retired = {row["path"] for row in catalog.rows("SELECT path FROM retirement WHERE done IS NOT NULL")}
        assert retired == DELETABLE - moved.files()
        assert audit.broken(catalog) == []


def test_a_freeze_between_a_crash_and_the_next_run_holds(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    moved.until_sealed()

    class Crash(BaseException):
        pass

    def crash(*_given: Any, **_named: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(PosixSource, "retire", crash)
        moved.act(retire.apply)
    with moved.area.catalog() as catalog:
        assert len(retirements.pending(catalog)) == len(DELETABLE)
    done = freeze.freeze(moved.area.work(), ".", "2026/1")
    assert done.quiet
    before = moved.files()
    assert moved.act(retire.apply).deleted == 0
    assert moved.files() == before


def test_a_freeze_waits_for_no_stage(moved: Moved) -> None:
    moved.area.until_proposed()
    for stage in ("scan", "classify", "seal", "retire", "upload"):
        with moved.area.work().holding(stage):
            assert freeze.freeze(moved.area.work(), "Notat", stage).new
            freeze.unfreeze(moved.area.work(), "Notat", stage, "Kari")


def test_a_freeze_says_when_a_deletion_was_under_way(moved: Moved) -> None:
    moved.area.scan()
    with moved.area.catalog() as catalog, retirements.deleting(catalog):
        assert not freeze.freeze(moved.area.work(), "Notat", "2026/1", patience=0.1).quiet
    assert freeze.freeze(moved.area.work(), "Notat", "2026/1", patience=0.1).quiet


def test_upload_sends_nothing_that_is_frozen(moved: Moved) -> None:
    moved.area.until_proposed()
    moved.area.sign()
    freeze.freeze(moved.area.work(), "Notat/3", "2026/1")
    plan = upload.plan(moved.area.work())
    assert (plan.files, plan.frozen) == (8, 1)
    done = moved.act(upload.apply)
    assert (done.uploaded, done.skipped, done.frozen, done.failed) == (8, 1, 1, 0)
    assert "Felles/Notat/3/a.txt" not in moved.tenant.files(moved.drive)
    freeze.unfreeze(moved.area.work(), "Notat/3", "2026/1", "Kari")
    assert moved.act(upload.apply).uploaded == 1


def test_a_freeze_that_comes_while_files_are_sent_stops_the_next(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    moved.area.until_proposed()
    moved.area.sign()
    opened = PosixSource.open
    first: list[str] = []

    def open_and_freeze(self: PosixSource, path: str) -> Any:
        if not first:
            freeze.freeze(moved.area.work(), "Notat", "2026/1")
        first.append(path)
        return opened(self, path)

    monkeypatch.setattr(PosixSource, "open", open_and_freeze)
    done = moved.act(upload.apply)
    sent = {path for path in moved.tenant.files(moved.drive) if path.startswith("Felles/Notat")}
    # Those that other lanes had read already are sent; every other one is told.
    assert sent <= {f"Felles/{path}" for path in first}
    told = {path for path, reason, _detail in done.failures if reason == freezes.FROZEN}
    assert {f"Felles/{path}" for path in told} | sent == {f"Felles/Notat/{n}/a.txt" for n in range(8)}
    assert told
    assert moved.act(upload.apply).failed == 0


def test_what_is_handed_over_stays_held_and_is_never_deleted(moved: Moved) -> None:
    moved.until_sealed()
    work = moved.area.work()
    done = hand_over.apply(work, "Hjem", hand_over.handing_of("HR", "H-1", "Kari"))
    assert (done.chosen.files, done.chosen.others) == (1, 0)
    assert status.of(work).handed_over == 1
    assert moved.act(retire.apply).kept == 1
    assert moved.files() == {"Hjem/privat.txt"}


def test_nothing_is_handed_over_where_nothing_is_held(moved: Moved) -> None:
    moved.area.scan()
    handing = hand_over.handing_of("HR", "H-1", "Kari")
    with pytest.raises(NoSuchArea, match="Nowhere"):
        hand_over.plan(moved.area.work(), "Nowhere", handing)
    with pytest.raises(Exception, match="Nothing is decided"):
        hand_over.plan(moved.area.work(), "Notat", handing)
    classify.run(moved.area.work())
    with pytest.raises(Guard, match="Nothing at Notat") as refused:
        hand_over.apply(moved.area.work(), "Notat", handing)
    assert "Notat/0/a.txt: move" in refused.value.details
    assert status.of(moved.area.work()).handed_over == 0


@pytest.mark.parametrize("event", [0, 1])
@pytest.mark.parametrize("act", ["freeze", "unfreeze", "hand-over"])
def test_a_crash_leaves_all_or_nothing_and_the_same_command_again_ends_the_same(
    make_area: Callable[..., Area], tmp_path: Path, act: str, event: int
) -> None:
    area = make_area({"Hjem": {"a.txt": "a"}})
    area.scan()
    classify.run(area.work())
    handing = hand_over.handing_of("HR", "H-1", "Kari")
    if act == "unfreeze":
        freeze.freeze(area.work(), "Hjem", "2026/1")
    acts: dict[str, Callable[[], object]] = {
        "freeze": lambda: freeze.freeze(area.work(), "Hjem", "2026/1"),
        "unfreeze": lambda: freeze.unfreeze(area.work(), "Hjem", "2026/1", "Kari"),
        "hand-over": lambda: hand_over.apply(area.work(), "Hjem", handing),
    }
    stored = {
        "freeze": "SELECT COUNT(*) FROM freeze",
        "unfreeze": "SELECT COUNT(*) FROM freeze WHERE lifted IS NOT NULL",
        "hand-over": "SELECT COUNT(*) FROM handed_over",
    }[act]

    def count() -> tuple[int, int]:
        with area.catalog() as catalog:
            assert audit.broken(catalog) == []
            rows = catalog.value("SELECT COUNT(*) FROM ledger WHERE kind = ?", (act,))
            return catalog.value(stored), rows

    log = tmp_path / "events"
    child = os.fork()
    if child == 0:
        count_events(Countdown(event, log))
        try:
            acts[act]()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _pid, ended = os.waitpid(child, 0)
    assert log.read_text().split() == ["commit"]
    if event:
        assert os.waitstatus_to_exitcode(ended) == CRASHED
        assert count() == (0, 0)
        acts[act]()
    elif act == "unfreeze":
        with pytest.raises(Guard, match="2026/1"):
            acts[act]()
    else:
        acts[act]()
    assert count() == (1, 1)


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("", ""),
        (".", ""),
        ("Notat", "Notat"),
        ("/Notat/", "Notat"),
        ("Notat\\3", "Notat/3"),
        ("./Notat/./3", "Notat/3"),
    ],
)
def test_a_path_is_taken_as_people_type_it(moved: Moved, path: str, stored: str) -> None:
    moved.area.scan()
    assert freeze.freeze(moved.area.work(), path, "2026/1").path == stored


def test_a_whole_address_is_taken_and_another_one_is_refused(moved: Moved) -> None:
    moved.area.scan()
    assert freeze.freeze(moved.area.work(), f"{moved.area.top}/Notat/3", "2026/1").path == "Notat/3"
    assert freeze.freeze(moved.area.work(), str(moved.area.top), "2026/1").path == ""
    for other in (r"\\server\share\Notat", r"S:\Notat", "smb://server/share/Notat"):
        with pytest.raises(BadUsage, match="does not lie in"):
            freeze.freeze(moved.area.work(), other, "2026/1")


def test_bad_input_is_refused_in_plain_words(moved: Moved) -> None:
    work = moved.area.work()
    with pytest.raises(NoSuchArea):
        freeze.freeze(work, "Notat", "2026/1")
    moved.area.scan()
    for path, matter, name in (("Notat/../Bilag", "1", "K"), ("Notat", "  ", "K"), ("Notat", "1", "K\nL")):
        with pytest.raises(BadUsage):
            freeze.freeze(work, path, matter, name)
    with pytest.raises(BadUsage):
        freeze.unfreeze(work, "Notat", "1", " ")
    with pytest.raises(Guard, match="has not frozen Notat"):
        freeze.unfreeze(work, "Notat", "1", "Kari")
    assert freeze.listed(work) == ()


def test_lifting_what_was_lifted_says_by_whom_and_who_else_holds_it(moved: Moved) -> None:
    moved.area.scan()
    work = moved.area.work()
    freeze.freeze(work, "Notat", "1", "Kari")
    freeze.freeze(work, ".", "2", "Kari")
    assert freeze.unfreeze(work, "Notat", "1", "Berit").still == (("2", ""),)
    with pytest.raises(Guard) as refused:
        freeze.unfreeze(work, "Notat", "1", "Berit")
    assert "2 holds /" in refused.value.details
    assert any("lifted by Berit" in line for line in refused.value.details)


def test_a_name_that_is_no_text_is_frozen_as_the_scan_stored_it(moved: Moved) -> None:
    (moved.area.top / os.fsdecode(b"\xff.txt")).write_text("x")
    moved.area.scan()
    done = freeze.freeze(moved.area.work(), os.fsdecode(b"\xff.txt"), "2026/1", note=os.fsdecode(b"\xff"))
    assert (done.known, done.files) == (True, 1)


def test_the_ledger_tells_who_froze_what_and_who_lifted_it(moved: Moved) -> None:
    moved.area.scan()
    freeze.freeze(moved.area.work(), "Notat", "2026/1", "Kari", "asked for access")
    freeze.unfreeze(moved.area.work(), "Notat", "2026/1", "Berit", "answered")
    with moved.area.catalog() as catalog:
        rows = [(row.kind, row.actor, json.loads(row.body)["note"]) for row in ledger.rows(catalog)]
    assert rows == [("freeze", "Kari", "asked for access"), ("unfreeze", "Berit", "answered")]
