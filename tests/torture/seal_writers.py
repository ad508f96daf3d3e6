"""People write all the time while an area on a real Samba is sealed: `python -m tests.torture.seal_writers --runs 100`.

In each run an area is sealed while one writer works in it and a second one comes in the midst of it, with what its seed says:
a handle held across the seal, owners who give themselves rights, edits that leave size and time. With `--kills N` the seal is
killed N times first, and gone on with or opened again. In the end either the seal was refused, every permission is the former
one and both can go on; or it stands, everything is refused to them, and whatever the server confirmed to them is in the
tenant or in the area. Then the area is opened again while they work, or retired. Prints a line for each run and a summary;
`--json` prints all of it for a test.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filrydd.catalog import seals
from filrydd.errors import FilryddError
from filrydd.model import descriptor as security
from filrydd.model import times
from filrydd.model.entry import Kind
from filrydd.sources.address import SmbAddress
from filrydd.sources.credentials import Credentials
from filrydd.sources.smb.source import SmbSource
from filrydd.stages import backup, classify, propose, retire, scan, seal, signposts, unseal, upload, verify
from filrydd.stages.work import Silent
from filrydd.targets import open_rehearsal
from tests.areas import POLICY, new_area
from tests.fixtures_samba import USERS
from tests.samba import Samba, start_samba, why_not
from tests.sources.conftest import CHANGE, FULL, READ, ace
from tests.stages.moving import Moving, tenant_for_journeys
from tests.stages.writing import (
    AFTER,
    DURING,
    ENOUGH,
    NIGHT,
    OPENED,
    OPENING,
    OWNER_RIGHTS,
    Client,
    Manner,
    Told,
    Writer,
)
from tests.targets.place import PERSONS
from tests.tenants import Visitor

OPERATOR, PEOPLE = "daemon", {"Ola": "games", "Kari": "nobody"}
SHARE = "felles"
AFTERWARDS = 25
"""Acts that each of them tries once the seal stands or was refused."""
PAUSE = float(os.environ.get("FILRYDD_WRITERS_PAUSE", "0.002"))
"""Seconds between two acts of one of them."""
_WAIT = 2.0
"""Seconds that a seal waits for people to close what they have open."""
_TOP = {
    "holdt": ("skrives.txt", "eies.txt"),
    "flyttes": ("en.txt", "to.txt"),
    "bilag": ("a.txt", "b.txt", "c.txt"),
    "bilag/dypt": ("d.txt", "e.txt"),
}
_FORK = multiprocessing.get_context("fork")


@dataclass
class Result:
    """What a run came to. `ended`: stands, refused (and `why`). `wrong`: everything that must not be, in words."""

    seed: int
    manner: dict[str, Any]
    ended: str = ""
    why: str = ""
    then: str = ""
    kills: int = 0
    acts: int = 0
    refused: int = 0
    changed: int = 0
    in_tenant: int = 0
    in_area: int = 0
    seconds: float = 0.0
    notes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Refused(Exception):
    """What was tried apart was refused: the name of the error and its words."""


def apart(what: Callable[[], Any]) -> Any:
    """What a child process returns. Raises Refused; RuntimeError for anything unforeseen."""
    child, answer = begin(what)
    return end(child, answer)


def begin(what: Callable[[], Any]) -> tuple[Any, Any]:
    here, there = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_child, args=(what, there))
    child.start()
    there.close()
    return child, here


def _child(what: Callable[[], Any], answer: Any) -> None:
    try:
        answer.send(("ok", what()))
    except FilryddError as no:
        answer.send(("refused", f"{type(no).__name__}: {no.message} {'; '.join(no.details[:3])}"))
    except BaseException:
        answer.send(("broken", traceback.format_exc()))
    os._exit(0)


def end(child: Any, answer: Any) -> Any:
    try:
        how, value = answer.recv()
    except EOFError:
        how, value = "broken", f"ended with {child.exitcode}"
    child.join()
    if how == "refused":
        raise Refused(value)
    if how == "broken":
        raise RuntimeError(value)
    return value


class Says(Silent):
    """Keeps what a person would be told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


class Run:
    """One area, its people, and what became of it."""

    def __init__(self, server: Samba, tenant: Visitor, place: Path, seed: int) -> None:
        self.server, self.tenant, self.seed, self.dice = server, tenant, seed, random.Random(seed)
        self.name = f"omraade {seed}"
        self.top = server.folder.parent / SHARE / self.name
        self.moving = Moving(new_area(place / self.name), tenant, place / self.name / "backup")
        os.environ["FILRYDD_STATE"] = str(place / self.name / "state")
        d = self.dice
        self.manner = Manner(
            held="never" if seed % 10 == 5 else d.choice(["", "closes"]),
            folders=d.random() < 0.4,
            stealth=d.random() < 0.15,
            grants=d.random() < 0.5,
            old_grants=d.random() < 0.3,
            old_renames=d.random() < 0.3,
            insists=d.random() < 0.2,
        )
        self.result = Result(seed, asdict(self.manner))
        self.phase = _FORK.Value("i", DURING)
        self.acts = {who: _FORK.Array("i", ENOUGH) for who in PEOPLE}
        self.people: dict[str, tuple[Any, Any]] = {}
        self.told: dict[str, Told] = {}
        self.before: dict[str, bytes] = {}
        self.former: dict[str, bytes] = {}
        self.sids: dict[str, bytes] = {}

    # What a person does with filrydd.

    def tenant_act(self, what: Callable[..., Any]) -> Callable[[], Any]:
        async def opened() -> Any:
            tenant = open_rehearsal(self.tenant.graph)
            try:
                return await what(self.moving.area.work(), tenant)
            finally:
                await tenant.close()

        return lambda: asyncio.run(opened())

    def seal(self) -> Any:
        wishes = seal.Wishes(wait=_WAIT, sleep=lambda _seconds: time.sleep(0.05))
        return self.tenant_act(lambda work, tenant: seal.apply(work, tenant, wishes=wishes))()

    def unseal(self) -> tuple[unseal.Unsealed, list[str]]:
        """What came of it, and what was said."""
        says = Says()
        return unseal.apply(replace(self.moving.area.work(), progress=says)), says.said

    def ready(self) -> None:
        """Everything that there must be before a seal."""
        area = self.moving.area
        first = not (area.workspace / "scans" / "felles.db").exists()
        scan.run(area.work(), self.server.url(SHARE, self.name) if first else "")
        classify.run(area.work())
        propose.run(area.work())
        # Where its people have changed the place of something, they sign again.
        until = area.work().now() + 3600 * times.TICKS_A_SECOND
        area.sign(follow_until=until if self.seed % 3 else None)
        self.tenant_act(upload.apply)()
        self.tenant_act(verify.run)()
        area.accept()
        backup.run(area.work(), self.moving.backups, same_machine=True)

    def state(self) -> str:
        def asked() -> str:
            with self.moving.area.catalog() as catalog:
                standing = seals.latest(catalog)
            return standing.state if standing else ""

        return str(apart(asked))

    # The run.

    def go(self, kills: int) -> Result:
        began = time.monotonic()
        try:
            self.make()
            apart(self.ready)
            self.begin_work("Ola")
            stood = self.until_sealed_or_refused(kills)
            self.result.ended = "stands" if stood else "refused"
            self.set_phase(AFTER)
            self.finish(stood)
        except Refused as no:
            self.result.wrong.append(f"refused outside of the seal: {no}")
        except RuntimeError as broken:
            self.result.wrong.append(str(broken)[-2500:])
        finally:
            self.phase.value = ENOUGH
            for child, _answer in self.people.values():
                child.join(10)
                if child.is_alive():
                    child.kill()
        self.result.seconds = round(time.monotonic() - began, 1)
        return self.result

    def make(self) -> None:
        for who, user in PEOPLE.items():
            for folder, names in _TOP.items():
                (self.top / who / folder).mkdir(parents=True)
                for name in names:
                    (self.top / who / folder / name).write_bytes(
                        f"[{who} {folder} {name} in the beginning]\n".encode() * 3
                    )
            for path in [self.top / who, *(self.top / who).rglob("*")]:
                shutil.chown(path, user)
        (self.top / "Bilag").mkdir()
        for n in range(4):
            (self.top / "Bilag" / f"{n}.txt").write_bytes(f"[nobody touches {n}]".encode())
        for path in [self.top, *self.top.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        self.before, self.former, self.sids = apart(self._permit)
        # Whom the lists name is somebody in the tenant.
        named = [security.sid_to_text(sid) for sid in (*self.sids.values(), security.sid_from_text("S-1-1-0"))]
        people = "".join(f"\n      {sid}: {entra}" for sid, entra in zip(named, PERSONS[1:], strict=False))
        decided = "decided: {by: Berit Bakken, on: 2026-01-02}"
        self.moving.set_policy(f"{POLICY}structure:\n  access:\n    stands for:{people}\n    {decided}\n")

    def _permit(self) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]:
        """Everyday permissions, with broken inheritance and Deny entries in places."""
        address = SmbAddress("127.0.0.1", SHARE, self.name, "", self.server.port)
        sids = {}
        for user in (OPERATOR, *PEOPLE.values()):
            with closing(SmbSource(address, Credentials(user, USERS[user]))) as source:
                sids[user] = source._operator_sid()
        everyone = security.sid_from_text("S-1-1-0")
        with closing(SmbSource(address, Credentials("root", USERS["root"]))) as source:
            for path in sorted([self.top, *self.top.rglob("*")]):
                inside = "" if path == self.top else str(path.relative_to(self.top))
                kind = Kind.FOLDER if path.is_dir() else Kind.FILE
                reach = 3 if kind is Kind.FOLDER else 0
                who = PEOPLE.get(inside.partition("/")[0], "games")
                entries = [
                    ace(security.ALLOWED, FULL, sids[OPERATOR], reach),
                    ace(security.ALLOWED, CHANGE, sids[who], reach),
                    ace(security.ALLOWED, READ, everyone, reach),
                ]
                if kind is Kind.FILE and self.dice.random() < 0.3:
                    other = next(user for user in PEOPLE.values() if user != who)
                    entries.insert(0, ace(security.DENIED, 0x2, sids[other], reach))
                control = security.DACL_PROTECTED if self.dice.random() < 0.3 else 0
                now = security.parse(source.permission(inside, kind))
                wanted = security.Descriptor(now.control | control, now.owner, now.group, tuple(entries))
                source.permit(inside, kind, security.build(wanted))
        files = {
            f"{self.name}/{path.relative_to(self.top)}": path.read_bytes()
            for path in self.top.rglob("*")
            if path.is_file()
        }
        return files, self.descriptors(), sids

    def descriptors(self) -> dict[str, bytes]:
        """What everything may be done to, as the server's administrator is told it."""
        root = Client(self.server.port, SHARE, "root", USERS["root"])
        found = {}
        for path in [self.top, *self.top.rglob("*")]:
            name = str(path.relative_to(self.top.parent))
            opened = root.open(name, 0x20000)
            found[name] = root.descriptor(opened)
            opened.close()
        root.end()
        return found

    def begin_work(self, who: str) -> None:
        self.people[who] = begin(lambda: self._works(who))
        while self.acts[who][self.phase.value] < 5 and self.people[who][0].is_alive():
            time.sleep(0.002)

    def _works(self, who: str) -> Told:
        user = PEOPLE[who]
        client = Client(self.server.port, SHARE, user, USERS[user])
        mine = f"{self.name}/{who}"
        told = Told(
            {path: content for path, content in self.before.items() if path.startswith(f"{mine}/")},
            {mine, *(f"{mine}/{folder}" for folder in _TOP)},
            {path: content for path, content in self.former.items() if path.startswith(f"{mine}/")},
        )
        entries = (
            ace(security.ALLOWED, FULL, self.sids[user]),
            ace(security.ALLOWED, FULL, self.sids[OPERATOR]),
            ace(security.ALLOWED, READ, security.sid_from_text("S-1-1-0")),
        )
        control = security.DACL_PRESENT | security.DACL_PROTECTED | security.SELF_RELATIVE
        full = security.build(security.Descriptor(control, self.sids[user], self.sids[user], entries))
        writer = Writer(client, mine, told, self.manner, full, self.seed * 2 + (who == "Kari"))

        def done(phase: int, acts: int) -> None:
            self.acts[who][phase] = acts

        writer.go(lambda: self.phase.value, done, pause=PAUSE)
        client.end()
        return told

    def set_phase(self, phase: int) -> None:
        self.phase.value = phase

    def until_acts(self, count: int) -> None:
        """Until each of them has tried so many acts in this phase."""
        phase, last = self.phase.value, time.monotonic() + 60
        while any(self.acts[who][phase] < count for who in self.people) and time.monotonic() < last:
            if not all(child.is_alive() for child, _answer in self.people.values()):
                break
            time.sleep(0.01)

    def until_sealed_or_refused(self, kills: int) -> bool:
        """Kills are over a time that grows, so that they come early and late. Whether the seal stands."""
        for kill in range(kills):
            child, answer = begin(self.seal)
            self.wait_for(child, self.dice.uniform(0.05, 0.6 * (kill + 1)))
            if child.is_alive():
                os.kill(child.pid, signal.SIGKILL)
                child.join()
                self.result.kills += 1
                if self.dice.random() < 0.5 and self.state():
                    self.result.notes["opened after a kill"] += 1
                    self.result.notes.update(apart(self.unseal)[1])
            else:
                try:
                    end(child, answer)
                except Refused as no:
                    self.result.notes[f"refused on the way: {str(no).partition(':')[0]}"] += 1
            if not self.state():
                # After a seal that did not come about, a person begins anew.
                self.set_phase(NIGHT)
                time.sleep(0.05)
                try:
                    apart(self.ready)
                except Refused as no:
                    self.result.notes[f"refused before the seal: {str(no).partition(':')[0]}"] += 1
                self.set_phase(DURING)
        child, answer = begin(self.seal)
        self.wait_for(child, 600)
        try:
            self.result.changed = end(child, answer).changed
        except Refused as no:
            self.result.why = str(no)
            return False
        return True

    def wait_for(self, child: Any, seconds: float) -> None:
        """Meanwhile, in the midst of it, a second one comes."""
        until, second = time.monotonic() + seconds, time.monotonic() + self.dice.uniform(0.0, 0.8)
        while child.is_alive() and time.monotonic() < until:
            if "Kari" not in self.people and time.monotonic() > second:
                self.begin_work("Kari")
            time.sleep(0.002)

    def finish(self, stood: bool) -> None:
        if "Kari" not in self.people:
            self.begin_work("Kari")
        self.until_acts(AFTERWARDS)
        if not stood:
            if state := self.state():
                self.result.wrong.append(f"refused, and the area is {state}")
            self.gather()
            self.compare_area()
            self.compare_permissions()
            self.can_go_on(AFTER)
            return
        self.result.then = "opened" if self.seed % 2 else "retired"
        if self.result.then == "opened":
            self.set_phase(OPENING)
            opened, said = apart(self.unseal)
            self.result.notes["left as somebody has set them"] += opened.left
            self.result.notes.update(said)
            self.set_phase(OPENED)
            self.until_acts(AFTERWARDS)
            self.gather()
            self.compare_area()
            self.compare_permissions()
            self.can_go_on(OPENED)
        else:
            self.set_phase(ENOUGH)
            self.gather()
            self.compare_area()
            self.compare_tenant()
            retired = apart(self.tenant_act(retire.apply))
            self.result.notes["retired"] += retired.deleted
            self.nothing_lost()
        self.nothing_done(AFTER)

    def gather(self) -> None:
        self.phase.value = ENOUGH
        for who, (child, answer) in self.people.items():
            self.told[who] = end(child, answer)
            for counts in self.told[who].allowed.values():
                self.result.acts += counts.total()
            for counts in self.told[who].refused.values():
                self.result.refused += counts.total()
            self.result.notes.update(f"strange: {one}" for one in self.told[who].strange)

    # What must be.

    def expected(self) -> dict[str, bytes]:
        files = {path: content for path, content in self.before.items() if path.startswith(f"{self.name}/Bilag/")}
        for told in self.told.values():
            files |= told.files
        return files

    def on_disk(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.top.parent)): path.read_bytes()
            for path in self.top.rglob("*")
            if path.is_file() and not path.name.startswith(signposts.NAME)
        }

    def compare_area(self) -> None:
        """Nobody but its people has changed anything in the area."""
        found, expected = self.on_disk(), self.expected()
        for path in sorted({*found, *expected}):
            if found.get(path) != expected.get(path):
                self.result.wrong.append(
                    f"area: {path} is {found.get(path)!r}, and was confirmed as {expected.get(path)!r}"
                )

    def there(self) -> dict[str, bytes]:
        """The newest content of every file in the library, as any program gets it."""
        drive = self.moving.drive
        found = {}
        for path in self.tenant.files(drive, versions=False):
            address = f"{self.tenant.graph}/drives/{drive}/root:/{urllib.parse.quote(path)}:/content"
            with urllib.request.urlopen(address, timeout=30) as answer:
                found[path] = answer.read()
        return found

    def compare_tenant(self) -> None:
        """What is proved is there as it is here, and so is what was signed for and has kept its place."""
        there, here = self.there(), self.on_disk()
        contents = set(there.values())
        for path, content in here.items():
            self.result.in_tenant += content in contents
            self.result.in_area += content not in contents
            kept = path in self.before and path.replace(f"{self.name}/", "Felles/", 1) in there
            if kept and there[path.replace(f"{self.name}/", "Felles/", 1)] != content:
                self.result.wrong.append(f"tenant: {path} holds something else than the area's {content!r}")
        for path in self.proved():
            if here.get(f"{self.name}/{path}") not in contents:
                self.result.wrong.append(f"tenant: {path} is proved, and is not there")

    def proved(self) -> list[str]:
        """The paths of what was compared in full under the seal, from the catalog's own file."""
        with closing(sqlite3.connect(self.moving.area.workspace / "scans" / "felles.db")) as con:
            rows = con.execute(
                "WITH RECURSIVE p (id, path) AS (SELECT id, '' FROM folder WHERE id = 1 UNION ALL"
                " SELECT f.id, p.path || f.name || '/' FROM folder f JOIN p ON p.id = f.parent)"
                " SELECT DISTINCT p.path || f.name FROM comparison c JOIN file f ON f.id = c.file JOIN p ON p.id = f.folder"
                " WHERE c.seal = (SELECT MAX(id) FROM seal) AND f.gone IS NULL"
            ).fetchall()
        return [path for (path,) in rows]

    def nothing_lost(self) -> None:
        """Once the area was retired: everything that was confirmed is in the tenant or in the area."""
        contents, here = set(self.there().values()), self.on_disk()
        for path, content in self.expected().items():
            if here.get(path) != content and content not in contents:
                self.result.wrong.append(f"lost: {path} with {content!r}")
        for path in here:
            if path not in self.expected():
                self.result.wrong.append(f"area: {path} is there and should not be")

    def compare_permissions(self) -> None:
        """Everything has its former permissions, or those that its owner gave it last."""
        found = apart(self.descriptors)
        expected = {path: one for path, one in self.former.items() if path.count("/") == 0 or "/Bilag" in path}
        granted: set[str] = set()
        for who, told in self.told.items():
            expected |= {f"{self.name}/{who}": self.former[f"{self.name}/{who}"], **told.permissions}
            granted |= told.granted
        for path, one in sorted(found.items()):
            if Path(path).name.startswith(signposts.NAME):
                self.result.wrong.append(f"permissions: {path} still stands, {self.size_of(path)} bytes")
                continue
            known = expected.get(path)
            if OWNER_RIGHTS in one and known is not None and OWNER_RIGHTS in known:
                # Whoever makes a file in the very moment in which its folder becomes read-only is let in by the folder's
                # former permissions, and the file gets the new ones. It has no former ones, so it keeps these.
                self.result.notes["made read-only at birth"] += 1
            elif OWNER_RIGHTS in one:
                self.result.wrong.append(f"permissions: {path} is still sealed, {self.size_of(path)} bytes")
            elif known is not None and OWNER_RIGHTS in known:
                self.result.notes["permissions seen under the seal only"] += 1
            elif known != one:
                what = "what its owner set" if path in granted else "the former one"
                self.result.wrong.append(f"permissions: {path} has not {what}: {one.hex()}, not {(known or b'').hex()}")

    def size_of(self, path: str) -> int:
        return (self.top.parent / path).stat().st_size

    def can_go_on(self, phase: int) -> None:
        for who, told in self.told.items():
            if not told.allowed.get(phase):
                self.result.wrong.append(f"{who} cannot go on: {dict(told.refused.get(phase, {}))}")

    def nothing_done(self, phase: int) -> None:
        for who, told in self.told.items():
            acts = dict(told.allowed.get(phase, {}))
            # What needs no rights any more, since the handle is from before, is told apart.
            for old in ("grant_old", "rename_old"):
                if acts.pop(old, 0):
                    self.result.notes[f"{old} through a handle from before the seal"] += 1
            if acts:
                self.result.wrong.append(f"{who} could do this under the seal: {acts}")


def campaign(seeds: Sequence[tuple[int, int]], seconds: float, told: Callable[[Result], None]) -> list[Result]:
    """A run for each seed, with so many kills, or as many as begin within the time."""
    if reason := why_not():
        raise SystemExit(reason)
    import msgraph  # noqa: F401 - once, and not by every child

    results = []
    with tempfile.TemporaryDirectory(prefix="filrydd-writers-") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / SHARE).mkdir()
        (place / SHARE).chmod(0o777)
        os.environ |= {
            "FILRYDD_KEY": str(place / "ledger.key"),
            "FILRYDD_SMB_USER": OPERATOR,
            "FILRYDD_SMB_PASSWORD": USERS[OPERATOR],
            "FILRYDD_LANG": "en",
        }
        (place / "work").mkdir()
        (place / "tenant").mkdir()
        server = start_samba(place / "server", {SHARE: place / SHARE}, USERS)
        until = time.monotonic() + seconds
        try:
            with tenant_for_journeys(place / "tenant") as tenant:
                for seed, kills in seeds:
                    if time.monotonic() > until:
                        break
                    run = Run(server, tenant, place / "work", seed)
                    results.append(run.go(kills))
                    told(results[-1])
                    with suppress(OSError):
                        shutil.rmtree(run.top)
        finally:
            server.stop()
    return results


def line(one: Result) -> str:
    manner = ", ".join(f"{name}={value}" for name, value in one.manner.items() if value) or "plain"
    what = f"seed {one.seed} ({manner}): {one.ended} {one.why[:110]}{one.then}"
    counts = (
        f"{one.acts} acts confirmed, {one.refused} refused, {one.changed} changes, {one.kills} kills, {one.seconds} s"
    )
    return f"{what}; {counts}; tenant {one.in_tenant}, area {one.in_area}; {dict(one.notes)}" + "".join(
        f"\n   WRONG {each[-1500:]}" for each in one.wrong
    )


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("--runs", type=int, default=100)
    words.add_argument("--kills", type=int, default=0)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--seconds", type=float, default=7200)
    words.add_argument("--json", action="store_true")
    words.add_argument("--seeds", default="", help="SEED or SEED:KILLS, with commas; else --runs from --seed on")
    chosen = words.parse_args()
    seeds = [(chosen.seed + number, chosen.kills) for number in range(chosen.runs)]
    if chosen.seeds:
        seeds = [(int(one.partition(":")[0]), int(one.partition(":")[2] or 0)) for one in chosen.seeds.split(",")]
    told = (lambda one: None) if chosen.json else (lambda one: print(line(one), flush=True))
    results = campaign(seeds, chosen.seconds, told)
    if chosen.json:
        print(json.dumps([vars(one) for one in results]))
    else:
        ended = Counter(f"{one.ended} {one.why.partition(':')[0]}{one.then}" for one in results)
        print(f"{len(results)} runs: {dict(ended)}; {sum(one.kills for one in results)} kills;")
        print(f"{sum(one.acts for one in results)} acts confirmed, {sum(one.refused for one in results)} refused;")
        print(f"{sum(bool(one.wrong) for one in results)} runs with something wrong")
    return int(any(one.wrong for one in results))


if __name__ == "__main__":
    sys.exit(main())
