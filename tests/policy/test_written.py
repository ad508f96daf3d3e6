"""Adding to a policy file that somebody wrote: what stands there stays, byte for byte, and only what was asked for is new."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.errors import PolicyInvalid
from filrydd.policy.written import Pieces, added, comment, last_for_everything, set_before, under_item
from filrydd.policy.yaml_lines import Tree, mapping, parse

SHIPPED = sorted(path for path in (Path(__file__).parents[2] / "policies").glob("*.yaml"))
PIECES = Pieces(
    classes="ny klasse:\n  name: ['*.ny']",
    private=("ny klasse",),
    rules="# Om regelen.\n- rule: ny regel\n  class: ny klasse\n  fate: hold\n  reason: Fordi.",
    blocks="- block: ny sperre\n  class: ny klasse\n  forbids: [destroy]\n  basis: § 1\n  reason: Fordi.",
    examples="- {path: a.ny, modified: 2026-01-01, day: 2026-01-01, expect: hold}",
)
SMALL = """\
department: x
rules:
  - rule: a
    when: {path: A}
    fate: move
  # Om resten.
  - rule: gammelt
    when: everything
    after: 5y after last change
    fate: hold
  - rule: resten
    when: everything
    fate: move
"""


def tree(data: bytes) -> dict[str, Tree]:
    parsed = parse(data)
    assert not parsed.mistakes
    return mapping(parsed.tree)


def names(data: bytes, section: str = "rules", kind: str = "rule") -> list[Tree]:
    return [mapping(one)[kind] for one in tree(data)[section]]


def only_adds(before: bytes, after: bytes) -> bool:
    """Whether all lines from before stand in the new file, in their order and unchanged, but for a list within its brackets."""
    new = iter(after.splitlines(keepends=True))
    return all(line in new for line in before.splitlines(keepends=True) if not line.startswith(b"private: ["))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_shipped_policies_take_every_piece_and_keep_every_line(file: Path) -> None:
    data = file.read_bytes()
    after = added(data, PIECES)
    assert only_adds(data, after)
    was, now = tree(data), tree(after)
    assert now["classes"] == {**mapping(was["classes"]), "ny klasse": {"name": ["*.ny"]}}
    assert [mapping(rule)["rule"] for rule in now["rules"]].count("ny regel") == 1
    assert {key: value for key, value in now.items() if value != was.get(key)}.keys() <= {
        "classes", "private", "rules", "blocks", "examples",
    }  # fmt: skip


def test_a_rule_goes_before_those_at_the_end_that_are_about_everything_and_before_their_comments() -> None:
    after = added(SMALL.encode(), Pieces(rules="- rule: ny\n  when: {path: B}\n  fate: hold"))
    assert names(after) == ["a", "ny", "gammelt", "resten"]
    assert "    fate: hold\n\n  # Om resten.\n  - rule: gammelt" in after.decode()


def test_a_comment_that_belongs_to_the_rule_above_stays_with_it() -> None:
    text = SMALL.replace("    fate: move\n  # Om", "    fate: move\n    # confirmed: {by: Arkivar}\n  # Om", 1)
    after = added(text.encode(), Pieces(rules="- rule: ny\n  when: {path: B}\n  fate: hold")).decode()
    assert "    # confirmed: {by: Arkivar}\n  - rule: ny" in after


def test_without_a_rule_for_everything_a_new_one_comes_last() -> None:
    text = SMALL.partition("  # Om")[0]
    assert names(added(text.encode(), Pieces(rules="- rule: ny\n  when: {path: B}\n  fate: hold"))) == ["a", "ny"]


def test_sections_that_are_not_there_are_made() -> None:
    after = added(b"department: x\nlibrary: y", PIECES)
    assert list(tree(after)) == ["department", "library", "classes", "private", "rules", "blocks", "examples"] or (
        set(tree(after)) == {"department", "library", "classes", "private", "rules", "blocks", "examples"}
    )
    assert after.startswith(b"department: x\nlibrary: y\n")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_mark_at_the_beginning_stay(ending: str, mark: str) -> None:
    data = (mark + SMALL.replace("\n", ending)).encode()
    after = added(data, PIECES)
    assert after.startswith(mark.encode() + b"department")
    assert after.count(b"\r\n") == (after.count(b"\n") if ending == "\r\n" else 0)
    assert "ny regel" in names(after)


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{rule: a, when: everything, fate: move}]\n",
        "{department: x, rules: [{rule: a}]}\n",
        "rules: []\n",
        "rules: {a: b}\n",
        "rules:\n  -\n    rule: a\n    fate: move\n",
        "rules:\n  - rule: a\n  x: [\n",
        "",
    ],
)
def test_what_is_laid_out_otherwise_is_refused(text: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        added(text.encode(), Pieces(rules="- rule: ny\n  when: {path: B}\n  fate: hold"))
    assert "Nothing was changed" in refused.value.next


def test_a_class_of_a_name_that_is_there_is_refused() -> None:
    with pytest.raises(PolicyInvalid):
        added(b"classes:\n  ny:\n    name: [a]\n", Pieces(classes="ny:\n  name: [b]"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("private: [a]\n", "private: [a, ny klasse]\n"),
        ("private: [a]  # hvorfor\n", "private: [a, ny klasse]  # hvorfor\n"),
        ("private:\n  - a\n", "private:\n  - a\n  - ny klasse\n"),
        ("private: [ny klasse]\n", "private: [ny klasse]\n"),
    ],
)
def test_private_classes_are_added_to_the_list_that_is_there(before: str, after: str) -> None:
    assert added(before.encode(), Pieces(private=("ny klasse",))).decode() == after


def test_keys_are_put_under_one_rule_and_no_other() -> None:
    after = under_item(SMALL.encode(), "rules", 0, "confirmed: {by: Arkivar, on: 2026-01-02}").decode()
    assert "    fate: move\n    confirmed: {by: Arkivar, on: 2026-01-02}\n  # Om resten." in after
    last = under_item(SMALL.encode(), "rules", 2, "confirmed: {by: Arkivar, on: 2026-01-02}").decode()
    assert last.endswith("    fate: move\n    confirmed: {by: Arkivar, on: 2026-01-02}\n")


def test_a_key_of_the_whole_file_goes_before_another() -> None:
    after = set_before(b"a: b\n\n# om\nareas: {x: {}}\n", "superusers", "superusers: [{name: A}]", "areas")
    assert after == b"a: b\n\nsuperusers: [{name: A}]\n# om\nareas: {x: {}}\n"
    with pytest.raises(PolicyInvalid):
        set_before(b"a: b\n", "a", "a: c", "areas")


@given(st.text(), st.sampled_from([SMALL, "department: x\n"]))
def test_nobodys_name_becomes_anything_but_a_comment(name: str, text: str) -> None:
    rule = f"{comment(name)}\n- rule: ny\n  when: {{path: B}}\n  fate: hold"
    after = added(text.encode(), Pieces(rules=rule))
    plain = added(text.encode(), Pieces(rules=rule.partition("\n")[2]))
    assert tree(after) == tree(plain)


WORDS = st.text(st.sampled_from("abcæøå: #-[]{}'\"\\\t,&*!|>%@`"), max_size=12)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["# ", "  # ", "", "- ", "    "])), max_size=8), st.integers(0, 13))
def test_whatever_the_file_it_is_extended_exactly_or_refused(noise: list[tuple[str, str]], at: int) -> None:
    lines = SMALL.splitlines()
    lines[at:at] = [indent + word for word, indent in noise]
    data = ("\n".join(lines) + "\n").encode()
    try:
        after = added(data, Pieces(rules="- rule: ny\n  when: {path: B}\n  fate: hold"))
    except PolicyInvalid:
        return
    was, now = tree(data), tree(after)
    rules = was.get("rules", [])
    place = last_for_everything(rules) if isinstance(rules, list) else 0
    assert now == {
        **was,
        "rules": [*rules[:place], {"rule": "ny", "when": {"path": "B"}, "fate": "hold"}, *rules[place:]],
    }
