"""The packed form of a listing, and the walk for Windows, which is made of it, on this system."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from filrydd.model.entry import Reason
from filrydd.model.names import extension, raw, stored
from filrydd.sources.local import facts as local_facts
from filrydd.sources.local import packed as local_packed
from filrydd.sources.local import windows_walk
from filrydd.sources.local.posix import PosixSource
from filrydd.sources.source import EntryTrouble
from tests.sources.helping import many_folders
from tests.sources.walking import put_together, top_of, walked

NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & {0, 0x2F})


def test_times_that_no_catalog_can_hold_become_the_last_that_it_can(tmp_path: Path) -> None:
    numbers = [5, 10**30, -(10**30), 0, 2**64 - 1, 0o100644, 0, 0]
    chunk = local_packed.pack(["a.txt"], ["txt"], numbers)
    listed = local_packed.LocalListed(3, b"", 1, [], [], [chunk], b"")
    assert list(listed.files()) == [(3, "a.txt", "txt", 5, 2**63 - 1, -(2**63), 0, -1)]
    assert local_facts.ticks(10**30) == 2**63 - 1


@given(names=st.lists(NAMES, min_size=1, unique=True))
def test_names_come_out_of_their_packing_as_stored(names: list[bytes]) -> None:
    raws = [os.fsdecode(name) for name in names]
    chunk = local_packed.pack(raws, [extension(name) for name in raws], list(range(8 * len(raws))))
    told = list(local_packed.LocalListed(3, b"", 1, [], [], [chunk], b"").files())
    assert [facts[1] for facts in told] == [stored(name) for name in raws]
    assert [facts[2] for facts in told] == [extension(stored(name)) for name in raws]


def test_the_walk_for_windows_tells_the_same_on_this_system(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    many_folders(top, 100)
    (top / "lenke").symlink_to("avdeling 1")
    (top / "~snapshot").mkdir()
    refused: list[object] = []

    def place_of(path: str) -> str:
        return os.path.join(top, *map(raw, path.split("/")))

    def below(place: str, name: str) -> str:
        if name == "sak 3":
            raise EntryTrouble(name, Reason.IN_USE)
        return os.path.join(place, raw(name))

    todo = [top_of(source)]
    told = put_together(windows_walk.walk(todo, 2, place_of, below, lambda place: b"d", refused.append), todo)
    others = walked(source)
    outside = {path: snags for path, snags in told.snags.items() if not path.endswith("sak 3")}
    assert outside == others.snags
    assert {path: facts[1:] for path, facts in told.files.items()} == {
        path: facts[1:] for path, facts in others.files.items() if "/sak 3/" not in path
    }
    assert set(told.descriptors.values()) == {b"d", b""}
    assert told.digests["avdeling 1"] and refused == [None]
