"""What the walk of a local folder tells."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.errors import SourceGone
from filrydd.model.entry import Kind, Reason
from filrydd.sources.address import LocalAddress
from filrydd.sources.local.posix import PosixSource
from tests.sources.test_local_source import as_ordinary_user
from tests.sources.walking import same_as_on_disk, top_of, walked

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX system is needed")

NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & {0, 0x2F} and name not in (b".", b".."))
TREES = st.recursive(
    st.integers(0, 3000), lambda below: st.dictionaries(NAMES, below, max_size=6), max_leaves=25
).filter(lambda tree: isinstance(tree, dict))


def lay_out_bytes(place: bytes, tree: dict[bytes, object]) -> None:
    for name, content in tree.items():
        if isinstance(content, dict):
            os.mkdir(place + b"/" + name)
            lay_out_bytes(place + b"/" + name, content)
        else:
            assert isinstance(content, int)
            with open(place + b"/" + name, "wb") as file:
                file.truncate(content)
            os.utime(place + b"/" + name, ns=(0, content * 1_000_000_007 - 10**12))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(tree=TREES)
def test_any_tree_is_told_as_the_second_enumerator_tells_it(tree: dict[bytes, object]) -> None:
    with tempfile.TemporaryDirectory(prefix="filrydd-") as place, PosixSource(LocalAddress(place)) as source:
        lay_out_bytes(os.fsencode(place), tree)
        told = walked(source)
        same_as_on_disk(told, Path(place))
        assert told.snags == {}
        listed = {"": source.list("")}
        listed |= {path: source.list(path) for path in told.folders}
        for path, folder in listed.items():
            for seen in folder.entries:
                inside = f"{path}/{seen.name}" if path else seen.name
                facts = (seen.modified, seen.created, seen.attributes, seen.file_id)
                if seen.kind is Kind.FILE:
                    assert told.files[inside][4:] == facts
                else:
                    assert told.folders[inside][2:] == facts
        assert sum(told.entries.values()) == len(told.paths)


def test_a_folder_with_more_files_than_are_packed_together_is_told_in_full(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    for index in range(10_000):
        os.close(os.open(top / f"{index}", os.O_CREAT | os.O_WRONLY))
    first = walked(source)
    assert same_as_on_disk(first, top) == 10_000
    assert walked(source).digests == first.digests
    (top / "9999").rename(top / "9999b")
    assert walked(source).digests != first.digests


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_user_whom_permissions_bind_is_told_what_he_may_not_read() -> None:
    with tempfile.TemporaryDirectory(prefix="filrydd-") as place:
        top = Path(place)
        top.chmod(0o755)
        for index in range(30):
            (top / f"{index}").mkdir()
            (top / f"{index}" / "åpen.txt").write_bytes(b"x")
        for name, mode in (("lukket.txt", 0o600), ("åpen.txt", 0o644)):
            (top / name).write_bytes(b"x")
            (top / name).chmod(mode)
        for name, mode in (("lukket", 0o700), ("bare navn", 0o744)):
            (top / name).mkdir()
            (top / name / "inni.txt").write_bytes(b"x")
            (top / name).chmod(mode)
        act = (
            "from filrydd.model.listed import Passed, ToList\n"
            "s = open_source(sys.argv[1]); rows = []; ways = {1: ''}\n"
            "for l in s.walk([ToList(1, '', Passed(0, 0, None))], 2):\n"
            "    ways |= {f.key: f.name for f in l.folders}\n"
            "    rows += [[ways[l.key], *snag] for snag in l.snags]\n"
            "    rows += [[ways[l.key], f[1]] for f in l.files() if ways[l.key] == '']\n"
            "assert not s.remarks\n"
            "print(json.dumps(sorted(rows, key=str)))"
        )
        told = json.loads(as_ordinary_user(act, place))
    assert [[str(word) for word in row[:4]] for row in told] == [
        ["", "lukket.txt", "file", "no permission"],
        ["", "lukket.txt"],
        ["", "åpen.txt"],
        ["bare navn", "inni.txt", "file", "no permission"],
        ["lukket", "None", "folder", "no permission"],
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_a_top_that_this_user_may_not_read_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="filrydd-") as place:
        Path(place).chmod(0o700)
        told = as_ordinary_user(
            "from filrydd.model.listed import Passed, ToList\n"
            "try:\n    list(open_source(sys.argv[1]).walk([ToList(1, '', Passed(0, 0, None))], 2))\n"
            "except SourceRefused as error:\n    print('refused', bool(error.next))",
            place,
        )
    assert told == "refused True\n"


def test_a_disk_that_was_swapped_under_the_walk_is_gone(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    todo = [top_of(source)]
    top.rename(top.with_name("gammel"))
    top.mkdir()
    with pytest.raises(SourceGone):
        list(source.walk(todo, 2))


@pytest.mark.parametrize("change", ["owner", "mode", "link", "id"])
def test_what_the_catalog_does_not_hold_of_a_file_still_changes_the_digest(
    area: tuple[Path, PosixSource], change: str
) -> None:
    top, source = area
    (top / "a.txt").write_bytes(b"x")
    os.utime(top / "a.txt", ns=(0, 10**18))
    before = walked(source)
    if change == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root gives files away")
        os.chown(top / "a.txt", 65534, -1)
    elif change == "mode":
        (top / "a.txt").chmod(0o640)
    elif change == "link":
        (top / "lenke").symlink_to("a.txt")
    else:
        (top / "a.txt").rename(top / "b.txt")
        (top / "a.txt").write_bytes(b"x")
        os.utime(top / "a.txt", ns=(0, 10**18))
        (top / "b.txt").unlink()
    assert walked(source).digests != before.digests


def test_owners_are_told_for_what_there_is_and_reasons_for_the_rest(area: tuple[Path, PosixSource]) -> None:
    top, source = area
    (top / "a").mkdir()
    (top / "a" / "min.txt").touch()
    (top / "a" / "din.txt").touch()
    if os.geteuid() == 0:
        os.chown(top / "a" / "din.txt", 4711, 4712)
    asked = iter([(7, "a/min.txt"), (8, "a/din.txt"), (9, "a/borte"), (10, "../etc"), (11, "borte/a")])
    assert dict(source.owners(asked)) == {
        7: f"S-1-22-1-{os.geteuid()}",
        8: f"S-1-22-1-{4711 if os.geteuid() == 0 else os.geteuid()}",
        9: Reason.VANISHED,
        10: Reason.BAD_NAME,
        11: Reason.VANISHED,
    }
    assert source.share_descriptor() == b"" and source.via == ""
