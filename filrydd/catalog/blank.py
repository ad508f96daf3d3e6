"""A new catalog: made whole beside its place and then named, so that nobody ever opens a part of one."""

import contextlib
import glob
import os
import secrets
import sqlite3
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from filrydd.catalog.migrations import migrations
from filrydd.catalog.place import make_durable

_LOGS = ("-wal", "-journal")


def make(path: Path) -> None:
    """Make an empty catalog of this version, on the disk before it has its name, and never in the place of something.

    It is left to whoever opens the file to make it step by step, and to say what prevents that, where this does not succeed:
    somebody else was first, the disk is full, the file system has no hard links, another catalog's log lies there.
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    with contextlib.suppress(OSError):
        if any(path.with_name(path.name + ending).exists() for ending in _LOGS):
            # Of a catalog that somebody took away. SQLite drops them with an empty file, and would read them into a whole one.
            return
        # What a run left that was killed. One that is being written just now is then made step by step.
        for left in path.parent.glob(f"{glob.escape(path.name)}.*.new"):
            left.unlink(missing_ok=True)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(draft, flags, 0o644), "wb") as file:
                file.write(_image())
                file.flush()
                os.fsync(file.fileno())
            path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        make_durable(path.parent)


@cache
def _image() -> bytes:
    """A database as the migrations build it: twenty steps, which take longer than all that a scan of a small area does."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        migrations.apply(Database(connection))
        return connection.serialize()
