"""What remains is a list with a reason each, and the area is done only when somebody answers for all of it by name."""

import csv
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.catalog import remains
from filrydd.catalog.remains import Why
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import classify, freeze, hand_over, propose, retire, status
from filrydd.stages.retire import remaining
from tests.areas import POLICY, Area
from tests.commands import filrydd
from tests.stages.test_what_is_proved import Moved
from tests.tenants import Visitor

TREE = {
    "Bilag": {"gammel.pdf": "old voucher", "ny.pdf": "new voucher"},
    "Notat": {"a.txt": "alpha", "b.txt": "beta", "c.txt": "gamma", "d.txt": "delta"},
    "=cmd.txt": "epsilon",
    "Hjem": {"privat.txt": "mine", "annet.txt": "also mine"},
    "Thumbs.db": "junk",
}


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    area = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    return Moved(area, tenant, tmp_path / "backup")


def listed(moved: Moved, file: Path) -> dict[str, tuple[str, str]]:
    """Path -> why, and more, from the list as a spreadsheet reads it."""
    remaining.of(moved.area.work(), file, force=True)
    with file.open(encoding="utf-8-sig", newline="") as text:
        lines = list(csv.reader(text, delimiter=";"))
    return {line[0]: (line[2], line[3]) for line in lines[1:]}


def test_every_entry_has_one_reason(moved: Moved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved.until_sealed()
    work = moved.area.work()
    hand_over.apply(work, "Hjem/annet.txt", hand_over.handing_of("HR", "H-1", "Kari"))
    freeze.freeze(work, "Notat/a.txt", "2026/1")
    # Under the seal, as root can: one is new, one has changed.
    (moved.area.top / "Notat" / "ny.txt").write_text("came under the seal")
    (moved.area.top / "Notat" / "b.txt").write_text("changed under the seal")
    (moved.area.top / "Notat" / "lenke").symlink_to("b.txt")
    moved.area.scan()
    classify.run(work)
    propose.run(work)
    with moved.area.catalog() as catalog, catalog.writing():
        number = catalog.value("SELECT id FROM file WHERE name = 'c.txt'")
        catalog.run("INSERT INTO finding (stage, file, kind, found) VALUES ('verify', ?, 'mismatch', 1)", (number,))
    plan = retire.plan(work)
    before = listed(moved, tmp_path / "rest.csv")
    assert {path: why for path, (why, _more) in before.items() if why == "may go now"}.keys() == {
        "Bilag/gammel.pdf",
        "Bilag/ny.pdf",
        "Notat/d.txt",
        "'=cmd.txt",
        "Thumbs.db",
    }
    assert plan.moved + plan.destroyed == 5
    retires = PosixSource.retire

    def refuse(self: PosixSource, path: str, **proof: object) -> None:
        if path == "Notat/d.txt":
            (moved.area.top / "Notat" / "d.txt").write_text("DELTA")
        retires(self, path, **proof)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(PosixSource, "retire", refuse)
        done = moved.act(retire.apply)
    assert (done.deleted, done.refusals, done.done) == (4, 1, False)
    found = listed(moved, tmp_path / "rest.csv")
    assert found == {
        "Notat/a.txt": ("held fast by a case", ""),
        "Notat/b.txt": ("not sent", ""),
        "Notat/c.txt": ("a finding that nobody has closed", "not the same in the new place"),
        "Notat/d.txt": ("did not go at the last run", "another content than the one that was proved"),
        "Notat/ny.txt": ("came after the area was sealed", ""),
        "Hjem/annet.txt": (found["Hjem/annet.txt"][0], "HR, Kari"),
        "Hjem/privat.txt": ("held by a rule", "homes"),
        "Notat/lenke": ("could not be read", "a link, which is not followed"),
    }
    totals = remaining.of(work).totals
    assert {why: files for why, (files, _bytes) in totals.items()} == {
        Why.FROZEN: 1,
        Why.HANDED_OVER: 1,
        Why.HELD: 1,
        Why.NEW: 1,
        Why.FINDING: 1,
        Why.NOT_SENT: 1,
        Why.REFUSED: 1,
        Why.UNREADABLE: 1,
    }


def test_what_nobody_signed_or_compared_says_so(moved: Moved, tmp_path: Path) -> None:
    moved.area.until_proposed()
    assert {why for why, _more in listed(moved, tmp_path / "rest.csv").values()} == {
        "nobody has signed for it",
        "held by a rule",
    }
    moved.until_uploaded()
    found = listed(moved, tmp_path / "rest.csv")
    assert found["Notat/a.txt"] == ("not compared after the area was sealed", "")
    assert found["Bilag/gammel.pdf"] == ("may go now", "")
    moved.set_policy(POLICY.replace("    confirmed: {by: Arkivar, on: 2026-01-02}\n  - rule: homes", "  - rule: homes"))
    classify.run(moved.area.work())
    assert listed(moved, tmp_path / "rest.csv")["Bilag/gammel.pdf"] == (
        "no archivist has confirmed the rule",
        "old vouchers",
    )


def test_an_area_is_done_when_the_rest_was_handed_over_by_name(moved: Moved) -> None:
    work = moved.area.work()
    moved.until_sealed()
    assert not status.of(work).done
    assert not moved.act(retire.apply).done
    hand_over.apply(work, "Hjem/annet.txt", hand_over.handing_of("HR", "H-1", "Kari"))
    assert not status.of(work).done
    hand_over.apply(work, "Hjem", hand_over.handing_of("stays on the file server", "H-2", "Kari"))
    assert status.of(work).done
    # What changes afterwards is open again.
    (moved.area.top / "Hjem" / "privat.txt").write_text("worked on")
    moved.area.scan()
    assert not status.of(work).done


def test_an_empty_area_is_done_and_one_that_never_lost_a_file_is_not(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    moved = Moved(make_area({"Bilag": {"ny.pdf": "new voucher"}}), tenant, tmp_path / "backup")
    moved.until_sealed()
    with moved.area.catalog() as catalog:
        assert not remains.is_done(catalog)
    aside = moved.act(lambda work, tenant: retire.apply(work, tenant, days=0))
    assert (aside.aside, aside.kept, aside.done) == (1, 0, False)
    assert moved.act(retire.apply).done
    assert status.of(moved.area.work()).done


def test_our_own_signpost_goes_with_the_folder_that_is_empty_but_for_it(moved: Moved) -> None:
    moved.until_sealed()
    with moved.area.catalog() as catalog:
        posts = {row["path"] for row in catalog.rows("SELECT path FROM signpost WHERE taken IS NULL")}
    (moved.area.top / "Bilag" / "deres.txt").write_text("theirs")
    moved.act(retire.apply)
    assert not (moved.area.top / "Notat").exists()
    assert (moved.area.top / "Bilag" / "deres.txt").read_text() == "theirs"
    with moved.area.catalog() as catalog:
        left = {row["path"] for row in catalog.rows("SELECT path FROM signpost WHERE taken IS NULL")}
    assert left == {path for path in posts if not path.startswith("Notat/")}
    assert {path for path in left if (moved.area.top / path).exists()} == left


def test_the_command_tells_reasons_and_until_when_copies_lie(moved: Moved, tmp_path: Path) -> None:
    moved.set_policy(POLICY + "copies: {snapshots: 30d}\n")
    moved.until_sealed()
    before = moved.files()
    asked = ["retire", "felles", "--remains", str(tmp_path / "rest.csv"), "--tenant", "rehearsal"]
    told = filrydd(*asked, "--address", moved.tenant.graph, workspace=moved.area.workspace)
    assert "may go now: 8" in told.err, told
    assert moved.files() == before
    told = filrydd(
        *asked, "--address", moved.tenant.graph, "--force", "--execute", "--json", workspace=moved.area.workspace
    )
    assert told.code == 3
    assert "Nobody has said how long backups lie" in told.err
    assert (told.json["deleted"], told.json["kept"], told.json["done"]) == (8, 2, False)
    assert told.json["remains"] == {"held by a rule": 2}
    assert told.json["backups_until"] is None and told.json["snapshots_until"] > "2026"
