"""SharePoint's rules of names and lengths."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.rehearsal.rules import names

REFUSED = [
    'a"b', "a*b", "a:b", "a<b", "a>b", "a?b", "a\\b", "a|b", "a\tb", "a\nb", "a\x7fb", " a", "a ", ".lock", "CON", "prn",
    "Aux", "NUL", "COM0", "com9", "LPT3", "desktop.ini", "Desktop.INI", "~$rapport.docx", "a_vti_b", "_VTI_cnf", "",
    "..", "a" * 256, "\U0001f600" * 128,
]  # fmt: skip
TAKEN = [
    "100% #1 & 'x' +.txt", "CONTO.txt", "CON.txt", "COM10", "~kladd.txt", "forms.txt", "lock", ".skjult", "a.", "æøåÆØÅ",
    "a" * 255, "\U0001f600" * 127, "a_files.txt", "{x} [y] (z) ; , = ! @ ^ ` $",
]  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_sharepoint_refuses_are_refused_for_files_and_folders(library, error, name: str) -> None:
    assert error(library.folder(name)) == (400, "invalidRequest")
    parent = library.put("mappe/a.txt").json()["parentReference"]["id"]
    assert error(library.http.patch(library.at("mappe/a.txt"), json={"name": name})) == (400, "invalidRequest")
    if name and "/" not in name and ":" not in name and ".." not in name and "?" not in name:
        answer = library.http.put(f"{library.address}/items/{parent}:/{httpx_quote(name)}:/content", content=b"x")
        assert answer.status_code == 400


def httpx_quote(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


@pytest.mark.parametrize("name", TAKEN)
def test_names_that_sharepoint_takes_are_taken(library, name: str) -> None:
    parent = library.folder("m").json()["id"]
    answer = library.http.put(f"{library.address}/items/{parent}:/{httpx_quote(name)}:/content", content=b"x")
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == name
    assert library.http.get(f"{library.address}/items/{parent}/children").json()["value"][0]["name"] == name


@pytest.mark.parametrize("name", ["~kladd", "Ferdig.", "side_files", "Side_FILE", "forms", "FORMS"])
def test_names_that_only_folders_may_not_have(library, error, name: str) -> None:
    assert error(library.folder(name)) == (400, "invalidRequest")


def test_forms_is_reserved_at_the_top_only(library, error) -> None:
    assert error(library.put("Forms")) == (400, "invalidRequest")
    parent = library.folder("m").json()["id"]
    assert library.folder("Forms", parent).status_code == 201


def test_a_lone_surrogate_is_no_name(library) -> None:
    answer = library.http.post(
        f"{library.address}/root/children",
        content=b'{"name": "a\\ud800b", "folder": {}}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400


def test_the_refusal_of_a_name_says_so(library) -> None:
    said = library.folder("a*b").json()["error"]
    assert said["innerError"]["code"] == "invalidName"
    assert "*" in said["message"]


def test_a_path_holds_400_characters_decoded_and_no_more(library, error, tenant) -> None:
    drive = library.http.get(library.address).json()
    prefix = drive["webUrl"].removeprefix(f"{tenant.web}/").replace("%20", " ")
    room = 400 - len(prefix) - 1
    # Æ is one character here and six in the address.
    exact = f"{'æ' * 150}/{'b' * (room - 150 - 1)}"
    assert len(f"{prefix}/{exact}") == 400
    assert library.put(exact).status_code == 201
    assert error(library.put(f"{exact}c")) == (400, "pathIsTooLong")
    assert error(library.session(f"{exact}c")) == (400, "pathIsTooLong")
    parent = library.item("æ" * 150)["id"]
    assert error(library.folder("b" * (room - 150), parent)) == (400, "pathIsTooLong")


def test_a_move_may_not_make_what_lies_below_too_long(library, error) -> None:
    library.put(f"kort/{'x' * 200}/{'y' * 60}.txt")
    goal = library.folder("z" * 150).json()["id"]
    refusal = library.patch("kort", {"parentReference": {"id": goal}})
    assert error(refusal) == (400, "pathIsTooLong")
    assert error(library.patch("kort", {"name": "k" * 150})) == (400, "pathIsTooLong")
    assert library.item(f"kort/{'x' * 200}/{'y' * 60}.txt")


def test_names_are_one_whatever_their_case_and_form(library, error) -> None:
    composed, apart = "Årsmelding ÆØÅ.txt", unicodedata.normalize("NFD", "årsmelding æøå.TXT")
    item = library.put(composed, b"en").json()
    again = library.put(apart, b"to").json()
    assert (again["id"], again["name"]) == (item["id"], composed)
    assert error(library.put(apart, query="?@name.conflictBehavior=fail")) == (409, "nameAlreadyExists")


@given(st.text())
def test_folding_is_the_same_for_both_forms_and_settled(name: str) -> None:
    folded = names.fold(name)
    assert names.fold(unicodedata.normalize("NFD", name)) == folded
    assert names.fold(unicodedata.normalize("NFC", name)) == folded


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 99))
def test_a_numbered_name_keeps_its_extension(stem: str, number: int) -> None:
    assert names.numbered(f"{stem}.docx", number, folder=False) == f"{stem} {number}.docx"
    assert names.numbered(stem, number, folder=True) == f"{stem} {number}"
