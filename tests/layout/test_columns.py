"""Columns: what is written into them, and what a library must have for it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.numbers import masked
from filrydd.lang import speaking
from filrydd.layout.columns import INTERNAL, FileFacts, definitions, values, year_of
from filrydd.model import times
from filrydd.model.structure import Column

ALL = tuple(Column)
NUMBER = next(number for n in range(1_000_000) if masked(number := f"01019{n:06d}") != number)


def test_each_known_fact_is_written_under_its_internal_name() -> None:
    facts = FileFacts(
        department="Innkrevingsetaten",
        path="Saker/Sak 2019-1234/Klage.docx",
        owner="Kari Nordmann",
        created=times.from_datetime(datetime(2019, 3, 12, 8, 0, 5, 999_999, tzinfo=UTC)),
        document_class="klagesaker",
        label="Bevares",
        year=2019,
    )
    assert values(ALL, facts) == {
        "FilryddDepartment": "Innkrevingsetaten",
        "FilryddOriginalPath": "Saker/Sak 2019-1234/Klage.docx",
        "FilryddOriginalOwner": "Kari Nordmann",
        "FilryddCreated": "2019-03-12T08:00:05Z",
        "FilryddDocumentClass": "klagesaker",
        "FilryddRetentionLabel": "Bevares",
        "FilryddCaseNumber": "2019/1234",
        "FilryddYear": "2019",
    }
    assert values([Column.LABEL], facts) == {"FilryddRetentionLabel": "Bevares"}


def test_what_is_not_known_is_left_out() -> None:
    assert values(ALL, FileFacts(department="", path="Notat.docx")) == {"FilryddOriginalPath": "Notat.docx"}


@pytest.mark.parametrize("year", [1601, 1899])
def test_a_time_that_no_file_can_have_is_left_out(year: int) -> None:
    created = times.from_datetime(datetime(year, 12, 31, tzinfo=UTC))
    assert values([Column.CREATED], FileFacts("", "a", created=created)) == {}


def test_the_first_moment_of_1900_is_taken() -> None:
    created = times.from_datetime(datetime(1900, 1, 1, tzinfo=UTC))
    assert values([Column.CREATED], FileFacts("", "a", created=created)) == {"FilryddCreated": "1900-01-01T00:00:00Z"}


pieces = st.lists(
    st.sampled_from([NUMBER, f"{NUMBER[:6]} {NUMBER[6:]}", "Sak 2019-1234", "/", " ", "å", "💾", "x" * 99, "\n"])
)


@given(*[pieces.map("".join) for _ in range(5)])
def test_values_fit_their_columns_and_hold_no_identity_number_and_nothing_that_is_refused(
    units: Callable[[str], int], department: str, path: str, owner: str, document_class: str, label: str
) -> None:
    facts = FileFacts(department, path, owner, None, document_class, label)
    found = values(ALL, facts, mask=masked)
    kinds = {each.name: each.kind for each in definitions(ALL)}
    for name, value in found.items():
        assert isinstance(value, str)
        assert masked(value) == value
        assert re.search(r"[\x00-\x1f]", value) is None
        assert units(value) <= (255 if kinds[name] == "text" else 63_999)


def test_the_old_path_is_whole_but_for_identity_numbers() -> None:
    path = f"Personal/{NUMBER} Ola/{'x' * 200}/{'y' * 200}.docx"
    found = values([Column.ORIGINAL_PATH], FileFacts("", path), mask=masked)
    assert found == {"FilryddOriginalPath": path.replace(NUMBER, "*" * 11)}


def test_a_text_that_is_too_long_says_so_at_its_end() -> None:
    found = values([Column.ORIGINAL_OWNER], FileFacts("", "a", owner="💾" * 200))
    assert found == {"FilryddOriginalOwner": "💾" * 127 + "…"}


def test_each_column_has_one_definition_that_both_languages_name() -> None:
    with speaking("en"):
        found = definitions((*ALL, *ALL))
    assert [each.column for each in found] == list(ALL)
    assert len({each.display for each in found}) == len({each.name for each in found}) == len(ALL)
    assert all(re.fullmatch("[A-Za-z]{1,32}", each.name) for each in found)
    assert {each.name: each.kind for each in found if each.kind != "text"} == {
        INTERNAL[Column.ORIGINAL_PATH]: "note",
        INTERNAL[Column.CREATED]: "dateTime",
    }
    with speaking("nb"):
        assert [each.name for each in definitions(ALL)] == [each.name for each in found]


@pytest.mark.parametrize(
    ("folders", "year"),
    [
        (["2019"], 2019),
        (["År 2019"], 2019),
        (["2018", "2019"], 2019),
        (["2018", "Kari"], 2018),
        (["2019-03"], 2019),
        (["2018-2019"], None),
        (["2018-2019", "2. halvår"], None),
        (["20190312"], None),
        (["1814"], None),
        ([], None),
    ],
)
def test_the_year_is_that_of_the_innermost_lifted_folder_that_names_just_one(
    folders: list[str], year: int | None
) -> None:
    assert year_of(folders) == year
