"""Where the benchmark runs: a tree, a Samba that shares it, and each contestant as a job that runs once and is checked.

A contestant that did not see every entry is no contestant: its job raises RuntimeError.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.benchmarks import measure, rewritten
from tests.benchmarks.measure import Ran, run
from tests.benchmarks.ours import AREA
from tests.benchmarks.tree import BIGGEST, DEPARTMENTS, Tree
from tests.samba import Samba, start_samba, why_not

SHARE = "felles"
ROUND_TRIP = 0.0044
# Accounts that every Debian has; the password is in Samba's own file only.
_ROOT, _ORDINARY, _PASSWORD = "root", "daemon", "Drift-passord-1"
# Samba as it comes, without the access lists that the tests turn on.
_PLAIN = {"vfs objects": "", "map acl inherit": "no", "inherit acls": "no"}
# A connection that only signs in and looks at the top takes less of the server's time than this.
_AT_WORK = 0.25
_CHECKOUT = Path(__file__).parents[2]
_DEPARTMENT = DEPARTMENTS[3]


def missing(*, smb: bool) -> list[str]:
    """What has to be installed first."""
    reasons = [why_not()] if smb else []
    reasons += [f"install {name}" for name in ("find", *(("gcc", "rclone") if smb else ())) if not _program(name)]
    return [reason for reason in reasons if reason]


@dataclass
class Stand:
    """A tree and, once `share` was called, the server. `place` is a folder of the benchmark's own."""

    place: Path
    tree: Tree
    acl: bool = False
    """Sign in as an ordinary user to a share with access lists of its own: twice the work for the server an entry, so
    that who asks matters less. Otherwise Samba as it comes, and a user whom it does not check."""
    samba: Samba | None = None
    _workspaces: int = 0
    _counted: set[str] = field(default_factory=set)
    _hidden: str = ""
    said: set[str] = field(default_factory=set)
    """What filrydd told the person meanwhile."""

    def share(self) -> int:
        """Share the tree, unless it is shared; the port. `stop` ends the server."""
        if self.samba is None:
            self.samba = start_samba(
                self.place / "samba", {SHARE: self.tree.top}, {self.user: _PASSWORD}, {} if self.acl else _PLAIN
            )
            self._hidden = _hidden(_PASSWORD)
        return self.samba.port

    def stop(self) -> None:
        """End the server."""
        if self.samba is not None:
            self.samba.stop()
            self.samba = None

    @property
    def user(self) -> str:
        """Who signs in."""
        return _ORDINARY if self.acl else _ROOT

    def address(self, port: int) -> str:
        """The share behind a port, as filrydd takes it."""
        return f"smb://127.0.0.1:{port}/{SHARE}"

    def workspace(self) -> Path:
        """A new and empty workspace."""
        self._workspaces += 1
        folder = self.place / "workspaces" / str(self._workspaces)
        for name in ("policies", "scans"):
            (folder / name).mkdir(parents=True)
        return folder

    def ours(self, address: str, workspace: Path | None = None, *, connections: int = 0, watch: bool = False) -> Ran:
        """filrydd's stage, in a workspace that is removed afterwards unless it was given; seconds and processor are
        those that the child measured itself, from after its imports to the published catalog."""
        folder = workspace or self.workspace()
        words = ["scan", address, str(folder), *(["--connections", str(connections)] if connections else [])]
        ran = self._python("tests.benchmarks.ours", *words, watch=watch)
        told = told_by(ran)
        self._check("filrydd", told["files"] + told["folders"])
        _expect("filrydd", told["unreadable"], 0)
        self.said.update(told["said"])
        if workspace is None:
            shutil.rmtree(folder)
        return replace(ran, seconds=told["seconds"], cpu=told["cpu"])

    def typed(self, address: str) -> Ran:
        """`filrydd scan` as a person types it, start-up included."""
        folder = self.workspace()
        ran = self._python("filrydd", "--workspace", str(folder), "scan", AREA, address, "--json")
        told = told_by(ran)
        self._check("filrydd scan", told["files"] + told["folders"] - 1)
        shutil.rmtree(folder)
        return ran

    def written(self, address: str, workspace: Path) -> tuple[Ran, dict[str, int]]:
        """A scan of what was scanned already, and how many rows it wrote, by act and table."""
        rewritten.watch(workspace / "scans" / f"{AREA}.db")
        ran = self.ours(address, workspace)
        return ran, rewritten.count(workspace / "scans" / f"{AREA}.db")

    def served(self, address: str, connections: int) -> tuple[Ran, float]:
        """A scan that lists over so many connections, and the server's seconds of processor for it: those of the
        processes that served them, which smbd has waited for when this returns. Raises RuntimeError when the work was
        done on more connections; smbd has a process for each."""
        assert self.samba is not None
        smbd = self.samba.process.pid
        others, before = measure.children(smbd), measure.reaped_cpu(smbd)
        with measure.new_children(smbd) as used:
            ran = self.ours(address, connections=connections)
        at_work = sum(seconds > _AT_WORK * sum(used.values()) for seconds in used.values())
        if at_work != connections:
            raise RuntimeError(f"{at_work} connections were at work instead of {connections}")
        end = time.monotonic() + 10
        while measure.children(smbd) - others:
            if time.monotonic() > end:
                raise RuntimeError("the server goes on with a connection that is over")
            time.sleep(0.02)
        return ran, measure.reaped_cpu(smbd) - before

    def our_owners(self, port: int, paths: Path, count: int) -> Ran:
        """The owners of the files that `paths` lists, through the source."""
        told = told_by(self._python("tests.benchmarks.ours", "owners", self.address(port), str(paths)))
        _expect("filrydd's owners", told["owners"], count)
        self.said.update(told["said"])
        return Ran(told["seconds"], told["cpu"], "")

    def rclone(self, port: int, checkers: int) -> Ran:
        """`rclone lsjson -R` over its SMB backend; its output is counted once, then dropped."""
        name = f"rclone {checkers} {port}"
        ran = run(
            [_program("rclone"), "lsjson", "-R", "--checkers", str(checkers), f":smb:{SHARE}"],
            environment=self._environment() | {"RCLONE_SMB_PORT": str(port)},
            keep=name not in self._counted,
            folder=self.place,
        )
        if name not in self._counted:
            self._check(name, ran.output.count('\n{"Path"'))
        return replace(ran, output="")

    def scandir(self, port: int) -> tuple[Ran, int]:
        """smbprotocol's `smbclient.scandir` over a tenth of the tree: one department of ten, and a tenth of the biggest
        folder; and how many entries that is."""
        words = (str(port), SHARE, _DEPARTMENT, BIGGEST, str(self.tree.biggest // len(DEPARTMENTS)))
        told = told_by(self._python("tests.benchmarks.library", "scandir", *words))
        return Ran(told["seconds"], told["cpu"], ""), told["done"]

    def library_owners(self, port: int, paths: Path, count: int) -> Ran:
        """The owners of the files that `paths` lists, through the library, one after the other."""
        told = told_by(self._python("tests.benchmarks.library", "owners", str(port), SHARE, str(paths)))
        _expect("the library's owners", told["done"], count)
        return Ran(told["seconds"], told["cpu"], "")

    def find(self) -> Ran:
        """`find -printf` with the facts that a scan stores."""
        command = [_program("find"), str(self.tree.top), "-mindepth", "1", "-printf", "%y %s %T@ %C@ %i %m %P\\n"]
        ran = run(command, environment={"LC_ALL": "C.UTF-8"}, keep="find" not in self._counted, folder=self.place)
        if "find" not in self._counted:
            self._check("find", ran.output.count("\n"))
        return replace(ran, output="")

    def _python(self, module: str, *words: str, watch: bool = False) -> Ran:
        command = [sys.executable, "-m", module, *words]
        return run(command, environment=self._environment(), watch=watch, folder=_CHECKOUT)

    def _environment(self) -> dict[str, str]:
        return {
            "FILRYDD_LANG": "en",
            "FILRYDD_KEY": str(self.place / "ledger.key"),
            "FILRYDD_SMB_USER": self.user,
            "FILRYDD_SMB_PASSWORD": _PASSWORD,
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_SMB_HOST": "127.0.0.1",
            "RCLONE_SMB_USER": self.user,
            "RCLONE_SMB_PASS": self._hidden,
        }

    def _check(self, who: str, entries: int) -> None:
        self._counted.add(who)
        _expect(who, entries, self.tree.entries)


def told_by(ran: Ran) -> dict[str, Any]:
    """The JSON object that a child printed."""
    told = json.loads(ran.output)
    return told if isinstance(told, dict) else {}


def _expect(who: str, found: int, expected: int) -> None:
    if found != expected:
        raise RuntimeError(f"{who} saw {found} of {expected}")


def _program(name: str) -> str:
    if name == "rclone" and os.environ.get("RCLONE"):
        return os.environ["RCLONE"]
    # Beside this Python is where a virtual environment keeps rclone.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return shutil.which(name, path=path) or ""


def _hidden(password: str) -> str:
    """A password as rclone takes it."""
    command = [_program("rclone"), "obscure", "-"]
    return subprocess.run(command, input=password, capture_output=True, text=True, check=True).stdout.strip()
