"""No template prints a number, a size or a time as the machine has it: the reader's way is in the filters."""

from collections.abc import Iterator

import jinja2
import pytest
from jinja2 import nodes

from filrydd.web.templates import environment
from tests import texts

# What a placeholder is called says what it is, and which filters may fill it.
FIGURES = [
    "all", "answered", "count", "days", "done", "failed", "files", "findings", "first", "last", "signed",
    "unreadable",
]  # fmt: skip
FILTERS = {
    **dict.fromkeys(FIGURES, ("number",)),
    **dict.fromkeys(("day", "later", "deadline"), ("day", "day_of", "last_day")),
    "size": ("size",),
    "moment": ("moment",),
}
# A count that is below a hundred by how the pages are made, so that it looks the same in every language.
SMALL = {("group.html", "count"): "groups in a portion", ("practice.html", "count"): "groups in the practice portion"}
# What is never put out bare between the tags of a page.
RAW = [
    "asked_at", "at", "bytes", "confirmed_on", "count", "day", "deadline", "decided_on", "files", "folders", "groups",
    "lifted", "modified", "moves", "size", "until", "verified",
]  # fmt: skip


def fills(node: nodes.Expr) -> Iterator[nodes.Expr]:
    """The expressions one of which fills a placeholder; a text of its own that is filled elsewhere is none."""
    match node:
        case nodes.CondExpr():
            yield from fills(node.expr1)
            if node.expr2 is not None:
                yield from fills(node.expr2)
        case nodes.Call(node=nodes.Getattr(attr="format")) | nodes.Const():
            return
        case _:
            yield node


def placeholders(template: str, source: str) -> Iterator[str]:
    """Placeholders that are filled past their filters, with the line."""
    for call in environment().parse(source).find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Getattr) and call.node.attr == "format"):
            continue
        for given in call.kwargs:
            wanted = FILTERS.get(given.key)
            if wanted is None or (template, given.key) in SMALL:
                continue
            for node in fills(given.value):
                if not (isinstance(node, nodes.Filter) and node.name in wanted):
                    yield f"{template}:{call.lineno}: {given.key}"


def bare(template: str, source: str) -> Iterator[str]:
    """Raw figures and times between tags; in an attribute, such as a form's value, the machine's way is right."""
    for output in environment().parse(source).find_all(nodes.Output):
        before = ""
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                before = node.data
            elif isinstance(node, nodes.Getattr) and node.attr in RAW and not before.endswith(('="', "-")):
                yield f"{template}:{node.lineno}: {node.attr}"


def templates() -> list[tuple[str, str]]:
    return [(path.name, path.read_text("utf-8")) for path in sorted(texts.CODE.rglob("*.html"))]


def test_every_placeholder_for_a_figure_or_a_day_is_filled_in_the_readers_way() -> None:
    assert len(templates()) > 40
    assert [place for template, source in templates() for place in placeholders(template, source)] == []


def test_no_page_puts_out_a_raw_figure_or_time() -> None:
    assert [place for template, source in templates() for place in bare(template, source)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ _("{count} files").format(count=one.files) }}', ["x.html:1: count"]),
        ('{{ _("{count} files").format(count=one.files|number) }}', []),
        ('{{ _("{day}").format(day=one.at|day_of if one.at else "–") }}', []),
        ('{{ _("{day}").format(day=one.at if one.at else "–") }}', ["x.html:1: day"]),
        ('{{ _("{days}").format(days=n_("{count} day", "{count} days", 2).format(count=2000)) }}', []),
    ],
)
def test_a_placeholder_past_its_filter_is_found(source: str, found: list[str]) -> None:
    assert list(placeholders("x.html", source)) == found


def test_a_raw_figure_is_found_and_an_attribute_is_none() -> None:
    assert list(bare("x.html", "<td>{{ one.files }}</td>")) == ["x.html:1: files"]
    assert list(bare("x.html", '<meter value="{{ one.files }}"></meter><td>{{ one.files|number }}</td>')) == []


def test_a_page_has_the_filters_that_these_tests_ask_for() -> None:
    known: jinja2.Environment = environment()
    assert {one for wanted in FILTERS.values() for one in wanted} <= set(known.filters)
    assert {template for template, _name in SMALL} <= {template for template, _source in templates()}
