"""Linux' leases: the kernel's own word on who else has a file open (fcntl(2), F_SETLEASE).

A lease is granted on local file systems to a file's owner and to root. While it is held, another's open waits up to
`/proc/sys/fs/lease-break-time` seconds, and the holder gets a signal; it is set to SIGURG here, which is ignored unless
somebody asks for it, since the usual SIGIO would end the process.
"""

import contextlib
import errno
import signal
from collections.abc import Iterator
from enum import Enum


class Lease(Enum):
    GRANTED = "granted"
    DENIED = "denied"  # somebody has the file open
    UNKNOWN = "unknown"  # this file system or this user gets none


@contextlib.contextmanager
def reading(fd: int) -> Iterator[Lease]:
    """Hold a read lease: denied while somebody has the file open for writing."""
    with _held(fd, "F_RDLCK") as lease:
        yield lease


@contextlib.contextmanager
def alone(fd: int) -> Iterator[Lease]:
    """Hold a write lease: denied while anybody else has the file open at all."""
    with _held(fd, "F_WRLCK") as lease:
        yield lease


def still_alone(fd: int) -> bool:
    """Whether nobody has tried to open the file since the write lease on it was granted."""
    import fcntl

    return fcntl.fcntl(fd, fcntl.F_GETLEASE) == fcntl.F_WRLCK


@contextlib.contextmanager
def _held(fd: int, kind: str) -> Iterator[Lease]:
    try:
        import fcntl

        set_lease, set_signal = fcntl.F_SETLEASE, fcntl.F_SETSIG
    except (ImportError, AttributeError):
        # Windows and the BSDs have no leases.
        yield Lease.UNKNOWN
        return
    try:
        fcntl.fcntl(fd, set_signal, signal.SIGURG)
        fcntl.fcntl(fd, set_lease, getattr(fcntl, kind))
    except OSError as error:
        yield Lease.DENIED if error.errno == errno.EAGAIN else Lease.UNKNOWN
        return
    try:
        yield Lease.GRANTED
    finally:
        # EAGAIN: the kernel took the lease back already, after its time was over.
        with contextlib.suppress(BlockingIOError):
            fcntl.fcntl(fd, set_lease, fcntl.F_UNLCK)
