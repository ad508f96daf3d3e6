"""A Samba of the test's own: its own folder, a free port, ended by its process id.

`start_samba(folder, shares, users)` needs smbd and smbpasswd (Debian: samba, samba-vfs-modules, smbclient) and root, since
access lists are kept in `security.*` attributes and the users are accounts of this system (`root`, `daemon`, `games`,
`nobody` ... with a password of their own in Samba's password file only).
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Debian keeps the daemons where an ordinary PATH does not look.
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/local/samba/sbin"])
_STATE = ("lock", "state", "cache", "pid", "private", "ncalrpc")


def why_not() -> str:
    """Why Samba cannot run here; empty when it can."""
    if not (program("smbd") and program("smbpasswd")):
        return "install samba samba-vfs-modules smbclient"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "real access lists on Samba need root"
    return ""


def program(name: str) -> str:
    """Where a program of Samba is; empty when it is not installed."""
    return shutil.which(name, path=_PLACES) or ""


@dataclass
class Samba:
    """A running server. `users` maps a name to its password; `log` is what smbd prints."""

    port: int
    folder: Path
    users: Mapping[str, str]
    configuration: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    def url(self, share: str, path: str = "", user: str = "") -> str:
        """The address of a share, or a path in it, as filrydd takes it."""
        who = f"{user}@" if user else ""
        return f"smb://{who}127.0.0.1:{self.port}/{share}" + (f"/{path}" if path else "")

    def stop(self) -> None:
        """End smbd and all that it started, each by its process id."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            end = time.monotonic() + 3
            while pids := _ours(self.configuration):
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, how)
                self.process.poll()
                if time.monotonic() > end:
                    break
                time.sleep(0.05)
        self.process.wait(timeout=10)

    def break_connections(self) -> None:
        """End the processes that serve the connections, as a crash would; smbd itself goes on and takes new ones."""
        for pid in self.serving():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def serving(self) -> list[int]:
        """The processes that serve the connections of now."""
        ours = _ours(self.configuration)
        return [pid for pid in ours if pid != self.process.pid and _serves_a_connection(pid, self.port)]

    def restart(self) -> None:
        """End smbd and start it again on the same port, as after a crash."""
        self.stop()
        self.process = _run(self.configuration, self.log)
        _wait_for(self.port, self.process, self.log)


def start_samba(
    folder: Path, shares: Mapping[str, Path], users: Mapping[str, str], options: Mapping[str, str] | None = None
) -> Samba:
    """Start smbd with these shares (name -> folder) and users (name -> password), and wait until it answers.

    `folder` holds configuration, state and log. `options` are further lines of the `[global]` section.
    """
    for name in _STATE:
        (folder / name).mkdir(parents=True, exist_ok=True)
    port = _free_port()
    configuration = folder / "smb.conf"
    configuration.write_text(_configuration(folder, port, shares, options or {}), encoding="utf-8")
    for user, password in users.items():
        subprocess.run(
            [program("smbpasswd"), "-c", str(configuration), "-a", "-s", user],
            input=f"{password}\n{password}\n".encode(),
            check=True,
            capture_output=True,
            timeout=60,
        )
    log = folder / "smbd.log"
    process = _run(configuration, log)
    _wait_for(port, process, log)
    return Samba(port, folder, dict(users), configuration, log, process)


def _configuration(folder: Path, port: int, shares: Mapping[str, Path], options: Mapping[str, str]) -> str:
    lines = {
        "smb ports": str(port),
        "interfaces": "127.0.0.1/8",
        "bind interfaces only": "yes",
        "disable netbios": "yes",
        "server role": "standalone server",
        "netbios name": "FILRYDDTEST",
        "lock directory": str(folder / "lock"),
        "state directory": str(folder / "state"),
        "cache directory": str(folder / "cache"),
        "pid directory": str(folder / "pid"),
        "private dir": str(folder / "private"),
        "ncalrpc dir": str(folder / "ncalrpc"),
        "passdb backend": f"tdbsam:{folder / 'private' / 'passdb.tdb'}",
        "load printers": "no",
        "disable spoolss": "yes",
        "server signing": "mandatory",
        "map to guest": "never",
        # Real access lists: Samba alone decides by the list it keeps, the file system's own rights do not count.
        "vfs objects": "acl_xattr",
        "acl_xattr:ignore system acls": "yes",
        "map acl inherit": "yes",
        "inherit acls": "yes",
        "store dos attributes": "yes",
        "kernel oplocks": "no",
        **options,
    }
    text = "[global]\n" + "".join(f"\t{name} = {value}\n" for name, value in lines.items())
    for name, place in shares.items():
        text += f"[{name}]\n\tpath = {place}\n\tread only = no\n"
        if name.endswith("dfs"):
            text += "\tmsdfs root = yes\n"
    return text


def _run(configuration: Path, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as output:
        return subprocess.Popen(
            [program("smbd"), "-s", str(configuration), "-F", "--no-process-group", "--debug-stdout", "-d0"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"smbd ended with {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"smbd did not answer: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ours(configuration: Path) -> list[int]:
    """The processes that were started with this configuration: smbd, its children, and the helpers that outlive it."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(configuration).encode() in place.read_bytes():
                found.append(int(place.parent.name))
    return found


def _serves_a_connection(pid: int, port: int) -> bool:
    # A process that serves a client holds the socket; the listening one belongs to smbd itself.
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[1].split(":")[1], 16) == port and words[3] == "01":
            inodes.add(f"socket:[{words[9]}]")
    with contextlib.suppress(OSError):
        return any(os.readlink(fd) in inodes for fd in Path(f"/proc/{pid}/fd").iterdir())
    return False
