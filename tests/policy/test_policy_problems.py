"""Mistakes in policy files: each gives one problem, on its line, in plain words; and all are found at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.errors import PolicyInvalid
from filrydd.lang import speaking
from filrydd.policy import load, problems

Policies = Callable[..., Path]


def line_of(text: str, part: str) -> int:
    """The line, from 1, of the last occurrence."""
    return text[: text.rindex(part)].count("\n") + 1


def test_a_valid_policy_has_no_problems(policies: Policies) -> None:
    assert problems(policies()) == ()


ONE_MISTAKE = [
    # what stands there, what somebody wrote instead, what stands on the reported line, words of the message
    ("owner:", "ownr:", "ownr:", 'Did you mean "owner"?'),
    ("    fate: destroy", "    fat: destroy", "fat: destroy", 'Did you mean "fate"?'),
    ("    fate: destroy", "    fate: destory", "fate: destory", 'Did you mean "destroy"?'),
    ("    fate: move\n", "    fate: keep\n", "fate: keep", "These are: move, destroy, hold"),
    ("    fate: move\n", "", "rule: the rest", '"fate" is missing'),
    ("    class: vouchers", "    class: vuochers", "class: vuochers", 'Did you mean "vouchers"?'),
    ("    class: vouchers", "    clas: vouchers", "clas:", 'Did you mean "class"?'),
    ("    class: vouchers", "    class: vouchers\n    when: {name: x}", "when: {name: x}", "Both"),
    ("    class: vouchers\n", "", "rule: old vouchers", "Which files"),
    ("    class: vouchers", "    when: everything", "when: everything\n    after", "must say which files"),
    ("    when: everything\n", "    when: {}\n", "when: {}", "condition is empty"),
    ("    when: everything\n", "    when:\n", "when:\n    fate", "no value"),
    ("    when: everything\n", "    when: {path: }\n", "when: {path", "no value"),
    ("    when: everything\n", "    when: {class: large, clas: x}\n", "clas: x", 'Did you mean "class"?'),
    ("    when: everything\n", "    when: {larger_than: 5MB, smaller_than: 1MB}\n", "larger_than: 5MB", "No file"),
    ("    basis: bokføringsloven § 13\n", "", "rule: old vouchers", "legal basis"),
    ("    basis: bokføringsloven § 13\n", "    bassis: bokføringsloven § 13\n", "bassis", 'Did you mean "basis"?'),
    ("    basis: bokføringsloven § 13\n", '    basis: ""\n', 'basis: ""', "empty"),
    ("    decided: {by: Berit Bakken, on: 2026-03-01}\n", "", "rule: old vouchers", "needs `decided`"),
    ("on: 2026-03-01", "on: 2026-02-30", "2026-02-30", "no such day"),
    ("on: 2026-03-01", "on: 1. mars", "1. mars", "is not a day"),
    ("    after: 5y after end of year", "    after: five years", "five years", "is not a period"),
    ("    fate: destroy", "    fate: destroy\n    noark: Bevares", "noark", "Write Kasseres"),
    ("    fate: move\n", "    fate: move\n    junk: true\n", "junk: true", "about junk"),
    ("    fate: move\n", "    fate: move\n    junk: ja\n", "junk: ja", "neither true nor false"),
    ("  - rule: the rest", "  - rule: Old vouchers", "rule: Old vouchers", "used already"),
    ("  - rule: the rest", "  - rule: no rule", "rule: no rule", "used already"),
    ("    decided: {by", "    confirmed: {by: A, on: 2026-02-01}\n    decided: {by", "confirmed", "before it was"),
    ("department: regnskap", "department: lonn", "department: lonn", "The file is named regnskap.yaml"),
    ("https://", "http://", "site:", "is not a site"),
    ("berit@example.no", "berit at example.no", "owner:", "not an e-mail"),
    ("grace: 90d", "grace: 3 months", "grace", "not a number of days"),
    ("stop_above: 5%", "stop_above: 5", "stop_above", "is not a share"),
    ("stop_above: 5%", "stop_above: 0%", "stop_above", "is not a share"),
    ("larger_than: 10MB", "larger_than: huge", "larger_than", "is not a size"),
    ("extension: [pdf, jpg]", 'extension: [pdf, "*.tar.gz"]', "extension", "is not an extension"),
    ("path: [Bilag, ", "path: ['C:\\Bilag', ", "path: ['C", "server or drive"),
    ("path: [Bilag, ", "path: ['\\\\srv\\share', ", "path: ['", "server or drive"),
    ("path: [Bilag, ", "path: ['../Bilag', ", "path: ['", '"." or ".."'),
    ("  large:\n    larger_than: 10MB", "  large:\n    class: large", "large:\n    class", "in a circle"),
    ("    path: [Bilag", "    class: large\n    path: [Bilag", "nowhere", None),
    ("        path: Personal/Lønn", "        path: bilag/", "path: bilag/", "this path already"),
    ("name: lønn", "name: BILAG", "name: BILAG", "is named"),
    ("name: lønn", "name: regnskap-felles", "name: regnskap-felles", "the whole area"),
    ("  regnskap-felles:", "  con:", "con:", "cannot be an area"),
    ("  regnskap-felles:", "  a/b:", "a/b:", "cannot be an area"),
    ("  - {name: Ola Lunde}\n", "  - Ola Lunde\n", "- Ola Lunde", "Keys and values"),
    ("forbids: [destroy]", "forbids: destroy", "forbids", "A list belongs"),
    ("forbids: [destroy]", "forbids: []", "forbids", "At least one"),
    ("grace: 90d", "grace: 90d\ngrace: 60d", "grace: 60d", "written twice"),
    ("grace: 90d", "grace: &days 90d", "grace", "Anchors"),
    ("larger_than: 10MB", "name: *tmp", "name: *tmp", "needs quotes"),
    ("grace: 90d", "grace: !!str 90d", "grace", "Tags"),
    ("grace: 90d", "grace: {90d: {}}", "grace", None),
    ("grace: 90d", "grace: 90d\n---\na: b", "---", "second document"),
    ("grace: 90d", "\tgrace: 90d", "\tgrace", "tab"),
    ("grace: 90d", "grace: 90d: x", "grace", "colon"),
    ("grace: 90d", "? [a]\n: b", "? [a]", "plain text"),
    ("grace: 90d", "grace: 90d\x07", "grace", "control character"),
]


@pytest.mark.parametrize(("there", "instead", "on_line", "words"), ONE_MISTAKE)
def test_one_mistake_gives_one_problem_on_its_line(
    policies: Policies, valid: str, there: str, instead: str, on_line: str, words: str | None
) -> None:
    assert there in valid
    text = valid.replace(there, instead, 1)
    found = problems(policies(regnskap=text))
    if on_line == "nowhere":
        assert found == ()
        return
    assert len(found) == 1, found
    assert found[0].line == line_of(text, on_line), found[0]
    assert (found[0].file, words in found[0].message if words else True) == ("regnskap.yaml", True), found[0]


def test_five_mistakes_give_five_problems_with_their_lines(policies: Policies, valid: str) -> None:
    text = (
        valid.replace("owner:", "ownr:")
        .replace("fate: destroy", "fate: destory")
        .replace("    class: vouchers", "    class: vuochers")
        .replace("larger_than: 10MB", "larger_than: huge")
        .replace("path: Personal/Lønn", "path: Bilag")
    )
    expected = [line_of(text, part) for part in ("ownr", "Bilag\nclasses", "huge", "vuochers", "destory")]
    found = problems(policies(regnskap=text))
    assert [problem.line for problem in found] == expected, found


def test_the_problems_of_all_files_come_at_once(policies: Policies, valid: str) -> None:
    folder = policies(
        regnskap=valid.replace("grace: 90d", "grase: 90d"),
        arkiv="name: [",
        common="rules: nothing\nblocks: []\nclases: {}\n",
        waves="this is somebody else's: [",
    )
    (folder / "lost.yml").write_text("department: lost\n")
    found = [(problem.file, problem.line) for problem in problems(folder)]
    assert found == [("arkiv.yaml", 2), ("common.yaml", 1), ("common.yaml", 3), ("lost.yml", 1), ("regnskap.yaml", 44)]
    assert [problem.file for problem in problems(folder, "regnskap")] == ["common.yaml", "common.yaml", "regnskap.yaml"]


def test_columns_point_at_the_value_or_the_unknown_key(policies: Policies, valid: str) -> None:
    found = problems(policies(regnskap=valid.replace("by: Berit Bakken, on: 2026-03-01", "bye: B, on: soon")))
    text = "    decided: {bye: B, on: soon}"
    assert [problem.column for problem in found] == [text.index("bye") + 1, text.index("soon") + 1]


def test_classes_that_unfold_to_billions_are_refused_quickly(policies: Policies, valid: str) -> None:
    tenfold = "".join(f"  c{n}: {{class: [{', '.join([f'c{n + 1}'] * 10)}]}}\n" for n in range(9))
    text = valid.replace("classes:\n", f"classes:\n{tenfold}  c9: {{path: a}}\n")
    found = problems(policies(regnskap=text))
    assert all("which is too much" in problem.message for problem in found)
    # c5 is the first of ten thousand parts; it counts as light from there, so c1 is the next, and nothing between them.
    assert [problem.line for problem in found] == [line_of(text, "  c1:"), line_of(text, "  c5:")]


def test_a_long_chain_of_classes_is_refused_and_not_followed(policies: Policies, valid: str) -> None:
    chain = "".join(f"  c{n}: {{class: c{n + 1}}}\n" for n in range(1500))
    text = valid.replace("classes:\n", f"classes:\n{chain}  c1500: {{path: a}}\n")
    assert any("too many classes" in problem.message for problem in problems(policies(regnskap=text)))


def test_each_circle_of_classes_is_told_once(policies: Policies, valid: str) -> None:
    circles = "  a: {not: {class: b}}\n  b: {any: [{class: a}]}\n  c: {class: [d, vouchers]}\n  d: {class: c}\n"
    text = valid.replace("classes:\n", f"classes:\n{circles}")
    found = problems(policies(regnskap=text))
    assert [problem.line for problem in found] == [line_of(text, "  a: {"), line_of(text, "  c: {")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a: " + b"x" * 1024 * 1024, "over 1 MiB"),
        (b"name: \xe5\n", "UTF-8"),
        ("navn: æ".encode("utf-16"), "UTF-8"),
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"- a\n- b\n", "keys and values"),
        (b"text\n", "keys and values"),
        (b"[" * 200_000, "nested too deeply"),
        (b"{a: " * 200_000, "nested too deeply"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\n", "Anchors"),
    ],
)
def test_a_hostile_or_broken_file_is_a_problem_and_nothing_more(policies: Policies, data: bytes, words: str) -> None:
    found = problems(policies(regnskap=data))
    assert any(words in problem.message for problem in found), found


def test_an_empty_common_file_is_no_problem(policies: Policies, valid: str) -> None:
    assert problems(policies(regnskap=valid, common="# later\n")) == ()


def test_what_common_has_cannot_be_made_again(policies: Policies, valid: str) -> None:
    common = """\
classes: {large: {path: x}}
rules:
  - {rule: Old Vouchers, class: large, fate: hold, reason: r}
blocks:
  - {block: very old, class: large, forbids: [move], basis: b, reason: r}
"""
    found = problems(policies(regnskap=valid, common=common))
    expected = [line_of(valid, part) for part in ("large:", "rule: old vouchers", "block: very old")]
    assert [(problem.file, problem.line) for problem in found] == [("regnskap.yaml", line) for line in expected]


def test_two_departments_with_one_area_is_a_problem_in_both(policies: Policies, valid: str) -> None:
    other = valid.replace("department: regnskap", "department: arkiv").replace(
        "  regnskap-felles:", "  Regnskap-Felles:"
    )
    found = problems(policies(regnskap=valid, arkiv=other))
    assert [(problem.file, problem.line) for problem in found] == [("arkiv.yaml", 9), ("regnskap.yaml", 9)]
    assert "arkiv.yaml" in found[1].message


def test_a_policy_with_problems_does_not_load_and_says_where(policies: Policies, valid: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load(policies(regnskap=valid.replace("grace: 90d", "grase: 90d\nx: y")), "regnskap")
    assert [detail.split(":")[:2] for detail in refused.value.details] == [
        ["regnskap.yaml", "44"],
        ["regnskap.yaml", "45"],
    ]
    assert refused.value.next == "filrydd policy check"
    assert "2 problems" in refused.value.message


def test_messages_are_short_and_end_properly(policies: Policies, valid: str) -> None:
    for there, instead, _line, _words in ONE_MISTAKE:
        for problem in problems(policies(regnskap=valid.replace(there, instead, 1))):
            with speaking("en"):
                assert problem.message.endswith((".", "?")), problem.message
            for sentence in problem.message.split(". "):
                assert len(sentence.split()) <= 15, sentence
