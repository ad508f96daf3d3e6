"""In the order in which the kernel is asked: a file's proof is on the disk, and in the tenant, before the file is touched.

`filrydd retire` runs in a process of its own under strace, which tells every call with the paths of its descriptors. Nothing
of filrydd says here what came first.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filrydd.stages import restore, signposts
from tests.areas import Area
from tests.stages.test_what_is_proved import TREE, Moved
from tests.tenants import Visitor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
CALLS = (
    "fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2,sendto,recvfrom,pwrite64,write,truncate,ftruncate,creat"
)
FILES = {"Bilag/gammel.pdf", "Bilag/ny.pdf", "Notat/a.txt", "Notat/b.txt", "Thumbs.db"}


@dataclass(frozen=True)
class Call:
    """One call: when it was asked and when it was answered, as line numbers; a descriptor's path is in its arguments."""

    name: str
    told: str
    asked: int
    answered: int

    def at(self) -> str:
        """The path, or the socket, of the first descriptor."""
        found = re.match(r"\w+<(.*?)>[,)]", self.told)
        return found[1] if found else ""


def calls(trace: Path, from_line: int = 0) -> Iterator[Call]:
    """A trace's calls in the order of their answers."""
    waiting: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(trace.read_text(errors="replace").splitlines(), from_line):
        pid, _space, text = line.partition(" ")
        text = text.strip()
        asked = number
        if text.endswith("<unfinished ...>"):
            waiting[pid] = number, text.removesuffix("<unfinished ...>").rstrip()
            continue
        if again := re.match(r"<\.\.\. \w+ resumed>", text):
            asked, begun = waiting.pop(pid)
            text = begun + text[again.end() :]
        if called := re.match(r"(\w+)\((.*)$", text):
            yield Call(called[1], called[2], asked, number)


@dataclass
class Run:
    """What one run did, in the order of the calls."""

    calls: list[Call]
    top: str

    def proof_on_disk(self, path: str) -> int:
        """When the catalog's log held the proof of that path for good. AssertionError when it never did."""
        written = [one for one in self.calls if one.at().endswith(".db-wal") and names_proof_of(path, one.told)]
        assert written, f"no proof of {path} in the catalog"
        return min(synced.answered for synced in self.synced() if synced.asked > written[0].answered)

    def proof_in_tenant(self, path: str) -> int:
        """When the tenant had answered that it has the proof of that path. AssertionError when it never did."""
        for number, one in enumerate(self.calls):
            if one.name == "sendto" and "PUT /" in one.told and "-proofs-" in one.told:
                sent = False
                for later in self.calls[number:]:
                    if later.at() == one.at():
                        sent |= later.name == "sendto" and names_proof_of(path, later.told)
                        if later.name == "recvfrom" and '"HTTP/1.1 ' in later.told:
                            if sent and re.search(r'"HTTP/1\.1 20[01]', later.told):
                                return later.answered
                            break
        raise AssertionError(f"no proof of {path} in the tenant")

    def synced(self) -> list[Call]:
        return [one for one in self.calls if one.name in ("fsync", "fdatasync") and one.at().endswith(".db-wal")]

    def unsynced(self, moment: int) -> list[Call]:
        """What of the catalog was written before that moment, and was on no disk yet."""
        last = max((one.asked for one in self.synced() if one.answered < moment), default=-1)
        return [
            one
            for one in self.calls
            if one.name in ("pwrite64", "write") and one.at().endswith(".db-wal") and last < one.answered < moment
        ]

    def touched(self) -> list["Touched"]:
        """Every call that took a name of the area away from a file; not those for our own signposts."""
        found: list[Touched] = []
        at_first: dict[str, str] = {}
        for one in self.calls:
            if one.name.startswith(("rename", "unlink")) and "AT_REMOVEDIR" not in one.told and "= -1" not in one.told:
                places = [
                    f"{folder}/{name}"
                    for folder, name in re.findall(r'(?:\w+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"', one.told)
                ]
                places = [place.removeprefix("/") if place.startswith("//") else place for place in places]
                inside = [place.removeprefix(self.top + "/") for place in places if place.startswith(self.top + "/")]
                if inside and signposts.NAME not in (first := at_first.pop(inside[0], inside[0])):
                    found.append(Touched(one, first, inside[0], inside[1] if len(inside) > 1 else ""))
                if inside[1:]:
                    at_first[inside[1]] = first
        return found


@dataclass(frozen=True)
class Touched:
    """A call that took the name `old` away from a file, and gave it the name `new` ("": none); what it was called `first`
    in this run."""

    call: Call
    first: str
    old: str
    new: str


def names_proof_of(path: str, told: str) -> bool:
    """Whether bytes, as strace writes them, hold a proof's words about a path."""
    return f'\\"path\\": \\"{path}\\"' in told and '\\"signoff\\"' in told


@pytest.fixture
def moved(make_area: Callable[..., Area], tenant: Visitor, tmp_path: Path) -> Moved:
    area = make_area(TREE)
    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    os.utime(area.top / "Bilag" / "gammel.pdf", (then, then))
    return Moved(area, tenant, tmp_path / "backup")


def traced(moved: Moved, trace: Path, *wished: str) -> Run:
    strace = shutil.which("strace")
    if strace is None:
        # Never in CI, which installs it: this is what shows that a power cut takes no file without its proof.
        pytest.skip("install strace")
    command = [sys.executable, "-m", "filrydd", "--workspace", str(moved.area.workspace), "retire", "felles", *wished]
    watched = [strace, "-f", "-y", "--seccomp-bpf", "-s", "20000", "-e", f"trace={CALLS}", "-o", str(trace)]
    done = subprocess.run([*watched, *command, "--execute"], capture_output=True, text=True, check=False, timeout=120)
    # Hjem/privat.txt stays, which is a person's task.
    assert done.returncode == 3, done.stderr
    return Run(list(calls(trace)), str(moved.area.top))


def test_no_file_is_touched_before_its_proof_is_on_the_disk_and_in_the_tenant(moved: Moved, tmp_path: Path) -> None:
    moved.until_sealed()
    first = traced(moved, tmp_path / "first", "--quarantine", "0d")
    aside = old_paths(first, {path: path for path in FILES})
    assert set(aside.values()) == FILES
    assert all(place.startswith(".filrydd-quarantine/") for place in aside)
    for one in first.touched():
        proved_before(first, one)
    assert restore.apply(moved.area.work(), ["Notat"]).restored == 2
    back = {path: place for place, path in aside.items() if path.startswith("Notat/")}
    # What came back is proved anew, and goes at once; the rest has lain in the quarantine its time.
    second = traced(moved, tmp_path / "second")
    named = {path: path for path in back} | {place: path for place, path in aside.items() if path not in back}
    for one in second.touched():
        # Also that the quarantine is about to be emptied is kept before anything is done there.
        assert not second.unsynced(one.call.asked), f"{one.first} goes while the catalog waits for the disk"
        if one.first in back:
            proved_before(second, one)
    assert old_paths(second, named) == {}
    assert moved.files() == {"Hjem/privat.txt"}
    for run in (first, second):
        folders_are_kept(run)


def proved_before(run: Run, one: Touched) -> None:
    path, asked = one.first, one.call.asked
    assert run.proof_on_disk(path) < asked, f"{path} goes before its proof is on the disk"
    assert run.proof_in_tenant(path) < asked, f"{path} goes before its proof is in the tenant"
    assert not run.unsynced(asked), f"{path} goes while the catalog waits for the disk"


def old_paths(run: Run, names: dict[str, str]) -> dict[str, str]:
    """Where files lie after a run, as a map to where they lay: `names` is the one from before."""
    now = dict(names)
    for one in run.touched():
        path = now.pop(one.old, "")
        if path and one.new:
            now[one.new] = path
    return now


def folders_are_kept(run: Run) -> None:
    """A name that went has gone for good before the catalog says so: each folder is on the disk before the next row."""
    told = [one.asked for one in run.calls if one.name == "pwrite64" and one.at().endswith(".db-wal")]
    for one in run.touched():
        if not one.new or ".filrydd-quarantine" in one.new:
            folder = f"{run.top}/{one.old}".rpartition("/")[0]
            kept = [
                call.answered
                for call in run.calls
                if call.name == "fsync" and call.at() == folder and call.asked > one.call.asked
            ]
            assert kept and not [at for at in told if one.call.asked < at < min(kept)], f"{one.first} may come back"


@pytest.mark.parametrize("what", ["the proof's row", "the tenant's answer", "the disk's answer"])
def test_another_order_is_seen(what: str, tmp_path: Path) -> None:
    wal, area = "8</w/felles.db-wal>", "9</a>"
    said = '{\\"path\\": \\"a.txt\\", \\"signoff\\": 1}'
    lines = [
        f'7 pwrite64({wal}, "{said}", 24, 0) = 24',
        f"7 fdatasync({wal} <unfinished ...>",
        "7 <... fdatasync resumed>) = 0",
        f'7 sendto(5<socket:[1]>, "PUT /x-proofs-1 {said}", 9, 0, NULL, 0) = 9',
        '7 recvfrom(5<socket:[1]>, "HTTP/1.1 201 Created", 9, 0, NULL, NULL) = 9',
        f'8 unlinkat({area}, "a.txt", 0) = 0',
    ]
    good = tmp_path / "good"
    good.write_text("\n".join(lines))
    run = Run(list(calls(good)), "/a")
    proved_before(run, *run.touched())
    deletion = lines.pop()
    lines.insert({"the proof's row": 0, "the tenant's answer": 4, "the disk's answer": 2}[what], deletion)
    bad = tmp_path / "bad"
    bad.write_text("\n".join(lines))
    run = Run(list(calls(bad)), "/a")
    with pytest.raises(AssertionError, match=r"a\.txt goes"):
        proved_before(run, *run.touched())
