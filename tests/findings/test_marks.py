"""What is read off one name."""

from datetime import date

import pytest

from filrydd.findings.dates import take_dates
from filrydd.findings.marks import read_marks
from filrydd.model.times import from_day

NEAR = from_day(date(2019, 4, 1))


@pytest.mark.parametrize(
    "name",
    [
        "Rapport v2.docx", "Rapport v.2.docx", "Rapport versjon 3.docx", "Rapport rev B.docx", "Rapport_ny.docx",
        "Rapport NY.docx", "Rapport nyeste.docx", "Rapport siste.docx", "Rapport endelig.docx", "Rapport endelig2.docx",
        "Rapport final.docx", "Rapport utkast.docx", "Rapport kladd.docx", "Kopi av Rapport.docx", "Copy of Rapport.docx",
        "Kopi (2) av Rapport.docx", "Rapport - Kopi.docx", "Rapport - Copy (2).docx", "Rapport (1).docx", "Rapport_old.docx",
        "Rapport gammel.docx", "Rapport 2019-03-01.docx", "Rapport 01.03.19.docx", "Rapport 20190301.docx",
        "Rapport mars 2019.docx", "Rapport_KN.docx", "Rapport KN kommentarer.docx", "Rapport rettet.docx",
        "Rapport m kommentarer.docx", "Rapport sendt.docx", "Rapport signert.docx", "Rapport-DESKTOP-AB12CD3.docx",
        "Rapport (Kari sin motstridende kopi 2019-03-01).docx", "Rapport (KN's conflicted copy 2019-03-01).docx",
        "Utkast til rapport.docx", "Rapportv2.docx", "Rapport til gjennomsyn.docx", "Rapport rev 01.03.19.docx",
        "RAPPORT_V2 ENDELIG NY.DOCX",
    ],
)  # fmt: skip
def test_a_mark_is_taken_off(name: str) -> None:
    assert read_marks(name, NEAR).stem == "rapport"


@pytest.mark.parametrize(
    "name",
    [
        "Gamle Oslo.docx",
        "Siste purring.docx",
        "Revidert budsjett.docx",
        "Fagplan Vg2.docx",
        "Kopimaskin avtale.pdf",
        "Brev NAV.docx",
    ],
)
def test_a_word_that_means_something_stays(name: str) -> None:
    marks = read_marks(name, NEAR)
    assert marks.stem == name.rpartition(".")[0].lower()
    assert not marks.sure


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-03-01", date(2019, 3, 1)),
        ("2019_03_01", date(2019, 3, 1)),
        ("20190301", date(2019, 3, 1)),
        ("01.03.19", date(2019, 3, 1)),
        ("1.3.2019", date(2019, 3, 1)),
        ("010319", date(2019, 3, 1)),
        ("01032019", date(2019, 3, 1)),
        ("190331", date(2019, 3, 31)),
        ("mars 2019", date(2019, 3, 1)),
        ("1. mars 2019", date(2019, 3, 1)),
        ("2019-03", date(2019, 3, 1)),
        ("31.12.98", date(1998, 12, 31)),
    ],
)
def test_a_date_is_known_in_its_many_forms(text: str, day: date) -> None:
    rest, dates = take_dates(f"plan {text}", NEAR)
    assert dates == [from_day(day)]
    assert rest.split() == ["plan", "\x01"]


@pytest.mark.parametrize("text", ["2019", "31.02.19", "12345678901", "1001", "mars", "kap 3.2", "2019-2023"])
def test_what_is_no_date_is_left_alone(text: str) -> None:
    assert take_dates(text, NEAR) == (text, [])


def test_six_digits_are_read_as_the_day_nearer_to_the_last_change() -> None:
    assert take_dates("110212", from_day(date(2011, 3, 1)))[1] == [from_day(date(2011, 2, 12))]
    assert take_dates("110212", from_day(date(2012, 3, 1)))[1] == [from_day(date(2012, 2, 11))]
