"""The fence that a child process puts around itself before it reads a document.

POSIX: bounded memory and processor time, no written file, no core dump. Everywhere: no network, no other process, nothing
opened for writing, by refusing Python's own audit events (PEP 578). That stops a reader that was led astray; it is no jail
for machine code.
"""

import os
import sys
import time

if sys.platform != "win32":
    import resource

_REFUSED = ("socket.", "subprocess.", "ctypes.", "shutil.", "webbrowser.", "ftplib.", "smtplib.", "urllib.", "winreg.")
_REFUSED_CALLS = (
    "os.system",
    "os.startfile",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.kill",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def close(memory: int) -> None:
    """Shut the fence for the rest of this process; `memory` in bytes of address space."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_AS, memory)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_CORE, 0)
    sys.addaudithook(_refuse)


def allow_processor(seconds: float) -> None:
    """Let this process use that many seconds of processor time from now on; past them the system ends it (POSIX)."""
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        wanted = int(time.process_time() + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (_within(wanted, hard), hard))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        _path, mode, flags = arguments
        writes = isinstance(mode, str) and bool(set(mode) & set("wax+"))
        if writes or (isinstance(flags, int) and flags & _WRITING):
            raise PermissionError("writing is not allowed here")
    elif event.startswith(_REFUSED) or event in _REFUSED_CALLS:
        raise PermissionError(f"{event} is not allowed here")


if sys.platform != "win32":

    def _limit(what: int, most: int) -> None:
        hard = resource.getrlimit(what)[1]
        least = _within(most, hard)
        resource.setrlimit(what, (least, least))

    def _within(wanted: int, hard: int) -> int:
        return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
