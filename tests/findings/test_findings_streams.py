"""Which streams beside a file are told, and how."""

import pytest

from filrydd.findings.streams import detail, telling
from tests.reading import number


def test_what_programs_note_for_themselves_is_not_told() -> None:
    assert telling(("ZONE.identifier", "AFP_AfpInfo", "com.dropbox.attributes", "SmartScreen")) == ()
    assert detail(("Zone.Identifier",)) == ""
    assert detail(()) == ""


@pytest.mark.parametrize("name", ["AFP_Resource", "note", "\x05SummaryInformation", "Zone.Identifier2"])
def test_everything_else_is_told(name: str) -> None:
    assert telling(("Zone.Identifier", name)) == (name,)


def test_a_detail_is_the_number_and_the_first_names() -> None:
    assert detail(("note", "Zone.Identifier", "plan")) == "2: note, plan"
    assert detail(tuple(f"n{index}" for index in range(8))) == "8: n0, n1, n2, n3, n4, …"


def test_a_long_name_is_cut_and_what_cannot_be_shown_is_replaced() -> None:
    assert detail(("x" * 300,)) == "1: " + "x" * 59 + "…"
    assert detail(("a\x1b[31m\n",)) == "1: a\ufffd[31m\ufffd"


@pytest.mark.parametrize("before", ["notat ", "x" * 53])
def test_a_number_in_a_name_is_masked_even_where_the_name_is_cut(before: str) -> None:
    told = detail((f"{before} {number()}",))
    assert not any(letter.isdigit() for letter in told.removeprefix("1: "))
