"""An area that is a whole share is sealed by the share's own permissions, on a real server: nobody who was connected before
is left, and everything comes back byte for byte."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from filrydd.catalog import seals
from filrydd.errors import StillInUse
from filrydd.sources import Connected
from filrydd.sources.smb import message
from filrydd.sources.smb.share import Refused
from filrydd.sources.smb.source import SmbSource
from filrydd.stages import backup, classify, propose, scan, seal, unseal, verify
from filrydd.stages import upload as uploading
from filrydd.stages.seal import checking
from filrydd.stages.seal.wishes import Wishes
from tests.areas import new_area
from tests.samba import Samba
from tests.sources.administered import run, source
from tests.sources.conftest import COLLEAGUE
from tests.sources.handles import held
from tests.stages.finished import key_and_state
from tests.stages.moving import Moving
from tests.tenants import Visitor

pytestmark = [pytest.mark.samba, pytest.mark.xdist_group("administered")]
# Only root may set what a Samba share permits.
RULER, SHARE = "root", "alene"
ACCESS_DENIED = 0xC0000022
TREE = {"Bilag": {"ny.pdf": b"new voucher"}, "Notat": {"a.txt": b"alpha", "b.txt": b"beta"}}


class OnAShare(Moving):
    """An area whose top is the top of a share of its own."""

    server: Samba

    def until_ready(self) -> None:
        scan.run(self.area.work(), self.server.url(SHARE))
        classify.run(self.area.work())
        propose.run(self.area.work())
        self.area.sign()
        assert self.act(uploading.apply).failed == 0
        assert self.act(verify.run).findings == {}
        self.area.accept()
        backup.run(self.area.work(), self.backups, same_machine=True)

    def seal(self, **wished: object) -> seal.Sealed:
        wishes = Wishes(way=seal.Way.SHARE, **wished)  # type: ignore[arg-type]
        return self.act(lambda work, tenant: seal.apply(work, tenant, wishes=wishes))

    def state(self) -> str:
        with self.area.catalog() as catalog:
            standing = seals.latest(catalog)
        return standing.state if standing else ""

    def permits(self) -> bytes:
        with source(self.server, RULER, "", SHARE) as ruler:
            return ruler.share_descriptor()


@pytest.fixture(scope="module")
def ready(administered_samba: Samba, tenant: Visitor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAShare]:
    """Everything that there must be before a seal, once."""
    top = administered_samba.folder.parent / SHARE
    for folder, files in TREE.items():
        (top / folder).mkdir()
        (top / folder).chmod(0o777)
        for name, content in files.items():
            (top / folder / name).write_bytes(content)
            (top / folder / name).chmod(0o666)
    place = tmp_path_factory.mktemp("share")
    moved = OnAShare(new_area(place), tenant, place / "backup")
    moved.server = administered_samba
    with key_and_state(tmp_path_factory.getbasetemp()), pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILRYDD_SMB_USER", RULER)
        patch.setenv("FILRYDD_SMB_PASSWORD", administered_samba.users[RULER])
        moved.until_ready()
        yield moved
    run(administered_samba, "sharesec", SHARE, "-R", "S-1-1-0:ALLOWED/0/FULL")


@pytest.fixture
def moved(ready: OnAShare) -> Iterator[OnAShare]:
    yield ready
    if ready.state() in ("sealing", "sealed", "unsealing"):
        unseal.apply(ready.area.work())


def colleague(moved: OnAShare) -> SmbSource:
    return source(moved.server, COLLEAGUE, "", SHARE)


@contextmanager
def at_work(source: SmbSource) -> Iterator[None]:
    """A program that looks there all the time, and connects anew as soon as it is cut off."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            source.top()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work)
        try:
            yield
        finally:
            over.set()
        working.result()


def write(source: SmbSource) -> None:
    with held(source, "Notat/a.txt", message.WRITE_DATA):
        pass


def test_who_is_connected_holds_the_seal_off_until_he_is_disconnected(moved: OnAShare) -> None:
    former = moved.permits()
    with colleague(moved) as connected:
        write(connected)
        with pytest.raises(StillInUse) as refused:
            moved.seal()
        assert refused.value.details == (f"{COLLEAGUE} (127.0.0.1)",)
        assert "--close-open" in refused.value.next
        # He was let be, and nothing of the seal is left.
        write(connected)
        assert moved.state() == ""
        assert moved.permits() == former

        with at_work(connected):
            done = moved.seal(close_open=True)
        assert (done.entries, moved.state()) == (6, "sealed")
        # His program connected anew at once, and came back to a share that it may only read.
        with pytest.raises(Refused) as caught:
            write(connected)
        assert caught.value.status == ACCESS_DENIED
        with connected.open("Notat/a.txt") as reader:
            assert reader.read(100) == b"alpha"

    checked = checking.check(moved.area.work(), COLLEAGUE, moved.server.users[COLLEAGUE])
    assert (checked.allowed, checked.unread) == ((), 0)
    assert checked.tried >= 4
    unseal.apply(moved.area.work())
    assert moved.permits() == former
    with colleague(moved) as again:
        write(again)


def test_who_disconnects_in_time_lets_the_seal_go_on(moved: OnAShare) -> None:
    connected = colleague(moved)
    write(connected)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        connected.close()
        time.sleep(0.05)

    moved.seal(wait=30, sleep=sleep)
    assert waited
    assert moved.state() == "sealed"
    assert os.listdir(moved.server.folder.parent / SHARE / "Notat")


def test_nothing_is_changed_where_nobody_tells_who_is_connected(
    moved: OnAShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = moved.permits()
    set_to: list[bytes] = []
    permit = SmbSource.share_permit

    def noted(self: SmbSource, wanted: bytes) -> None:
        set_to.append(wanted)
        permit(self, wanted)

    monkeypatch.setattr(SmbSource, "share_permit", noted)
    answers: list[tuple[Connected, ...] | None] = [None]
    monkeypatch.setattr(SmbSource, "connected", lambda _self: answers.pop() if answers else None)
    with pytest.raises(StillInUse):
        moved.seal()
    assert set_to == []
    # A server that stops telling half-way gives everybody his rights back.
    answers = [()]
    with pytest.raises(StillInUse):
        moved.seal()
    assert len(set_to) == 2
    assert moved.permits() == former


def test_nobody_is_disconnected_who_may_be_on_another_share(moved: OnAShare) -> None:
    with colleague(moved) as connected, source(moved.server, COLLEAGUE) as elsewhere:
        elsewhere.top()
        connected.top()
        with pytest.raises(StillInUse) as refused:
            moved.seal(close_open=True)
        assert "does not tell" in refused.value.message
        with held(elsewhere, "a/b.txt", message.WRITE_DATA):
            pass
