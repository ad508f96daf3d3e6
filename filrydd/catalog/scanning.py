"""A running scan: what it has seen so far, as far as it differs from what the area holds, so that it can go on after an
interruption.

The first scan of an area has nothing to differ from: its files go straight into `file`, where nobody looks for them before
it is published, since nothing else runs on an area that no scan has finished (`was_scanned`). Later ones store in `seen_`
tables only what appeared, changed or is gone; a folder whose digest is the stored one is not looked at any further.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from filrydd.catalog import quarantine
from filrydd.catalog.connection import Catalog
from filrydd.catalog.descriptors import descriptor_id
from filrydd.model.entry import Reason, Seen
from filrydd.model.listed import Listed, Passed, ToList
from filrydd.model.names import join

# What became of a folder in `seen_folder.state`.
TO_LIST, LISTED, SAME, NOT_LISTABLE = range(4)

_FACTS = "name, extension, size, modified, created, attributes, file_id"
_DESCRIPTORS_REMEMBERED = 20_000
_TOP = 1  # the key of the area's top


@dataclass(frozen=True, slots=True)
class _Known:
    """What the area holds of a folder that is yet to be listed: its row and its digest."""

    folder: int | None
    digest: bytes


_UNKNOWN = _Known(None, b"")


class Recording:
    """Takes the listings of one scan, in any order."""

    def __init__(self, catalog: Catalog, scan: int, *, first: bool) -> None:
        self.scan = scan
        self._catalog = catalog
        self._first = first
        self._waiting: dict[int, _Known] = {}
        self._descriptors: dict[bytes, int] = {}
        self._quarantine = quarantine.ours(catalog)
        self._left_out: set[int] = set()

    def todo(self) -> tuple[list[ToList], int]:
        """The folders that are yet to be listed, the deepest last, and the lowest key that no folder has."""
        ways: dict[int, tuple[str, Passed]] = {}
        found = []
        self._waiting = {}
        # Keys are given anew from here on, and what is left out is not among the folders that wait.
        self._left_out = set()
        rows = self._catalog.rows(
            "SELECT s.id, s.known, f.digest FROM seen_folder s LEFT JOIN folder f ON f.id = s.known"
            " WHERE s.state = 0 ORDER BY s.id"
        )
        for row in rows:
            path, passed = self._way(row["id"], ways)
            found.append(ToList(row["id"], path, passed))
            self._waiting[row["id"]] = _Known(row["known"], row["digest"] or b"")
        return found, int(self._catalog.value("SELECT MAX(id) + 1 FROM seen_folder"))

    def _way(self, folder: int, ways: dict[int, tuple[str, Passed]]) -> tuple[str, Passed]:
        down = []
        step: int | None = folder
        while step is not None and step not in ways:
            row = self._catalog.row("SELECT parent, name, file_id, created FROM seen_folder WHERE id = ?", (step,))
            assert row is not None
            down.append((step, row))
            step = row["parent"]
        for key, row in reversed(down):
            above = ways.get(row["parent"])
            path = join(above[0], row["name"]) if above else row["name"]
            ways[key] = path, Passed(row["file_id"], row["created"], above[1] if above else None)
        return ways[folder]

    def store(self, batch: Sequence[Listed], seconds: float) -> None:
        """Store the listings of some folders in one transaction; `seconds` is what it took to get them."""
        listable: list[tuple[int | None, Listed]] = []
        states: list[tuple[object, ...]] = []
        found: list[tuple[object, ...]] = []
        with self._catalog.writing():
            for listed in batch:
                if listed.key in self._left_out:
                    self._left_out.update(folder.key for folder in listed.folders)
                    continue
                known = self._waiting.pop(listed.key)
                failed = next((snag.reason for snag in listed.snags if snag.name is None), None)
                if failed is not None and failed is not Reason.VANISHED:
                    state = NOT_LISTABLE
                elif listed.digest and listed.digest == known.digest:
                    state = SAME
                else:
                    state = LISTED
                    listable.append((known.folder, listed))
                if listed.folders:
                    found += self._folders_of(known.folder, listed)
                descriptor = self._descriptor(listed.descriptor) if listed.descriptor else None
                states.append((state, listed.digest or None, descriptor, listed.key))
            self._catalog.run_many(
                "INSERT INTO seen_folder (parent, known, id, name, modified, created, attributes, file_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                found,
            )
            self._store_files(listable)
            self._catalog.run_many("UPDATE seen_folder SET state = ?, digest = ?, descriptor = ? WHERE id = ?", states)
            # Snags are complete only now that the files have been run through.
            self._catalog.run_many(
                "INSERT INTO seen_trouble (folder, name, kind, reason, detail) VALUES (?, ?, ?, ?, ?)",
                [(listed.key, *snag) for listed in batch if listed.key not in self._left_out for snag in listed.snags],
            )
            self._catalog.run("UPDATE scan SET seconds = seconds + ? WHERE id = ?", (seconds, self.scan))

    def _folders_of(self, known: int | None, listed: Listed) -> list[tuple[object, ...]]:
        """The rows of the folders found in a folder, which wait from now on."""
        below = {}
        if known is not None:
            rows = self._catalog.rows("SELECT name, id, digest FROM folder WHERE parent = ?", (known,))
            below = {name: _Known(folder, digest or b"") for name, folder, digest in rows}
        found: list[tuple[object, ...]] = []
        for folder in listed.folders:
            if listed.key == _TOP and self._is_our_quarantine(folder.name, folder.file_id):
                self._left_out.add(folder.key)
                continue
            held = self._waiting[folder.key] = below.get(folder.name, _UNKNOWN)
            found.append((listed.key, held.folder, *folder))
        return found

    def _is_our_quarantine(self, name: str, file_id: int) -> bool:
        is_ours, known = self._quarantine
        return is_ours and name == quarantine.FOLDER and (known is None or known == file_id)

    def _store_files(self, listable: Sequence[tuple[int | None, Listed]]) -> None:
        if self._first:
            self._catalog.run_many(
                f"INSERT INTO file (folder, {_FACTS}, first_scan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {self.scan:d})",
                chain.from_iterable(listed.files() for _known, listed in listable),
            )
            return
        for known, listed in listable:
            rows = ((*facts, None) for facts in listed.files()) if known is None else self._compared(known, listed)
            self._catalog.run_many(
                f"INSERT INTO seen_file (folder, {_FACTS}, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def _compared(self, known: int, listed: Listed) -> Iterator[tuple[object, ...]]:
        """What differs from the rows of a folder; those that are no longer there go to `seen_gone`."""
        held = {
            row[2]: row for row in self._catalog.rows(f"SELECT id, gone, {_FACTS} FROM file WHERE folder = ?", (known,))
        }
        for facts in listed.files():
            row = held.pop(facts[1], None)
            if row is None:
                yield (*facts, None)
            elif row["gone"] is not None or row[4:] != facts[3:]:
                yield (*facts, row["id"])
        gone = [(row["id"],) for row in held.values() if row["gone"] is None]
        self._catalog.run_many("INSERT INTO seen_gone (file) VALUES (?)", gone)

    def _descriptor(self, content: bytes) -> int:
        found = self._descriptors.get(content)
        if found is None:
            if len(self._descriptors) >= _DESCRIPTORS_REMEMBERED:
                self._descriptors.clear()
            found = self._descriptors[content] = descriptor_id(self._catalog, content)
        return found


def begin(catalog: Catalog, source: str, top: Seen, now: int) -> Recording:
    """Go on with the running scan of this source, or begin a new one; an unfinished scan of another source is dropped."""
    first = not was_scanned(catalog)
    # A scan writes in order and comes back to little, so a small cache is as fast and stays small in any area.
    catalog.run("PRAGMA cache_size=-8192")
    # Waiting for the disk every 4 MB would keep the server waiting too.
    catalog.run("PRAGMA wal_autocheckpoint=8192")
    with catalog.writing():
        running = catalog.row("SELECT id, source FROM scan WHERE state = 'running'")
        if running is not None and running["source"] == source:
            return Recording(catalog, running["id"], first=first)
        if running is not None:
            _drop(catalog, first=first)
        catalog.run(
            "INSERT INTO area (one, name, source) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET source = excluded.source",
            (catalog.area, source),
        )
        catalog.run(
            "INSERT INTO seen_folder (id, parent, name, known, modified, created, attributes, file_id)"
            " VALUES (1, NULL, '', (SELECT id FROM folder WHERE id = 1), ?, ?, ?, ?)",
            (top.modified, top.created, top.attributes, top.file_id),
        )
        if first:
            # Made anew when the scan is published: sorting once costs less than finding each row's place.
            catalog.run("DROP INDEX IF EXISTS file_place")
        scan = catalog.run("INSERT INTO scan (source, state, begun) VALUES (?, 'running', ?)", (source, now))
    return Recording(catalog, scan, first=first)


def was_scanned(catalog: Catalog) -> bool:
    """Whether a scan of the area has been finished: only then does the catalog say anything about it."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM scan WHERE state = 'done')"))


def was_retired(catalog: Catalog) -> bool:
    """Whether filrydd itself has deleted files from the area, so that it may rightly be empty."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM retirement WHERE done IS NOT NULL)"))


def forget(catalog: Catalog) -> None:
    """Drop what the running scan has seen; the area's state is as before it."""
    first = not was_scanned(catalog)
    with catalog.writing():
        _drop(catalog, first=first)


def _drop(catalog: Catalog, *, first: bool) -> None:
    drop_seen(catalog)
    if first:
        catalog.run("DELETE FROM file")
    catalog.run("DELETE FROM scan WHERE state = 'running'")


def drop_seen(catalog: Catalog) -> None:
    """Empty the `seen_` tables. Only inside `writing`."""
    for table in ("seen_trouble", "seen_file", "seen_gone", "seen_folder"):
        catalog.run(f"DELETE FROM {table}")
