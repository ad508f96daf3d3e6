"""Every file has exactly one ruling, and the counts always sum to what was scanned."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from filrydd.catalog import rulings
from filrydd.errors import TooManyAffected
from filrydd.model.rule import Fate
from filrydd.stages import classify
from tests.areas import POLICY, Area

OLD = {
    "Bilag": {"2010": {"a.pdf": "1", "b.pdf": "22"}, "i år.pdf": "1"},
    "Thumbs.db": "x",
    "Hjem": {"k.txt": "1"},
    "z.txt": "1",
}


def make_old(area: Area) -> None:
    import os

    then = datetime(2010, 5, 5, tzinfo=UTC).timestamp()
    for path in (area.top / "Bilag" / "2010").iterdir():
        os.utime(path, (then, then))


def fates(area: Area) -> dict[str, str]:
    from filrydd.catalog import paths

    with area.catalog() as catalog:
        return {
            file.path: rule.name
            for file in paths.files_by_folder(catalog)
            if (rule := rulings.rule_of(catalog, file.id)) is not None
        }


def test_the_first_rule_that_matches_decides(make_area: Callable[..., Area]) -> None:
    area = make_area(OLD)
    make_old(area)
    area.scan()
    done = classify.run(area.work())
    assert fates(area) == {
        "Bilag/2010/a.pdf": "old vouchers",
        "Bilag/2010/b.pdf": "old vouchers",
        "Bilag/i år.pdf": "the rest",
        "Thumbs.db": "junk",
        "Hjem/k.txt": "homes",
        "z.txt": "the rest",
    }
    assert sum(total.files for total in done.fates.values()) == done.files == 6
    assert sum(total.bytes for total in done.fates.values()) == done.bytes == 7


def test_without_a_rule_a_file_is_held_and_never_destroyed(make_area: Callable[..., Area]) -> None:
    area = make_area({"a.txt": "1"})
    area.policy(POLICY.replace("when: everything", "when: {name: nothing-is-called-this}"))
    area.scan()
    done = classify.run(area.work())
    assert done.fates[Fate.HOLD].files == 1
    assert fates(area) == {"a.txt": "no rule"}


def test_a_destroying_rule_that_no_archivist_confirmed_holds(make_area: Callable[..., Area]) -> None:
    area = make_area(OLD)
    make_old(area)
    area.policy(POLICY.replace("    confirmed: {by: Arkivar, on: 2026-01-02}\n  - rule: homes", "  - rule: homes"))
    area.scan()
    done = classify.run(area.work())
    assert done.awaiting == (("old vouchers", 2),)
    assert done.fates[Fate.DESTROY].files == 1


def test_a_block_beats_the_rule_that_would_destroy_but_not_the_one_that_moves(make_area: Callable[..., Area]) -> None:
    area = make_area(OLD)
    make_old(area)
    area.policy(
        POLICY
        + "blocks:\n  - block: court case\n    when: {path: Bilag}\n    forbids: [destroy]\n    basis: arkivlova § 13\n"
        + "    reason: {nb: En sak pågår., en: A case is open.}\n"
    )
    area.scan()
    classify.run(area.work())
    found = fates(area)
    assert found["Bilag/2010/a.pdf"] == "court case"
    assert found["Bilag/i år.pdf"] == "the rest"


def test_running_again_changes_nothing_and_an_edit_only_what_it_concerns(make_area: Callable[..., Area]) -> None:
    area = make_area(OLD)
    make_old(area)
    area.scan()
    assert classify.run(area.work()).changed == 6
    assert classify.run(area.work()).changed == 0
    area.policy(POLICY.replace("{path: Hjem}", "{path: Hjemme}"))
    assert classify.run(area.work()).changed == 1
    with area.catalog() as catalog:
        # The history begins from the first rulings, which change nothing.
        assert catalog.value("SELECT COUNT(*) FROM ruling_change") == 1


def test_the_brake_stops_a_policy_that_would_destroy_far_more_than_before(make_area: Callable[..., Area]) -> None:
    area = make_area(OLD)
    area.scan()
    classify.run(area.work())
    before = fates(area)
    area.policy(POLICY.replace("stop_above: 100%", "stop_above: 5%").replace('name: [Thumbs.db, "~$*"]', 'name: "*"'))
    with pytest.raises(TooManyAffected) as refused:
        classify.run(area.work())
    assert "--allow-many" in refused.value.next
    assert fates(area) == before
    classify.run(area.work(), allow_many=True)
    assert set(fates(area).values()) == {"junk"}
