"""A program that shares no code with filrydd recomputes every hash, chain, root and signature from an export."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import keys
from filrydd.errors import BadUsage
from filrydd.stages import record
from filrydd.stages.work import Work
from tests.commands import filrydd
from tests.stages import ledger_reader
from tests.stages.moving import Moving

pytestmark = pytest.mark.xdist_group("finished")


@pytest.fixture
def exported(nearly_done: Moving, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    record.export(nearly_done.area.work(), path)
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def rewritten(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> list[str]:
    """What the reader says of an export that somebody changed."""
    found = lines(path)
    change(found)
    other = path.with_name("changed.jsonl")
    other.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in found), encoding="utf-8")
    return ledger_reader.faults(other)


def test_the_export_is_whole_and_says_the_same_as_the_ledger(nearly_done: Moving, exported: Path) -> None:
    public = keys.public_of(keys.signing_key(outside=nearly_done.area.workspace))
    assert ledger_reader.faults(exported, public=public) == []
    found = lines(exported)
    entries = [line["entry"] for line in found if "entry" in line]
    checked = record.verify(nearly_done.area.work())
    assert (len(entries), entries[-1]["hash"], checked.wrong) == (checked.entries, checked.head, ())
    # Everything that a proof rests on is in it, to be recomputed.
    kinds = Counter(entry["kind"] for entry in entries if entry["root"])
    assert set(kinds) >= {
        "sign-off",
        "co-sign",
        "upload",
        "verify",
        "seal",
        "retire",
        "freeze",
        "unfreeze",
        "hand-over",
    }
    assert exported.stat().st_mode & 0o077 == 0


def test_it_continues_what_the_library_holds(nearly_done: Moving, exported: Path) -> None:
    (deposit,) = [
        path for path in nearly_done.tenant.files(nearly_done.drive, versions=False) if path.endswith("felles.json")
    ]
    record_of = nearly_done.tenant.get(f"/drives/{nearly_done.drive}/root:/{deposit}:/content")
    assert ledger_reader.faults(exported, [record_of]) == []
    assert ledger_reader.faults(exported, [record_of | {"hash": "0" * 64}])


def test_the_program_runs_on_its_own(exported: Path) -> None:
    program = exported.with_name("ledger_reader.py")
    shutil.copy(ledger_reader.__file__, program)
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(exported)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "whole\n")


def test_the_reader_finds_every_kind_of_change(exported: Path) -> None:
    whole = lines(exported)
    rows = [number for number, line in enumerate(whole) if "row" in line]
    entries = [number for number, line in enumerate(whole) if "entry" in line]
    # One row of each query, its first and its last value.
    for number in (number for number in rows if "query" in whole[number - 1]):
        for column in (0, -1):

            def change(found: list[dict[str, Any]], number: int = number, column: int = column) -> None:
                found[number]["row"][column] += "x"

            assert rewritten(exported, change), whole[number]
    for number in (entries[0], entries[-1]):
        for name in whole[number]["entry"]:

            def alter(found: list[dict[str, Any]], number: int = number, name: str = name) -> None:
                value = found[number]["entry"][name]
                # A body stays JSON that says the same, with a blank in it.
                other = value.replace(":", ": ", 1) if name == "body" else f"{value}0"
                found[number]["entry"][name] = value + 1 if isinstance(value, int) else other

            assert rewritten(exported, alter), (number, name)
    assert rewritten(exported, lambda found: found.pop(rows[0]) and None)
    assert rewritten(exported, lambda found: found.pop(entries[2]) and None)
    assert rewritten(exported, lambda found: found.__delitem__(slice(entries[-1], None)))
    assert rewritten(exported, lambda found: found.insert(rows[0], found[rows[0]]))


def test_names_of_any_kind_come_through(work_with_names: Work, tmp_path: Path) -> None:
    record.export(work_with_names, tmp_path / "names.jsonl")
    assert ledger_reader.faults(tmp_path / "names.jsonl") == []


@pytest.fixture
def work_with_names(make_area: Callable[..., Any]) -> Work:
    """Names with line breaks, quotes, other alphabets and a byte that is no UTF-8."""
    area = make_area({"Å\nø": {'"a".txt': "1", "日本 \u2028.txt": "2", "b\\c.txt": "3"}, "Bilag": {"x": "4"}})
    (area.top / "Bilag" / "x").rename(area.top / "Bilag" / b"\xff.txt".decode(errors="surrogateescape"))
    area.until_proposed()
    area.sign()
    work: Work = area.work()
    return work


def test_an_export_is_written_whole_or_not_at_all_and_over_nothing(nearly_done: Moving, tmp_path: Path) -> None:
    work = nearly_done.area.work()
    path = tmp_path / "ledger.jsonl"
    path.write_text("mine")
    with pytest.raises(BadUsage, match="is there already"):
        record.export(work, path)
    with pytest.raises(BadUsage, match=r"\.jsonl"):
        record.export(work, tmp_path / "ledger.txt")
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]
    done = filrydd("ledger", "export", "felles", str(path), "--force", "--json", workspace=nearly_done.area.workspace)
    assert done.code == 0 and done.json["lines"] == len(lines(path))
