"""Random operations by several clients against a simple model in memory, with restarts in between: no divergence.

`FILRYDD_LONG=SECONDS` runs for that long instead of for seconds.
"""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from filrydd.rehearsal.store import folders, writing
from tests.rehearsal.live_tenant import CLIENTS, LiveTenant
from tests.rehearsal.model_tenant import Entry, Session
from tests.rehearsal.rehearsed_library import GRAIN, RehearsedLibrary, Times


@dataclass(frozen=True)
class Content:
    """What a file holds, short to print."""

    seed: int
    size: int

    @property
    def bytes(self) -> bytes:
        return (bytes([self.seed, 7, 255]) * (self.size // 3 + 1))[: self.size]


LONG = float(os.environ.get("FILRYDD_LONG", "0"))

# Few, so that they meet: in case and normal form, in numbers that `rename` gives, in lengths that add up.
GOOD = [
    "a",
    "A",
    "b.txt",
    "B.TXT",
    "b 1.txt",
    "å.bin",
    "A\u030a.bin",
    "m #1 & 50%+",
    "x" * 180,
    "😀.docx.txt",
    ".skjult",
    "a~",
]
BAD = ["con", "Desktop.INI", "~$a", "x_vti_y", " a", "a ", "a*b", 'a"b', "a|b", "a\\b", "a\tb", "y" * 256]
ONLY_FOR_FILES = ["~a", "a_files", "a.", "forms"]

NAMES = st.sampled_from(GOOD * 9 + BAD + ONLY_FOR_FILES)
PATHS = st.lists(st.sampled_from(GOOD), max_size=1).flatmap(lambda above: NAMES.map(lambda name: [*above, name]))
IN_BODIES = st.sampled_from(GOOD * 9 + BAD + ONLY_FOR_FILES + ["a/b", "a:b", "", ".", ".."])
CONFLICTS = st.sampled_from(["fail", "replace", "rename"])
WHO = st.integers(0, CLIENTS - 1)
TAGS = st.sampled_from([""] * 6 + ["now", "now", "old"])
TIMES = st.fixed_dictionaries({}, optional={"created": st.integers(0, 2**31), "modified": st.integers(0, 2**31)})
SEEDS = st.integers(0, 255)
SMALL = st.builds(Content, SEEDS, st.integers(0, 30) | st.sampled_from([0, 4096, 70_000, 300_000]))
LARGE = st.builds(
    lambda seed, grains, more: Content(seed, grains * GRAIN + more), SEEDS, st.integers(0, 3), st.integers(1, 5000)
)
STEPS = st.sampled_from(["make", "rename", "remove", "get"])


class Rehearsing(RuleBasedStateMachine):
    """Three clients and one library. What was deleted with its folder stays in the bundles, so that it is asked for too."""

    roots = Bundle("roots")
    made_folders = Bundle("made_folders")
    files = Bundle("files")
    uploads = Bundle("uploads")
    all_folders = roots | made_folders
    entries = made_folders | files
    most_restarts = 5

    def __init__(self, tenant: LiveTenant) -> None:
        super().__init__()
        self.tenant = tenant
        self.library = RehearsedLibrary(tenant)
        self.restarts = 0

    @initialize(target=roots)
    def root(self) -> Entry:
        return self.library.model.root

    @initialize(target=made_folders)
    def first_folder(self) -> object:
        return _new(self.library.make_folder(0, self.library.model.root, "m #1 & 50%+", "fail", {}))

    @initialize(target=files)
    def first_file(self) -> object:
        return _new(self.library.put(0, self.library.model.root, ["a", "b.txt"], b"innhold", "fail", ""))

    @rule(target=made_folders, who=WHO, parent=all_folders, name=IN_BODIES, conflict=CONFLICTS, times=TIMES)
    def make_folder(self, who: int, parent: Entry, name: str, conflict: str, times: Times) -> object:
        return _new(self.library.make_folder(who, parent, name, conflict, times))

    @rule(who=WHO, file=files, name=IN_BODIES)
    def make_folder_in_a_file(self, who: int, file: Entry, name: str) -> None:
        self.library.make_folder(who, file, name, "fail", {})

    @rule(target=files, who=WHO, start=all_folders, path=PATHS, content=SMALL, conflict=CONFLICTS, tag=TAGS)
    def put(self, who: int, start: Entry, path: list[str], content: Content, conflict: str, tag: str) -> object:
        return _new(self.library.put(who, start, path, content.bytes, conflict, tag))

    @rule(who=WHO, file=files | all_folders, content=SMALL, tag=TAGS)
    def put_over(self, who: int, file: Entry, content: Content, tag: str) -> None:
        self.library.put(who, file, [], content.bytes, "replace", tag)

    @rule(
        target=files,
        folder=all_folders,
        name=st.sampled_from(GOOD),
        contents=st.tuples(SMALL, SMALL),
        conflict=CONFLICTS,
    )
    def put_together(self, folder: Entry, name: str, contents: tuple[Content, Content], conflict: str) -> object:
        return multiple(*self.library.put_together(folder, name, [each.bytes for each in contents], conflict))

    @rule(who=WHO, entry=entries, name=IN_BODIES, conflict=CONFLICTS, tag=TAGS)
    def rename(self, who: int, entry: Entry, name: str, conflict: str, tag: str) -> None:
        self.library.alter(who, entry, name, None, {}, conflict, tag)

    @rule(who=WHO, entry=entries, to=all_folders, name=st.none() | NAMES, times=TIMES, conflict=CONFLICTS)
    def move(self, who: int, entry: Entry, to: Entry, name: str | None, times: Times, conflict: str) -> None:
        self.library.alter(who, entry, name, to, times, conflict, "")

    @rule(target=files, who=WHO, file=files, to=all_folders, name=NAMES, conflict=st.sampled_from(["fail", "rename"]))
    def copy_file(self, who: int, file: Entry, to: Entry, name: str, conflict: str) -> object:
        return _new(self.library.copy(who, file, to, name, conflict))

    @rule(target=made_folders, who=WHO, folder=made_folders, to=all_folders, name=NAMES, conflict=st.just("rename"))
    def copy_folder(self, who: int, folder: Entry, to: Entry, name: str, conflict: str) -> object:
        return _new(self.library.copy(who, folder, to, name, conflict))

    @rule(who=WHO, entry=entries, to=files)
    def move_into_a_file(self, who: int, entry: Entry, to: Entry) -> None:
        self.library.alter(who, entry, None, to, {}, "fail", "")

    @rule(who=WHO, root=roots, name=st.none() | NAMES)
    def the_root_stays(self, who: int, root: Entry, name: str | None) -> None:
        if name is None:
            self.library.remove(who, root, "")
        else:
            self.library.alter(who, root, name, None, {}, "fail", "")

    @rule(who=WHO, entry=entries, times=TIMES.filter(bool), tag=TAGS)
    def tell_times(self, who: int, entry: Entry, times: Times, tag: str) -> None:
        self.library.alter(who, entry, None, None, times, "fail", tag)

    @rule(who=WHO, entry=consumes(files), again=st.booleans())
    def remove_file(self, who: int, entry: Entry, again: bool) -> None:
        for _ in range(1 + again):
            self.library.remove(who, entry, "")

    @rule(who=WHO, entry=made_folders, tag=TAGS)
    def remove_folder(self, who: int, entry: Entry, tag: str) -> None:
        self.library.remove(who, entry, tag)

    @rule(who=WHO, entry=entries, sak=st.none() | st.sampled_from(["2024/1", "æ"]), note=st.none() | st.just("ja"))
    def fill(self, who: int, entry: Entry, sak: str | None, note: str | None) -> None:
        self.library.fill(who, entry, {"Sak": sak, "Merknad": note})

    @rule(who=WHO, steps=st.lists(st.tuples(STEPS, entries, st.sampled_from(GOOD)), min_size=1, max_size=4))
    def batch(self, who: int, steps: list[tuple[str, Entry, str]]) -> None:
        self.library.together_in_batch(who, steps)

    @rule(target=uploads, who=WHO, folder=all_folders, path=PATHS, conflict=CONFLICTS, data=LARGE, times=TIMES)
    def open_session(
        self, who: int, folder: Entry, path: list[str], conflict: str, data: Content, times: Times
    ) -> object:
        return _new(self.library.open_session(who, folder, path, conflict, data.bytes, times))

    @rule(target=uploads, who=WHO, folder=all_folders, name=st.sampled_from(GOOD), data=LARGE, times=TIMES)
    def open_session_beside(self, who: int, folder: Entry, name: str, data: Content, times: Times) -> object:
        return _new(self.library.open_session(who, folder, [name], "rename", data.bytes, times))

    @rule(target=uploads, who=WHO, file=files, data=LARGE)
    def open_session_over(self, who: int, file: Entry, data: Content) -> object:
        return _new(self.library.open_session(who, file, [], "replace", data.bytes, {}))

    @rule(target=files, who=WHO, session=uploads, grains=st.integers(1, 3))
    def send(self, who: int, session: Session, grains: int) -> object:
        return _new(self.library.send(who, session, grains))

    @rule(target=files, who=WHO, session=uploads)
    def send_the_rest(self, who: int, session: Session) -> object:
        return _new(self.library.send(who, session, 9))

    @rule(who=WHO, session=uploads, skip=st.sampled_from([-1, 1]))
    def send_out_of_order(self, who: int, session: Session, skip: int) -> None:
        self.library.send(who, session, 1, skip=skip)

    @rule(who=WHO, session=uploads)
    def ask(self, who: int, session: Session) -> None:
        self.library.ask(who, session)

    @rule(who=WHO, session=consumes(uploads))
    def cancel(self, who: int, session: Session) -> None:
        self.library.cancel(who, session)

    @rule(who=WHO, file=files)
    def read(self, who: int, file: Entry) -> None:
        self.library.read(who, file)

    @rule(who=WHO, page=st.integers(1, 4))
    def look_through(self, who: int, page: int) -> None:
        self.library.listed(who, page)

    @rule(who=WHO, anew=st.sampled_from([False, False, True]))
    def synchronise(self, who: int, anew: bool) -> None:
        self.library.synchronised(who, anew=anew)

    @precondition(lambda self: self.restarts < self.most_restarts)
    @rule()
    def restart(self) -> None:
        # Not too often: it takes as long as fifty other steps.
        self.restarts += 1
        self.end_and_begin()

    def end_and_begin(self) -> None:
        self.tenant.again()

    @invariant()
    def sums_agree(self) -> None:
        self.library.check_root()

    def teardown(self) -> None:
        self.library.listed(0, 200)
        for who in range(CLIENTS):
            self.library.synchronised(who, anew=False)
        self.library.synchronised(0, anew=True)
        for entry in self.library.model.all():
            if not entry.folder:
                self.library.read(0, entry)


class Killing(Rehearsing):
    """The same with a tenant in a process of its own, which is killed."""

    most_restarts = 3

    def end_and_begin(self) -> None:
        self.tenant.kill()


def _new(made: object) -> object:
    return multiple() if made is None else made


def _run(machine: type[Rehearsing], tenant: LiveTenant, examples: int, steps: int) -> None:
    """So many examples, or as many as the long run has time for."""
    until = time.monotonic() + LONG
    # A failure is told as it was found: to make it smaller takes longer than a test may take.
    usual = [Phase.explicit, Phase.reuse, Phase.generate]
    asked = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=usual,
        print_blob=False,
    )
    run_state_machine_as_test(lambda: machine(tenant), settings=asked)
    while time.monotonic() < until:
        longer = settings(asked, max_examples=50, phases=[*usual, Phase.shrink], derandomize=False, database=None)
        run_state_machine_as_test(lambda: machine(tenant), settings=longer)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTenant]:
    with LiveTenant(tmp_path_factory.mktemp("live")) as tenant:
        yield tenant


@pytest.mark.timeout(180 + 2 * LONG)
def test_whatever_clients_do_the_library_is_what_the_model_says(tenant: LiveTenant) -> None:
    _run(Rehearsing, tenant, 20, 60)


@pytest.mark.timeout(180 + 2 * LONG)
def test_the_library_is_what_the_model_says_however_often_the_tenant_is_killed(tmp_path: Path) -> None:
    with LiveTenant(tmp_path, child=True) as tenant:
        _run(Killing, tenant, 6, 40)


@pytest.mark.parametrize("what", ["a wrong name", "what is gone", "a version too few", "another content"])
def test_the_model_objects_to_a_tenant_that_errs(
    tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    library = RehearsedLibrary(tenant)
    root = library.model.root
    changes, versions = folders.changes, folders.versions
    if what == "a wrong name":
        monkeypatch.setattr(writing, "free_name", lambda *_words, folder: f"ny {uuid.uuid4().hex}")
    elif what == "what is gone":
        never = 10**15
        monkeypatch.setattr(folders, "changes", lambda *words: changes(*words[:3], never, *words[4:]))
    elif what == "a version too few":
        monkeypatch.setattr(folders, "versions", lambda con, row: versions(con, row)[:1])

    def journey() -> None:
        file = library.put(0, root, ["m", "a.txt"], b"en", "fail", "")
        assert file
        library.put(1, root, ["m", "a.txt"], b"to", "replace", "")
        library.put(1, root, ["M", "A.txt"], b"tre", "rename", "")
        if what == "another content":
            file.content = b"TO"
        library.read(0, file)
        library.synchronised(2, anew=False)
        library.remove(0, file, "now")
        library.synchronised(2, anew=False)

    with pytest.raises(AssertionError):
        journey()
