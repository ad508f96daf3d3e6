"""Whether verification finds everything that is wrong, and nothing else.

`python -m tests.benchmarks.verification [CORPUS]`

5,000 documents (copies of those in CORPUS, else generated ones) go to a rehearsal tenant that rewrites them as SharePoint does.
200 of what arrived are then corrupted, in the tenant's store and by people: a bit outside of the parts that SharePoint rewrites,
cut short, swapped, lost, a second copy, something else, the wrong place, the wrong permission. `verify` has to find the 200 and
nothing besides. Prints a table with the time and what it cost.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from filrydd.catalog import scopes
from filrydd.catalog.findings import open_findings
from filrydd.catalog.findings.samples import Sample
from filrydd.catalog.paths import folder_paths
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from filrydd.stages import classify, propose, scan, upload, verify
from filrydd.stages.verify.sampling import Wish
from filrydd.stages.work import Work
from filrydd.targets import Tenant, open_rehearsal
from filrydd.targets.tenant import Grant
from tests.areas import POLICY, Area, new_area
from tests.benchmarks.corruptions import Done, Person, Sent, Store
from tests.benchmarks.documents import lay_out
from tests.benchmarks.rows import Found

T = TypeVar("T")
PERSONS = tuple(f"00000000-0000-0000-0000-{number:012}" for number in range(6))
_PEOPLE = "sid,name,kind,entra_id\n" + "".join(
    f"S-1-5-21-1-2-3-{1000 + number},Navn {number},user,{id}\n" for number, id in enumerate(PERSONS)
)


@dataclass(frozen=True)
class Size:
    files: int
    folders: int
    corruptions: int


@dataclass(frozen=True)
class Outcome:
    """What a trial showed. `missed` are corruptions without a finding of the right kind, `false` findings about nothing;
    `before` and `checked` are what verification found whole before anything was corrupted, and of how many."""

    done: Done
    missed: dict[str, set[str]]
    false: list[tuple[str, str]]
    kinds: dict[str, int]
    before: int
    checked: int
    rewritten: int
    seconds: dict[str, float]
    requests: dict[str, int]
    sample: Sample | None


def act(graph: str, area: Area, what: Callable[[Work, Tenant], Awaitable[T]]) -> tuple[T, int]:
    """What a stage returns, and how many requests it made."""

    async def opened() -> tuple[T, int]:
        tenant = open_rehearsal(graph)
        try:
            return await what(area.work(), tenant), tenant.meter.requests
        finally:
            await tenant.close()

    return asyncio.run(opened())


def trial(folder: Path, size: Size, corpus: Path | None = None, seed: int = 1, *, measured: bool = True) -> Outcome:
    """Send, verify, corrupt, verify: in a folder of its own. `measured`: also what is only there to be timed."""
    chance = random.Random(seed)
    area = new_area(folder)
    area.policy(POLICY.replace("    parts: [{name: bilag, path: Bilag, contact: {name: Ola Lunde}}]\n", ""))
    lay_out(area.top, size.files, size.folders, corpus, seed)
    scan.run(area.work(), str(area.top))
    classify.run(area.work())
    propose.run(area.work())
    area.sign()
    place, ways = folder / "tenant", Ways(busy_items=0)
    place.mkdir()
    (place / "people.csv").write_text(_PEOPLE, encoding="utf-8")
    seconds, requests = dict[str, float](), dict[str, int]()

    def timed(name: str, ready: Ready, what: Callable[[Work, Tenant], Awaitable[T]]) -> T:
        begun = time.perf_counter()
        result, requests[name] = act(ready.graph, area, what)
        seconds[name] = time.perf_counter() - begun
        return result

    with running(place, ways) as ready:
        timed("upload", ready, upload.apply)
        restricted = _restrict(area, ready, max(2, size.folders // 20))
        first = timed("verify", ready, verify.run)
        if measured:
            timed("verify again", ready, verify.run)
    assert first.findings == {}, (first.findings, first.details[:10])
    sent = _sent(area)
    chance.shuffle(sent)
    done = Done()
    store = Store(place, ways, chance)
    try:
        _corrupt(store, done, sent, size.corruptions, chance)
    finally:
        store.close()
    with running(place, ways) as ready:
        person = Person(ready.graph, _drive(area))
        _meddle(person, done, sent, restricted, _folders(area), size.corruptions - len(done.expected))
        drawn = None
        if measured:
            sample = timed(
                "sample", ready, lambda work, tenant: verify.run(work, tenant, sample=Wish(0.99, 0.001, seed))
            )
            drawn = sample.sample
        second = timed("verify after", ready, verify.run)
    with area.catalog() as catalog:
        found = [(finding.path, finding.kind) for finding in open_findings(catalog, "verify")]
    told: dict[str, set[str]] = {}
    for path, kind in found:
        told.setdefault(path, set()).add(kind)
    return Outcome(
        done=done,
        missed={path: kinds for path, kinds in done.expected.items() if not kinds & told.get(path, set())},
        false=[(path, kind) for path, kind in found if kind not in done.expected.get(path, set())],
        kinds=second.findings,
        before=first.ok,
        checked=first.checked,
        rewritten=first.rewritten,
        seconds=seconds,
        requests=requests,
        sample=drawn,
    )


def _drive(area: Area) -> str:
    with area.catalog() as catalog:
        return str(catalog.value("SELECT drive FROM landing"))


def _folders(area: Area) -> dict[str, str]:
    """The folders that files were put into, by their items: paths in the library."""
    with area.catalog() as catalog:
        rows = catalog.rows(
            "SELECT m.item, t.path FROM made_folder m JOIN target t ON t.id = m.target"
            " WHERE EXISTS (SELECT 1 FROM placement p WHERE p.target = t.id)"
        )
        return {row["item"]: row["path"] for row in rows}


def _sent(area: Area) -> list[Sent]:
    with area.catalog() as catalog:
        paths = folder_paths(catalog)
        rows = list(
            catalog.rows(
                "SELECT f.folder, f.name, r.item, r.parent FROM current_receipt r JOIN file f ON f.id = r.file ORDER BY f.id"
            )
        )
    found = [(f"{paths[row['folder']]}/{row['name']}", row["item"], row["parent"]) for row in rows]
    return [Sent(path, item, parent, (area.top / path).read_bytes()) for path, item, parent in found]


def _restrict(area: Area, ready: Ready, count: int) -> list[tuple[str, str]]:
    """Restrict some folders as an upload does, and let the catalog say so: (item, path)."""
    with area.catalog() as catalog:
        with catalog.writing():
            add = "INSERT INTO principal (sid, name, entra_id) VALUES (?, ?, ?)"
            reads, writes = (catalog.run(add, (f"S-1-5-21-1-2-3-{id}", f"Navn {id[-1]}", id)) for id in PERSONS[:2])
            scope = scopes.keep(catalog, [(reads, "read"), (writes, "write")], scopes.objects(catalog, {}))
        digest = str(catalog.value("SELECT digest FROM scope WHERE id = ?", (scope,)))
        rows = list(
            catalog.rows(
                "SELECT m.target, m.item, t.path, g.drive FROM made_folder m JOIN target t ON t.id = m.target"
                " JOIN landing g ON g.library = t.library"
                " WHERE EXISTS (SELECT 1 FROM placement p WHERE p.target = t.id) ORDER BY t.path LIMIT ?",
                (count,),
            )
        )

    async def restrict(_work: Work, tenant: Tenant) -> None:
        grants = [Grant(PERSONS[0], "read"), Grant(PERSONS[1], "write")]
        for row in rows:
            await tenant.restrict(row["drive"], row["item"], grants)

    act(ready.graph, area, restrict)
    with area.catalog() as catalog, catalog.writing():
        for row in rows:
            catalog.run("UPDATE made_folder SET access = ? WHERE target = ?", (digest, row["target"]))
    return [(row["item"], row["path"]) for row in rows]


def _corrupt(store: Store, done: Done, sent: list[Sent], count: int, chance: random.Random) -> None:
    """Four fifths of them in the store. What was used is taken from `sent`."""
    number = 0
    while len(done.expected) < count * 4 // 5:
        file, turn = sent.pop(), number % 6
        match turn:
            case 0:
                used = store.bit(done, file)
            case 1:
                used = store.truncation(done, file)
            case 2:
                suffix = file.path.rpartition(".")[2]
                other = next((one for one in sent if one.path.endswith(suffix) and one.content != file.content), None)
                used = other is not None and store.swap(done, file, other)
                if used:
                    sent.remove(other)
            case 3:
                used = store.lost(done, file)
            case 4:
                used = store.extra(done, file, number)
            case _:
                elsewhere = next(one.parent for one in sent if one.parent != file.parent)
                used = store.wrong_place(done, file, elsewhere)
        # One that this cannot be done to (nothing but properties in it) gives way to another.
        number += int(used)
    chance.shuffle(sent)


def _meddle(
    person: Person,
    done: Done,
    sent: list[Sent],
    restricted: list[tuple[str, str]],
    folders: dict[str, str],
    count: int,
) -> None:
    """The rest by people."""
    closed = {item for item, _path in restricted}
    open_folders = sorted((item, path) for item, path in folders.items() if item not in closed)
    for number, (item, path) in enumerate(restricted[: max(1, count // 10)]):
        # One more comes in, or one that may read may now write.
        who, role = ((PERSONS[3], "read"), (PERSONS[0], "write"))[number % 2]
        person.shares(done, item, path, who, role)
        count -= 1
    number = 0
    while count > 0:
        file = sent.pop()
        if number % 3 == 0 and count >= 2:
            item, path = open_folders[number % len(open_folders)]
            person.adds(done, item, path, f"Nytt {number}")
            count -= 2
        elif number % 3 == 1:
            person.shares(done, file.item, file.path, PERSONS[4])
            count -= 1
        else:
            person.moves(done, file, next(parent for parent in sorted(folders) if parent != file.parent))
            count -= 1
        number += 1


def table(size: Size, outcome: Outcome) -> Found:
    """The rows of the benchmark."""
    found = Found()
    wrong = len(outcome.done.expected)
    found.at_least(f"corruptions found, of {wrong} among {size.files:,} files", wrong - len(outcome.missed), wrong, "")
    found.at_most("false alarms", len(outcome.false), 0, "")
    found.at_least("files found whole before", outcome.before, outcome.checked, "")
    for what, seconds in outcome.seconds.items():
        found.remarks.append(f"{what}: {seconds:.1f} s, {outcome.requests[what]:,} requests")
    found.remarks.append(f"rewritten by SharePoint and compared in full: {outcome.rewritten:,}")
    found.remarks.append(f"by kind: {json.dumps(outcome.done.by_kind)}; as found: {json.dumps(outcome.kinds)}")
    if sample := outcome.sample:
        found.remarks.append(
            f"a sample 99%/0.1% drew {sample.drawn:,}, {sample.different} differed, at most {sample.bound:.2%} of all"
        )
    return found


def main() -> None:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    size = Size(files=5000, folders=120, corruptions=200)
    with tempfile.TemporaryDirectory(prefix="filrydd-verification-") as folder:
        outcome = trial(Path(folder), size, corpus)
    found = table(size, outcome)
    for row in found.rows:
        print(f"{row.measure}: {row.measured} (goal {row.goal}) {'' if row.met else 'NOT MET'}")
    for remark in found.remarks:
        print(f"  {remark}")
    for path, kinds in outcome.missed.items():
        print(f"  missed: {path}: {', '.join(kinds)}")
    for path, kind in outcome.false:
        print(f"  false alarm: {path}: {kind}")
    sys.exit(0 if all(row.met for row in found.rows) else 1)


if __name__ == "__main__":
    main()
