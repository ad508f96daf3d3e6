"""The list as a signed JSON document.

    {"document":DOCUMENT,"sha256":"...","signature":"PUBLIC:VALUE"}

DOCUMENT is canonical JSON: keys sorted, no blanks, letters as themselves in UTF-8 (Python: `json.dumps(document,
sort_keys=True, separators=(",", ":"), ensure_ascii=False)`). `sha256` is over its bytes; the signature is Ed25519, with the
ledger's key, over the 64 letters of `sha256`. It is written as it is read, a file at a time.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from filrydd.catalog import keys
from filrydd.stages import masking

_BEGINS = b'{"document":'
_ENDS = re.compile(rb',"sha256":"([0-9a-f]{64})","signature":"([0-9a-f]{64}:[0-9a-f]{128})"\}\n')
_TAIL = len(b',"sha256":"') + 64 + len(b'","signature":"') + 64 + 1 + 128 + len(b'"}\n')
_PIECE = 1 << 20
# Times, words and hashes of ours: nobody's number can be in them.
_PLAIN = frozenset({"created", "deleted", "hash", "modified", "state"})
FILES = "files"
"""The key of the document under which the files are; those before it come first, those after it last."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list's own signature says: whether it is `whole`, its digest, and the public key that signed it."""

    path: Path
    whole: bool
    digest: str
    public: str


class Document:
    """Writes one: what is known first, the files, what they came to. Identity numbers in texts are masked."""

    def __init__(self, file: IO[bytes], first: dict[str, Any]) -> None:
        """`first`: the keys that sort before `files`."""
        self._file = file
        self._hasher = hashlib.sha256()
        self._files = 0
        self.size = len(_BEGINS)
        file.write(_BEGINS)
        assert all(key < FILES for key in first)
        self._write(_canonical(masking.shown_in(first))[:-1] + f',"{FILES}":[')

    def add(self, one: dict[str, Any]) -> None:
        """One file's entry."""
        self._write(("," if self._files else "") + _canonical({key: _shown(key, value) for key, value in one.items()}))
        self._files += 1

    def end(self, last: dict[str, Any], key: Ed25519PrivateKey) -> str:
        """Write the keys that sort after `files`, and the signature; returns the digest in hex."""
        assert all(name > FILES for name in last)
        self._write("]," + _canonical(masking.shown_in(last))[1:])
        digest = self._hasher.hexdigest()
        tail = f',"sha256":"{digest}","signature":"{keys.sign(key, digest)}"}}\n'.encode()
        self._file.write(tail)
        self.size += len(tail)
        return digest

    def _write(self, text: str) -> None:
        data = text.encode()
        self._hasher.update(data)
        self._file.write(data)
        self.size += len(data)


def check(path: Path) -> Checked:
    """Read a document through and compare it with its signature. Raises OSError."""
    size = path.stat().st_size - len(_BEGINS) - _TAIL
    with path.open("rb") as file:
        if size < 2 or file.read(len(_BEGINS)) != _BEGINS:
            return Checked(path, False, "", "")
        hasher = hashlib.sha256()
        left = size
        while left and (piece := file.read(min(left, _PIECE))):
            hasher.update(piece)
            left -= len(piece)
        end = _ENDS.fullmatch(file.read())
    if left or end is None:
        return Checked(path, False, "", "")
    digest, signature = end[1].decode(), end[2].decode()
    public = signature.partition(":")[0]
    whole = hasher.hexdigest() == digest and keys.is_signed(digest, signature, public)
    return Checked(path, whole, digest, public)


def _shown(key: str, value: Any) -> Any:
    return _masked(value) if isinstance(value, str) and key not in _PLAIN else value


@lru_cache(maxsize=4096)
def _masked(text: str) -> str:
    # Masking is slow, and but for paths and names all texts of a list come again and again.
    return masking.shown(text)


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
