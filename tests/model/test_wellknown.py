"""What can be told of a security identifier by its form alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.lang import speaking
from filrydd.model import wellknown
from filrydd.model.descriptor import sid_from_text, sid_to_text

DOMAIN = "S-1-5-21-1-2-3"


@pytest.mark.parametrize(
    ("sid", "name", "kind", "speaks"),
    [
        ("S-1-1-0", "Everyone", "well-known", True),
        ("S-1-5-32-544", "Administrators of the server", "well-known", True),
        (f"{DOMAIN}-500", "Administrator", "user", True),
        (f"{DOMAIN}-512", "Domain administrators", "group", True),
        (f"{DOMAIN}-999", "", "", False),
        (f"{DOMAIN}-1000", "", "", False),
        ("S-1-22-1-1000", "Unix user 1000", "user", False),
        ("S-1-22-2-100", "Unix group 100", "group", False),
        ("S-1-12-1-1-2-3-4", "", "", False),
    ],
)
def test_the_form_of_an_identifier_tells_who_it_is(sid: str, name: str, kind: str, speaks: bool) -> None:
    with speaking("en"):
        assert wellknown.name_of(sid) == name
    assert (wellknown.kind_of(sid), wellknown.speaks_for_itself(sid)) == (kind, speaks)


def test_accounts_that_somebody_made_have_a_domain() -> None:
    assert wellknown.domain_of(f"{DOMAIN}-1001") == wellknown.domain_of(f"{DOMAIN}-500") == DOMAIN
    assert wellknown.domain_of("S-1-5-32-544") == wellknown.domain_of("S-1-22-1-1001") == ""
    made = (f"{DOMAIN}-1001", f"{DOMAIN}-999", "S-1-5-18", "S-1-22-1-1001")
    assert [wellknown.is_made_account(sid) for sid in made] == [True, False, False, False]


def test_guests_and_those_who_run_the_system_are_told_apart() -> None:
    assert all(wellknown.is_guest(sid) for sid in ("S-1-5-7", "S-1-5-32-546", f"{DOMAIN}-501", f"{DOMAIN}-514"))
    assert not any(wellknown.is_guest(sid) for sid in ("S-1-1-0", f"{DOMAIN}-513", f"{DOMAIN}-1501"))
    assert all(
        wellknown.is_administering(sid) for sid in ("S-1-5-18", "S-1-5-32-544", f"{DOMAIN}-512", f"{DOMAIN}-500")
    )
    assert not any(wellknown.is_administering(sid) for sid in ("S-1-5-11", f"{DOMAIN}-513", f"{DOMAIN}-1512"))


def test_the_table_holds_identifiers_only_and_no_name_twice() -> None:
    names = wellknown._names("en")
    assert all(sid_to_text(sid_from_text(sid)) == sid for sid in names)
    assert names.keys() >= wellknown.PLACEHOLDERS
    assert all(names.values())
    assert len(set(names.values())) == len(names)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6), st.sampled_from([1, 3, 5, 22]))
def test_every_identifier_has_an_answer(words: list[int], authority: int) -> None:
    sid = "-".join(["S", "1", str(authority), *map(str, words)])
    assert wellknown.kind_of(sid) in ("", "user", "group", "well-known")
    assert wellknown.speaks_for_itself(sid) or wellknown.kind_of(sid) != "well-known"
    wellknown.name_of(sid)
