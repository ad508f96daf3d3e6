"""Case numbers in names, against names that a person has read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout.case_numbers import case_number
from tests.layout.labelled_names import WRITTEN_FIRST, WRITTEN_LAST, WRITTEN_TO_FAIL


def _precision_and_recall(labelled: tuple[tuple[str, str], ...]) -> tuple[float, float]:
    found = [(case_number(name), truth) for name, truth in labelled]
    right = sum(answer == truth != "" for answer, truth in found)
    return right / sum(answer != "" for answer, _truth in found), right / sum(truth != "" for _answer, truth in found)


@pytest.mark.parametrize(
    ("labelled", "precision", "recall"),
    [(WRITTEN_FIRST, 1.0, 1.0), (WRITTEN_TO_FAIL, 1.0, 0.73), (WRITTEN_LAST, 0.93, 0.93)],
    ids=["written first", "written to fail", "written last"],
)
def test_case_numbers_are_found_about_as_a_person_finds_them(
    labelled: tuple[tuple[str, str], ...], precision: float, recall: float
) -> None:
    right, complete = _precision_and_recall(labelled)
    assert right >= precision
    assert complete >= recall


def test_the_nearest_folder_with_a_case_number_gives_it_where_the_name_has_none() -> None:
    folders = ["Sak 2018-1 Gammelt", "Byggesak 2019-1234 Storgata", "Tegninger"]
    assert case_number("Fasade.pdf", folders) == "2019/1234"
    assert case_number("Sak 20-55123.pdf", folders) == "20/55123"
    assert case_number("Fasade.pdf", ["Tegninger"]) == ""


years = st.one_of(st.integers(1990, 2039).map(str), st.integers(0, 39).map("{:02d}".format))


@given(
    years, st.integers(10_000, 999_999), st.sampled_from(["-", "_", ".", " - "]), st.sampled_from(["", "-7", " - 12"])
)
def test_a_number_after_a_word_for_a_case_is_found_however_it_is_written(
    year: str, serial: int, mark: str, document: str
) -> None:
    expected = f"{year}/{serial}"
    for word in ("sak", "Saksnr. ", "BYGGESAK ", "arkivsaknr_", "Vår ref: ", "jnr "):
        word = word if not word[-1].isalpha() else f"{word} "
        assert case_number(f"Svar {word}{year}{mark}{serial}{document} om noe.pdf") == expected


@given(
    st.dates(),
    st.sampled_from(["{:%Y-%m-%d}", "{:%d-%m-%Y}", "{:%d.%m.%Y}", "{:%y-%m-%d}", "{:%Y_%m_%d}", "{:%Y-%m%d}"]),
)
def test_a_date_is_no_case_number(day: object, form: str) -> None:
    written = form.format(day)
    assert case_number(f"{written} - Referat fra møte.docx") == ""
    assert case_number(f"Referat {written}.docx") == ""


@given(st.text(st.sampled_from("0129-_./ saknrSAKjå"), max_size=255))
def test_any_name_is_answered_with_a_number_that_stands_in_it_or_nothing(name: str) -> None:
    answer = case_number(name)
    assert not answer or all(part in name for part in answer.split("/"))
