"""A confirmation is one line more in the file, at the rule, and nothing else."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.errors import Guard
from filrydd.model.rule import Fate
from filrydd.policy import confirming, load
from filrydd.policy.yaml_lines import parse

DAY = date(2026, 11, 3)
RULE = "old vouchers"
WRITTEN = '    confirmed: {by: "Ada Arkivar", on: 2026-11-03}\n'


def confirmed(text: str, by: str = "Ada Arkivar") -> str:
    return confirming.confirmed(text.encode(), RULE, by, DAY).decode()


def test_the_line_stands_below_the_decision_and_all_else_is_as_it_was(valid: str) -> None:
    decided = "    decided: {by: Berit Bakken, on: 2026-03-01}\n"
    commented = valid.replace(decided, f"    {decided.strip()}  # by mail\n    # the period is the law's\n")
    assert confirmed(valid) == valid.replace(decided, decided + WRITTEN)
    assert confirmed(commented).replace(WRITTEN, "") == commented
    assert f"# by mail\n{WRITTEN}    # the period" in confirmed(commented)


def test_the_rule_destroys_from_that_day_on_and_not_before(policies: Callable[..., Path], valid: str) -> None:
    department = load(policies(regnskap=confirmed(valid)), "regnskap")
    assert department.rules(DAY)[0].fate is Fate.DESTROY
    assert department.rules(date(2026, 11, 2))[0].fate is Fate.HOLD


@pytest.mark.parametrize(
    "written",
    [
        "  - {rule: old vouchers, class: vouchers, fate: destroy, basis: b, reason: r, decided: {by: B, on: 2026-03-01}}\n",
        (
            "  - rule: old vouchers\n    class: vouchers\n    fate: destroy\n    basis: b\n    reason: r\n"
            "    decided:\n      by: B\n      on: 2026-03-01\n"
        ),
        (
            "  - fate: destroy\n    class: vouchers\n    basis: b\n    reason: r\n"
            '    decided: {by: B,\n      on: 2026-03-01}\n    rule: "old vouchers" # name\n'
        ),
        (
            "  -   rule: 'old\n        vouchers'\n      class: vouchers\n      fate: destroy\n      basis: b\n      reason: r\n"
            "      decided: {by: B, on: 2026-03-01}"
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_rule_in_any_layout_gets_it_and_the_rest_keeps_its_bytes(written: str, ending: str, valid: str) -> None:
    head, _rules, _tail = valid.partition("rules:\n")
    text = f"{head}rules:\n{written}".replace("\n", ending)
    data = "\ufeff".encode() + text.encode()
    made = confirming.confirmed(data, RULE, "Ada", DAY)
    rule = parse(made).tree["rules"][0]  # type: ignore[index,call-overload]
    assert rule.pop("confirmed") == {"by": "Ada", "on": "2026-11-03"}  # type: ignore[union-attr]
    assert rule == parse(data).tree["rules"][0]  # type: ignore[index,call-overload]
    # The bytes that were there are there in their order.
    rest = iter(made)
    assert all(byte in rest for byte in data)
    assert made.startswith("\ufeff".encode()) and (b"\r\n" in made) == (ending == "\r\n")


@given(st.text(min_size=1, max_size=60))
def test_whatever_somebody_is_called_reads_back_as_that_or_is_refused(name: str) -> None:
    text = "rules:\n- rule: old vouchers\n  decided: {by: B, on: 2026-03-01}\n- rule: other\n  fate: move\n"
    try:
        made = confirmed(text, name)
    except Guard:
        return
    tree = parse(made.encode()).tree
    assert tree["rules"][0]["confirmed"] == {"by": name, "on": "2026-11-03"}  # type: ignore[index,call-overload]
    assert tree["rules"][1] == {"rule": "other", "fate": "move"}  # type: ignore[index,call-overload]


def test_it_is_given_once(valid: str) -> None:
    with pytest.raises(Guard, match="Ada Arkivar has confirmed the rule old vouchers already, on 2026-11-03"):
        confirmed(confirmed(valid))


def test_a_rule_that_is_gone_is_not_confirmed(valid: str) -> None:
    with pytest.raises(Guard, match="no rule old vouchers any more"):
        confirmed(valid.replace("old vouchers", "new vouchers"))


def test_a_layout_that_leaves_no_line_for_it_is_refused_with_the_line_to_write() -> None:
    text = "rules:\n- rule: >\n    old vouchers\n  fate: destroy\n"
    with pytest.raises(Guard) as refused:
        confirmed(text)
    assert 'confirmed: {by: "Ada Arkivar", on: 2026-11-03}' in refused.value.next


def test_which_file_has_a_rule_and_who_may_confirm_those_of_all(policies: Callable[..., Path], valid: str) -> None:
    common = (
        "archivists: [{name: Ada, id: ada}]\nrules:\n  - {rule: lock files, when: {name: '~$*'}, fate: destroy, basis: b,"
        " reason: r, decided: {by: A, on: 2026-01-02}}\n"
    )
    said = confirming.written(policies(common=common, regnskap=valid), "regnskap")
    assert [said.stem(rule, "regnskap") for rule in (RULE, "lock files", "none")] == ["regnskap", "common", ""]
    assert [person.id for person in said.common_archivists] == ["ada"]


def test_a_common_file_that_a_department_could_not_live_with_has_problems(
    policies: Callable[..., Path], valid: str
) -> None:
    folder = policies(regnskap=valid)
    assert not confirming.problems_with(folder, b"")
    clash = b"rules: [{rule: old vouchers, when: everything, fate: move, reason: r}]\n"
    assert "regnskap.yaml" in {problem.file for problem in confirming.problems_with(folder, clash)}
