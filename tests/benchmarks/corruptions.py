"""What can go wrong with what has arrived, done to a rehearsal tenant: in its store while it is stopped, and by people through
Graph while it runs."""

import io
import json
import random
import sqlite3
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from filrydd.rehearsal.calls import damage
from filrydd.rehearsal.store import folders, writing
from filrydd.rehearsal.store.blobs import small
from filrydd.rehearsal.store.changes import Times
from filrydd.rehearsal.store.folders import Row
from filrydd.rehearsal.store.sites import drive_by_id
from filrydd.rehearsal.tenancy import Tenancy, open_tenancy
from filrydd.rehearsal.ways import Ways


@dataclass(frozen=True)
class Sent:
    """A file that arrived: its old path, its item, the folder that it lies in, and its content as it was sent."""

    path: str
    item: str
    parent: str
    content: bytes


@dataclass
class Done:
    """What was corrupted: the path by which a finding tells of it -> the kinds of finding that are right."""

    expected: dict[str, set[str]] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, path: str, *kinds: str) -> None:
        assert path not in self.expected, path
        self.expected[path] = set(kinds)
        self.by_kind[what] = self.by_kind.get(what, 0) + 1


_PROPERTIES = ("docprops/", "customxml/", "_rels/", "[content_types]", "[trash]/")


def _place_of_a_bit(sent: bytes, stored: bytes, chance: random.Random) -> int | None:
    """An offset in the stored content that is no part of what SharePoint writes: inside what was sent too, and in an Office file
    inside a part that is none of its properties. None where there is no such place."""
    if zipfile.is_zipfile(io.BytesIO(stored)):
        with zipfile.ZipFile(io.BytesIO(stored)) as package:
            parts = [
                info
                for info in package.infolist()
                if info.compress_size > 4 and not any(word in info.filename.lower() for word in _PROPERTIES)
            ]
        if not parts:
            return None
        part = chance.choice(parts)
        head = part.header_offset
        start = head + 30 + int.from_bytes(stored[head + 26 : head + 28], "little")
        start += int.from_bytes(stored[head + 28 : head + 30], "little")
        at = start + chance.randrange(part.compress_size - 1)
        # Some real archives say something else of themselves than is so.
        return at if stored[head : head + 4] == b"PK\x03\x04" and at < len(stored) else None
    if len(sent) < 64:
        return None
    # In a JPEG, properties come before the picture.
    middle = max(len(sent) // 2, sent.rfind(b"\xff\xda") + 20 if sent.startswith(b"\xff\xd8") else 0)
    at = stored.find(sent[middle : middle + 24])
    return None if at < 0 or stored.count(sent[middle : middle + 24]) > 1 else at + 12


class Store:
    """The store of a tenant that does not run."""

    def __init__(self, folder: Path, ways: Ways, chance: random.Random) -> None:
        self.tenancy: Tenancy = open_tenancy(folder, ways)
        self.chance = chance

    def close(self) -> None:
        self.tenancy.close()

    def _do(self, act: Callable[[sqlite3.Connection], None]) -> None:
        self.tenancy.store.now(act)

    def _row(self, item: str) -> Row:
        row = folders.find(self.tenancy.store.read, item)
        assert row is not None
        return row

    def stored(self, item: str) -> bytes:
        row = self._row(item)
        return self.tenancy.blobs.read(self.tenancy.store.read, row.blob)

    def _write(self, item: str, content: bytes) -> None:
        """Other bytes under the same eTag; the listing tells their size and hash."""

        def act(con: sqlite3.Connection) -> None:
            row = folders.find(con, item)
            assert row is not None

            def change(file: IO[bytes]) -> None:
                file.seek(0)
                file.write(content)
                file.truncate()

            kept = damage.altered(self.tenancy, con, row, change)
            self.tenancy.blobs.add(con, kept)
            values = (kept.size, kept.sha, kept.quickxor, item)
            con.execute("UPDATE item SET size = ?, blob = ?, quickxor = ? WHERE id = ?", values)
            con.execute(
                "UPDATE version SET size = ?, blob = ?, quickxor = ? WHERE item = ? AND number = ?",
                (*values, row.versions),
            )

        self._do(act)

    def bit(self, done: Done, file: Sent) -> bool:
        stored = bytearray(self.stored(file.item))
        at = _place_of_a_bit(file.content, bytes(stored), self.chance)
        if at is None:
            return False
        stored[at] ^= 1 << self.chance.randrange(8)
        self._write(file.item, bytes(stored))
        done.add("bit", file.path, "mismatch")
        return True

    def truncation(self, done: Done, file: Sent) -> bool:
        stored = self.stored(file.item)
        if len(stored) < 8:
            return False
        # What SharePoint has appended to a file is not of it.
        left = len(stored) - max(1, len(stored) // self.chance.choice((2, 3, 50)))
        self._write(file.item, stored[: min(left, len(file.content) - 1)])
        done.add("truncation", file.path, "mismatch")
        return True

    def swap(self, done: Done, one: Sent, other: Sent) -> bool:
        if one.content == other.content:
            return False
        first, second = self.stored(one.item), self.stored(other.item)
        self._write(one.item, second)
        self._write(other.item, first)
        for file in (one, other):
            done.add("swap", file.path, "mismatch")
        return True

    def lost(self, done: Done, file: Sent) -> bool:
        drive = drive_by_id(self.tenancy.store.read, self._row(file.item).drive)
        self._do(lambda con: writing.remove(con, drive, self._row(file.item)))
        done.add("lost", file.path, "missing")
        return True

    def extra(self, done: Done, beside: Sent, number: int) -> bool:
        """A second copy of a file beside it, as an upload that is repeated blindly leaves it."""
        row, content = self._row(beside.parent), self.stored(beside.item)
        drive = drive_by_id(self.tenancy.store.read, row.drive)
        name = f"{beside.path.rpartition('/')[2]} ({number})"

        def act(con: sqlite3.Connection) -> None:
            kept = small(content)
            self.tenancy.blobs.add(con, kept)
            writing.put_file(con, drive, row, name, kept, "fail", Times(), 1_700_000_000)

        self._do(act)
        above = "/".join(folders.names_to(self.tenancy.store.read, row))
        done.add("extra", f"{above}/{name}", "unexpected")
        return True

    def wrong_place(self, done: Done, file: Sent, parent: str) -> bool:
        """Put into another folder without anybody having touched it."""
        self._do(lambda con: con.execute("UPDATE item SET parent = ? WHERE id = ?", (parent, file.item)) and None)
        done.add("wrong place", file.path, "mismatch")
        return True


@dataclass(frozen=True)
class Person:
    """Somebody who works in the library, by plain HTTP."""

    graph: str
    drive: str

    def call(self, method: str, address: str, body: object = None) -> None:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        url = f"{self.graph}/drives/{self.drive}/{address}"
        request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def moves(self, done: Done, file: Sent, parent: str) -> None:
        self.call("PATCH", f"items/{file.item}", {"parentReference": {"id": parent}})
        done.add("moved by somebody", file.path, "changed since")

    def adds(self, done: Done, parent: str, above: str, name: str) -> None:
        """A folder with a file in it."""
        self.call("PUT", f"items/{parent}:/{quote(name)}/notat.txt:/content", b"mine")
        done.add("extra folder", f"{above}/{name}", "unexpected")
        done.add("extra in it", f"{above}/{name}/notat.txt", "unexpected")

    def shares(self, done: Done, item: str, path: str, who: str, role: str = "read") -> None:
        body = {"recipients": [{"objectId": who}], "roles": [role], "requireSignIn": True, "sendInvitation": False}
        self.call("POST", f"items/{item}/invite", body)
        done.add("permission", path, "access")
