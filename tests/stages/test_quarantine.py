"""What is set aside first: it can come back, it goes only when its time is over, and a crash anywhere loses nothing."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import audit, proofs, quarantine, retirements, seals
from filrydd.catalog.connection import Catalog
from filrydd.catalog.remains import Why
from filrydd.errors import Blocked, ClockMoved, Guard, NoSuchArea, TooManyAffected
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import classify, freeze, restore, retire, review, status, unseal
from filrydd.stages.retire import brake, remaining, running
from filrydd.targets.graph import GraphTenant
from tests.areas import POLICY, Area
from tests.stages.test_what_is_proved import Moved
from tests.tenants import Visitor

TREE = {
    "Bilag": {"gammel.pdf": "old voucher"},
    "Notat": {"dyp": {"a.txt": "alpha"}, "b.txt": "beta"},
    "Hjem": {"privat.txt": "mine"},
    "Thumbs.db": "junk",
}
CONTENT = {
    "Bilag/gammel.pdf": "old voucher",
    "Notat/dyp/a.txt": "alpha",
    "Notat/b.txt": "beta",
    "Hjem/privat.txt": "mine",
    "Thumbs.db": "junk",
}
GOING = set(CONTENT) - {"Hjem/privat.txt"}


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    area = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    return Moved(area, tenant, tmp_path / "backup")


def aside(moved: Moved, days: int = 30) -> retire.Retired:
    return moved.act(lambda work, tenant: retire.apply(work, tenant, days=days))


def at_their_places(moved: Moved) -> set[str]:
    """The files of the people, without our signposts and what is set aside."""
    return {path for path in moved.files() if path in CONTENT}


def in_quarantine(moved: Moved) -> list[str]:
    """The contents of what is set aside, read past all of filrydd."""
    folder = moved.area.top / quarantine.FOLDER
    return sorted(path.read_text() for path in folder.rglob("*") if path.is_file())


def whole(moved: Moved) -> None:
    with moved.area.catalog() as catalog:
        assert audit.broken(catalog) == []


def test_what_is_set_aside_comes_back_as_it_was(moved: Moved) -> None:
    moved.until_sealed()
    top = moved.area.top
    before = {path: ((top / path).stat().st_ino, (top / path).stat().st_mtime_ns) for path in GOING}
    modes = {path: oct((top / path).stat().st_mode) for path in ("Notat", "Notat/dyp", *GOING)}
    done = aside(moved)
    assert (done.deleted, done.aside, done.kept, done.held.files, done.done) == (0, 4, 1, 4, False)
    assert at_their_places(moved) == {"Hjem/privat.txt"}
    assert in_quarantine(moved) == sorted(CONTENT[path] for path in GOING)
    with pytest.raises(Blocked) as refused:
        unseal.apply(moved.area.work())
    assert refused.value.next == "filrydd restore felles --execute"
    assert not (top / "Notat").exists()
    assert (top / quarantine.FOLDER).stat().st_mode & 0o077 == 0
    whole(moved)
    # A scan knows it as ours, and counts nothing of it.
    assert moved.area.scan().files == 1
    assert [path for path, _until in restore.plan(moved.area.work(), ["notat"]).examples] == [
        "Notat/b.txt",
        "Notat/dyp/a.txt",
    ]
    with pytest.raises(ClockMoved):
        restore.apply(moved.area.work(lambda: datetime.now(UTC) - timedelta(hours=1)), ["Notat"])
    assert at_their_places(moved) == {"Hjem/privat.txt"}
    back = restore.apply(moved.area.work(), ["Notat"])
    assert (back.restored, back.refusals, back.private) == (2, 0, ())
    assert at_their_places(moved) == {"Hjem/privat.txt", "Notat/b.txt", "Notat/dyp/a.txt"}
    restore.apply(moved.area.work(), [])
    assert {path: ((top / path).stat().st_ino, (top / path).stat().st_mtime_ns) for path in GOING} == before
    assert {path: oct((top / path).stat().st_mode) for path in modes} == modes
    assert not (top / quarantine.FOLDER).exists()
    whole(moved)
    # They are in the catalog again, as they were.
    with moved.area.catalog() as catalog:
        assert retirements.remaining(catalog) == 5
    assert moved.area.scan().vanished == 0
    with pytest.raises(NoSuchArea, match="Nothing that lay at"):
        restore.apply(moved.area.work(), ["Notat"])
    classify.run(moved.area.work())
    assert moved.act(retire.apply).deleted == 4
    whole(moved)


def test_what_has_lain_there_its_time_is_deleted_and_the_rest_waits(moved: Moved) -> None:
    moved.until_sealed()
    freeze.freeze(moved.area.work(), "Notat/b.txt", "2026/1")
    assert aside(moved, days=0).aside == 3
    freeze.unfreeze(moved.area.work(), "Notat/b.txt", "2026/1", "Kari")
    # One more is set aside for longer, and a case takes one that is there already.
    freeze.freeze(moved.area.work(), "notat/DYP", "2026/2")
    plan = retire.plan(moved.area.work())
    assert (plan.moved, plan.due, plan.held.files) == (1, 3, 3)
    done = aside(moved, days=30)
    assert (done.aside, done.deleted, done.refused) == (1, 2, (("Notat/dyp/a.txt", "frozen"),))
    assert in_quarantine(moved) == ["alpha", "beta"]
    freeze.unfreeze(moved.area.work(), "Notat/dyp", "2026/2", "Kari")
    assert moved.act(retire.apply).deleted == 1
    assert in_quarantine(moved) == ["beta"]
    whole(moved)
    proofs = {proof["path"]: proof for proof in moved.deposited_proofs()}
    assert set(proofs) == GOING
    # Moving the day in the catalog alone moves nothing: the proof holds it too.
    with moved.area.catalog() as catalog:
        with catalog.writing():
            catalog.run("UPDATE retirement SET aside_until = 1")
        assert quarantine.due(catalog, moved.area.work().now(), 0, 10) == []


def test_until_it_is_deleted_a_signature_can_be_withdrawn(moved: Moved) -> None:
    moved.until_sealed()
    aside(moved, days=0)
    review.withdraw(moved.area.work(), "bilag", "Kari Nordmann", "vi trenger dem")
    done = moved.act(retire.apply)
    assert done.refused == (("Bilag/gammel.pdf", "signature withdrawn"),)
    assert in_quarantine(moved) == ["old voucher"]
    assert restore.apply(moved.area.work(), []).restored == 1
    assert at_their_places(moved) == {"Bilag/gammel.pdf", "Hjem/privat.txt"}
    whole(moved)


def test_what_may_be_the_last_copy_by_now_stays_set_aside(moved: Moved) -> None:
    moved.until_sealed()
    aside(moved, days=0)
    moved.there("Felles/Notat/b.txt", "DELETE")
    moved.there("Felles/Notat/dyp/a.txt", "PUT", b"edited in the new place", "/content")
    done = moved.act(retire.apply)
    assert [path for path, _why in done.refused] == ["Notat/b.txt"]
    assert in_quarantine(moved) == ["beta"], (
        "what people edit in the new place is theirs, and what went from there is not"
    )
    whole(moved)


@pytest.mark.parametrize("change", ["content", "another file", "gone"])
def test_what_somebody_did_in_the_quarantine_is_seen_before_it_is_deleted(moved: Moved, change: str) -> None:
    moved.until_sealed()
    aside(moved, days=0)
    (place,) = [
        path
        for path in (moved.area.top / quarantine.FOLDER).rglob("*")
        if path.is_file() and path.read_text() == "beta"
    ]
    if change == "content":
        os.chmod(place, 0o600)
        place.write_text("BETA")
    elif change == "another file":
        place.rename(place.with_suffix(".old"))
        place.write_text("beta")
    else:
        place.unlink()
    done = moved.act(retire.apply)
    if change == "gone":
        assert (done.deleted, done.refused) == (4, ())
    else:
        assert (done.deleted, [path for path, _why in done.refused]) == (3, ["Notat/b.txt"])
        assert place.exists()


def test_nothing_comes_back_over_something(moved: Moved) -> None:
    moved.until_sealed()
    aside(moved)
    top = moved.area.top
    (top / "Bilag").mkdir()
    (top / "Bilag" / "gammel.pdf").write_text("somebody's new one")
    (top / "Notat").write_text("a file where a folder was")
    done = restore.apply(moved.area.work(), [])
    assert done.restored == 1
    assert dict(done.refused) == dict.fromkeys(
        ("Bilag/gammel.pdf", "Notat/b.txt", "Notat/dyp/a.txt"), "something else lies there"
    )
    assert (top / "Bilag" / "gammel.pdf").read_text() == "somebody's new one"
    assert in_quarantine(moved) == ["alpha", "beta", "old voucher"]
    (top / "Notat").unlink()
    (top / "Bilag" / "gammel.pdf").unlink()
    assert restore.apply(moved.area.work(), ["."]).restored == 3
    whole(moved)


def test_a_file_that_somebody_put_in_the_place_of_one_that_is_set_aside_does_not_hide_it(moved: Moved) -> None:
    moved.until_sealed()
    aside(moved)
    # The very same again, time and all, so that everything that was proved of the first fits it too.
    place = moved.area.top / "Thumbs.db"
    with moved.area.catalog() as catalog:
        modified = catalog.value("SELECT modified FROM file WHERE name = 'Thumbs.db'")
    place.write_text("junk")
    os.utime(place, ns=(0, modified * 100))
    moved.area.scan()
    classify.run(moved.area.work())
    done = moved.act(retire.apply)
    assert (done.deleted, place.read_text()) == (0, "junk")
    assert remaining.of(moved.area.work()).totals[Why.EARLIER_ASIDE][0] == 1
    # Once that one is gone for good, the new one goes by a proof of its own.
    with moved.area.catalog() as catalog, catalog.writing():
        catalog.run(
            "UPDATE retirement SET aside_until = 1, proof = json_set(proof, '$.aside_until', 1) WHERE path = 'Thumbs.db'"
        )
        due = quarantine.due(catalog, moved.area.work().now(), 0, 10)
    assert [one.path for one in due] == ["Thumbs.db"]
    with moved.area.catalog() as catalog:
        quarantine.purged(catalog, [due[0].id], [], 1)
        seal = seals.latest(catalog)
        assert seal is not None
        (again,) = [
            one for one in proofs.provable(catalog, seal.id, moved.area.work().now()) if one.path == "Thumbs.db"
        ]
        (intent,) = retirements.intend(catalog, 1, [(again, "hash", "{}")], 1)
        assert intent.id > due[0].id
        assert catalog.value("SELECT restore IS NULL FROM former_retirement WHERE id = ?", (due[0].id,)) == 1


def test_a_folder_of_that_name_that_is_not_ours_is_an_ordinary_one(moved: Moved) -> None:
    theirs = moved.area.top / quarantine.FOLDER
    theirs.mkdir()
    (theirs / "deres.txt").write_text("theirs")
    moved.until_sealed()
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM file WHERE name = 'deres.txt' AND gone IS NULL") == 1
    before = moved.files()
    with pytest.raises(Guard, match="that filrydd did not make"):
        aside(moved)
    assert moved.files() == before
    whole(moved)


def test_a_quarantine_that_was_opened_to_others_is_not_used(moved: Moved) -> None:
    moved.until_sealed()
    freeze.freeze(moved.area.work(), "Notat/b.txt", "2026/1")
    aside(moved)
    freeze.unfreeze(moved.area.work(), "Notat/b.txt", "2026/1", "Kari")
    os.chmod(moved.area.top / quarantine.FOLDER, 0o755)
    with pytest.raises(Guard, match="others can open"):
        aside(moved)
    assert "Notat/b.txt" in moved.files()


# The brake.


def test_more_than_was_to_be_expected_goes_only_by_its_number(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    moved.until_sealed()
    monkeypatch.setattr(brake, "MOST_FILES", 3)
    plan = retire.plan(moved.area.work())
    assert "4 files would go at once" in plan.stops
    before = moved.files()
    for allow in (None, 3, 5):
        with pytest.raises(TooManyAffected) as refused:
            moved.act(lambda work, tenant, allow=allow: retire.apply(work, tenant, allow=allow))
        assert "--allow 4 --execute" in refused.value.next
    assert moved.files() == before
    assert moved.act(lambda work, tenant: retire.apply(work, tenant, allow=4)).deleted == 4


def test_the_policys_own_limit_stops_a_run_that_destroys_too_much(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brake, "_FEW", 1)
    moved.set_policy(POLICY.replace("stop_above: 100%", "stop_above: 20%"))
    moved.until_sealed()
    assert retire.plan(moved.area.work()).stops == ""  # one of five
    moved.set_policy(POLICY.replace("stop_above: 100%", "stop_above: 10%"))
    classify.run(moved.area.work(), allow_many=True)
    with pytest.raises(TooManyAffected, match="20% of the area; the policy stops above 10%"):
        moved.act(retire.apply)


# Crashes.


# Every so many commits and acts a run crashes; `tests/torture/retire_crashes.py` does it at each.
EVERY = int(os.environ.get("FILRYDD_CRASH_EVERY", "7"))


class Crash(BaseException):
    pass


ACTS: dict[type, tuple[str, ...]] = {
    Catalog: ("_commit",),
    PosixSource: ("retire", "retire_folder", "set_aside", "bring_back", "make_private", "permit"),
    GraphTenant: ("deposit",),
}


class Crashing:
    """Ends a run right before, or right after, its n-th commit or act; what SQLite has committed stays."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
        self.events = 0
        for owner, names in ACTS.items():
            for name in names:
                real = getattr(owner, name)

                def act(*given: Any, real: Callable[..., Any] = real, **named: Any) -> Any:
                    self.events += 1
                    now = self.events == at
                    if now and not after:
                        raise Crash
                    answer = real(*given, **named)
                    if now:
                        raise Crash
                    return answer

                patch.setattr(owner, name, act)


def everything(moved: Moved) -> list[str]:
    """All contents below the area's top, whatever they are called: nothing may ever be missing here but by a proof."""
    found = [path.read_text() for path in moved.area.top.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(text for text in found if text in CONTENT.values())


def test_a_crash_anywhere_loses_nothing_and_the_next_run_ends_it(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    # One journey crashes at many places, one after the other: each run goes on where the one before ended.
    monkeypatch.setattr(running, "MOST", 1)
    moved.until_sealed()
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("aside", lambda: aside(moved, days=30)),
        ("restore", lambda: restore.apply(moved.area.work(), [])),
        ("aside for no day", lambda: aside(moved, days=0)),
        ("purge", lambda: moved.act(retire.apply)),
    ]
    for name, step in steps:
        crash_at, ended = 1, name == "aside for no day"
        if ended:
            step()
        while not ended:
            with monkeypatch.context() as patch:
                crashing = Crashing(patch, crash_at, after=crash_at % 2 == 0)
                try:
                    step()
                except Crash:
                    pass
                except NoSuchArea:
                    ended = True  # all that was asked for came back before the crash
                else:
                    ended = crashing.events < crash_at
            there = everything(moved)
            if name == "purge":
                assert "mine" in there
            else:
                assert there == sorted(CONTENT.values())
            with moved.area.catalog() as catalog:
                held = {row["path"] for row in catalog.rows("SELECT path FROM retirement")}
            # Whatever is not at its place is known to the catalog, by its proof, and to the tenant.
            elsewhere = set(CONTENT) - at_their_places(moved)
            assert elsewhere <= held
            assert elsewhere <= {proof["path"] for proof in moved.deposited_proofs()}
            crash_at += EVERY
        whole(moved)
    assert at_their_places(moved) == {"Hjem/privat.txt"}
    assert everything(moved) == ["mine"]
    assert not (moved.area.top / quarantine.FOLDER).exists()
    assert [path.name for path in moved.area.top.rglob("*") if path.name.startswith(".filrydd")] == []
    one = status.of(moved.area.work())
    assert (one.deleted, one.aside, one.done) == (4, 0, False)
    assert one.figures["retire"] == {"deleted": 4, "kept": 1}
