"""A small valid policy to break in one place at a time, and English messages to read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filrydd.lang import speaking

VALID = Path(__file__).with_name("valid.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def policies(tmp_path: Path) -> Callable[..., Path]:
    """`policies(regnskap=TEXT, common=TEXT)` writes the files and returns their folder; by default the valid one."""

    def write(**files: str | bytes) -> Path:
        folder = tmp_path / "policies"
        folder.mkdir(exist_ok=True)
        for stem, text in (files or {"regnskap": VALID}).items():
            data = text.encode() if isinstance(text, str) else text
            (folder / f"{stem}.yaml").write_bytes(data)
        return folder

    return write


@pytest.fixture
def valid() -> str:
    return VALID
