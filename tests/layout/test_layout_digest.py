"""Digests tell any two structures apart, and nothing else."""

import random

from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout.digest import bundle, line, node

fields = st.lists(st.one_of(st.text(max_size=8), st.integers(0, 99).map(str)), max_size=5)
trees = st.recursive(
    st.tuples(st.lists(fields, max_size=3), st.just({})),
    lambda below: st.tuples(st.lists(fields, max_size=3), st.dictionaries(st.text(max_size=3), below, max_size=3)),
    max_leaves=6,
)


def digest_of(tree: tuple, chance: random.Random | None = None) -> bytes:
    lines, children = tree
    named = [(name, digest_of(below, chance)) for name, below in children.items()]
    if chance:
        chance.shuffle(named)
    return node(bundle(line(each) for each in lines), named)


@given(fields, fields)
def test_two_lines_are_equal_only_when_all_their_fields_are(one: list[str], other: list[str]) -> None:
    assert (line(one) == line(other)) == (one == other)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_two_bundles_are_equal_only_when_all_their_lines_are(one: list[bytes], other: list[bytes]) -> None:
    assert (bundle(one) == bundle(other)) == (one == other)


@given(trees, trees)
def test_two_trees_are_equal_only_when_everything_in_them_is(one: tuple, other: tuple) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)


@given(trees, st.randoms())
def test_the_order_in_which_subfolders_come_does_not_matter(tree: tuple, chance: random.Random) -> None:
    assert digest_of(tree) == digest_of(tree, chance)


@given(trees, st.data())
def test_any_changed_field_changes_the_digest_at_the_top(tree: tuple, data: st.DataObject) -> None:
    lines, children = tree
    if lines and lines[0]:
        changed = [[lines[0][0] + data.draw(st.text(min_size=1, max_size=2)), *lines[0][1:]], *lines[1:]]
        assert digest_of((changed, children)) != digest_of(tree)


def test_a_field_cannot_run_over_into_the_next() -> None:
    assert line(["ab", "c"]) != line(["a", "bc"])
    assert bundle([b"ab", b"c"]) != bundle([b"a", b"bc"])
    assert node(b"", [("ab", b"c")]) != node(b"", [("a", b"bc")])


def test_a_bundle_is_never_a_node() -> None:
    assert bundle([b"x"]) != node(b"x", [])


def test_the_bytes_of_a_line_and_the_digests_are_those_that_old_signatures_hold() -> None:
    assert line(["å", 12]) == b"\0\0\0\x02\xc3\xa5\0\0\0\x0212"
    assert bundle([line(["å", 12])]).hex() == "d1ffde0083f4a9428f1714f2b44d36d07c6f67836112eb18409afd3ab8c60729"
    assert (
        node(bundle([]), [("å", bundle([]))]).hex()
        == "4ff3c8cbf9110ba133e7d77dac08b6339070677ca7875e5750f516cd51cbaa6b"
    )
