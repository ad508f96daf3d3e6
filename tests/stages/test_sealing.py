"""An area becomes read-only as people were told, and nothing that goes wrong on the way is left half-done."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import seals
from filrydd.catalog.descriptors import descriptor_id
from filrydd.errors import BadUsage, Blocked, LedgerBroken, NoBackup, NotApproved, NotVerified, SourceError, StillInUse
from filrydd.model.entry import Kind, Reason, Trouble
from filrydd.sources import open_source
from filrydd.sources.local.posix import PosixSource
from filrydd.stages import backup, classify, record, retire, scan, seal, signposts, unseal, verify
from filrydd.stages.seal import checking
from filrydd.stages.seal.wishes import Wishes
from tests.areas import Area
from tests.stages.test_what_is_proved import Moved
from tests.tenants import Visitor

TREE = {
    "Bilag": {"ny.pdf": "new voucher"},
    "Notat": {"a.txt": "alpha", "b.txt": "beta"},
    "Hjem": {"privat.txt": "mine"},
}


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    moved = Moved(make_area(TREE), tenant, tmp_path / "backup")
    moved.until_ready()
    return moved


def modes(moved: Moved) -> dict[Path, int]:
    return {path: path.stat().st_mode for path in [moved.area.top, *moved.entries()]}


def test_nothing_is_sealed_before_the_contacts_have_confirmed_the_new_place(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    moved = Moved(make_area(TREE), tenant, tmp_path / "backup")
    moved.until_uploaded()
    moved.act(verify.run)
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    with pytest.raises(NotApproved) as refused:
        moved.act(seal.apply)
    assert "bilag" in refused.value.message
    assert os.access(moved.area.top / "Notat" / "a.txt", os.W_OK)


def test_a_backup_on_this_machine_needs_somebody_who_says_so(moved: Moved, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(NoBackup) as refused:
        backup.run(moved.area.work(), tmp_path / "other")
    assert "--same-machine" in refused.value.next
    assert not list((tmp_path / "other").iterdir())


def test_one_folder_is_tried_before_the_rest_and_given_back_when_it_does_not_work(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = modes(moved)
    change = PosixSource.change
    tried: list[str] = []

    def refusing(self: PosixSource, changes: Any, *given: Any) -> Any:
        for one in changes:
            tried.append(one.path)
            if (
                one.path == "Bilag/ny.pdf"
                and one.wanted != one.known[0]
                and os.access(moved.area.top / one.path, os.W_OK)
            ):
                yield one.number, Trouble(one.path, Kind.FILE, Reason.NO_PERMISSION, "not yours")
            else:
                yield from change(self, [one], *given)

    monkeypatch.setattr(PosixSource, "change", refusing)
    with pytest.raises(SourceError, match=r"Bilag/ny\.pdf"):
        moved.act(seal.apply)
    monkeypatch.undo()
    assert modes(moved) == before
    assert {path for path in tried if path and not path.startswith("Bilag")} <= {
        "Notat",
        "Notat/a.txt",
        "Notat/b.txt",
        "Hjem",
        "Hjem/privat.txt",
    }
    moved.act(seal.apply)


def test_files_that_are_files_elsewhere_too_are_told_first(moved: Moved, tmp_path: Path) -> None:
    os.link(moved.area.top / "Notat" / "a.txt", tmp_path / "elsewhere.txt")
    os.link(moved.area.top / "Notat" / "b.txt", moved.area.top / "Notat" / "b again.txt")
    moved.area.until_proposed()
    moved.until_ready()
    before = modes(moved)
    plan = seal.plan(moved.area.work(), look_at="")
    assert plan.used is not None
    assert (plan.used.outside, plan.used.linked) == (1, ("Notat/a.txt",))
    with pytest.raises(Blocked) as refused:
        moved.act(seal.apply)
    assert refused.value.details == ("Notat/a.txt",)
    assert modes(moved) == before
    moved.act(lambda work, tenant: seal.apply(work, tenant, wishes=Wishes(linked=True)))
    assert not (tmp_path / "elsewhere.txt").stat().st_mode & 0o222


def test_a_seal_waits_until_the_last_writer_has_closed(moved: Moved) -> None:
    waited: list[float] = []
    with (moved.area.top / "Notat" / "a.txt").open("a") as file:

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 2:
                file.write(" and the last word")
                file.close()

        done = moved.act(lambda work, tenant: seal.apply(work, tenant, wishes=Wishes(wait=60, sleep=sleep)))
    assert len(waited) == 2
    assert done.changed == 1
    assert moved.tenant.files(moved.drive)["Felles/Notat/a.txt"].size == len("alpha and the last word")


def test_a_writer_who_does_not_close_holds_the_seal_off_and_is_named(moved: Moved) -> None:
    before = modes(moved)
    slept: list[float] = []
    wishes = Wishes(wait=0.05, sleep=lambda seconds: slept.append(seconds) or __import__("time").sleep(0.03))
    with (moved.area.top / "Notat" / "a.txt").open("a"), pytest.raises(StillInUse) as refused:
        moved.act(lambda work, tenant: seal.apply(work, tenant, wishes=wishes))
    assert slept
    assert refused.value.details == ("Notat/a.txt",)
    assert modes(moved) == before


def test_permissions_that_somebody_changes_meanwhile_are_the_former_ones(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = PosixSource.change
    path = moved.area.top / "Notat" / "b.txt"
    given: list[str] = []

    def overtaking(self: PosixSource, changes: Any, *more: Any) -> Any:
        # An owner lets his group write, after the permissions were saved and before they are changed.
        if not given:
            given.append("once")
            path.chmod(0o664)
        return change(self, changes, *more)

    path.chmod(0o640)
    monkeypatch.setattr(PosixSource, "change", overtaking)
    moved.act(seal.apply)
    assert path.stat().st_mode & 0o777 == 0o444
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT path FROM overtaken_permission") == "Notat/b.txt"
    unseal.apply(moved.area.work())
    assert path.stat().st_mode & 0o777 == 0o664


def test_unsealing_leaves_what_somebody_else_has_set_since_unless_asked(moved: Moved) -> None:
    path = moved.area.top / "Notat" / "b.txt"
    path.chmod(0o640)
    moved.act(seal.apply)
    path.chmod(0o400)
    done = unseal.apply(moved.area.work())
    assert done.left == 1
    assert path.stat().st_mode & 0o777 == 0o400
    moved.act(seal.apply)
    path.chmod(0o600)
    assert unseal.apply(moved.area.work(), overwrite=True).left == 0
    assert path.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("state", ["sealed", "sealing"])
def test_permissions_that_somebody_wrote_into_the_catalog_are_not_given_to_him(moved: Moved, state: str) -> None:
    moved.act(seal.apply)
    before = modes(moved)
    mine = open_source(str(moved.area.top)).permission("Notat", Kind.FOLDER).replace(b'"0755"', b'"0777"')
    with moved.area.catalog() as catalog, catalog.writing():
        number = descriptor_id(catalog, mine)
        catalog.run("UPDATE former_permission SET descriptor = ? WHERE path = 'Notat/a.txt'", (number,))
        catalog.run("UPDATE seal SET state = ?", (state,))
    with pytest.raises(LedgerBroken) as refused:
        unseal.apply(moved.area.work())
    assert "ledger verify" in refused.value.next
    assert modes(moved) == before
    assert record.verify(moved.area.work()).wrong


def test_signposts_say_where_everything_is_until_when_and_whom_to_ask(moved: Moved) -> None:
    done = moved.act(seal.apply)
    assert done.signposts == 6
    text = (moved.area.top / "Bilag" / f"{signposts.NAME}.txt").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in text
    said = text.decode("utf-8-sig")
    assert f"/sites/{moved.site}/Dokumenter/Felles/Bilag" in said
    assert "Ola Lunde" in said
    assert "til og med" in said
    shortcut = (moved.area.top / "Notat" / f"{signposts.NAME}.url").read_text()
    assert shortcut.splitlines()[0] == "[InternetShortcut]"
    assert shortcut.splitlines()[1].endswith("/Dokumenter/Felles/Notat")
    assert not (moved.area.top / "Hjem" / f"{signposts.NAME}.txt").exists(), "nothing moved from there"
    assert not (moved.area.top / "Notat" / f"{signposts.NAME}.txt").stat().st_mode & 0o022


def test_signposts_are_no_files_of_the_area_and_go_with_the_seal(moved: Moved) -> None:
    moved.act(seal.apply)
    scanned = scan.run(moved.area.work())
    assert (scanned.files, scanned.appeared) == (4, 0)
    unseal.apply(moved.area.work())
    assert len(moved.entries()) == len([*moved.area.top.rglob("*")])
    assert moved.files() == {"Bilag/ny.pdf", "Notat/a.txt", "Notat/b.txt", "Hjem/privat.txt"}


def test_somebodys_own_file_of_that_name_stays_as_it_is(moved: Moved) -> None:
    theirs = moved.area.top / "Notat" / f"{signposts.NAME}.txt"
    theirs.write_text("mine")
    scan.run(moved.area.work())
    moved.act(seal.apply)
    assert theirs.read_text() == "mine"
    assert (moved.area.top / "Notat" / f"{signposts.NAME} (2).txt").exists()
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL AND name LIKE 'FLYTTET%'") == 1
    unseal.apply(moved.area.work())
    assert theirs.read_text() == "mine"


def test_a_signpost_that_somebody_has_changed_is_not_deleted(moved: Moved) -> None:
    moved.act(seal.apply)
    post = moved.area.top / "Notat" / f"{signposts.NAME}.txt"
    post.chmod(0o644)
    post.write_text("Somebody's words, in the only copy there is.")
    unseal.apply(moved.area.work())
    assert post.read_text() == "Somebody's words, in the only copy there is."


def test_a_scan_under_the_seal_does_not_narrow_who_could_get_at_what(
    make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path
) -> None:
    moved = Moved(make_area(TREE), tenant, tmp_path / "backup")
    for folder in (moved.area.top, *(path for path in moved.area.top.rglob("*") if path.is_dir())):
        folder.chmod(0o777)
    moved.until_ready()

    def access() -> dict[int, bytes]:
        with moved.area.catalog() as catalog:
            rows = catalog.rows("SELECT f.id, d.content FROM folder f JOIN descriptor d ON d.id = f.descriptor")
            return {row[0]: row[1] for row in rows}

    before = access()
    (moved.area.top / "Notat" / "a.txt").write_text("the last word")
    assert moved.act(seal.apply).changed == 1
    assert access() == before
    scan.run(moved.area.work())
    assert access() == before
    assert retire.plan(moved.area.work()).moved == 3


def test_proofs_may_come_later_and_nothing_goes_before(moved: Moved) -> None:
    done = moved.act(lambda work, tenant: seal.apply(work, tenant, wishes=Wishes(compare_later=True)))
    assert done.verified == 0
    assert retire.plan(moved.area.work()).moved == 0
    assert moved.act(verify.run).ok == 3
    assert retire.plan(moved.area.work()).moved == 3


def test_what_differs_in_the_grace_period_is_a_finding_and_opens_nothing(moved: Moved) -> None:
    moved.act(lambda work, tenant: seal.apply(work, tenant, wishes=Wishes(compare_later=True)))
    moved.there("Felles/Notat/a.txt", "DELETE")
    with pytest.raises(NotVerified):
        moved.act(seal.apply)
    assert not (moved.area.top / "Notat" / "a.txt").stat().st_mode & 0o222
    assert moved.act(verify.run).findings == {"missing": 1}
    assert retire.plan(moved.area.work()).moved == 2


def test_a_seal_that_was_killed_goes_on_or_is_given_back(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    before = modes(moved)
    turn = seals.turn
    for number in range(2):
        with monkeypatch.context() as patched:
            calls: list[int] = []

            def dying(*given: Any, number: int = number, calls: list[int] = calls) -> None:
                turn(*given)
                calls.append(1)
                if len(calls) > number:
                    raise KeyboardInterrupt

            patched.setattr(seals, "turn", dying)
            with pytest.raises(KeyboardInterrupt):
                moved.act(seal.apply)
        with moved.area.catalog() as catalog:
            standing = seals.latest(catalog)
        if standing is not None:
            unseal.apply(moved.area.work())
        assert modes(moved) == before
    moved.act(seal.apply)
    assert not (moved.area.top / "Notat" / "a.txt").stat().st_mode & 0o222


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only the administrator is refused")
def test_whether_people_are_refused_is_not_tried_as_the_administrator(moved: Moved) -> None:
    moved.act(seal.apply)
    with pytest.raises(BadUsage):
        checking.check(moved.area.work(), "", "")


def test_nothing_is_tried_in_an_area_that_is_not_sealed(moved: Moved) -> None:
    classify.run(moved.area.work())
    with pytest.raises(NotVerified):
        checking.check(moved.area.work(), "kari", "x")
