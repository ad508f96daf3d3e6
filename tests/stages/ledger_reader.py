"""Checks an exported ledger, and a signed list of what is destroyed, with nothing of filrydd: only what the README says.

python ledger_reader.py ledger.jsonl [deposit.json ...]
python ledger_reader.py --list list.json
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def fields(values: Iterable[object]) -> bytes:
    texts = [str(value).encode() for value in values]
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def is_signed(message: str, signature: str, public: str) -> bool:
    by, _, value = signature.partition(":")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(by)).verify(bytes.fromhex(value), message.encode())
    except (InvalidSignature, ValueError):
        return False
    return by == public


def faults(path: Path, deposits: Iterable[dict[str, Any]] = (), public: str = "") -> list[str]:
    """What is wrong with an export. `public` is the key that you know to be right, if you know it."""
    return list(_faults(path, list(deposits), public))


def _faults(path: Path, deposits: list[dict[str, Any]], public: str) -> Iterator[str]:
    previous, ended = "0" * 64, False
    hashes: dict[int, str] = {}
    wanted: dict[tuple[str, object], tuple[int, str]] = {}  # (kind, of) -> entry and root
    made: dict[int, str] = {}
    entry: dict[str, Any] = {}
    outer = inner = None
    nested = False
    key = public
    for count, text in enumerate(path.open(encoding="utf-8")):
        line = json.loads(text)
        if "row" in line and outer:
            (inner if nested and inner else outer).update(fields(line["row"]))
            continue
        if "query" in line and outer:
            if inner:
                outer.update(inner.digest())
            inner = hashlib.sha256() if nested else None
            continue
        if outer:
            if inner:
                outer.update(inner.digest())
            made[entry["id"]] = outer.hexdigest()
            outer = inner = None
        if "ledger" in line:
            key = public or line["public"]
        elif "entry" in line:
            entry = line["entry"]
            names = ("id", "at", "kind", "actor", "body", "root", "previous")
            if entry["id"] != len(hashes) + 1 or entry["previous"] != previous:
                yield f"entry {entry['id']} does not follow"
            if hashlib.sha256(fields(entry[name] for name in names)).hexdigest() != entry["hash"]:
                yield f"entry {entry['id']} was changed"
            if not is_signed(entry["hash"], entry["signature"], key):
                yield f"entry {entry['id']} is not signed"
            previous = hashes[entry["id"]] = entry["hash"]
            if entry["root"]:
                wanted[entry["kind"], json.loads(entry["body"]).get("of")] = entry["id"], entry["root"]
        elif "rows" in line:
            if line["rows"]["under"] != entry.get("id"):
                yield "rows under another entry"
            outer, nested = hashlib.sha256(line["rows"]["begins"].encode()), line["rows"]["nested"]
        elif "deposit" in line:
            if hashes.get(line["deposit"]["entry"]) != line["deposit"]["hash"]:
                yield f"deposit {line['deposit']['entry']} is of another ledger"
        elif "end" in line:
            ended = line["end"] == {"entries": len(hashes), "lines": count}
    if not ended:
        yield "cut off"
    for number, root in wanted.values():
        if made.get(number) != root:
            yield f"what entry {number} vouches for was changed"
    for deposit in deposits:
        if (
            hashes.get(deposit["ledger"]) != deposit["hash"]
            or deposit["public"] != key
            or not is_signed(deposit["hash"], deposit["signature"], key)
        ):
            yield f"does not continue the deposit of entry {deposit['ledger']}"


def list_is_signed(path: Path, public: str) -> bool:
    """Whether a signed list is what was signed: the document again in its canonical form, its digest, the signature."""
    whole = json.loads(path.read_bytes())
    text = json.dumps(whole["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return digest == whole["sha256"] and is_signed(digest, whole["signature"], public)


def main(arguments: list[str]) -> int:
    if arguments[0] == "--list":
        public = json.loads(Path(arguments[1]).read_bytes())["signature"].partition(":")[0]
        wrong = [] if list_is_signed(Path(arguments[1]), public) else ["the list is not what was signed"]
    else:
        wrong = faults(Path(arguments[0]), (json.loads(Path(path).read_bytes()) for path in arguments[1:]))
    print("\n".join(wrong) or "whole")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
