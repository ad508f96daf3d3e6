"""The checklist: names and paths."""

import json
import unicodedata

import httpx
import pytest

from tests.rehearsal.checklist.lines import line

BAD = (400, "invalidRequest")


def both(library, name: str) -> list[httpx.Response]:
    """A folder and a file of that name; they are not both there, whatever comes."""
    folder = library.folder(name)
    if folder.status_code == 201:
        library.http.delete(f"{library.address}/items/{folder.json()['id']}").raise_for_status()
    # By PATCH, since an address has no way to hold some of these.
    library.put("fra.txt").raise_for_status()
    return [folder, library.patch("fra.txt", {"name": name})]


def nothing_but(library, *names: str) -> bool:
    return {item["name"] for item in library.http.get(f"{library.address}/root/children").json()["value"]} == {*names}


@line("names-characters")
@pytest.mark.parametrize("letter", [*'"*:<>?/\\|', "\x01", "\t", "\n", "\x1f"])
def test_a_name_with_an_invalid_character_is_400(library, error, letter: str) -> None:
    for answer in both(library, f"a{letter}b"):
        assert error(answer) == BAD
        assert answer.json()["error"]["innerError"]["code"] == "invalidName"
    assert nothing_but(library, "fra.txt")


@line("names-spaces")
def test_a_name_that_begins_or_ends_with_a_space_is_400(library, error) -> None:
    for name in (" a", "a ", " "):
        for answer in both(library, name):
            assert error(answer) == BAD
    assert [answer.status_code for answer in both(library, "a b")] == [201, 200]


@line("names-allowed")
def test_number_sign_and_percent_sign_are_names_as_others(library) -> None:
    for name in ("C# 100%.txt", "%41.txt", "#", "%"):
        made = library.put(name, b"x")
        assert (made.status_code, made.json()["name"]) == (201, name)
        assert made.headers["ETag"] == made.json()["eTag"]
        assert library.item(name)["id"] == made.json()["id"]


@line("names-reserved")
def test_reserved_names_are_400_in_any_case(library, error) -> None:
    ports = [f"{port}{number}" for port in ("COM", "lpt") for number in range(10)]
    for name in (".lock", "CON", "prn", "Aux", "nul", "desktop.ini", "Desktop.INI", "~$x.docx", *ports):
        for answer in both(library, name):
            assert error(answer) == BAD, name
    assert [answer.status_code for answer in both(library, "con.txt")] == [201, 200]


@line("names-vti")
def test_vti_anywhere_in_a_name_is_400(library, error) -> None:
    for name in ("_vti_", "a_vti_b", "A_VTI_B.txt"):
        for answer in both(library, name):
            assert error(answer) == BAD


@line("names-forms")
def test_forms_is_reserved_at_the_top_only(library, error) -> None:
    for name in ("forms", "Forms"):
        for answer in both(library, name):
            assert error(answer) == BAD
    assert library.put("mappe/Forms").status_code == 201


@line("names-tilde-folder")
def test_a_folder_that_begins_with_a_tilde_is_400_and_a_file_is_not(library, error) -> None:
    folder, file = both(library, "~a")
    assert error(folder) == BAD
    assert (file.status_code, file.json()["name"]) == (200, "~a")


@line("names-period-folder")
def test_a_folder_that_ends_with_a_period_is_400_and_a_file_is_not(library, error) -> None:
    folder, file = both(library, "a.")
    assert error(folder) == BAD
    assert (file.status_code, file.json()["name"]) == (200, "a.")


@line("names-thicket")
def test_a_folder_of_a_saved_page_is_400_and_a_file_is_not(library, error) -> None:
    for name in ("side_files", "Side_FILE"):
        folder, file = both(library, name)
        assert error(folder) == BAD
        assert file.status_code == 200
        library.http.delete(library.at(name)).raise_for_status()


@line("path-length")
def test_a_decoded_path_has_at_most_400_characters(library, error) -> None:
    above = httpx.URL(library.http.get(library.address).json()["webUrl"]).path.lstrip("/")
    # Each letter is six characters when it is encoded; only decoded ones count.
    folder = "å" * 200
    rest = 400 - len(f"{above}/{folder}/")
    assert library.put(f"{folder}/{'æ' * rest}").status_code == 201
    assert error(library.put(f"{folder}/{'ø' * (rest + 1)}")) == (400, "pathIsTooLong")
    assert error(library.folder("ø" * (rest + 1), library.item(folder)["id"])) == (400, "pathIsTooLong")
    # What lies in a folder counts when the folder changes its name.
    assert error(library.patch(folder, {"name": folder + "å"})) == (400, "pathIsTooLong")


@line("segment-length")
def test_a_name_has_at_most_255_characters(library, error) -> None:
    made = library.put("a" * 255)
    assert (made.status_code, made.json()["name"]) == (201, "a" * 255)
    refusal = library.put("b" * 256)
    assert error(refusal) == BAD
    assert refusal.json()["error"]["innerError"]["code"] == "nameIsTooLong"


@line("names-fold")
def test_case_and_normal_form_make_no_other_name(library, error) -> None:
    made = library.put("Små Ærend.txt", b"x").json()
    for name in ("SMÅ ÆREND.TXT", "små ærend.txt", unicodedata.normalize("NFD", "Små Ærend.txt")):
        assert library.item(name)["id"] == made["id"]
        assert error(library.put(name, query="?@microsoft.graph.conflictBehavior=fail")) == (409, "nameAlreadyExists")
    assert library.item("små ærend.txt")["name"] == "Små Ærend.txt"
    assert library.put(unicodedata.normalize("NFD", "Blå.txt")).json()["name"] == unicodedata.normalize(
        "NFD", "Blå.txt"
    )


@line("ids-case")
def test_ids_and_etags_are_compared_letter_by_letter(library, error) -> None:
    made = library.put("a.txt").json()
    assert error(library.http.get(f"{library.address}/items/{made['id'].lower()}")) == (404, "itemNotFound")
    wrong = {"If-Match": made["eTag"].lower()}
    assert error(library.patch("a.txt", {"name": "b.txt"}, headers=wrong)) == (412, "resourceModified")
    right = library.patch("a.txt", {"name": "b.txt"}, headers={"If-Match": made["eTag"]})
    assert (right.status_code, json.loads(right.content)["name"]) == (200, "b.txt")
