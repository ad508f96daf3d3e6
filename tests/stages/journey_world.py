"""The world of a journey: its commands, crashes and interruptions at each of their acts, and a judge who looks at every file
right before it goes, and at everything after each command.
"""

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
import threading
import traceback
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from filrydd.catalog.acceptances import Says
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signoffs import Signature
from filrydd.errors import FilryddError
from filrydd.model.by import By
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local import setting_aside
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.source import EntryTrouble
from filrydd.stages import (
    accept,
    backup,
    classify,
    freeze,
    grace,
    propose,
    restore,
    retire,
    review,
    scan,
    seal,
    unseal,
    upload,
    verify,
)
from filrydd.stages.work import Work
from filrydd.targets import Tenant, open_rehearsal
from filrydd.targets.graph import GraphTenant
from filrydd.targets.tenant import ItemTrouble
from tests.areas import POLICY, new_area
from tests.crashing import ACTS
from tests.stages.independent import QUARANTINE, SIGNPOST, Reading, quick_xor
from tests.stages.journey_people import KINDS, THERE, People, layout
from tests.tenants import Visitor

ORDER = ("scan", "classify", "propose", "sign", "upload", "verify", "accept", "backup", "seal", "retire")
GRACE_DAYS = 14
_PATIENCE = timedelta(minutes=11)
PARTS = ("bilag", "felles")
# Inside a file's last moment, between the looks at it.
FINER: dict[Any, tuple[str, ...]] = {
    local_retire: ("move_out", "move_back", "make_durable"),
    setting_aside: ("move_back", "make_durable"),
}


class PowerCut(BaseException):
    """The machine is gone: nothing that comes after it happens."""


class World:
    """One area with everything around it. `wrong` is what the judge found."""

    current: "World"
    stories: ClassVar[list[str]] = []
    counted: ClassVar[Counter[str]] = Counter()
    """Over all worlds: commands that ended well, were refused or cut short, and files that were judged."""

    def __init__(self, folder: Path, tenant: Visitor, *, days: int = 0) -> None:
        self.folder, self.tenant, self.days = folder, tenant, days
        area = new_area(folder)
        self.workspace, self.top = area.workspace, area.top
        layout(self.top)
        site = uuid.uuid4().hex
        area.policy(POLICY.replace("/sites/regnskap", f"/sites/{site}").replace("grace: 0d", f"grace: {days}d"))
        self.reading = Reading(self.workspace / "scans" / "felles.db", self.top, tenant, site)
        self.people = People(self.reading)
        self.people.settle_in()
        self.true = timedelta()  # by how much the world's clock, and the tenant's, is ahead of this machine's real one
        self.shown = timedelta()  # by how much the clock that filrydd sees is
        self.wrong: list[str] = []
        self.next = 0
        self.told: list[str] = []
        # What people said, as they remember it.
        self.scanned: set[bytes] = set()
        self.signed: dict[str, set[bytes]] = {}
        self.says: dict[str, bool] = {}
        self.frozen: dict[str, bool] = {}  # by path: whether no deletion was under way any more when it was set
        self.extended: date | None = None
        self.sealed: dict[int, datetime] = {}
        self.stale = False
        self.proved: set[str] = set()
        # Of the command that runs.
        self.events = 0
        self.cut_at = 0
        self.dead = False
        self.disturbed: dict[int, tuple[str, int]] = {}
        self.looked: dict[str, int] = {}
        self.judged: Counter[bytes] = Counter()
        self.promised: dict[bytes, set[str]] = {}
        self.accounted: Counter[bytes] = Counter()
        self._busy = False
        self._one = threading.RLock()
        self._moment = 0
        World.current = self

    # Clocks.

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shown

    def really(self) -> datetime:
        return datetime.now(UTC) + self.true

    def work(self) -> Work:
        return Work(self.workspace, "felles", "tester", self.now)

    # Commands.

    def run(
        self, name: str, cut_at: int = 0, disturbed: dict[int, tuple[str, int]] | None = None, which: int = 0
    ) -> bool:
        """Run a command, with a power cut before its n-th act, and people at other acts; whether it ended well."""
        self.events, self.cut_at, self.dead, self.disturbed = 0, cut_at, False, disturbed or {}
        self.judged, self.promised, self.looked = Counter(), {}, {}
        before = self.reading.area()
        ended = False
        word = ""
        try:
            getattr(self, f"do_{name.replace(' ', '_')}")(which)
            ended = True
        except PowerCut:
            World.counted["power cuts"] += 1
            word = f"power cut at {cut_at}"
        except (FilryddError, ItemTrouble, EntryTrouble) as refused:
            word = f"{type(refused).__name__}: {refused}"
        except Exception:
            self.wrong.append(traceback.format_exc())
        finally:
            self.dead, self.cut_at, self.disturbed = False, 0, {}
        World.counted[f"{name} ended" if ended else "refused" if word else "failed"] += 1
        self.told.append(f"{name} {word} {disturbed or ''}".strip())
        if name == "scan" and ended:
            for entries in (before, self.reading.area()):
                self.scanned |= {entry.content for entry in entries.values() if entry.content is not None}
        self.settle()
        self.check()
        return ended

    def go_on(self, cut_at: int = 0, disturbed: dict[int, tuple[str, int]] | None = None) -> None:
        """The next command of the journey."""
        name = ORDER[self.next % len(ORDER)]
        if name == "retire" and self.days and self.really() < self.over():
            self.pass_time(GRACE_DAYS * 4)
        if self.run(name, cut_at, disturbed) or name in ("sign", "accept", "backup", "upload", "verify", "propose"):
            self.next += 1
        elif not cut_at:
            self.next = 0

    def do_scan(self, _which: int) -> None:
        scan.run(self.work(), str(self.top), scan.Wishes(allow_many=True))

    def do_classify(self, _which: int) -> None:
        classify.run(self.work(), allow_many=True)

    def do_propose(self, _which: int) -> None:
        propose.run(self.work())

    def do_sign(self, _which: int) -> None:
        for part in PARTS:
            # A crash comes before or after the one commit that signs; who signs remembers it in both cases.
            offered = set(self.scanned)
            review.sign(self.work(), Signature("Kari Nordmann", "contact", "test", destroys=True), [part])
            self.signed[part] = self.signed.get(part, set()) | offered

    def do_withdraw(self, which: int) -> None:
        part = PARTS[which % 2]
        review.withdraw(self.work(), part, "Kari Nordmann")
        self.signed.pop(part, None)

    def do_accept(self, _which: int) -> None:
        self._say(Says.YES, list(PARTS))

    def do_say_no(self, which: int) -> None:
        self._say(Says.NO, [PARTS[which % 2]])

    def _say(self, says: Says, parts: list[str]) -> None:
        for part in parts:
            with contextlib.suppress(FilryddError):
                note = "" if says is Says.YES else "I miss something."
                accept.answer(self.work(), says, By("Kari Nordmann", "test", "test"), "contact", note, [part])
                self.says[part] = says is Says.YES

    def do_backup(self, _which: int) -> None:
        backup.run(self.work(), self.folder / "backup", same_machine=True)

    def do_upload(self, _which: int) -> None:
        self._with_tenant(upload.apply)

    def do_verify(self, _which: int) -> None:
        self._with_tenant(verify.run)

    def do_seal(self, _which: int) -> None:
        self._with_tenant(seal.apply)

    def do_unseal(self, _which: int) -> None:
        unseal.apply(self.work())

    def do_retire(self, which: int) -> None:
        self._with_tenant(lambda work, tenant: retire.apply(work, tenant, days=(None, 0, 30, None)[which % 4]))

    def do_restore(self, which: int) -> None:
        restore.apply(self.work(), [["Notat"], ["Bilag"], []][which % 3])

    def do_freeze(self, which: int) -> None:
        path = ("Notat", "Bilag", "Notat/a.txt", "")[which % 4]
        # It holds from the moment at which it is asked for, if it is set at all.
        done = freeze.freeze(self.work(), path, "24/1", "Kari", patience=0.05)
        self.frozen[path] = done.quiet

    def do_unfreeze(self, which: int) -> None:
        for path in sorted(self.frozen)[which % 2 :]:
            freeze.unfreeze(self.work(), path, "24/1", "Kari")
            self.frozen.pop(path)

    def do_extend(self, which: int) -> None:
        until = self.work().day() + timedelta(days=5 + which % 60)
        grace.extend(self.work(), until, By("Kari", "test", "test"), "contact", "more time")
        self.extended = max(self.extended or until, until)

    def _with_tenant(self, act: Callable[[Work, Tenant], Awaitable[Any]]) -> None:
        async def opened() -> None:
            tenant = open_rehearsal(self.tenant.graph)
            try:
                await act(self.work(), tenant)
            finally:
                await tenant.close()

        asyncio.run(opened())

    # What else happens.

    def pass_time(self, days: int) -> None:
        """Time passes for everybody."""
        self.true += timedelta(days=days)
        self.shown += timedelta(days=days)

    def over(self) -> datetime:
        """When the grace period is over, by the clock of the world."""
        begun = self.sealed.get(self.reading.seal()[0], self.really())
        over = begun + timedelta(days=self.days)
        if self.extended is not None:
            over = max(over, datetime.combine(self.extended, datetime.min.time(), UTC) + timedelta(days=1))
        return over

    def put_an_old_catalog_back(self, copy: Path) -> None:
        """Somebody copies an old catalog over the one in use, and somebody finds out. A ledger that is behind its deposit must
        delete nothing."""
        head, known = self.reading.head(), _last_entry(copy)
        if head is None or known >= head["ledger"]:
            return
        catalog = self.reading.catalog
        aside = self.folder / "aside"
        aside.mkdir()
        for path in catalog.parent.glob("felles.db*"):
            path.rename(aside / path.name)
        shutil.copyfile(copy, catalog)
        self.stale = True
        try:
            self.run("retire", which=0)
        finally:
            self.stale = False
            for path in catalog.parent.glob("felles.db*"):
                path.unlink()
            for path in aside.iterdir():
                path.rename(catalog.parent / path.name)
            aside.rmdir()

    def keep_a_copy(self, place: Path) -> None:
        if self.reading.catalog.exists():
            with closing(sqlite3.connect(self.reading.catalog)) as opened, closing(sqlite3.connect(place)) as copy:
                opened.backup(copy)

    # What happens at each act.

    @classmethod
    @contextlib.contextmanager
    def watching(cls) -> Iterator[None]:
        """Every commit and act of this process passes by the world that is `current` first."""

        def event(name: str) -> Callable[..., None]:
            return lambda *_given, **_named: cls.current.event(name)

        def going(name: str) -> Callable[..., None]:
            def before(_source: object, path: str, *_given: object, **_named: object) -> None:
                cls.current.event(name)
                with cls.current._one:
                    cls.current._judge(path, deletes=name == "retire")

            return before

        def look(_tenant: object, _drive: str, item: str) -> None:
            cls.current.looked[item] = cls.current.moment()

        async def now(_tenant: GraphTenant) -> int:
            return int(cls.current.really().timestamp()) * 10_000_000

        with contextlib.ExitStack() as stack:

            def passing(owner: Any, name: str, before: Callable[..., None]) -> None:
                real = getattr(owner, name)

                def passed(*given: Any, **named: Any) -> Any:
                    before(*given, **named)
                    return real(*given, **named)

                stack.enter_context(mock.patch.object(owner, name, passed))

            for acts in (ACTS, FINER):
                for owner, names in acts.items():
                    for name in names:
                        judged = owner is PosixSource and name in ("retire", "set_aside")
                        passing(owner, name, going(name) if judged else event(name))
            passing(Catalog, "_commit", event("commit"))
            passing(GraphTenant, "item", look)
            stack.enter_context(mock.patch.object(GraphTenant, "now", now))
            yield

    def moment(self) -> int:
        self._moment += 1
        return self._moment

    def event(self, name: str) -> None:
        with self._one:
            if self._busy:
                return
            if self.dead:
                raise PowerCut
            self.events += 1
            if self.events == self.cut_at:
                self.dead = True
                raise PowerCut
            if name == "commit":
                # Whatever was on its way when a freeze came is over by now.
                self.frozen = dict.fromkeys(self.frozen, True)
            if self.events in self.disturbed:
                self._busy = True
                try:
                    self.disturb(*self.disturbed[self.events], at_commit=name == "commit")
                finally:
                    self._busy = False

    def disturb(self, kind: str, which: int, *, at_commit: bool = False) -> None:
        """Somebody does something meanwhile."""
        World.counted["people at an act"] += 1
        if kind.startswith("there "):
            self.people.act_there(kind.removeprefix("there "), which, self.moment())
        elif kind.startswith("admin "):
            self.people.act(kind.removeprefix("admin "), which, admin=True)
        elif kind in KINDS:
            self.people.act(kind, which)
        elif not at_commit:
            # Not within a transaction of the very catalog that it wants to write.
            with contextlib.suppress(FilryddError):
                getattr(self, f"do_{kind.replace(' ', '_')}")(which)

    # The judge.

    def _judge(self, path: str, *, deletes: bool) -> None:
        try:
            content = (self.top / path).read_bytes()
        except OSError:
            return
        try:
            why = self._why_not(path, content)
        except Exception:
            why = traceback.format_exc()
        if why:
            self.wrong.append(f"{path} is about to go, and {why}")
        if deletes:
            self.judged[content] += 1
            self.promised.setdefault(content, set()).update(self.reading.proof_of(path))

    def _why_not(self, path: str, content: bytes) -> str:
        if self.stale:
            return "the catalog is an old one"
        if SIGNPOST in path:
            put = self.reading.rows("SELECT 1 FROM signpost WHERE path = ? AND taken IS NULL", path)
            return "" if put and not self.people.live[content] else "it is no signpost of ours"
        if path.startswith(f"{QUARANTINE}/"):
            found = self.reading.aside(path)
            if found is None:
                return "nobody means to delete it from the quarantine"
            old, proof, size, hashed, until = found
            due = max(until, json.loads(proof)["aside_until"])
            if self.really() + _PATIENCE < datetime.fromtimestamp(due / 10_000_000, UTC):
                return "its time in the quarantine is not over"
        else:
            intended = self.reading.retirement(path)
            if intended is None:
                return "nobody means to delete it"
            _number, proof, size, hashed = intended
            old = path
        if (len(content), quick_xor(content)) != (size, hashed):
            return ""  # Not what was proved: it must stay, and the count of contents tells if it does not.
        if any(quiet and _is_below(old, frozen) for frozen, quiet in self.frozen.items()):
            return "a case holds it"
        if proof not in self.reading.deposited_proofs():
            return "its proof is not in the tenant"
        if path.startswith(f"{QUARANTINE}/"):
            return ""
        told = json.loads(proof)
        if (told["path"], told["size"], told["hash"]) != (path, size, hashed):
            return "its proof is another file's"
        if why := self.reading.why_not(told):
            return why
        if self.really() + _PATIENCE < self.over():
            return "the grace period is not over"
        part = "bilag" if path.startswith("Bilag/") else "felles"
        if part not in self.signed:
            return f"nobody has signed for {part}"
        if "item" in told:
            if not self.says.get(part):
                return f"the contact of {part} has not confirmed the new place"
            if content not in self.reading.versions(told["item"]):
                deleted = self.people.deleted_there.get(told["item"])
                # Somebody may delete it right after this command's last look at it, and no sooner.
                looked = self.looked.get(told["item"])
                if deleted is None or looked is None or deleted < looked:
                    return "its content is not in the tenant"
        elif content not in self.signed[part]:
            return "nobody has signed for what it is now"
        World.counted["files judged"] += 1
        return ""

    def settle(self) -> None:
        """Every content that is not where people left it was judged right before it went."""
        there = self.reading.contents()
        for content, count in self.people.live.items():
            missing = count - there[content] - self.accounted[content]
            if missing > self.judged[content]:
                self.wrong.append(f"{content[:40]!r} is gone, and nobody has deleted it")
            elif 0 < missing == self.judged[content]:
                self.proved |= self.promised[content]
            self.accounted[content] = max(0, count - there[content])

    def check(self) -> None:
        """Everything else that must hold at any time. Raises AssertionError with the story."""
        self._check_permissions()
        if not self.stale:
            if why := self.reading.broken():
                self.wrong.append(why)
            if lacking := self.proved - self.reading.proofs():
                self.wrong.append(f"the catalog has lost proofs: {lacking}")
        if self.wrong:
            # Told as it was: what several connections did at the same time does not happen the same way again.
            story = "\n".join(self.wrong) + "\n\nafter\n  " + "\n  ".join(self.told)
            World.stories.append(story)
            raise AssertionError(story)

    def check_deposits(self) -> None:
        lacking = self.proved - self.reading.deposited_proofs()
        assert not lacking, f"the tenant has lost proofs: {lacking}"

    def _check_permissions(self) -> None:
        number, state = self.reading.seal()
        if self.stale:
            return
        if state == "sealed":
            self.sealed.setdefault(number, self.really())
        recorded = self.reading.permissions(number) if state not in ("open", "saving") else {}
        for path, entry in self.reading.area().items():
            name = path.rpartition("/")[2]
            if path.startswith(QUARANTINE) or path in self.people.odd or name.startswith("."):
                continue
            former = self.people.former.get(path)
            if former is None:
                self.wrong.append(f"{path}: who made it?")
                continue
            before, sealed = recorded.get(path, (former, former))
            allowed = {former, sealed} if state in ("sealing", "unsealing") else {sealed}
            if before != former:
                self.wrong.append(f"{path} had {former:o}, and the catalog says {before:o}")
            elif entry.mode not in allowed and not self._is_being_made(path, entry.mode):
                self.wrong.append(f"{path} has {entry.mode:o} while the seal is {state}, not {sealed:o}")

    def _is_being_made(self, path: str, mode: int) -> bool:
        """A folder that a restore was about to make again when the power went."""
        place = self.top / path
        return place.is_dir() and mode == 0o700 and not os.listdir(place) and "power cut" in self.told[-1]


def disturbances() -> list[str]:
    """What may happen while a command runs."""
    people = [*KINDS, *(f"admin {kind}" for kind in KINDS), *(f"there {kind}" for kind in THERE)]
    return [*people, "freeze", "unfreeze", "withdraw", "say no", "extend"]


def _is_below(path: str, above: str) -> bool:
    return not above or path == above or path.startswith(f"{above}/")


def _last_entry(catalog: Path) -> int:
    with closing(sqlite3.connect(catalog)) as opened:
        return int(opened.execute("SELECT COALESCE(MAX(id), 0) FROM ledger").fetchone()[0])
