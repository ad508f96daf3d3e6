"""One upload in one weather, and whether it ended as if the sun had shone: what the fault matrix and its sample share.

The tenant runs in this process, on a clock of its own; the uploader's waits are shortened a hundredfold and keep their
proportions, so that hundreds of journeys through any weather take minutes.
"""

import asyncio
import functools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from unittest import mock

from filrydd.errors import FilryddError
from filrydd.rehearsal.faults.rule import SORTS, Fault, Rule, When
from filrydd.rehearsal.faults.setting import Bad
from filrydd.rehearsal.rules.apps import FULL_CONTROL
from filrydd.stages import upload, verify
from filrydd.stages.work import Work
from filrydd.targets import Tenant, open_rehearsal
from filrydd.targets.governor import Timing
from filrydd.targets.tenant import ItemTrouble
from tests.areas import Area
from tests.rehearsal.bad_day import Day, bad_day
from tests.rehearsal.signing import Proof, app, write_apps
from tests.targets.place import PEOPLE, SMALL
from tests.torture import upload_area
from tests.torture.upload_area import HISTORY, Lies

T = TypeVar("T")
LARGE = 2 * SMALL + 5_000
"""Bytes of the file that takes three fragments."""
FASTER = 100
SESSIONS = 1.0
"""Seconds that an upload session lives without a fragment."""
DAMAGES = frozenset({Fault.CORRUPTED_ITEM, Fault.LOST_ITEM})
"""What happens behind a confirmed answer: an upload cannot know, a verification must."""
MEETS = tuple(Fault)
"""All of them: there is none that an upload cannot meet."""
_TIMES = 6
"""Runs after which everything must be there, if it is to be: the first, and what a person types again."""


@dataclass
class Outcome:
    """How a journey ended. `struck` is how often the weather did; `wrong` says what differs from an undisturbed one;
    `again` says why a person had to run the command once more; `needless` has files with more versions than they need."""

    struck: int
    wrong: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """The area as it is before the upload, what the library holds after an undisturbed one, and its folders."""

    area: Area
    expected: dict[str, Lies]
    folders: list[str]


def the_nth(fault: Fault, nth: int) -> Bad:
    """A weather of one fault, at the n-th of all requests that it can strike."""
    return Bad(seed=1, rules=(Rule(fault, 1, SORTS[fault].on, When(every=nth, most=1), seconds=_seconds(fault)),))


def each_nth(fault: Fault, nth: int) -> Bad:
    """A weather of one fault, at every n-th request."""
    return Bad(seed=1, rules=(Rule(fault, 1, SORTS[fault].on, When(every=nth), seconds=_seconds(fault)),))


def _seconds(fault: Fault) -> float | None:
    return 0.05 if fault in (Fault.SLOW_ANSWER, Fault.SLOW_STREAM) else None


def make(folder: Path) -> Made:
    """The small area, and an undisturbed upload of it, which is compared with the area itself. Raises AssertionError."""
    (folder / "made").mkdir(parents=True)
    area = upload_area.small_area(folder / "made", LARGE)
    with in_weather(folder / "undisturbed") as day:
        one = upload_area.another(area, folder / "undisturbed")
        done = acted(one, day, upload.apply)
        assert done.failed == 0, done.failures
        library = folder / "undisturbed" / "tenant"
        expected = upload_area.lying(library)
        _compare_with_source(area, expected)
        return Made(area, expected, upload_area.folders(library))


def _compare_with_source(area: Area, library: dict[str, Lies]) -> None:
    source = upload_area.contents_of(area)
    there = {path.rpartition("/")[2]: lies for path, lies in library.items()}
    sent = {name.replace("b: c", "b- c"): [content] for name, content in source.items()}
    sent[HISTORY] = [*sent.pop("plan_v1.txt"), *sent[HISTORY]]
    first, second = upload_area.TWINS
    assert sent[first] == sent[second]
    del sent[second if first in there else first]
    assert {name: list(lies.contents) for name, lies in there.items()} == sent


def journey(made: Made, folder: Path, weather: Bad) -> Outcome:
    """Upload in that weather, again where a person would, and compare."""
    folder.mkdir()
    area = upload_area.another(made.area, folder)
    with in_weather(folder) as day:
        day.faults.change(weather)
        outcome = Outcome(0)
        for _time in range(_TIMES):
            ended = uploaded(area, day)
            outcome.struck = sum(day.faults.given().counts.values())
            if ended is None or any(rule.fault in DAMAGES for rule in weather.rules):
                break
            if ended.startswith("fault in filrydd"):
                outcome.wrong.append(ended)
                break
            outcome.again.append(ended)
        if outcome.struck:
            if any(rule.fault in DAMAGES for rule in weather.rules):
                _found_by_verification(made, area, day, folder, outcome)
            else:
                _compare(made, area, folder, outcome)
    return outcome


def uploaded(area: Area, day: Day) -> str | None:
    """Upload: None when all is there; else what a person is told."""
    try:
        done = acted(area, day, upload.apply)
    except (FilryddError, ItemTrouble) as told:
        return f"{type(told).__name__}: {told}"
    except Exception as fault:
        return f"fault in filrydd: {fault!r}"
    left = upload_area.left_over(area)
    if done.failed or left["failure"] or left["without a receipt"]:
        return f"{left['failure'] or left['without a receipt']}"
    if done.unfilled:
        return f"columns of {done.unfilled} files were not filled"
    return None


def _compare(made: Made, area: Area, folder: Path, outcome: Outcome) -> None:
    library = folder / "tenant"
    found, fully = upload_area.lying(library), made.expected
    for path in sorted({*found, *fully}):
        one, other = found.get(path), fully.get(path)
        if one is None or other is None:
            outcome.wrong.append(f"{path}: {'missing' if one is None else 'unexpected'}")
            continue
        if one.versions > other.versions:
            outcome.needless.append(f"{path}: {one.versions} versions, not {other.versions}")
        if replace(one, versions=0) != replace(other, versions=0):
            outcome.wrong.append(f"{path}: {one}, not {other}")
    if (there := upload_area.folders(library)) != made.folders:
        outcome.wrong.append(f"folders: {there}")
    if sessions := upload_area.open_sessions(library, time.time() - SESSIONS):
        outcome.wrong.append(f"open sessions: {sessions}")
    outcome.wrong += [f"{what}: {rows}" for what, rows in upload_area.left_over(area).items() if rows]


def _found_by_verification(made: Made, area: Area, day: Day, folder: Path, outcome: Outcome) -> None:
    """What the tenant lost or spoilt is found, and nothing else."""
    day.faults.change(Bad(seed=1))
    found = upload_area.lying(folder / "tenant")
    unsent = {name.replace("b: c", "b- c") for name in upload_area.unsent(area)}
    spoilt = {
        path.rpartition("/")[2]
        for path, lies in made.expected.items()
        if path not in found or found[path].contents[-1] != lies.contents[-1]
    } - unsent
    try:
        done = acted(area, day, verify.run)
    except FilryddError as told:
        if not spoilt:
            return
        outcome.wrong.append(f"verify: {type(told).__name__}: {told.message}")
        return
    except Exception as fault:
        outcome.wrong.append(f"verify: fault in filrydd: {fault!r}")
        return
    if spoilt and not done.findings:
        outcome.wrong.append(f"verification did not find {spoilt}")


def acted(area: Area, day: Day, act: Callable[[Work, Tenant], object]) -> T:  # type: ignore[type-var]
    """What a stage gives, with waits that are shorter than life."""
    base, wall = time.monotonic(), time.time()

    def clock() -> float:
        return base + (time.monotonic() - base) * FASTER

    timing = Timing(
        clock=clock,
        wall=lambda: wall + (clock() - base),
        sleep=lambda seconds: asyncio.sleep(seconds / FASTER),
        chance=lambda: 0.5,
    )

    async def opened() -> object:
        tenant = open_rehearsal(day.ready.graph, timing=timing)
        try:
            return await act(area.work(), tenant)  # type: ignore[misc]
        finally:
            await tenant.close()

    with mock.patch("filrydd.targets.fragments.FRAGMENT", SMALL), mock.patch.dict(os.environ, _signed_in(area, day)):
        return asyncio.run(opened())  # type: ignore[return-value]


def _signed_in(area: Area, day: Day) -> dict[str, str]:
    """The environment of an application that signs in: only such a one can have a new token when the tenant wants it."""
    return {
        "AZURE_AUTHORITY_HOST": day.ready.authority,
        "SSL_CERT_FILE": day.ready.certificate,
        "AZURE_TENANT_ID": day.ready.tenant,
        "AZURE_CLIENT_ID": day.ready.app,
        "AZURE_CLIENT_CERTIFICATE_PATH": str(day.file.parent / "private.pem"),
        "FILRYDD_STATE": str(area.workspace.parent / "state"),
    }


@contextmanager
def in_weather(folder: Path, text: str = "seed: 1\n") -> Iterator[Day]:
    """A tenant on a day of that fault file. Its one application signs in with a certificate: SharePoint's own API takes
    no other."""
    (folder / "tenant").mkdir(parents=True)
    (folder / "tenant" / "people.csv").write_text(PEOPLE, encoding="utf-8")
    proof = _proof()
    (folder / "private.pem").write_bytes(proof.pem(private=True))
    (folder / "public.pem").write_bytes(proof.pem(private=False))
    write_apps(folder / "tenant", app(FULL_CONTROL, "Sites.Create.All", certificate=str(folder / "public.pem")))
    with bad_day(folder, text, session_seconds=SESSIONS, busy_items=0, rewrite=False) as day:
        yield day


@functools.cache
def _proof() -> Proof:
    return Proof()
