"""Chains of versions become one file with its history, copies lead to the one that goes, columns are filled: by the policy."""

import os
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from filrydd.catalog import uploads
from filrydd.catalog.connection import Catalog
from filrydd.catalog.queue import Destined
from filrydd.errors import TenantGone, TenantLacks
from filrydd.model.item import Item
from filrydd.stages import backup, look, retire, seal, signposts, upload, verify, where
from filrydd.targets.graph import GraphTenant
from filrydd.targets.tenant import Sending
from tests.areas import POLICY, Area
from tests.stages.moving import Moving
from tests.tenants import Visitor, tenant_process

STRUCTURE = """
structure:
  versions: {as history: yes, kept: 100}
  duplicates: one copy
  columns: [department, original path, created, case number]
"""
TREE = {
    "Bilag": {},
    "Notat": {
        "rapport_v1.txt": "the first words",
        "rapport_v2.txt": "the first words, and more of them",
        "rapport_v3 endelig.txt": "the first words, and more of them, at last",
        "Referat.txt": "what was said in the meeting",
    },
    "Møte": {"Kopi.txt": "what was said in the meeting"},
}
A_DAY = timedelta(days=1)


def dated(area: Area) -> None:
    for number, name in enumerate(sorted(os.listdir(area.top / "Notat"))):
        then = (datetime(2020, 5, 5, tzinfo=UTC) + number * A_DAY).timestamp()
        os.utime(area.top / "Notat" / name, (then, then))


@pytest.fixture
def moving(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moving:
    area = make_area(TREE)
    dated(area)
    moving = Moving(area, tenant, tmp_path / "backup")
    moving.set_policy(POLICY + STRUCTURE)
    return moving


def test_earlier_versions_lie_under_the_latest_and_a_copy_leads_to_the_one_that_went(moving: Moving) -> None:
    moving.scan(copies=True)
    done = moving.propose()
    assert (done.placements, done.versions, done.copies) == (5, 2, 1)
    moving.area.sign()
    sent = moving.act(upload.apply)
    assert (sent.uploaded, sent.failed) == (5, 0)
    there = {path.rpartition("/")[2] for path in moving.files()}
    assert "rapport_v3 endelig.txt" in there and len(there & {"Referat.txt", "Kopi.txt"}) == 1 and len(there) == 2
    # Columns make versions of their own, with the content of the one before.
    assert list(dict.fromkeys(moving.versions("rapport_v3 endelig.txt"))) == [
        b"the first words, and more of them, at last",
        b"the first words, and more of them",
        b"the first words",
    ]


def test_every_old_path_is_answered_with_the_address_of_what_it_became(moving: Moving) -> None:
    moving.until_uploaded(copies=True)
    found = {
        path: where.find(moving.area.workspace, path).found[0].url
        for path in ("Notat/rapport_v1.txt", "Notat/rapport_v3 endelig.txt", "Notat/Referat.txt", "Møte/Kopi.txt")
    }
    assert all(found.values())
    assert found["Notat/rapport_v1.txt"] == found["Notat/rapport_v3 endelig.txt"]
    assert found["Notat/Referat.txt"] == found["Møte/Kopi.txt"]


def test_all_of_it_is_compared_in_full_and_only_then_deleted(moving: Moving) -> None:
    moving.until_uploaded(copies=True)
    checked = moving.act(verify.run)
    assert (checked.findings, checked.checked, checked.ok) == ({}, 5, 5)
    moving.area.accept()
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    moving.act(seal.apply)
    assert moving.act(retire.apply).deleted == 5
    assert {path.name.rpartition(".")[0] for path in moving.area.top.rglob("*")} == {signposts.NAME}


def test_an_earlier_version_that_is_changed_after_the_upload_stays_in_the_old_area(moving: Moving) -> None:
    moving.until_uploaded(copies=True)
    (moving.area.top / "Notat" / "rapport_v1.txt").write_text("somebody went on here")
    moving.scan()
    done = moving.act(upload.apply)
    assert done.failed == 1 and done.uploaded == 0
    backup.run(moving.area.work(), moving.backups, same_machine=True)
    assert "somebody went on here" not in str(moving.versions("rapport_v3 endelig.txt"))


def test_a_copy_that_is_no_copy_any_more_is_not_said_to_have_gone(moving: Moving) -> None:
    moving.scan(copies=True)
    moving.propose()
    moving.area.sign()
    name = next(
        path for path in ("Notat/Referat.txt", "Møte/Kopi.txt") if path.rpartition("/")[2] not in moving.going()
    )
    (moving.area.top / name).write_text("and this was added")
    sent = moving.act(upload.apply)
    assert sent.failed == 1
    assert [path for path, _reason, _detail in sent.failures] == [name]


def test_nothing_that_is_kept_for_ever_becomes_an_earlier_version(moving: Moving) -> None:
    moving.set_policy(POLICY.replace("    fate: move", "    fate: move\n    noark: Bevares") + STRUCTURE)
    moving.scan()
    assert moving.propose().versions == 0


def test_a_chain_longer_than_the_library_keeps_stays_files(moving: Moving) -> None:
    moving.set_policy(POLICY + STRUCTURE.replace("kept: 100", "kept: 2"))
    moving.scan()
    assert moving.propose().versions == 0


def test_no_history_is_sent_to_a_library_that_may_drop_it(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area(TREE)
    dated(area)
    with tenant_process(tmp_path / "tenant", "--versions-kept", "3") as graph:
        moving = Moving(area, Visitor(graph), tmp_path / "backup")
        moving.set_policy(POLICY + STRUCTURE)
        moving.scan()
        assert moving.propose().versions == 2
        moving.area.sign()
        with pytest.raises(TenantLacks) as refused:
            moving.act(upload.apply)
        # Two earlier ones, the latest, and those that filling its columns and putting its times back make.
        assert "only 3 versions of a file, and 5 are needed" in refused.value.message
        assert "`as history: no`" in refused.value.next
        (problem,) = moving.act(look.check).problems
        assert (problem.what, "only 3 versions" in problem.detail) == ("versions", True)
        moving.set_policy(POLICY + STRUCTURE.replace("as history: yes", "as history: no"))
        moving.scan()
        assert moving.propose().versions == 0
        moving.area.sign()
        assert (moving.act(upload.apply).failed, moving.act(look.check).library_there) == (0, True)


@pytest.fixture
def interrupted(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> Moving:
    """Only the first version of the report arrived."""
    moving.scan()
    moving.propose()
    moving.area.sign()
    real, seen = GraphTenant.send, list[str]()

    async def once(self: GraphTenant, sending: Sending, keep: Callable[[str], None]) -> Item:
        if sending.replaces:
            seen.append(sending.name)
            raise TenantGone("The line is down.", next="again")
        return await real(self, sending, keep)

    with monkeypatch.context() as patched:
        patched.setattr(GraphTenant, "send", once)
        with pytest.raises(TenantGone):
            moving.act(upload.apply)
    assert seen == ["rapport_v3 endelig.txt"]
    return moving


def test_a_history_goes_on_where_an_interruption_left_it(interrupted: Moving) -> None:
    assert interrupted.act(upload.apply).failed == 0
    assert list(dict.fromkeys(interrupted.versions("rapport_v3 endelig.txt")))[-1] == b"the first words"
    assert len(set(interrupted.versions("rapport_v3 endelig.txt"))) == 3


def test_what_somebody_wrote_there_meanwhile_is_not_covered_by_the_next_version(interrupted: Moving) -> None:
    item = interrupted.item("rapport_v3 endelig.txt")["id"]
    address = f"{interrupted.tenant.graph}/drives/{interrupted.drive}/items/{item}/content"
    asked = urllib.request.Request(address, data=b"a colleague's own words", method="PUT")
    urllib.request.urlopen(asked, timeout=30).close()
    done = interrupted.act(upload.apply)
    assert {reason for _path, reason, _detail in done.failures} >= {"somebody has changed it in the new place"}
    assert interrupted.versions("rapport_v3 endelig.txt")[0] == b"a colleague's own words"


def test_a_version_that_arrived_just_before_a_kill_is_not_sent_once_more(
    moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in moving.area.top.rglob("*"):
        os.utime(path, (1_600_000_000 + len(path.name), 1_600_000_000 + len(path.name)))
    moving.scan()
    moving.propose()
    moving.area.sign()
    real, killed = uploads.keep_receipt, list[str]()

    def killed_once(catalog: Catalog, run: int, sent: Destined, *more: object) -> None:
        if sent.item and not killed:
            killed.append(sent.path)
            raise OSError("killed")
        real(catalog, run, sent, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("filrydd.catalog.uploads.keep_receipt", killed_once)
    with pytest.raises(OSError, match="killed"):
        moving.act(upload.apply)
    assert killed, "a later version had arrived"
    there = len(moving.versions("rapport_v3 endelig.txt"))
    assert moving.act(upload.apply).failed == 0
    # Columns make one version more, and putting the times back another.
    assert there <= 3 and len(moving.versions("rapport_v3 endelig.txt")) <= 3 + 2
    assert moving.act(verify.run).findings == {}


def test_half_a_history_that_is_gone_is_sent_whole_again(interrupted: Moving) -> None:
    item = interrupted.item("rapport_v3 endelig.txt")["id"]
    address = f"{interrupted.tenant.graph}/drives/{interrupted.drive}/items/{item}"
    urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=30).close()
    done = interrupted.act(upload.apply)
    assert done.failed == 0
    assert "Referat.txt" in {path.rpartition("/")[2] for path in interrupted.files()}
    versions = list(dict.fromkeys(interrupted.versions("rapport_v3 endelig.txt")))
    assert (len(versions), versions[-1]) == (3, b"the first words")


def test_columns_are_filled_once_and_again_only_when_they_say_something_else(moving: Moving) -> None:
    moving.until_uploaded()
    fields = moving.fields("Referat.txt")
    assert fields["FilryddOriginalPath"] == "Notat/Referat.txt"
    assert fields["FilryddDepartment"] == "Regnskap"
    number = moving.tenant.get(f"/drives/{moving.drive}/list")["id"]
    site = moving.tenant.get(f"/sites/localhost:/sites/{moving.site}")["id"]
    columns = moving.tenant.get(f"/sites/{site}/lists/{number}/columns")["value"]
    assert "Opprinnelig sti" in {column["displayName"] for column in columns}
    before = moving.files()
    assert moving.act(upload.apply).uploaded == 0
    assert moving.files() == before
