"""Copies of a catalog, and whether one is whole."""

import contextlib
import hashlib
import os
import sqlite3
from pathlib import Path

from filrydd.catalog.connection import Catalog, translated
from filrydd.catalog.place import make_durable
from filrydd.errors import CatalogDamaged
from filrydd.lang import _


def write_copy(catalog: Catalog, place: Path) -> str:
    """Write a copy, read it again in full, and only then give it its name; returns its SHA-256 in hex.

    Raises CatalogDamaged when the copy cannot be read as a whole catalog.
    """
    draft = place.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with translated(place):
        catalog.copy_to(draft)
    check(draft)
    digest = hashlib.sha256()
    with draft.open("rb+") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
    make_durable(place.parent)
    return digest.hexdigest()


def check(place: Path) -> None:
    """Raises CatalogDamaged when the file is not a whole catalog."""
    with (
        translated(place),
        contextlib.closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True)) as copy,
    ):
        answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise CatalogDamaged(
            _("The copy {path} is not whole: {why}").format(path=place, why=answer),
            next=_("Copy to another disk."),
        )
