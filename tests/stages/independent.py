"""A second reading of an area on its way: its catalog, its old place, and the library that it goes to.

It takes SQL of its own, `os.walk` and plain HTTP, and from filrydd nothing at all: what it says of a proof it says by the
tables as the migrations wrote them, by the digest that the README describes, and by what lies where.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
import stat
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stages.ledger_reader import fields, is_signed
from tests.tenants import Visitor

QUARANTINE = ".filrydd-quarantine"
SIGNPOST = "FLYTTET - les dette"
DEPOSITS = "_filrydd"


def quick_xor(content: bytes) -> str:
    """The digest that SharePoint tells of a file: each byte is added, without carry, 11 bits further on in 160 bits, and the
    length over the last eight bytes. Nothing for an empty file."""
    if not content:
        return ""
    cell, at = 0, 0
    for byte in content:
        cell ^= byte << at if at <= 152 else (byte << at | byte >> (160 - at)) & (1 << 160) - 1
        at = (at + 11) % 160
    return b64encode((cell ^ len(content) << 96).to_bytes(20, "little")).decode()


@dataclass(frozen=True)
class Entry:
    """A file, or a folder (`content` None), with its permission bits."""

    content: bytes | None
    mode: int


class Reading:
    """What is, whatever anybody says."""

    def __init__(self, catalog: Path, top: Path, tenant: Visitor, site: str) -> None:
        self.catalog, self.top, self.tenant, self.site = catalog, top, tenant, site
        self._deposits: dict[str, tuple[str, bytes]] = {}
        self._drive = ""

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the catalog says; nothing while there is none."""
        if not self.catalog.exists():
            return []
        with closing(sqlite3.connect(self.catalog)) as opened:
            try:
                return opened.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    def area(self) -> dict[str, Entry]:
        """Everything in the old area by path, but signposts; the top is ""."""
        found: dict[str, Entry] = {}
        for path, mode in self.modes().items():
            content = None if stat.S_ISDIR(mode) else (self.top / path).read_bytes()
            found[path] = Entry(content, stat.S_IMODE(mode))
        return found

    def modes(self) -> dict[str, int]:
        """What kind everything is, and who may do what with it; nothing is opened, so nobody's lease is waited for."""
        found: dict[str, int] = {}
        for folder, _folders, files in os.walk(self.top):
            above = os.path.relpath(folder, self.top)
            above = "" if above == "." else above
            found[above] = os.lstat(folder).st_mode
            for name in files:
                if not name.startswith(SIGNPOST):
                    found[f"{above}/{name}".lstrip("/")] = os.lstat(Path(folder, name)).st_mode
        return found

    def contents(self) -> Counter[bytes]:
        """How often each content lies in the old area, wherever."""
        return Counter(entry.content for entry in self.area().values() if entry.content is not None)

    def seal(self) -> tuple[int, str]:
        """The last seal and its state; 0 and "open" where there is none."""
        found = self.rows("SELECT id, state FROM seal ORDER BY id DESC LIMIT 1")
        return found[0] if found else (0, "open")

    def permissions(self, seal: int) -> dict[str, tuple[int, int]]:
        """By path the permission bits before a seal, and what it made of them."""
        return {
            path: (int(json.loads(former)["mode"], 8), int(json.loads(sealed)["mode"], 8))
            for path, former, sealed in self.rows(
                "SELECT p.path, d.content, s.content FROM former_permission p JOIN descriptor d ON d.id = p.descriptor"
                " JOIN descriptor s ON s.id = p.sealed WHERE p.seal = ?",
                seal,
            )
        }

    def retirement(self, path: str) -> tuple[int, str, int, str] | None:
        """What is about to be done with the file that lies there: number, proof, size and digest."""
        found = self.rows("SELECT id, proof, size, hash FROM retirement WHERE path = ? AND done IS NULL", path)
        return found[0] if found else None

    def aside(self, place: str) -> tuple[str, str, int, str, int] | None:
        """What is about to be deleted from the quarantine: old path, proof, size, digest, until when it stays."""
        found = self.rows(
            "SELECT path, proof, size, hash, aside_until FROM retirement WHERE place = ? AND done IS NOT NULL"
            " AND purge IS NOT NULL AND purged IS NULL",
            place,
        )
        return found[0] if found else None

    def proof_of(self, place: str) -> set[str]:
        """The proof by which the file at that place, in the area or in the quarantine, is about to be deleted."""
        return {row[0] for row in self.rows("SELECT proof FROM retirement WHERE ?1 IN (path, place)", place)}

    def proofs(self) -> set[str]:
        """Every proof that the catalog holds."""
        return {row[0] for row in self.rows("SELECT proof FROM retirement UNION SELECT proof FROM former_retirement")}

    def why_not(self, proof: dict[str, Any]) -> str:
        """What the catalog and the tenant say against a proof; nothing when it holds."""
        signed = self.rows(
            "SELECT 1 FROM signoff WHERE id = ?1 AND id NOT IN (SELECT signoff FROM withdrawal)", proof["signoff"]
        )
        if not signed:
            return "nobody has signed, or it was withdrawn"
        if "item" not in proof:
            ruled = self.rows("SELECT basis FROM rule WHERE name = ? AND fate = 'destroy'", proof["rule"])
            return "" if (proof["basis"],) in ruled and proof["basis"] else "no rule with that basis"
        seal, state = self.seal()
        if state != "sealed":
            return f"the seal is {state}"
        compared = self.rows(
            "SELECT c.outcome, c.seal, c.etag, c.source_hash, r.item FROM comparison c JOIN receipt r ON r.id = c.receipt"
            " WHERE c.id = ? AND r.id = ?",
            proof["comparison"],
            proof["receipt"],
        )
        expected = [("equal", seal, proof["etag"], proof["hash"], proof["item"])]
        return "" if compared == expected else f"compared: {compared}"

    # The library.

    def drive(self) -> str:
        """The library's id; "" before it is made."""
        if not self._drive:
            with contextlib.suppress(StopIteration):
                self._drive = self.tenant.drive(self.site, "Dokumenter")
        return self._drive

    def items(self) -> dict[str, str]:
        """The library's files by path, with their ids; not the deposits."""
        if not self.drive():
            return {}
        return {path: item for path, item in self._listed("") if not path.startswith(f"{DEPOSITS}/")}

    def versions(self, item: str) -> list[bytes]:
        """The content of every version of an item, the newest first; none when it is not there."""
        base = f"/drives/{self.drive()}/items/{item}"
        try:
            found = self.tenant.get(f"{base}/versions")["value"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise
        addresses = [f"{base}/content", *(f"{base}/versions/{one['id']}/content" for one in found[1:])]
        return [self.read(address) for address in addresses]

    def deposited(self, beginning: str) -> dict[str, bytes]:
        """The deposits whose names begin so, by name."""
        if not self.drive():
            return {}
        try:
            page = self.tenant.get(f"/drives/{self.drive()}/root:/{DEPOSITS}:/children?$top=200")
        except urllib.error.HTTPError:
            return {}
        found: dict[str, bytes] = {}
        while True:
            for item in page["value"]:
                name, tag = item["name"], item["eTag"]
                if name.startswith(beginning) and "file" in item:
                    if self._deposits.get(name, ("", b""))[0] != tag:
                        content = self.read(f"/drives/{self.drive()}/items/{item['id']}/content")
                        self._deposits[name] = tag, content
                    found[name] = self._deposits[name][1]
            if "@odata.nextLink" not in page:
                return found
            page = self.tenant.get(page["@odata.nextLink"])

    def deposited_proofs(self) -> set[str]:
        """Every proof that lies in the library, as it was written."""
        lines: set[str] = set()
        for content in self.deposited("felles-proofs-").values():
            lines.update(content.decode().splitlines())
        return lines

    def head(self) -> dict[str, Any] | None:
        """The deposited head of the ledger."""
        found = self.deposited("felles.json").get("felles.json")
        return None if found is None else dict(json.loads(found))

    def broken(self) -> str:
        """What is wrong with the ledger by itself; nothing when it is a chain that one key has signed."""
        previous, key = "0" * 64, ""
        for row in self.rows(
            "SELECT id, at, kind, actor, body, root, previous, hash, signature FROM ledger ORDER BY id"
        ):
            *told, hashed, signature = row
            key = key or signature.partition(":")[0]
            if row[6] != previous or _digest(told) != hashed or not is_signed(hashed, signature, key):
                return f"entry {row[0]} of the ledger"
            previous = hashed
        return ""

    def read(self, address: str) -> bytes:
        with urllib.request.urlopen(self.tenant.graph + address, timeout=30) as answer:
            return bytes(answer.read())

    def ask(self, method: str, address: str, body: bytes | None = None, kind: str = "application/octet-stream") -> bool:
        """Do something in the library as a person does; whether it was done."""
        asked = urllib.request.Request(
            self.tenant.graph + address, data=body, method=method, headers={"Content-Type": kind}
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                answer.read()
        except urllib.error.HTTPError:
            return False
        return True

    def _listed(self, above: str) -> Iterable[tuple[str, str]]:
        place = f"root:/{urllib.parse.quote(above)}:" if above else "root"
        for item in self.tenant.get(f"/drives/{self.drive()}/{place}/children?$top=500")["value"]:
            path = f"{above}/{item['name']}".lstrip("/")
            if "file" in item:
                yield path, item["id"]
            else:
                yield from self._listed(path)


def _digest(told: list[object]) -> str:
    return hashlib.sha256(fields(told)).hexdigest()
