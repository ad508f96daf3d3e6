"""Whatever is in a policy file, it is read to problems or to a department, never to a crash."""

import json
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from filrydd.policy.compile import compile_department
from filrydd.policy.examine import examine_common, examine_department
from filrydd.policy.examples import results

VALID = (Path(__file__).with_name("valid.yaml")).read_text(encoding="utf-8")
LINES = VALID.splitlines(keepends=True)
YAMLISH = st.text(st.sampled_from("ab:-[]{}?&*!|>'\"#%@`,\n \t.~0é\x00\ud800\ufeff"), max_size=200)
SNIPPETS = st.sampled_from(
    ["", "null", "[]", "{}", "x", "0", "*a", "&a x", "!x y", "'", '"', "everything", "{class: large}", "[[]]", "- ", "{a: }",
     "2026-01-01", "true", "5%", "|", "? x", "<<: x", "---", "{not: {not: {}}}", "{any: [{any: []}]}", "[null, {class: [x]}]",
     "{expression: '(a+)+$'}", "{older_than: {latest: 5y}}",
     "{modified_after: today}",
     "{expression: '('}", "{finding: [not for sharepoint]}"]
)  # fmt: skip


def judge(data: bytes) -> None:
    """Examine the bytes as both kinds of file, and where nothing is wrong, use what comes of them."""
    common = examine_common(data)
    own = examine_department("regnskap", data, None)
    beside = examine_department("regnskap", VALID.encode(), common)
    for examined in (common, own, beside):
        lines = examined.data.count(b"\n") + 2
        assert (examined.form is None) is bool(examined.problems)
        assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in examined.problems)
        assert len(set(examined.problems)) == len(examined.problems)
    if own.form:
        department = compile_department("regnskap", own, own.form, None)
        for day in (date.min, date(2026, 1, 1), date.max):
            assert len(department.rules(day)) == len(own.form.rules)
            assert len(department.private(day)) == len(own.form.private)
            assert len(department.blocks(day)) == len(own.form.blocks)
        assert len(results(department)) == len(department.examples)


@given(st.one_of(st.text(max_size=300), YAMLISH))
def test_any_text_is_read_to_problems(text: str) -> None:
    judge(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_problems(data: bytes) -> None:
    judge(data)


@settings(max_examples=200)
@given(st.data())
def test_a_policy_with_lines_lost_doubled_moved_or_spoiled_is_read_to_problems(data: st.DataObject) -> None:
    lines = list(LINES)
    for _turn in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        match data.draw(st.sampled_from(["lose", "double", "move", "value", "key", "indent"])):
            case "lose":
                del lines[at]
            case "double":
                lines.insert(at, line)
            case "move":
                lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case "value":
                lines[at] = f"{line.partition(':')[0]}: {data.draw(SNIPPETS)}\n"
            case "key":
                lines[at] = line.replace(line.strip().partition(":")[0], data.draw(SNIPPETS), 1)
            case "indent":
                lines[at] = " " * data.draw(st.integers(0, 6)) + line.lstrip()
    judge("".join(lines).encode())


JSONISH = st.recursive(
    st.one_of(
        st.none(),
        st.sampled_from(
            ["everything", "large", "destroy", "5y after created", "2020-01-01", "x", "", "today", "5y", "(", "a"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "path",
                    "any",
                    "all",
                    "not",
                    "class",
                    "when",
                    "rule",
                    "fate",
                    "name",
                    "areas",
                    "parts",
                    "reason",
                    "after",
                    "expression",
                    "older_than",
                    "modified_after",
                    "owner",
                    "finding",
                    "drives",
                    "forbids",
                    "private",
                    "block",
                ]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["classes", "rules", "blocks", "areas", "examples", "limits", "owner", "contacts", "private"]),
        JSONISH,
        max_size=4,
    )
)
def test_any_shape_under_the_known_keys_is_read_to_problems(tree: dict[str, object]) -> None:
    judge(json.dumps(tree).encode())
