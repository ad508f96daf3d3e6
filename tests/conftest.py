"""Fixtures that the whole suite shares."""

import gc
import os
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything of filrydd is imported: some texts are looked up as modules load, and tests name the English ones.
os.environ["FILRYDD_LANG"] = "en"

from tests.areas import Area, new_area
from tests.bytecode import compile_a_share, keep_bytecode
from tests.scratch import in_memory

# Before any test is imported, and before the first child.
keep_bytecode()
in_memory()
pytest_plugins = ["tests.fixtures_samba"]

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=35)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

Tree = Mapping[str, "bytes | str | Tree"]


def lay_out(top: Path, tree: Tree) -> Path:
    """Make a tree of folders and files: `{"a.txt": b"content", "folder": {...}}`."""
    top.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        place = top / name
        if isinstance(content, Mapping):
            lay_out(place, content)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
    return top


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers a core: many tests wait, for servers, browsers and disks, more than they compute."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection(session: pytest.Session) -> None:
    compile_a_share(session.config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """A million objects of modules and tests live as long as the process: Python looks no more whether they are rings."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def make_tree(tmp_path: Path) -> Callable[..., Path]:
    """`make_tree({...})` makes a tree in a folder of the test's own and returns its top."""

    def make(tree: Tree, under: str = "area") -> Path:
        return lay_out(tmp_path / under, tree)

    return make


@pytest.fixture(autouse=True)
def _own_key(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test signs with the key of whoever runs it."""
    monkeypatch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for what another one was told by a tenant that had the same port."""
    monkeypatch.setenv("FILRYDD_STATE", str(tmp_path_factory.getbasetemp() / f"state-{uuid.uuid4().hex}"))


@pytest.fixture
def make_area(tmp_path: Path) -> Callable[[Tree], Area]:
    """`make_area({...})` makes a workspace whose area `felles` has that tree."""

    def make(tree: Tree) -> Area:
        area = new_area(tmp_path)
        lay_out(area.top, tree)
        return area

    return make
