"""Whatever strikes an upload, and whoever works in the library meanwhile, the end is right.

A sample of what `python -m tests.torture.upload_faults` tries in full.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.rehearsal.faults.rule import Fault
from filrydd.stages import classify, scan, upload
from tests.torture import upload_area
from tests.torture.upload_area import Lies
from tests.torture.upload_weather import DAMAGES, MEETS, Made, acted, in_weather, journey, make, the_nth, uploaded

SEED, STRUCK = 8, 4
"""How many faults are tried here, and by which chance they are drawn."""
MORE = b" and more"
VISITS = """
seed: 1
people:
  - {does: edit, path: "**/a.txt", first: 1, who: Kari Nordmann}
  - {does: rename, path: "**/ny.pdf", first: 1, who: Kari Nordmann}
  - {does: move, path: "**/Referat.txt", first: 1, who: Kari Nordmann}
  - {does: delete, path: "**/stor.bin", first: 1, who: Kari Nordmann}
  - {does: add, path: "**/tom.txt", first: 1, who: Ola Nordmann}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    before = os.environ.get("FILRYDD_KEY")
    # The key of the tests themselves, whose fixture comes after this one.
    os.environ["FILRYDD_KEY"] = str(tmp_path_factory.getbasetemp() / "ledger.key")
    try:
        yield make(tmp_path_factory.mktemp("weather"))
    finally:
        if before is None:
            del os.environ["FILRYDD_KEY"]
        else:
            os.environ["FILRYDD_KEY"] = before


def _drawn() -> list[tuple[Fault, int]]:
    dice = random.Random(SEED)
    faults = dice.sample(sorted(set(MEETS) - DAMAGES), STRUCK)
    return [(fault, dice.randint(1, 40)) for fault in faults]


@pytest.mark.parametrize(("fault", "nth"), _drawn())
def test_a_fault_at_any_request_ends_as_if_nothing_had_happened(
    made: Made, tmp_path: Path, fault: Fault, nth: int
) -> None:
    outcome = journey(made, tmp_path / "one", the_nth(fault, nth))
    assert (outcome.wrong, outcome.needless) == ([], [])


@pytest.mark.parametrize("fault", sorted(DAMAGES))
def test_what_is_spoilt_behind_a_confirmed_answer_is_found_by_verification(
    made: Made, tmp_path: Path, fault: Fault
) -> None:
    outcome = journey(made, tmp_path / "one", the_nth(fault, 12))
    assert outcome.struck == 1 and outcome.wrong == []


def test_what_people_do_in_the_library_meanwhile_stays_theirs(made: Made, tmp_path: Path) -> None:
    area = upload_area.another(made.area, tmp_path / "one")
    with in_weather(tmp_path / "one", VISITS) as day:
        uploaded(area, day)
        names = set(day.names())
        assert names == {f"people: {deed}" for deed in ("edit", "rename", "move", "delete", "add")}
        first = upload_area.lying(tmp_path / "one" / "tenant")
        theirs = _theirs(first)
        assert "Felles/Notat/plan_v2.txt" in first and len(first["Felles/Notat/plan_v2.txt"].contents) == 2
        assert "Felles/Møte/Å æ #100% + '.txt" in first
        # Now everybody goes on in the old place too, and it is sent again.
        top = tmp_path / "one" / "area"
        area = type(area)(area.workspace, _worked_on(made.area.top, top))
        scan.run(area.work(), str(top))
        classify.run(area.work())
        sent = acted(area, day, lambda work, tenant: upload.apply(work, tenant, str(top)))
        again = upload_area.lying(tmp_path / "one" / "tenant")
    assert _theirs(again) == theirs
    # No twin of what was renamed, moved or deleted has come instead.
    assert sorted(again) == sorted(first)
    # What was only renamed is still ours to bring up to date, under its new name.
    assert [path for path, _reason, _detail in sent.failures] == ["Notat/a.txt"]
    for path, words in (("Bilag/ny (Kari).pdf", b"new voucher"), ("Møte/Å æ #100% + '.txt", b"names")):
        assert again[f"Felles/{path}"].contents[-1] == hashlib.sha256(words + MORE).hexdigest()


def _theirs(library: dict[str, Lies]) -> dict[str, object]:
    """What people have made of it: edited, with another name, in another folder, added, and what they took away."""
    return {
        "edited": library["Felles/Notat/a.txt"].contents,
        "renamed or added": sorted(path for path in library if "Kari" in path or "Ola" in path),
        "moved": [path for path in library if path.endswith("Referat.txt")],
        "deleted": "Felles/stor.bin" not in library,
    }


def _worked_on(former: Path, top: Path) -> Path:
    shutil.copytree(former, top)
    for name in ("Notat/a.txt", "Bilag/ny.pdf", "Møte/Å æ #100% + '.txt"):
        with (top / name).open("a") as file:
            file.write(MORE.decode())
    return top
