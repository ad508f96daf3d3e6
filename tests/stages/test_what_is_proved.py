"""Verification objects to what is wrong in the tenant, and nothing is deleted without its proof."""

import asyncio
import json
import os
import sqlite3
import urllib.parse
import urllib.request
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from filrydd.catalog import retirements
from filrydd.errors import (
    ClockMoved,
    GraceNotOver,
    LedgerBroken,
    NoBackup,
    NotConfirmed,
    NotVerified,
    ProposalChanged,
    StillInUse,
)
from filrydd.stages import (
    backup,
    classify,
    propose,
    record,
    retire,
    seal,
    signposts,
    status,
    unseal,
    upload,
    verify,
    where,
)
from filrydd.stages.work import Work, system_clock
from filrydd.targets import Tenant, open_rehearsal
from tests.areas import POLICY, Area
from tests.tenants import Visitor

T = TypeVar("T")
TREE = {
    "Bilag": {"gammel.pdf": "old voucher", "ny.pdf": "new voucher"},
    "Notat": {"a.txt": "alpha", "b.txt": "beta"},
    "Hjem": {"privat.txt": "mine"},
    "Thumbs.db": "junk",
}


class Moved:
    """An area on its way, and its library seen from outside."""

    def __init__(self, area: Area, tenant: Visitor, backups: Path) -> None:
        self.area = area
        self.tenant = tenant
        self.backups = backups
        self.site = uuid.uuid4().hex
        self.set_policy()

    def set_policy(self, text: str = POLICY) -> None:
        self.area.policy(text.replace("/sites/regnskap", f"/sites/{self.site}"))

    def act(self, what: Callable[[Work, Tenant], Awaitable[T]], clock: Callable[[], datetime] = system_clock) -> T:
        async def opened() -> T:
            tenant = open_rehearsal(self.tenant.graph)
            try:
                return await what(self.area.work(clock), tenant)
            finally:
                await tenant.close()

        return asyncio.run(opened())

    def until_uploaded(self) -> None:
        self.area.until_proposed()
        self.area.sign()
        assert self.act(upload.apply).failed == 0

    def until_ready(self) -> None:
        """Everything that there must be before a seal."""
        self.until_uploaded()
        assert self.act(verify.run).findings == {}
        self.area.accept()
        backup.run(self.area.work(), self.backups, same_machine=True)

    def until_sealed(self) -> None:
        self.until_ready()
        self.act(seal.apply)

    @property
    def drive(self) -> str:
        return self.tenant.drive(self.site, "Dokumenter")

    def there(self, path: str, method: str, body: bytes | dict[str, Any] | None = None, suffix: str = "") -> None:
        """What a person does in the library, by plain HTTP."""
        quoted = urllib.parse.quote(path)
        url = f"{self.tenant.graph}/drives/{self.drive}/root:/{quoted}:{suffix}"
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        kind = "application/json" if isinstance(body, dict) else "application/octet-stream"
        request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def deposited_proofs(self) -> list[dict[str, Any]]:
        """The proofs that lie in the library, as anybody who may read it finds them."""
        names = [
            path for path in self.tenant.files(self.drive, versions=False) if path.startswith("_filrydd/felles-proofs-")
        ]
        lines: list[dict[str, Any]] = []
        for name in names:
            url = f"{self.tenant.graph}/drives/{self.drive}/root:/{urllib.parse.quote(name)}:/content"
            with urllib.request.urlopen(url, timeout=30) as answer:
                lines += [json.loads(line) for line in answer.read().splitlines()]
        return lines

    def files(self) -> set[str]:
        top = self.area.top
        return {str(path.relative_to(top)) for path in self.entries() if path.is_file()}

    def entries(self) -> list[Path]:
        """What lies in the area beside our signposts."""
        return [path for path in self.area.top.rglob("*") if not path.name.startswith(signposts.NAME)]


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    area = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    return Moved(area, tenant, tmp_path / "backup")


def test_what_arrived_whole_is_found_whole(moved: Moved) -> None:
    moved.until_uploaded()
    done = moved.act(verify.run)
    assert (done.checked, done.ok, done.findings) == (3, 3, {})


@pytest.mark.parametrize(
    ("method", "body", "suffix", "kind"),
    [
        ("PUT", b"other", "/content", "changed since"),
        ("DELETE", None, "", "missing"),
        ("PATCH", {"name": "omdøpt.txt"}, "", "changed since"),
    ],
)
def test_what_people_did_in_the_library_is_a_finding(
    moved: Moved, method: str, body: bytes | dict[str, Any] | None, suffix: str, kind: str
) -> None:
    moved.until_uploaded()
    moved.there("Felles/Notat/a.txt", method, body, suffix)
    done = moved.act(verify.run)
    assert done.findings == {kind: 1}
    assert done.details[0].path == "Notat/a.txt"
    with pytest.raises(NotVerified, match="open findings"):
        seal.plan(moved.area.work())


def test_a_file_that_nobody_sent_is_unexpected(moved: Moved) -> None:
    moved.until_uploaded()
    moved.there("Felles/Notat/fremmed.txt", "PUT", b"not ours", "/content")
    assert moved.act(verify.run).findings == {"unexpected": 1}


def test_a_bit_that_flipped_in_the_tenants_store_is_found(moved: Moved, tmp_path: Path) -> None:
    """restic's test: damage the stored bytes under a tenant that still believes in them."""
    from tests.tenants import tenant_process

    with tenant_process(tmp_path / "own") as graph:
        moved.tenant = Visitor(graph)
        (moved.area.top / "Notat" / "a.docx").write_bytes(_word_document())
        moved.until_uploaded()
        assert moved.act(verify.run).findings == {}
        blobs = [
            path
            for path in (tmp_path / "own").rglob("*")
            if path.is_file() and b"word/document.xml" in path.read_bytes()
        ]
        assert len(blobs) == 1
        content = bytearray(blobs[0].read_bytes())
        at = content.index(b"hello from the document")
        content[at] ^= 1
        blobs[0].write_bytes(content)
        with sqlite3.connect(moved.area.workspace / "scans" / "felles.db") as catalog:
            catalog.execute("DELETE FROM comparison")
        catalog.close()
        findings = moved.act(verify.run).findings
        assert sum(findings.values()) == 1, findings


def _word_document() -> bytes:
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/document.xml", "<w>hello from the document</w>")
    return content.getvalue()


def test_a_name_that_somebody_has_taken_is_left_alone(moved: Moved) -> None:
    moved.area.until_proposed()
    moved.area.sign()
    moved.tenant.get(f"/sites/localhost:/sites/{moved.site}")
    _make_library(moved)
    moved.there("Felles/Notat/a.txt", "PUT", b"somebody else's", "/content")
    done = moved.act(upload.apply)
    assert (done.uploaded, done.failed) == (2, 1)
    assert done.failures[0][:2] == ("Notat/a.txt", "name taken")
    listed = moved.tenant.files(moved.drive)
    assert listed["Felles/Notat/a.txt"].size == len("somebody else's")
    assert listed["Felles/Notat/a.txt"].versions == 1


def _make_library(moved: Moved) -> None:
    site = moved.tenant.get(f"/sites/localhost:/sites/{moved.site}")["id"]
    body = json.dumps({"displayName": "Dokumenter", "list": {"template": "documentLibrary"}}).encode()
    request = urllib.request.Request(
        f"{moved.tenant.graph}/sites/{site}/lists",
        data=body,
        method="POST",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def test_a_file_that_cannot_be_read_is_held_until_a_new_scan_and_the_rest_goes_on(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.model.entry import Reason
    from filrydd.model.rule import Fate
    from filrydd.sources.local.posix import PosixSource
    from filrydd.sources.source import EntryTrouble, Reader

    moved.area.until_proposed()
    moved.area.sign()
    opened = PosixSource.open

    def refusing(self: PosixSource, path: str) -> Reader:
        if path == "Notat/a.txt":
            raise EntryTrouble(path, Reason.NO_PERMISSION, "EACCES")
        return opened(self, path)

    monkeypatch.setattr(PosixSource, "open", refusing)
    done = moved.act(upload.apply)
    assert (done.uploaded, done.failed, done.unreadable) == (2, 1, 1)
    assert classify.run(moved.area.work()).fates[Fate.HOLD].files == 2
    assert moved.act(upload.apply).failed == 0
    assert upload.plan(moved.area.work()).files == 0
    monkeypatch.setattr(PosixSource, "open", opened)
    moved.area.until_proposed()
    again = moved.act(upload.apply)
    assert (again.uploaded, again.failed, again.unreadable) == (1, 0, 0)


def test_what_was_sent_to_another_place_is_not_taken_for_being_in_the_new_one(moved: Moved) -> None:
    moved.until_uploaded()
    moved.set_policy(POLICY.replace("folder: Felles", "folder: Nytt sted"))
    moved.area.until_proposed()
    moved.area.sign()
    with pytest.raises(ProposalChanged, match="3 files"):
        upload.plan(moved.area.work())
    moved.set_policy()
    moved.area.until_proposed()
    moved.area.sign()
    assert upload.plan(moved.area.work()).there == 3


def test_an_area_goes_to_the_root_of_its_library_too(moved: Moved) -> None:
    moved.set_policy(POLICY.replace("folder: Felles", 'folder: ""'))
    (moved.area.top / "forms").write_text("a reserved name")
    moved.until_uploaded()
    assert moved.act(verify.run).findings == {}
    assert upload.plan(moved.area.work()).files == 0
    paths = {path for path in moved.tenant.files(moved.drive) if not path.startswith("_filrydd")}
    assert {"Bilag/ny.pdf", "Notat/a.txt"} <= paths
    assert len(paths) == 4


def test_a_second_upload_sends_nothing_and_makes_no_versions(moved: Moved) -> None:
    moved.until_uploaded()
    again = moved.act(upload.apply)
    assert (again.uploaded, again.failed) == (0, 0)
    assert {file.versions for file in moved.tenant.files(moved.drive).values() if "_filrydd" not in file.path} == {1}


def test_a_file_that_changed_after_its_upload_is_sent_again_as_a_version(moved: Moved) -> None:
    moved.until_uploaded()
    (moved.area.top / "Notat" / "a.txt").write_text("alpha and more")
    moved.area.until_proposed()
    assert moved.act(upload.apply).uploaded == 1
    listed = moved.tenant.files(moved.drive)["Felles/Notat/a.txt"]
    assert (listed.size, listed.versions) == (14, 2)
    assert moved.act(verify.run).findings == {}


def test_what_was_sent_as_it_was_found_and_then_put_back_as_scanned_is_seen_by_the_next_scan(moved: Moved) -> None:
    moved.area.until_proposed()
    moved.area.sign()
    path = moved.area.top / "Notat" / "a.txt"
    before, folder = path.stat(), path.parent.stat()
    path.write_bytes(b"worked on meanwhile")
    assert moved.act(upload.apply).failed == 0
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT size FROM file WHERE name = 'a.txt'") == 19
    path.write_bytes(b"alpha")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))
    moved.area.scan()
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT size FROM file WHERE name = 'a.txt'") == 5


def test_what_was_deleted_and_put_back_as_it_was_is_seen_by_the_next_scan(moved: Moved) -> None:
    moved.area.until_proposed()
    with moved.area.catalog() as catalog:
        file = catalog.value("SELECT id FROM file WHERE name = 'a.txt'")
        retirements.done(catalog, [file], 1)
    moved.area.scan()  # the very file lies there, so the folder looks as the last scan saw it
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT gone FROM file WHERE name = 'a.txt'") is None


def test_people_who_edited_the_new_file_are_not_overwritten(moved: Moved) -> None:
    moved.until_uploaded()
    moved.there("Felles/Notat/a.txt", "PUT", b"edited in the new place", "/content")
    (moved.area.top / "Notat" / "a.txt").write_text("edited in the old place")
    moved.area.until_proposed()
    done = moved.act(upload.apply)
    assert (done.uploaded, done.failed) == (0, 1)
    assert moved.tenant.files(moved.drive)["Felles/Notat/a.txt"].size == len("edited in the new place")


def test_a_seal_asks_for_a_backup_first(moved: Moved) -> None:
    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    with pytest.raises(NoBackup) as refused:
        moved.act(seal.apply)
    assert "filrydd backup felles" in refused.value.next
    assert os.access(moved.area.top / "Notat" / "a.txt", os.W_OK)


def test_sealed_and_given_back_exactly(moved: Moved) -> None:
    for path, mode in (
        ("Notat", 0o2775),
        ("Notat/a.txt", 0o664),
        ("Notat/b.txt", 0o600),
        ("Bilag", 0o775),
        ("Bilag/ny.pdf", 0o444),
    ):
        (moved.area.top / path).chmod(mode)
    before = {path: path.stat().st_mode for path in moved.area.top.rglob("*")}
    moved.until_sealed()
    sealed = {path: path.stat().st_mode for path in moved.entries()}
    assert not [path for path in sealed if path.is_file() and sealed[path] & 0o222]
    assert {path: mode & 0o555 for path, mode in sealed.items()} == {
        path: mode & 0o555 for path, mode in before.items()
    }
    unseal.apply(moved.area.work())
    assert {path: path.stat().st_mode for path in moved.area.top.rglob("*")} == before


def test_a_file_that_is_open_for_writing_holds_the_seal_off(moved: Moved) -> None:
    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    before = {path: path.stat().st_mode for path in moved.area.top.rglob("*")}
    with (moved.area.top / "Notat" / "a.txt").open("a"), pytest.raises(StillInUse) as refused:
        moved.act(seal.apply)
    assert refused.value.details == ("Notat/a.txt",)
    assert {path: path.stat().st_mode for path in moved.area.top.rglob("*")} == before
    moved.act(seal.apply)


def test_permissions_that_changed_after_an_interrupted_seal_are_the_ones_given_back(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.catalog import seals

    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    turn = seals.turn
    monkeypatch.setattr(seals, "turn", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        moved.act(seal.apply)
    monkeypatch.setattr(seals, "turn", turn)
    (moved.area.top / "Notat" / "a.txt").chmod(0o640)
    moved.act(seal.apply)
    unseal.apply(moved.area.work())
    assert (moved.area.top / "Notat" / "a.txt").stat().st_mode & 0o777 == 0o640


def test_what_people_did_until_the_last_moment_arrives_or_stays(moved: Moved) -> None:
    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    (moved.area.top / "Notat" / "a.txt").write_text("the last word")
    (moved.area.top / "Notat" / "ny.txt").write_text("nobody signed for this")
    (moved.area.top / "Notat" / "b.txt").unlink()
    done = moved.act(seal.apply)
    assert done.changed == 3
    assert moved.tenant.files(moved.drive)["Felles/Notat/a.txt"].size == len("the last word")
    retired = moved.act(retire.apply)
    assert moved.files() == {"Hjem/privat.txt", "Notat/ny.txt"}
    assert (retired.deleted, retired.kept) == (4, 2)


def test_when_the_cut_over_does_not_end_well_people_get_their_rights_back(moved: Moved) -> None:
    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    before = {path: path.stat().st_mode for path in moved.area.top.rglob("*")}
    moved.there("Felles/Notat/a.txt", "DELETE")
    with pytest.raises(NotVerified) as refused:
        moved.act(seal.apply)
    assert refused.value.details == ("Notat/a.txt: missing in the new place",)
    assert {path: path.stat().st_mode for path in moved.area.top.rglob("*")} == before
    assert not status.of(moved.area.work()).sealed


def test_a_tenant_that_refuses_one_thing_during_the_cut_over_gives_people_their_rights_back(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.stages import scan
    from filrydd.targets.tenant import ItemTrouble

    moved.until_uploaded()
    moved.act(verify.run)
    moved.area.accept()
    backup.run(moved.area.work(), moved.backups, same_machine=True)
    before = {path: path.stat().st_mode for path in moved.area.top.rglob("*")}

    def refusing(*_given: object, **_named: object) -> object:
        assert not [path for path in before if path.is_file() and path.stat().st_mode & 0o222], "sealed by now"
        raise ItemTrouble("quotaLimitReached", 507)

    monkeypatch.setattr(scan, "walk", refusing)
    with pytest.raises(ItemTrouble):
        moved.act(seal.apply)
    assert {path: path.stat().st_mode for path in moved.area.top.rglob("*")} == before


def test_only_what_is_proved_goes_and_every_deletion_has_its_proof(moved: Moved) -> None:
    moved.until_sealed()
    plan = retire.plan(moved.area.work())
    assert (plan.moved, plan.destroyed, plan.kept) == (3, 2, 1)
    done = moved.act(retire.apply)
    assert moved.files() == {"Hjem/privat.txt"}
    assert (done.deleted, done.kept) == (5, 1)
    with moved.area.catalog() as catalog:
        proofs = {row["path"]: json.loads(row["proof"]) for row in catalog.rows("SELECT path, proof FROM retirement")}
    assert set(proofs) == {"Bilag/gammel.pdf", "Bilag/ny.pdf", "Notat/a.txt", "Notat/b.txt", "Thumbs.db"}
    assert {"signoff", "receipt", "comparison", "item", "etag", "hash"} <= set(proofs["Notat/a.txt"])
    assert proofs["Bilag/gammel.pdf"]["basis"] == "bokføringsloven § 13"
    assert record.verify(moved.area.work()).wrong == ()
    assert {proof["path"] for proof in moved.deposited_proofs()} == set(proofs)
    found = where.find(moved.area.workspace, str(moved.area.top / "Notat" / "a.txt")).found
    assert found[0].state == where.State.MOVED
    assert found[0].url.endswith("/Dokumenter/Felles/Notat/a.txt")
    assert where.find(moved.area.workspace, "bilag/GAMMEL.pdf").found[0].state == where.State.DESTROYED
    assert where.find(moved.area.workspace, "Hjem/privat.txt").found[0].state == where.State.HELD


def test_a_new_file_that_went_missing_keeps_the_old_one(moved: Moved) -> None:
    moved.until_sealed()
    moved.there("Felles/Notat/a.txt", "DELETE")
    moved.there("Felles/Notat/b.txt", "PUT", b"edited since", "/content")
    done = moved.act(retire.apply)
    assert {path for path, _why in done.refused} == {"Notat/a.txt", "Notat/b.txt"}
    assert {"Notat/a.txt", "Notat/b.txt"} <= moved.files()


def test_a_source_that_changed_under_the_seal_stays(moved: Moved) -> None:
    moved.until_sealed()
    path = moved.area.top / "Notat" / "a.txt"
    facts = path.stat()
    path.chmod(0o644)
    path.write_text("ALPHA")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    done = moved.act(retire.apply)
    assert [path for path, _why in done.refused] == ["Notat/a.txt"]
    assert path.read_text() == "ALPHA"


def test_what_was_to_be_deleted_and_is_another_document_now_stays(moved: Moved) -> None:
    moved.until_sealed()
    path = moved.area.top / "Bilag" / "gammel.pdf"
    path.chmod(0o600)
    path.write_text("NEW VOUCHER")  # as long as the old one, by whoever runs the server
    done = moved.act(retire.apply)
    assert moved.files() == {"Hjem/privat.txt", "Bilag/gammel.pdf"}
    assert [name for name, _why in done.refused] == ["Bilag/gammel.pdf"]


def test_nothing_goes_before_the_grace_period_is_over(moved: Moved) -> None:
    moved.set_policy(POLICY.replace("grace: 0d", "grace: 30d"))
    moved.until_sealed()
    with pytest.raises(GraceNotOver, match=(datetime.now(UTC) + timedelta(days=30)).date().isoformat()):
        moved.act(retire.apply)
    assert len(moved.files()) == 6


def test_a_clock_that_differs_from_the_tenants_is_refused(moved: Moved) -> None:
    moved.set_policy(POLICY.replace("grace: 0d", "grace: 30d"))
    moved.until_sealed()
    with pytest.raises(ClockMoved):
        moved.act(retire.apply, clock=lambda: system_clock() + timedelta(days=31))
    assert len(moved.files()) == 6


def test_a_policy_that_changed_since_is_classified_first(moved: Moved) -> None:
    moved.until_sealed()
    moved.set_policy(POLICY + "# another thought\n")
    with pytest.raises(ProposalChanged) as refused:
        retire.plan(moved.area.work())
    assert refused.value.next == "filrydd classify felles"


def test_a_rule_whose_confirmation_was_taken_back_destroys_nothing(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved.until_sealed()
    moved.set_policy(POLICY.replace("    confirmed: {by: Arkivar, on: 2026-01-02}\n  - rule: homes", "  - rule: homes"))
    classify.run(moved.area.work())
    propose.run(moved.area.work())
    done = moved.act(retire.apply)
    assert "Bilag/gammel.pdf" in moved.files()
    assert done.deleted == 4
    # The guard behind it: even rulings that say destroy are held against the policy of the day.
    moved.set_policy()
    classify.run(moved.area.work())
    unconfirmed = moved.area.work().department()
    waiting = tuple(
        type(rule)(
            **{f: getattr(rule, f) for f in rule.__slots__} | {"awaits_confirmation": rule.name == "old vouchers"}
        )
        for rule in unconfirmed.rules(moved.area.work().day())
    )
    monkeypatch.setattr(type(unconfirmed), "rules", lambda _self, _day: waiting)
    with pytest.raises(NotConfirmed, match="old vouchers"):
        retire.plan(moved.area.work())


def test_an_old_copy_of_the_catalog_put_back_is_refused(moved: Moved) -> None:
    moved.until_sealed()
    catalog = moved.area.workspace / "scans" / "felles.db"
    with moved.area.catalog() as opened:
        opened.value("PRAGMA wal_checkpoint(TRUNCATE)")
    old = catalog.read_bytes()
    moved.act(verify.run)
    moved.act(retire.apply)
    for path in catalog.parent.glob("felles.db*"):
        path.unlink()
    catalog.write_bytes(old)
    with pytest.raises(LedgerBroken) as refused:
        moved.act(retire.apply)
    assert "deposited" in refused.value.details[0]


def test_the_backup_is_a_whole_catalog_that_knows_the_former_permissions(moved: Moved) -> None:
    moved.until_sealed()
    with sqlite3.connect(moved.backups / "felles.db") as copy:
        saved = copy.execute("SELECT COUNT(*) FROM former_permission").fetchone()[0]
    copy.close()
    assert saved == len(moved.entries()) + 1
