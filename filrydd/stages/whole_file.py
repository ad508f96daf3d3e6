"""A file that appears whole or not at all, for its owner's eyes: what names files, people and decisions."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from filrydd.errors import BadUsage, DiskFull
from filrydd.lang import _


def check(path: Path, suffix: str, *, force: bool) -> None:
    """Raises BadUsage for a file that could not be written, or that is there already: before the work, not after it."""
    if path.suffix.lower() != suffix:
        raise BadUsage(
            _("{path} does not end with {suffix}.").format(path=path, suffix=suffix),
            next=_("Name the file like this: {name}").format(name=path.with_suffix(suffix).name),
        )
    if path.exists() and not force:
        raise BadUsage(
            _("{path} is there already.").format(path=path),
            next=_("Choose another name, or write over it with --force."),
        )
    if not path.parent.is_dir():
        raise BadUsage(
            _("There is no folder {folder} for the file.").format(folder=path.parent),
            next=_("Make the folder, or choose another place."),
        )


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[IO[bytes]]:
    """A draft beside `path`, open for writing and readable for its owner alone; when the block ends well it is on the disk and
    takes the place of whatever is at `path`. Raises DiskFull, OSError."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(draft, flags, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            _("The disk is full, so {path} was not written.").format(path=path),
            next=_("Make room, also for temporary files, and run the same command again."),
        ) from error
    finally:
        draft.unlink(missing_ok=True)
