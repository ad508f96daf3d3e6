"""What is not in order is refused before the first change, or stopped with everything given back, and said in words."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import seals
from filrydd.errors import (
    ClockMoved,
    DiskFull,
    FilryddError,
    GraceNotOver,
    NoBackup,
    SourceError,
    SourceGone,
    SourceLooksEmpty,
    TenantError,
    TenantLacks,
)
from filrydd.model import descriptor as security
from filrydd.model.entry import Kind, Reason
from filrydd.sources import EntryTrouble
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.local import permission
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.smb.source import SmbSource
from filrydd.stages import backup, classify, propose, retire, scan, seal, unseal, upload
from filrydd.stages.seal import cutting
from filrydd.stages.work import Work
from filrydd.targets import Tenant, open_rehearsal
from filrydd.targets.governor import Timing
from tests.areas import Area, new_area
from tests.conftest import lay_out
from tests.samba import Samba
from tests.sources.conftest import CHANGE, OPERATOR, ace, open_modes
from tests.stages.moving import tenant_for_journeys
from tests.stages.test_what_is_proved import Moved
from tests.tenants import Visitor

TREE = {"Bilag": {"ny.pdf": "new voucher"}, "Notat": {"a.txt": "alpha", "b.txt": "beta"}}
ONLY_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
LATER = timedelta(minutes=6)
"""A little more than a clock may differ (the design's five minutes)."""


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    moved = Moved(make_area(TREE), tenant, tmp_path / "backup")
    moved.until_ready()
    return moved


def modes(moved: Moved) -> dict[Path, int]:
    return {path: path.stat().st_mode for path in [moved.area.top, *moved.entries()]}


def standing(moved: Moved) -> str:
    with moved.area.catalog() as catalog:
        found = seals.latest(catalog)
    return found.state if found else ""


def refused(moved: Moved, kind: type[FilryddError], act: Callable[[], object] | None = None) -> str:
    """What is said when a seal is refused, which leaves everything as it was."""
    before = modes(moved)
    with pytest.raises(kind) as no:
        (act or (lambda: moved.act(seal.apply)))()
    assert modes(moved) == before
    assert standing(moved) == ""
    return " ".join([no.value.message, *no.value.details, no.value.next])


def refused_to_retire(moved: Moved, kind: type[FilryddError], clock: Callable[[], datetime] | None = None) -> str:
    """What is said when nothing may be deleted: all of the area is still there."""
    before = moved.files()
    with pytest.raises(kind) as no:
        if clock:
            moved.act(retire.apply, clock)
        else:
            hurried(moved, retire.apply)
    assert moved.files() == before
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM retirement WHERE done IS NOT NULL") == 0
    return " ".join([no.value.message, *no.value.details, no.value.next])


def hurried(moved: Moved, what: Callable[[Work, Tenant], Awaitable[object]]) -> object:
    """As `moved.act`, and what is waited for passes faster."""

    async def opened() -> object:
        base = time.monotonic()
        timing = Timing(
            lambda: base + (time.monotonic() - base) * 1000, sleep=lambda seconds: asyncio.sleep(seconds / 1000)
        )
        tenant = open_rehearsal(moved.tenant.graph, timing=timing)
        try:
            return await what(moved.area.work(), tenant)
        finally:
            await tenant.close()

    return asyncio.run(opened())


def later() -> datetime:
    return datetime.now(UTC) + LATER


def earlier() -> datetime:
    return datetime.now(UTC) - LATER


@pytest.fixture(params=["damaged", "a folder"])
def bad_key(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    def break_it() -> Path:
        place = tmp_path / "bad.key"
        if request.param == "a folder":
            place.mkdir()
        else:
            place.write_bytes(b"not a key")
        monkeypatch.setenv("FILRYDD_KEY", str(place))
        return place

    return break_it


def test_no_seal_without_the_key_that_signs_the_ledger(moved: Moved, bad_key: Callable[[], Path]) -> None:
    assert str(bad_key()) in refused(moved, FilryddError)


def test_nothing_is_retired_without_the_key_that_signs_the_ledger(moved: Moved, bad_key: Callable[[], Path]) -> None:
    moved.act(seal.apply)
    assert str(bad_key()) in refused_to_retire(moved, FilryddError)


def test_no_seal_when_the_folder_for_the_backup_is_gone(moved: Moved) -> None:
    moved.backups.rename(moved.backups.with_name("elsewhere"))
    said = refused(moved, NoBackup)
    assert str(moved.backups) in said
    assert "run the same command again" in said


@ONLY_ROOT
def test_no_seal_when_the_disk_for_the_backup_is_full(moved: Moved, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        backup.run(moved.area.work(), small, same_machine=True)
        whole = (small / "felles.db").read_bytes()
        with (small / "filler").open("wb") as filler, pytest.raises(OSError, match="space"):
            while True:
                filler.write(bytes(1 << 16))
                filler.flush()
        assert str(small) in refused(moved, DiskFull)
        assert (small / "felles.db").read_bytes() == whole, "the former backup is still whole"
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@ONLY_ROOT
def test_a_medium_that_can_only_be_read_is_not_sealed(moved: Moved) -> None:
    top = str(moved.area.top)
    if subprocess.run(["mount", "--bind", top, top], check=False).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", top], check=True)
        assert "cannot be made read-only" in refused(moved, SourceError)
    finally:
        subprocess.run(["umount", "-l", top], check=True)
    assert moved.act(seal.apply).verified == 3, "and nothing is forgotten when it can be written to again"


@pytest.mark.parametrize("clock", [later, earlier])
def test_no_seal_with_a_clock_that_is_not_the_tenants(moved: Moved, clock: Callable[[], datetime]) -> None:
    said = refused(moved, ClockMoved, lambda: moved.act(seal.apply, clock))
    assert "clock" in said


def test_nothing_is_given_back_by_a_clock_that_the_ledger_would_not_take(moved: Moved) -> None:
    moved.act(seal.apply)
    sealed = modes(moved)
    with pytest.raises(ClockMoved):
        unseal.apply(moved.area.work(earlier))
    assert modes(moved) == sealed
    assert standing(moved) == "sealed"
    unseal.apply(moved.area.work())
    assert standing(moved) == ""


def test_nothing_is_retired_with_a_clock_that_is_not_the_tenants(moved: Moved) -> None:
    moved.act(seal.apply)
    assert "clock" in refused_to_retire(moved, ClockMoved, later)
    # By a clock that goes behind, the seal is not that old yet.
    refused_to_retire(moved, GraceNotOver, earlier)


def test_no_seal_when_the_area_is_somewhere_else(moved: Moved) -> None:
    there = moved.area.top.rename(moved.area.top.with_name("moved away"))
    with pytest.raises(SourceGone) as no:
        moved.act(seal.apply)
    assert str(moved.area.top) in no.value.message
    there.rename(moved.area.top)
    assert standing(moved) == ""


def test_an_area_that_is_suddenly_empty_is_not_sealed(moved: Moved) -> None:
    aside = moved.area.top.rename(moved.area.top.with_name("the real one"))
    moved.area.top.mkdir()
    before = moved.area.top.stat().st_mode
    with pytest.raises(SourceLooksEmpty):
        moved.act(seal.apply)
    assert moved.area.top.stat().st_mode == before
    assert standing(moved) == ""
    moved.area.top.rmdir()
    aside.rename(moved.area.top)
    assert moved.act(seal.apply).verified == 3, "and nothing is forgotten when it is back"


@pytest.fixture(scope="module")
def other_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """One that has none of the libraries."""
    with tenant_for_journeys(tmp_path_factory.mktemp("other")) as visitor:
        yield visitor


def test_no_seal_when_the_library_is_gone(moved: Moved, other_tenant: Visitor) -> None:
    moved.tenant = other_tenant
    said = refused(moved, TenantLacks)
    assert "Dokumenter" in said and "is not there any more" in said
    with moved.area.catalog() as catalog:
        assert not catalog.value("SELECT COUNT(*) FROM seal"), "before anything was begun"


def test_nothing_is_retired_when_the_library_is_gone(moved: Moved, other_tenant: Visitor) -> None:
    moved.act(seal.apply)
    moved.tenant = other_tenant
    assert "is not there any more" in refused_to_retire(moved, TenantLacks)


def test_a_tenant_that_goes_away_during_the_cut_over_gives_people_their_rights_back(
    make_area: Callable[..., Area], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tenant").mkdir()
    ends = ExitStack()
    moved = Moved(make_area(TREE), ends.enter_context(tenant_for_journeys(tmp_path / "tenant")), tmp_path / "backup")
    moved.until_ready()
    arrive = seal.arrive
    closed: list[bool] = []

    async def alone(*given: Any, **named: Any) -> None:
        closed.append(not (moved.area.top / "Notat" / "a.txt").stat().st_mode & 0o222)
        ends.close()
        await arrive(*given, **named)

    with ends, monkeypatch.context() as patched:
        patched.setattr(seal, "arrive", alone)
        (moved.area.top / "Notat" / "a.txt").write_text("alpha, as it is now")
        refused(moved, TenantError, lambda: hurried(moved, seal.apply))
    assert closed == [True]


def test_the_ledger_is_whole_when_what_somebody_gave_others_is_gone_before_it_is_stored(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = moved.area.top / "Notat" / "b.txt"
    path.chmod(0o640)
    close, wait_out = cutting.close, cutting.wait_out

    def closing(*given: Any) -> Any:
        if path.exists():
            path.chmod(0o664)
        return close(*given)

    def waiting(*given: Any) -> None:
        path.unlink(missing_ok=True)
        wait_out(*given)

    monkeypatch.setattr(cutting, "close", closing)
    monkeypatch.setattr(cutting, "wait_out", waiting)
    moved.act(seal.apply)
    with moved.area.catalog() as catalog:
        assert catalog.value("SELECT path FROM overtaken_permission") == "Notat/b.txt"
    assert moved.act(retire.apply).deleted == 2


# On a real server.


class OnAShare(Moved):
    """An area that a user seals who may not do everything there."""

    address: str
    top: Path

    def until_uploaded(self) -> None:
        scan.run(self.area.work(), self.address)
        classify.run(self.area.work())
        propose.run(self.area.work())
        self.area.sign()
        assert self.act(upload.apply).failed == 0


@pytest.fixture
def on_a_share(
    samba: Samba, tenant: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], OnAShare]]:
    monkeypatch.setenv("FILRYDD_SMB_USER", OPERATOR)
    monkeypatch.setenv("FILRYDD_SMB_PASSWORD", samba.users[OPERATOR])
    top = samba.folder.parent / "shares" / "felles" / "uten rett"

    def make(share: str) -> OnAShare:
        lay_out(top, TREE)
        for path in [top, *top.rglob("*")]:
            shutil.chown(path, OPERATOR)
        open_modes(top)
        moved = OnAShare(new_area(tmp_path), tenant, tmp_path / "backup")
        moved.address, moved.top = samba.url(share, top.name), top
        moved.until_ready()
        return moved

    yield make
    shutil.rmtree(top, ignore_errors=True)


def descriptors(samba: Samba, moved: OnAShare) -> dict[str, bytes]:
    address = SmbAddress("127.0.0.1", "felles", moved.top.name, "", samba.port)
    found = {}
    with SmbSource(address, Credentials("root", samba.users["root"])) as source:
        for path in [moved.top, *moved.top.rglob("*")]:
            name = "" if path == moved.top else str(path.relative_to(moved.top))
            found[name] = source.permission(name, Kind.FOLDER if path.is_dir() else Kind.FILE)
    return found


def test_permissions_that_cannot_be_sealed_are_told_with_their_file(
    moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    (moved.area.top / "Notat" / "b.txt").chmod(0o604)
    real = PosixSource.sealed

    def sealed(self: PosixSource, former: bytes, kind: Kind) -> bytes:
        if permission.unpacked(former).mode == 0o604:
            raise EntryTrouble("", Reason.FAULT, "the access list is longer than 64 KiB")
        return real(self, former, kind)

    monkeypatch.setattr(PosixSource, "sealed", sealed)
    assert refused(moved, SourceError) == (
        "Notat/b.txt cannot be made read-only: the access list is longer than 64 KiB"
        " Give it simpler permissions, or take it out of the area."
    )


@pytest.mark.samba
def test_one_who_may_not_change_permissions_of_one_folder_gets_the_others_back(
    samba: Samba, on_a_share: Callable[[str], OnAShare]
) -> None:
    moved = on_a_share("felles")
    shutil.chown(moved.top / "Notat", "games")
    address = SmbAddress("127.0.0.1", "felles", moved.top.name, "", samba.port)
    with SmbSource(address, Credentials("root", samba.users["root"])) as source:
        now = security.parse(source.permission("Notat", Kind.FOLDER))
        everyone = ace(security.ALLOWED, CHANGE, security.sid_from_text("S-1-1-0"), 3)
        source.permit("Notat", Kind.FOLDER, security.build(replace(now, dacl=(everyone,))))
    before = descriptors(samba, moved)
    with pytest.raises(SourceError) as no:
        moved.act(seal.apply)
    assert "Notat cannot be made read-only" in no.value.message
    assert "the former ones are back" in no.value.next
    assert descriptors(samba, moved) == before
    assert standing(moved) == ""


@pytest.mark.samba
def test_a_share_that_can_only_be_read_is_not_sealed(samba: Samba, on_a_share: Callable[[str], OnAShare]) -> None:
    text = samba.configuration.read_text(encoding="utf-8")
    place = samba.folder.parent / "shares" / "felles"
    samba.configuration.write_text(f"{text}[lest]\n\tpath = {place}\n\tread only = yes\n", encoding="utf-8")
    try:
        moved = on_a_share("lest")
        before = descriptors(samba, moved)
        with pytest.raises(SourceError) as no:
            moved.act(seal.apply)
        assert "cannot be made read-only" in no.value.message
        assert descriptors(samba, moved) == before
        assert standing(moved) == ""
    finally:
        samba.configuration.write_text(text, encoding="utf-8")
