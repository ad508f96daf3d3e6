"""The archivist's pages: rules and their confirmation."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filrydd.catalog import audit, ledger
from filrydd.catalog.rulings import fates
from filrydd.model.rule import Fate
from filrydd.stages import classify, policy_file, scan
from filrydd.stages.work import Work
from tests.areas import Area
from tests.web.offices import NUMBER, OFFICES, TREE, Offices, classified, made, words
from tests.web.reader import Clock

RULE = "/department/regnskap/archive/rule/old%20drafts"
ARCHIVE = "/department/regnskap/archive"
OF_AREA = "/area/felles/archive"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return made(make_area(TREE))


@pytest.fixture
def offices(area: Area) -> Offices:
    return Offices(area.workspace, Clock())


def policy(area: Area) -> Path:
    return area.workspace / "policies" / "regnskap.yaml"


def kinds(area: Area) -> list[str]:
    with area.catalog() as catalog:
        assert audit.broken(catalog) == []
        return [row.kind for row in ledger.rows(catalog)]


def test_rules_that_wait_stand_first_with_what_they_would_delete(offices: Offices) -> None:
    text = words(offices.visit("ada").read(ARCHIVE))
    assert "1 rule waits for you" in text
    assert text.index("old drafts") < text.index("old vouchers") < text.index("What is held back")
    assert "arkivlova § 13" in text and "Berit Bakken, 2 January 2026" in text
    assert "5 years after the end of the year in which it was last changed" in text
    # The block holds two files, and says where they should go.
    assert "persons may neither be deleted nor moved barnevernsloven § 13-1 Fagsystemet for barnevern 2" in text


def test_a_rule_shows_its_files_to_the_archivist_with_numbers_masked(offices: Offices) -> None:
    page = offices.visit("ada").read(RULE)
    assert "Confirm that 3 files may be deleted" in page
    assert "brev =1+2.docx" in words(page) or "c.txt" in words(page)
    assert NUMBER not in page


def test_a_confirmation_is_written_into_the_file_and_the_ledger_and_then_the_rule_deletes(
    offices: Offices, area: Area
) -> None:
    before = policy(area).read_text("utf-8")
    ada = offices.visit("ada", "Ada Arkivar")
    led = ada.send(RULE, ada.form(RULE))
    day = offices.clock().date().isoformat()
    line = f'    confirmed: {{by: "Ada Arkivar", on: {day}}}\n'
    assert policy(area).read_text("utf-8") == before.replace("# by mail\n", f"# by mail\n{line}")
    assert "You have confirmed old drafts" in words(ada.read(led))
    with area.catalog() as catalog:
        row = ledger.head(catalog)
        assert row is not None and (row.kind, row.actor) == ("confirmation", "Ada Arkivar")
        assert '"rule":"old drafts"' in row.body and "https://log.in||ada" in row.body and '"files":3' in row.body
        held = fates(catalog)[Fate.HOLD].files
    classified(area)
    with area.catalog() as catalog:
        assert fates(catalog)[Fate.HOLD].files == held - 3
    assert kinds(area)[-1] == "confirmation"
    # Nothing waits any more, and the page of the rule says so.
    assert "No rule waits for you" in words(ada.read(ARCHIVE))
    assert "That is not here any more" in ada.read(RULE, 404)


def test_the_same_form_sent_twice_confirms_once(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada")
    form = ada.form(RULE)
    assert ada.send(RULE, form) == ada.send(RULE, form)
    assert kinds(area).count("confirmation") == 1


def test_a_policy_that_somebody_changed_meanwhile_is_left_as_it_is(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada")
    form = ada.form(RULE)
    changed = policy(area).read_text("utf-8").replace("5y after", "7y after")
    policy(area).write_text(changed, "utf-8")
    page = ada.send(RULE, form, 409)
    assert "has changed since the page was made. Nothing was confirmed" in page
    assert policy(area).read_text("utf-8") == changed
    assert "confirmation" not in kinds(area)


def test_other_numbers_than_those_on_the_button_are_not_confirmed(offices: Offices, area: Area) -> None:
    ada = offices.visit("ada")
    form = ada.form(RULE)
    (area.top / "Utkast" / "d.txt").write_bytes(b"one more")
    area.scan()
    classified(area)
    assert "Nothing was confirmed" in ada.send(RULE, form, 409)
    assert "confirmation" not in kinds(area)
    assert "Confirm that 4 files may be deleted" in ada.read(RULE)


def test_a_link_confirms_nothing_and_is_told_to_edit_the_file(offices: Offices, area: Area) -> None:
    kari = offices.visit("")
    page = kari.read(RULE)
    assert "edit the file regnskap.yaml instead" in page and '<button class="danger"' not in page
    ada_form = offices.visit("ada").form(RULE)
    assert "edit the file regnskap.yaml instead" in words(kari.send(RULE, ada_form, 409))
    assert 'confirmed: {by: "' not in policy(area).read_text("utf-8")


COMMON = """
rules:
  - {rule: minutes, when: {name: "møtereferat*"}, fate: destroy, basis: arkivlova § 13, reason: x,
     decided: {by: B, on: 2026-01-02}}
"""


def test_a_rule_of_all_is_confirmed_in_the_common_file_by_its_own_archivists_alone(
    offices: Offices, area: Area
) -> None:
    common = area.workspace / "policies" / "common.yaml"
    common.write_text("archivists: [{name: Byarkivar, id: by}]\n" + COMMON, "utf-8")
    classified(area)
    address = "/department/regnskap/archive/rule/minutes"
    ada = offices.visit("ada")
    page = ada.read(address)
    assert "Only an archivist whom that file names confirms it" in page
    by = offices.visit("by")
    form = by.form(address)
    assert "Only an archivist" in ada.send(address, {**form, "once": "another"}, 409)
    digest = hashlib.sha256(policy(area).read_bytes()).hexdigest()
    by.send(address, form)
    assert 'confirmed: {by: "By", on: ' in common.read_text("utf-8")
    assert hashlib.sha256(policy(area).read_bytes()).hexdigest() == digest
    assert kinds(area)[-1] == "confirmation"


@pytest.mark.parametrize("who", ["siri", "pia", "adam", "ola", "nobody"])
def test_nobody_else_sees_or_does_anything_here(offices: Offices, who: str, area: Area) -> None:
    visitor = offices.visit(who)
    form = offices.visit("ada").form(RULE)
    for address in (ARCHIVE, RULE, OF_AREA, f"{OF_AREA}/freeze", f"{OF_AREA}/hand-over", f"{OF_AREA}/disposals.csv"):
        assert "This page is not for you" in visitor.read(address, 403)
    for address in (RULE, f"{OF_AREA}/freeze", f"{OF_AREA}/lift", f"{OF_AREA}/hand-over"):
        visitor.send(address, form, 403)
    assert policy(area).read_text("utf-8") == OFFICES


def test_a_rule_of_all_stands_in_the_ledger_of_every_department_that_has_files_of_it(
    offices: Offices, area: Area
) -> None:
    (area.workspace / "policies" / "common.yaml").write_text("archivists: [{name: By, id: by}]\n" + COMMON, "utf-8")
    other = (
        policy(area).read_text("utf-8").replace("department: regnskap", "department: plan").replace("felles:", "plan:")
    )
    (area.workspace / "policies" / "plan.yaml").write_text(other, "utf-8")
    work = Work(area.workspace, "plan", "tester")
    scan.run(work, str(area.top))
    classify.run(work)
    classified(area)
    address = "/department/regnskap/archive/rule/minutes"
    by = offices.visit("by")
    assert "felles 1" in (text := words(by.read(address))) and "plan 1" in text
    by.send(address, by.form(address))
    assert kinds(area)[-1] == "confirmation"
    with work.catalog() as catalog:
        assert [row.kind for row in ledger.rows(catalog)] == ["confirmation"]
        assert audit.broken(catalog) == []


def test_nothing_is_in_a_ledger_when_the_file_cannot_be_written(
    offices: Offices, area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = offices.visit("ada")
    form = ada.form(RULE)
    changed = policy(area).read_text("utf-8") + "\n# somebody at an editor\n"
    # As if somebody saved the file in the very moment between the look at it and its replacement.
    real = policy_file.replace

    def meanwhile(*given: Any, **named: Any) -> Any:
        policy(area).write_text(changed, "utf-8")
        return real(*given, **named)

    monkeypatch.setattr(policy_file, "replace", meanwhile)
    page = ada.send(RULE, form, 409)
    assert "Somebody has changed the policy" in page
    assert policy(area).read_text("utf-8") == changed and "confirmation" not in kinds(area)
