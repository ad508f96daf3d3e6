"""What classify finds in names and facts, and rules that ask for it."""

from collections.abc import Callable

import pytest

from filrydd.catalog import rulings
from filrydd.catalog.paths import find_file
from filrydd.model.finding import Found
from filrydd.model.rule import Fate
from filrydd.stages import classify, explain
from tests.areas import POLICY, Area
from tests.commands import filrydd

TREE = {
    "Plan": {"rapport v1.docx": "1", "rapport v2.docx": "22", "rapport v3 endelig.docx": "333", "kart.dwg": "4"},
    "Post": {"arkiv.pst": "5", "notat.txt": "6"},
}
ASKS = POLICY.replace(
    "rules:\n",
    "rules:\n  - rule: earlier versions\n    when: {finding: older version}\n    fate: hold\n"
    "    reason: {nb: Et senere finnes., en: There is a later one.}\n"
    "  - rule: not for SharePoint\n    when: {finding: not for sharepoint}\n    fate: hold\n"
    "    reason: {nb: Passer ikke., en: Does not fit.}\n",
)


def rule_names(area: Area) -> dict[str, str]:
    with area.catalog() as catalog:
        return {
            path: rule.name
            for path in [f"{folder}/{name}" for folder, files in TREE.items() for name in files]
            if (file := find_file(catalog, path)) is not None and (rule := rulings.rule_of(catalog, file)) is not None
        }


def test_rules_can_ask_for_earlier_versions_and_for_what_sharepoint_has_no_place_for(
    make_area: Callable[..., Area],
) -> None:
    area = make_area(TREE)
    area.policy(ASKS)
    area.scan()
    done = classify.run(area.work())
    found = rule_names(area)
    assert found["Plan/rapport v1.docx"] == found["Plan/rapport v2.docx"] == "earlier versions"
    assert found["Plan/rapport v3 endelig.docx"] == "the rest" == found["Post/notat.txt"]
    assert found["Post/arkiv.pst"] == "not for SharePoint"
    assert done.found[Found.OLDER_VERSION] == (2, 3)
    assert done.found[Found.MAIL][0] == 1


def test_what_is_no_longer_so_after_a_scan_is_no_longer_found(make_area: Callable[..., Area]) -> None:
    area = make_area(TREE)
    area.policy(ASKS)
    area.scan()
    classify.run(area.work())
    for name in ("rapport v2.docx", "rapport v3 endelig.docx"):
        (area.top / "Plan" / name).unlink()
    (area.top / "Plan" / "kart v1.txt").write_text("7")
    area.scan()
    classify.run(area.work())
    assert rule_names(area)["Plan/rapport v1.docx"] == "the rest"
    with area.catalog() as catalog:
        closed = catalog.value("SELECT COUNT(*) FROM finding WHERE kind = 'older version' AND closed IS NOT NULL")
        assert closed == 2


def test_a_scan_is_looked_at_once(make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch) -> None:
    area = make_area(TREE)
    area.scan()
    classify.run(area.work())
    with area.catalog() as catalog:
        before = list(map(tuple, catalog.rows("SELECT * FROM finding")))
    monkeypatch.setattr("filrydd.stages.classify.noticing.of_folder", lambda folder, day: 1 / 0)
    classify.run(area.work())
    with area.catalog() as catalog:
        assert list(map(tuple, catalog.rows("SELECT * FROM finding"))) == before


def test_a_rule_about_something_that_was_not_read_holds_and_says_so(make_area: Callable[..., Area]) -> None:
    area = make_area({"Plan": {"a.txt": "1", "b.txt": "2"}})
    area.policy(ASKS.replace("{finding: older version}", "{finding: identity number}"))
    area.scan()
    done = classify.run(area.work())
    assert done.fates[Fate.HOLD].files == 2
    with area.catalog() as catalog:
        file = find_file(catalog, "Plan/a.txt")
        assert file is not None
        rule = rulings.rule_of(catalog, file)
    assert rule is not None and rule.name == "earlier versions: unknown"
    assert 'whether "earlier versions" applies' in rule.reason.en


def test_an_interrupted_publication_is_noticed_and_the_next_one_ends_it(
    make_area: Callable[..., Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    area = make_area(TREE)
    area.scan()
    classify.run(area.work())
    area.policy(ASKS)
    monkeypatch.setattr("filrydd.catalog.rulings._PORTION", 2)
    portions = []
    whole = rulings._publish_portion

    def stops(*asked: object) -> None:
        portions.append(asked)
        if len(portions) == 3:
            raise KeyboardInterrupt
        whole(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr("filrydd.catalog.rulings._publish_portion", stops)
    with pytest.raises(KeyboardInterrupt):
        classify.run(area.work())
    with area.catalog() as catalog:
        assert rulings.unjudged(catalog) == 6
    monkeypatch.setattr("filrydd.catalog.rulings._publish_portion", whole)
    classify.run(area.work())
    with area.catalog() as catalog:
        assert rulings.unjudged(catalog) == 0
    assert rule_names(area)["Post/arkiv.pst"] == "not for SharePoint"


def test_explain_names_the_later_version(make_area: Callable[..., Area]) -> None:
    area = make_area(TREE)
    area.scan()
    classify.run(area.work())
    found = explain.run(area.work(), "Plan/rapport v1.docx").findings
    assert [(kind, other) for kind, _detail, other in found] == [(Found.OLDER_VERSION, "Plan/rapport v3 endelig.docx")]
    said = filrydd("explain", "felles", "Plan/rapport v1.docx", workspace=area.workspace)
    assert "Found: an earlier version of another file: Plan/rapport v3 endelig.docx" in said.out


def test_a_copy_stops_counting_when_the_policy_closes_the_place_of_the_other(make_area: Callable[..., Area]) -> None:
    area = make_area({"A": {"x.txt": "same"}, "B": {"x.txt": "same"}})
    area.scan()
    with area.catalog() as catalog, catalog.writing():
        catalog.run("UPDATE folder SET descriptor = 1")
        catalog.run("INSERT INTO content SELECT id, size, modified, x'00', x'01' FROM file")
    assert classify.run(area.work()).found[Found.DUPLICATE][0] == 1
    # No scan comes between: what is a copy to be merged is the policy's affair too.
    area.policy(POLICY + "classes: {own: {path: A}}\nprivate: [own]\n")
    assert Found.DUPLICATE not in classify.run(area.work()).found
    area.policy(POLICY)
    assert classify.run(area.work()).found[Found.DUPLICATE][0] == 1
