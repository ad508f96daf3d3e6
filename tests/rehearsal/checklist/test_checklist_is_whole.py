"""No line without a test or a reason, no test without a line."""

import ast
from collections import Counter
from pathlib import Path

from tests.rehearsal.checklist.lines import BY_ID, LINES

HERE = Path(__file__).parent


def named() -> tuple[Counter[str], list[str]]:
    """How many tests each line has, and the tests that name no line."""
    found: Counter[str] = Counter()
    nameless: list[str] = []
    for file in sorted(HERE.glob("test_*.py")):
        if file == Path(__file__):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                calls = [each for each in node.decorator_list if isinstance(each, ast.Call)]
                ids = [
                    call.args[0].value for call in calls if isinstance(call.func, ast.Name) and call.func.id == "line"
                ]
                found.update(ids)
                if len(ids) != 1:
                    nameless.append(f"{file.name}: {node.name}")
    return found, nameless


def test_every_line_has_one_test_or_a_reason() -> None:
    found, _nameless = named()
    assert len(BY_ID) == len(LINES)
    assert set(found) <= set(BY_ID)
    wrong = {each.id: found[each.id] for each in LINES if found[each.id] != (0 if each.left_out else 1)}
    assert wrong == {}


def test_every_test_here_names_one_line() -> None:
    assert named()[1] == []


def test_reasons_are_sentences() -> None:
    for each in LINES:
        assert each.words and (not each.left_out or (each.left_out.endswith(".") and len(each.left_out) > 30)), each
