"""What a suggestion is said to change is what it does change, and looking changes nothing."""

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.catalog import rulings
from filrydd.errors import BadUsage, NoSuchArea, PolicyInvalid, ProposalChanged, WorkspaceError
from filrydd.model.rule import Fate
from filrydd.policy import departments, load
from filrydd.policy.files import strays
from filrydd.policy.suggesting import Suggestion, lacking, suggestions
from filrydd.stages import classify, policy_file, suggest
from tests.areas import POLICY, Area, days_ago, new_area
from tests.conftest import lay_out

COMMON = Path(__file__).parents[2] / "policies" / "common.yaml"
DAY = datetime.date(2026, 11, 29)
TREE = {
    "plan.docx": b"plan",
    "tom.txt": b"",
    "tom ny.txt": b"",
    "Bilag": {"2026": {"ny.docx": b"new"}},
    "Rutiner": {"post.docx": b"routine", "Kopi av post.docx": b"routine too"},
    "Logger": {"a.log": b"x" * 5000, "b.exe": b"y" * 900},
    "Byggesaker": {"gnr 1 bnr 2": {"søknad.pdf": b"building"}},
    "Privat": {"a.jpg": b"own"},
    "Personal": {"Lønn": {"lønn.xlsx": b"pay"}, "Thumbs.db": b"thumb"},
    "Innkjøp": {"Kopi av tilbud.pdf": b"bid", "utkast.docx": b"draft"},
    "Elevmapper": {"Klient 1": {"notat.docx": b"case", "tom.txt": b""}},
    "Hemmelig": {"utkast hemmelig.docx": b"secret"},
    "Rapporter": {"rapport v1.docx": b"one", "rapport v2.docx": b"two", "rapport v3.docx": b"three"},
}
OLD = (
    "Innkjøp/Kopi av tilbud.pdf",
    "Innkjøp/utkast.docx",
    "Hemmelig/utkast hemmelig.docx",
    "tom.txt",
    "Rutiner/Kopi av post.docx",
    "Logger/a.log",
    "Rapporter/rapport v1.docx",
)


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(TREE)
    for path in OLD:
        os.utime(made.top / path, (days_ago(2000), days_ago(2000)))
    made.scan()
    return made


def fates(area: Area) -> dict[Fate, int]:
    return {fate: total.files for fate, total in classify.run(area.work()).fates.items()}


def take_up(area: Area, key: str) -> None:
    was = load(area.workspace / "policies", "regnskap").digest
    suggest.take_up(area.workspace / "policies", "regnskap", key, by="Ada", day=DAY, was=was)


@pytest.fixture(scope="module", params=[False, True], ids=["alone", "beside the common file"])
def looked_at(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Area, dict[Fate, int]]:
    """The area, with the common file or without, and its fates; what can be suggested was looked at. To be copied."""
    folder = tmp_path_factory.mktemp("looked at")
    made = new_area(folder)
    lay_out(made.top, TREE)
    for path in OLD:
        os.utime(made.top / path, (days_ago(2000), days_ago(2000)))
    if request.param:
        shutil.copyfile(COMMON, made.workspace / "policies" / "common.yaml")
    made.scan()
    before = fates(made)
    suggest.look(made.work())
    return made, before


@pytest.mark.parametrize("one", suggestions(), ids=lambda one: one.key)
def test_what_is_foretold_is_what_classify_then_does(
    looked_at: tuple[Area, dict[Fate, int]], tmp_path: Path, one: Suggestion
) -> None:
    made, before = looked_at
    if one not in lacking(made.workspace / "policies", "regnskap"):
        pytest.skip("the common file has it")
    area = Area(tmp_path / "workspace", made.top)
    shutil.copytree(made.workspace, area.workspace)
    found = suggest.stored(area.work())
    assert found is not None and found.is_current
    told = next((looked for looked in found.found if looked.key == one.key), None)
    take_up(area, one.key)
    after = fates(area)
    moved = dict.fromkeys(Fate, 0)
    for shift in told.shifts if told else ():
        moved[shift.old] -= shift.files
        moved[shift.new] += shift.files
    assert after == {fate: before[fate] + moved[fate] for fate in Fate}
    decided = {rule.name: total.files for rule, total in _by_rule(area)}
    for name in one.names:
        assert decided.get(name, 0) == sum(shift.files for shift in (told.shifts if told else ()) if shift.rule == name)


def _by_rule(area: Area) -> list[tuple[object, object]]:
    with area.catalog() as catalog:
        return list(rulings.by_rule(catalog))


def test_looking_changes_no_ruling_and_no_policy(area: Area) -> None:
    classify.run(area.work())
    text = (area.workspace / "policies" / "regnskap.yaml").read_bytes()
    with area.catalog() as catalog:
        before = [tuple(row) for row in catalog.rows("SELECT file, rule FROM ruling ORDER BY file")]
    assert suggest.look(area.work()) > 5
    with area.catalog() as catalog:
        assert before == [tuple(row) for row in catalog.rows("SELECT file, rule FROM ruling ORDER BY file")]
    assert (area.workspace / "policies" / "regnskap.yaml").read_bytes() == text


def test_no_name_of_a_file_or_folder_is_stored(area: Area) -> None:
    suggest.look(area.work())
    with area.catalog() as catalog:
        stored = " ".join(str(row[0]) for row in catalog.rows("SELECT value FROM figure WHERE stage = 'suggest'"))
    assert not any(name in stored for name in ("Rutiner", "Kopi av", "Logger", "Privat"))


def test_a_destroying_suggestion_holds_until_the_archivist_confirms_it(area: Area) -> None:
    before = fates(area)[Fate.DESTROY]
    take_up(area, "empty")
    done = classify.run(area.work())
    assert done.fates[Fate.DESTROY].files == before
    assert ("filer uten innhold", 1) in done.awaiting


def test_a_scan_or_another_policy_makes_what_was_found_old(area: Area) -> None:
    suggest.look(area.work())
    found = suggest.stored(area.work())
    assert found is not None
    area.scan()
    then = suggest.stored(area.work())
    assert then is not None and not then.is_current
    take_up(area, "routines")
    assert load(area.workspace / "policies", "regnskap").digest != found.digest


def test_an_area_that_was_never_scanned_cannot_be_looked_at(make_area: Callable[..., Area]) -> None:
    with pytest.raises(NoSuchArea):
        suggest.look(make_area({}).work())


def test_a_file_that_changed_meanwhile_is_left_alone(area: Area) -> None:
    policies = area.workspace / "policies"
    was = load(policies, "regnskap").digest
    file = policies / "regnskap.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    with pytest.raises(ProposalChanged):
        suggest.take_up(policies, "regnskap", "empty", by="Ada", day=DAY, was=was)
    assert file.read_text(encoding="utf-8").endswith("# mine\n")
    with pytest.raises(BadUsage):
        suggest.take_up(policies, "regnskap", "no such", by="Ada", day=DAY, was=was)


def test_somebody_who_saves_while_the_new_version_is_tried_is_not_written_over(area: Area) -> None:
    policies = area.workspace / "policies"
    file = policies / "regnskap.yaml"

    def change(data: bytes) -> bytes:
        file.write_bytes(data + b"# saved meanwhile\n")
        return data + b"# ours\n"

    with pytest.raises(ProposalChanged):
        policy_file.replace(policies, "regnskap", change, was=load(policies, "regnskap").digest)
    assert file.read_bytes().endswith(b"# saved meanwhile\n")
    assert list(policies.iterdir()) == [file]


def test_a_change_that_would_break_an_example_is_refused(area: Area) -> None:
    example = "examples:\n  - {path: Rutiner/tom.txt, size: 0, modified: 2012-01-01, day: 2026-01-01, expect: move}\n"
    area.policy(POLICY + example)
    with pytest.raises(PolicyInvalid) as refused:
        take_up(area, "empty")
    assert "Rutiner/tom.txt" in refused.value.details[0]
    suggest.look(area.work())
    found = suggest.stored(area.work())
    assert found is not None and "empty" not in {one.key for one in found.found}, (
        "what cannot be taken up is not offered"
    )


def test_the_version_before_is_kept_and_read_as_no_policy(area: Area) -> None:
    policies = area.workspace / "policies"
    before = (policies / "regnskap.yaml").read_bytes()
    take_up(area, "empty")
    assert (policies / "regnskap.yaml.før").read_bytes() == before
    assert departments(policies) == ("regnskap",)
    assert strays(policies) == ()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(area: Area) -> None:
    policies = area.workspace / "policies"
    Path(policies).chmod(0o500)
    try:
        with pytest.raises(WorkspaceError):
            take_up(area, "empty")
    finally:
        Path(policies).chmod(0o700)
