"""A contact answers portion by portion: what is stored, what holds, what is refused, and what is asked again."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from filrydd.catalog import audit
from filrydd.errors import BadUsage, Blocked, Guard, NotApproved, ProposalChanged
from filrydd.stages import classify, portions, propose
from filrydd.stages.portions import Answer, By, GroupShown, Looked, State
from tests.areas import POLICY, Area, days_ago

KARI = By("Kari Nordmann", "link", "a link on this PC")
OLA = By("Ola Lunde", "https://login|contoso|7", "OpenID Connect")
WITH_BLOCK = POLICY.replace(
    "limits:",
    """blocks:
  - block: personal
    when: {path: Personal}
    forbids: [destroy, move]
    reason: {nb: Personalsaker., en: Personnel cases.}
    basis: arkivlova § 13
limits:""",
)


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(
        {
            "Bilag": {"2001": {f"{number}.pdf": "x" * number for number in range(1, 31)}, "ny.docx": "y"},
            "Felles": {"a.txt": "1", "Thumbs.db": "2"},
            "Hjem": {"kari": {"b.txt": "3"}},
            "Personal": {"sak.docx": "4"},
        }
    )
    made.policy(WITH_BLOCK)
    for path in (made.top / "Bilag" / "2001").iterdir():
        os.utime(path, (days_ago(9_000),) * 2)
    made.until_proposed()
    return made


def groups(area: Area, part: str) -> dict[str, GroupShown]:
    """The groups of a part by the name of their rule."""
    with area.catalog() as catalog:
        found = [
            group
            for one in portions.overview(catalog, part).portions
            for group in shown(portions.portion(catalog, part, one.number)).groups
        ]
    return {group.rule.name: group for group in found}


def shown(found: portions.PortionShown | None) -> portions.PortionShown:
    assert found is not None
    return found


def say(area: Area, rule: str, answer: Answer, by: By = KARI, part: str = "bilag", **more: object) -> portions.Said:
    group = groups(area, part)[rule]
    return portions.answer(area.work(), by, part, group.key, group.content, answer, **more)  # type: ignore[arg-type]


def answer_all(area: Area, answers: dict[str, Answer] | None = None) -> None:
    for part in ("bilag", "felles"):
        for rule in groups(area, part):
            say(area, rule, (answers or {}).get(rule, Answer.AS_SUGGESTED), part=part)
        with area.catalog() as catalog:
            looks = [
                look.file
                for one in portions.overview(catalog, part).portions
                for look in shown(portions.portion(catalog, part, one.number)).looks
            ]
        for file in looks:
            portions.look(area.work(), KARI, part, file, Looked.FINE)


def open_count(area: Area) -> int:
    with area.catalog() as catalog:
        return sum(portions.open_items(catalog, part).count for part in ("bilag", "felles"))


def fates(area: Area, path: str) -> dict[str, int]:
    with area.catalog() as catalog:
        rows = catalog.rows(
            "SELECT r.fate, COUNT(*) FROM file f JOIN folder d ON d.id = f.folder JOIN ruling g ON g.file = f.id"
            " JOIN rule r ON r.id = g.rule WHERE d.name = ? AND f.gone IS NULL GROUP BY r.fate",
            (path,),
        )
        return {row[0]: row[1] for row in rows}


def again(area: Area) -> None:
    area.scan()
    classify.run(area.work())
    propose.run(area.work())


def test_a_part_is_shown_with_its_groups_reasons_and_a_few_names(area: Area) -> None:
    found = groups(area, "bilag")
    assert set(found) == {"old vouchers", "the rest"}
    vouchers = found["old vouchers"]
    assert (vouchers.total.files, vouchers.total.bytes, vouchers.fate) == (30, 465, "destroy")
    assert vouchers.path == "Bilag/2001"
    assert vouchers.rule.basis == "bokføringsloven § 13"
    assert vouchers.risks == ("destroys", "much")
    assert [example.path.startswith("Bilag/2001/") for example in vouchers.examples] == [True]
    with area.catalog() as catalog:
        more = portions.group(catalog, "bilag", vouchers.key)
    assert more is not None
    assert sorted(example.path for example in more.examples) == sorted(f"Bilag/2001/{n}.pdf" for n in range(1, 31))


def test_what_a_block_holds_is_told_and_asks_for_nothing(area: Area) -> None:
    with area.catalog() as catalog:
        overview = portions.overview(catalog, "felles")
        (blocked,) = shown(portions.portion(catalog, "felles", 0)).groups
    assert (overview.stays.files, overview.stays_groups) == (1, 1)
    assert (blocked.rule.name, blocked.allowed) == ("personal", ())
    with pytest.raises(Blocked):
        portions.answer(area.work(), KARI, "felles", blocked.key, blocked.content, Answer.MOVE)


def test_a_portion_is_done_when_all_is_answered_and_looked_at(area: Area) -> None:
    def state() -> State:
        with area.catalog() as catalog:
            return portions.overview(catalog, "bilag").portions[0].state

    assert state() is State.NOT_BEGUN
    say(area, "the rest", Answer.AS_SUGGESTED)
    assert state() is State.BEGUN
    say(area, "old vouchers", Answer.AS_SUGGESTED)
    assert state() is State.MISSING
    with area.catalog() as catalog:
        (look,) = shown(portions.portion(catalog, "bilag", 1)).looks
    assert (look.open, look.path.startswith("Bilag/2001/")) == (True, True)
    portions.look(area.work(), KARI, "bilag", look.file, Looked.FINE)
    assert state() is State.DONE


def test_a_file_found_wrong_stays_open_until_its_group_is_answered_again(area: Area) -> None:
    answer_all(area)
    with area.catalog() as catalog:
        (look,) = shown(portions.portion(catalog, "bilag", 1)).looks
    portions.look(area.work(), OLA, "bilag", look.file, Looked.WRONG)
    with area.catalog() as catalog:
        items = portions.open_items(catalog, "bilag")
    assert (items.wrong.count, items.count) == (1, 1)
    assert items.wrong.some[0].path == look.path
    say(area, "old vouchers", Answer.HOLD, note="Wait.")
    with area.catalog() as catalog:
        assert portions.open_items(catalog, "bilag").wrong.count == 0


def test_what_was_answered_stays_answered_after_it_was_taken_in_and_proposed_again(area: Area) -> None:
    answer_all(area, {"old vouchers": Answer.MOVE, "the rest": Answer.HOLD})
    assert open_count(area) == 3  # they wait to be taken in
    taken = portions.take_in(area.work())
    assert sum(taken.given.values()) == 30 + 1 + 1
    assert fates(area, "2001") == {"move": 30}
    assert fates(area, "Felles") == {"hold": 1, "destroy": 1}
    assert open_count(area) == 0
    before = {rule: (group.key, group.content, group.portion) for rule, group in groups(area, "bilag").items()}
    again(area)
    propose.run(area.work())
    assert open_count(area) == 0
    assert {rule: (g.key, g.content, g.portion) for rule, g in groups(area, "bilag").items()} == before
    assert groups(area, "bilag")["old vouchers"].holds


def test_taking_in_again_changes_nothing_and_writes_nothing(area: Area) -> None:
    say(area, "old vouchers", Answer.HOLD)
    first = portions.take_in(area.work())
    second = portions.take_in(area.work())
    assert (sum(second.given.values()), second.removed, second.head) == (0, 0, "")
    assert second.digest == first.digest


def test_an_answer_as_suggested_makes_no_answers_about_files(area: Area) -> None:
    answer_all(area)
    assert open_count(area) == 0
    taken = portions.take_in(area.work())
    assert (taken.given, taken.removed) == ({}, 0)


def test_what_is_taken_back_is_taken_back_of_the_files_too(area: Area) -> None:
    say(area, "old vouchers", Answer.HOLD)
    portions.take_in(area.work())
    assert fates(area, "2001") == {"hold": 30}
    key = groups(area, "bilag")["old vouchers"].key
    assert portions.undo(area.work(), KARI, "bilag", key) is None
    with area.catalog() as catalog:
        assert portions.not_taken_in(catalog) == 1
    assert portions.take_in(area.work()).removed == 30
    assert fates(area, "2001") == {"destroy": 30}
    with area.catalog() as catalog:
        assert portions.not_taken_in(catalog) == 0


def test_another_answer_takes_the_place_of_what_was_taken_in(area: Area) -> None:
    for answer, expected in (
        (Answer.HOLD, "hold"),
        (Answer.MOVE, "move"),
        (Answer.AS_SUGGESTED, "destroy"),
        (Answer.ELSEWHERE, "hold"),
        (Answer.PASSED_ON, "destroy"),
    ):
        say(area, "old vouchers", answer, detail="Websak", to=("Per Ås", ""))
        portions.take_in(area.work())
        assert fates(area, "2001") == {expected: 30}, answer


def test_undo_brings_back_the_answer_before(area: Area) -> None:
    first = say(area, "old vouchers", Answer.HOLD)
    say(area, "old vouchers", Answer.MOVE)
    assert portions.undo(area.work(), KARI, "bilag", first.key) == first
    assert groups(area, "bilag")["old vouchers"].said == first
    assert portions.undo(area.work(), KARI, "bilag", first.key) is None
    with pytest.raises(Guard, match="nothing to take back"):
        portions.undo(area.work(), KARI, "bilag", first.key)


def test_a_new_file_opens_its_group_again_and_no_other(area: Area) -> None:
    answer_all(area)
    (area.top / "Bilag" / "enda en.docx").write_text("z")
    again(area)
    found = groups(area, "bilag")
    assert not found["the rest"].holds
    assert found["the rest"].changed == portions.Changed(1, 2, content=False)
    assert found["old vouchers"].holds
    with area.catalog() as catalog:
        assert portions.open_items(catalog, "bilag").reopened.count == 1
        assert portions.open_items(catalog, "felles").count == 0


def test_a_changed_file_opens_a_group_that_is_destroyed_and_none_that_moves(area: Area) -> None:
    answer_all(area)
    for path in (area.top / "Bilag" / "ny.docx", area.top / "Bilag" / "2001" / "7.pdf"):
        path.write_text("quite another content")
        os.utime(path, (days_ago(8_000),) * 2)
    again(area)
    found = groups(area, "bilag")
    assert found["the rest"].holds
    assert found["old vouchers"].changed == portions.Changed(30, 30, content=True)


def test_files_that_changed_after_the_proposal_are_not_taken_in_but_asked_about_again(area: Area) -> None:
    say(area, "old vouchers", Answer.MOVE)
    (area.top / "Bilag" / "2001" / "31.pdf").write_text("x")
    os.utime(area.top / "Bilag" / "2001" / "31.pdf", (days_ago(9_000),) * 2)
    area.scan()
    classify.run(area.work())
    taken = portions.take_in(area.work())
    assert [part for part, _key in taken.left_out] == ["bilag"]
    assert fates(area, "2001") == {"destroy": 31}
    assert not groups(area, "bilag")["old vouchers"].holds


def test_a_double_click_is_one_answer(area: Area) -> None:
    assert say(area, "old vouchers", Answer.HOLD).id == say(area, "old vouchers", Answer.HOLD).id
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM group_answer") == 1
        assert catalog.value("SELECT COUNT(*) FROM ledger WHERE kind = 'answer'") == 1
        (look,) = shown(portions.portion(catalog, "bilag", 1)).looks
    for _click in range(2):
        portions.look(area.work(), KARI, "bilag", look.file, Looked.FINE)
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM looked") == 1


def test_the_second_of_two_contacts_is_told_what_the_first_answered(area: Area) -> None:
    first = say(area, "old vouchers", Answer.HOLD)
    with pytest.raises(ProposalChanged, match='Kari Nordmann has answered "hold"'):
        say(area, "old vouchers", Answer.MOVE, OLA)
    assert say(area, "old vouchers", Answer.HOLD, OLA) == first
    assert say(area, "old vouchers", Answer.MOVE, OLA, seen_answer=first.id).by == OLA


def test_an_answer_to_a_page_that_is_out_of_date_is_not_stored(area: Area) -> None:
    group = groups(area, "bilag")["the rest"]
    (area.top / "Bilag" / "enda en.docx").write_text("z")
    again(area)
    with pytest.raises(ProposalChanged, match="changed since the page was shown"):
        portions.answer(area.work(), KARI, "bilag", group.key, group.content, Answer.HOLD)
    with pytest.raises(ProposalChanged, match="no such group"):
        portions.answer(area.work(), KARI, "bilag", "folder:1:99", group.content, Answer.HOLD)
    with area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM group_answer") == 0


def test_nothing_is_destroyed_that_its_rule_does_not_let_go(area: Area) -> None:
    assert "destroy" not in groups(area, "bilag")["the rest"].allowed
    with pytest.raises(NotApproved, match="do not let this group be deleted"):
        say(area, "the rest", Answer.DESTROY)
    say(area, "old vouchers", Answer.DESTROY)


def test_the_policys_limits_bind_the_answers(area: Area) -> None:
    area.policy(WITH_BLOCK.replace("limits:", "limits:\n  override: [hold]"))
    again(area)
    with pytest.raises(NotApproved, match="do not let this group be moved"):
        say(area, "old vouchers", Answer.MOVE)
    say(area, "old vouchers", Answer.HOLD)


@pytest.mark.parametrize("answer", [Answer.ELSEWHERE, Answer.PASSED_ON])
def test_elsewhere_and_passed_on_say_where_and_to_whom(area: Area, answer: Answer) -> None:
    with pytest.raises(BadUsage):
        say(area, "the rest", answer, detail=" ", to=("  ", "7"))
    with pytest.raises(BadUsage, match="over 2000"):
        say(area, "the rest", answer, detail="x" * 3_000, to=("y" * 3_000, ""))


def test_what_is_passed_on_waits_for_whoever_it_was_passed_to(area: Area) -> None:
    say(area, "old vouchers", Answer.PASSED_ON, to=("Per Ås", OLA.who))
    with area.catalog() as catalog:
        items = portions.open_items(catalog, "bilag")
        assert (items.passed_on.count, items.passed_on.some[0].who) == (1, "Per Ås")
        for somebody in (OLA.who, "per ås"):
            (one,) = portions.passed_to(catalog, somebody)
            assert (one.part, one.said.answer) == ("bilag", Answer.PASSED_ON)
        assert portions.passed_to(catalog, "Kari Nordmann") == portions.passed_to(catalog, "") == ()
    say(area, "old vouchers", Answer.HOLD, OLA, seen_answer=one.said.id)
    with area.catalog() as catalog:
        assert portions.passed_to(catalog, OLA.who) == ()


def test_only_groups_without_risk_are_answered_together(area: Area) -> None:
    group = groups(area, "bilag")["old vouchers"]
    assert group.alike == 0
    with pytest.raises(NotApproved, match="answered alone"):
        portions.answer_alike(area.work(), KARI, "bilag", group.key, group.content, Answer.HOLD)


def test_somebody_who_answers_while_the_groups_are_made_is_not_lost(
    area: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filrydd.catalog.portions import publishing

    begin, begun = publishing.begin, []

    def answered_meanwhile(catalog: object, now: int) -> object:
        edition = begin(catalog, now)  # type: ignore[arg-type]
        if not begun:
            begun.append(edition)
            say(area, "old vouchers", Answer.HOLD)
        return edition

    monkeypatch.setattr(publishing, "begin", answered_meanwhile)
    with area.catalog() as catalog:
        assert portions.prepare(area.work(), catalog)
        assert catalog.value("SELECT COUNT(*) FROM review_edition") == 1
        assert catalog.value("SELECT COUNT(DISTINCT edition) FROM review_group") == 1
    assert groups(area, "bilag")["old vouchers"].holds


def test_an_area_that_was_proposed_before_has_its_groups_when_they_are_asked_for(area: Area) -> None:
    with area.catalog() as catalog:
        with catalog.writing():
            for table in ("edition", "group", "place", "member", "look"):
                catalog.run(f"DELETE FROM review_{table}")
        assert portions.overview(catalog, "bilag").portions == ()
        portions.ensure(area.work(), catalog)
        assert len(portions.overview(catalog, "bilag").portions) == 1


def test_two_who_answer_in_the_same_moment_both_have_their_answer_or_are_told(area: Area) -> None:
    group = groups(area, "bilag")["old vouchers"]
    said: list[object] = []

    def click(by: By, answer: Answer) -> None:
        try:
            said.append(portions.answer(area.work(), by, "bilag", group.key, group.content, answer))
        except ProposalChanged as refused:
            said.append(refused)

    clicks = [threading.Thread(target=click, args=one) for one in ((KARI, Answer.HOLD), (OLA, Answer.MOVE))]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(isinstance(one, ProposalChanged) for one in said) == [False, True]


def test_a_files_group_is_found(area: Area) -> None:
    with area.catalog() as catalog:
        for row in list(
            catalog.rows("SELECT f.id, r.name FROM file f JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule")
        ):
            found = portions.group_of_file(catalog, row["id"])
            assert found is not None
            part, key, _portion = found
            group = portions.group(catalog, part, key)
            assert group is not None
            assert group.rule.name == row["name"]
        assert portions.group_of_file(catalog, 9_999) is None


def test_an_answer_about_a_single_file_beats_an_earlier_one_about_its_group_and_not_a_later_one(area: Area) -> None:
    said = say(area, "old vouchers", Answer.HOLD)

    def by_sheet(name: str, at: int) -> None:
        with area.catalog() as catalog, catalog.writing():
            catalog.run(
                "INSERT OR REPLACE INTO answer SELECT id, 'move', 'Excel', '', ? FROM file WHERE name = ?", (at, name)
            )

    by_sheet("1.pdf", said.at - 10)
    by_sheet("2.pdf", said.at + 10)
    portions.take_in(area.work())
    assert fates(area, "2001") == {"hold": 29, "move": 1}
    by_sheet("3.pdf", said.at + 20)
    portions.undo(area.work(), KARI, "bilag", said.key)
    portions.take_in(area.work())
    assert fates(area, "2001") == {"destroy": 28, "move": 2}


def test_names_with_marks_and_lines_are_groups_as_any(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"Bilag": {"x": "1"}, "<img src=x onerror=1>": {"\u202egnp.exe": "1", "a\nb.txt": "2"}})
    area.until_proposed()
    found = groups(area, "felles")["the rest"]
    assert found.total.files == 2
    assert found.path == "<img src=x onerror=1>"


def test_said_is_worth_what_was_said(area: Area) -> None:
    said = say(area, "the rest", Answer.ELSEWHERE, detail=" Websak ", note="Sak 12/34")
    assert (said.detail, said.note, said.to_name) == ("Websak", "Sak 12/34", "")
    assert replace(said, at=0) == replace(groups(area, "bilag")["the rest"].said or said, at=0)


def test_what_an_interrupted_run_has_stored_is_ruled_by_the_next(area: Area) -> None:
    from filrydd.catalog import ledger
    from filrydd.catalog.portions import taking

    say(area, "old vouchers", Answer.HOLD)
    with area.catalog() as catalog:
        taking.stage(catalog)
        root = taking.root(catalog)
        with catalog.writing(durable=True):
            taking.keep(catalog)
            ledger.append(catalog, "answers", "tester", {}, root, area.work().now())
        assert audit.broken(catalog) == []
    assert fates(area, "2001") == {"destroy": 30}
    portions.take_in(area.work())
    assert fates(area, "2001") == {"hold": 30}
    with area.catalog() as catalog:
        assert portions.not_taken_in(catalog) == 0
        assert audit.broken(catalog) == []


def test_groups_of_a_kind_are_answered_together_where_nothing_is_risky(make_area: Callable[..., Area]) -> None:
    large = {name: {f"{number}.txt": "x" for number in range(450)} for name in ("Drift", "Leie", "Salg")}
    area = make_area({"Bilag": {"x": "1"}, **large})
    area.until_proposed()
    with area.catalog() as catalog:
        groups = shown(portions.portion(catalog, "felles", 1)).groups
    assert [(group.path, group.alike) for group in groups] == [("Drift", 2), ("Leie", 2), ("Salg", 2)]
    first = groups[0]
    with pytest.raises(ProposalChanged, match="2 other groups of this kind now, and the page said 5"):
        portions.answer_alike(area.work(), KARI, "felles", first.key, first.content, Answer.AS_SUGGESTED, seen_alike=5)
    said = portions.answer_alike(
        area.work(), KARI, "felles", first.key, first.content, Answer.AS_SUGGESTED, seen_alike=2
    )
    assert {one.key for one in said} == {group.key for group in groups}
    with area.catalog() as catalog:
        assert [group.alike for group in shown(portions.portion(catalog, "felles", 1)).groups] == [0, 0, 0]
        assert portions.open_items(catalog, "felles").unanswered.count == 0


def test_every_risk_is_said_in_a_sentence() -> None:
    from filrydd.portions import risk

    words = [
        value for name, value in vars(risk).items() if name.isupper() and isinstance(value, str) and name[0] != "_"
    ]
    assert len(words) == 9
    assert all(portions.risk_said(word).endswith(".") for word in words)
