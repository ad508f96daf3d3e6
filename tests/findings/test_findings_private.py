"""Folders that are somebody's own, by their names. Labelled by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.private import home_owner, own_folder, says_private

PRIVATE = [
    *(
        "Privat",
        "PRIVAT",
        "privat",
        "_Privat",
        "01 Privat",
        "Privat!",
        "(privat)",
        "Private",
        "Personlig",
        "Personlig mappe",
    ),
    *(
        "Private filer",
        "private_filer",
        "Private bilder",
        "Mine private dokumenter",
        "Privatmappe",
        "Personlige dokumenter",
    ),
    *(
        "Mine dokumenter",
        "My Documents",
        "Bare for meg",
        "Mitt",
        "Privat område",
        "Privat omra\u030ade",
        "Personal files",
    ),
]
PUBLIC = [
    *(
        "Private barnehager",
        "Privatskoler",
        "Privat forslag",
        "Privat sektor",
        "Private veier",
        "Private avløp",
        "Personal",
    ),
    *(
        "Personvern",
        "Personell",
        "Personalmøter",
        "Personlig assistanse",
        "Personlig ordfører",
        "Home",
        "Privatrettslig",
    ),
    *(
        "Offentlig-privat samarbeid",
        "Privatisering",
        "Felles",
        "Dokumenter",
        "",
        "2020",
        "Hjemmetjenesten",
        "Personopplysninger",
    ),
]


@pytest.mark.parametrize("name", PRIVATE)
def test_a_name_that_says_private_is_heard(name: str) -> None:
    assert says_private(name)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_name_about_something_private_is_no_private_folder(name: str) -> None:
    assert not says_private(name)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("Users/abc123", "abc123"),
        ("Users/abc123/Dokumenter/gammelt", "abc123"),
        ("Avdeling/Brukere/ab12345/dok", "ab12345"),
        ("Brukere/kari.nordmann", "kari.nordmann"),
        ("Hjemmeområder/kn", "kn"),
        ("Hjemmeomra\u030ader/kn", "kn"),
        ("Hjemmeområde/Kari Nordmann/Bilder", "Kari Nordmann"),
        ("HOME$/KNO", "KNO"),
        ("home/ola.a.berg", "ola.a.berg"),
        ("HomeDirs/oslober", "oslober"),
        ("Brukermapper/Åse", "Åse"),
    ],
)
def test_a_home_folder_tells_whose_it_is(path: str, owner: str) -> None:
    assert home_owner(path) == owner


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "Users",
            "Hjemmeområder",
            "Users/Public",
            "Users/Felles/x",
            "Hjemmeområder/Felles",
            "Hjemmeområder/_Slettet",
        ),
        *(
            "Brukere/Ola Nordmann",
            "Brukere/Nordmann, Ola",
            "Brukere/Hansen",
            "Brukere/ola",
            "Brukere/Kari",
            "Users/sak2020",
            "Home/Care",
            "Home Office/kn",
        ),
        *(
            "Hjemmetjenesten/kn",
            "Ansatte/Kari Nordmann",
            "Users guide/abc123",
            "Users/Systembeskrivelse for alle",
            "Users/IT",
        ),
    ],
)
def test_a_folder_that_may_be_about_somebody_is_nobodys_home(path: str) -> None:
    assert home_owner(path) is None


def test_the_topmost_own_folder_is_named() -> None:
    assert own_folder("Avd/Privat/Bilder/Privat") == "Avd/Privat"
    assert own_folder("Users/abc123/Privat/x") == "Users/abc123"
    assert own_folder("Avd/Privat/Users/abc123") == "Avd/Privat"
    assert own_folder("Avd/Personal/2020") is None


@given(st.text(max_size=40))
def test_any_path_has_an_answer_that_lies_on_it(path: str) -> None:
    own = own_folder(path)
    assert own is None or path == own or path.startswith(f"{own}/")
