"""Search by name."""

from typing import Any
from urllib.parse import quote

import pytest

from filrydd.rehearsal.store import listing


def search(library: Any, words: str, where: str = "root", options: str = "") -> Any:
    asked = quote(words.replace("'", "''"), safe="")
    return library.http.get(f"{library.address}/{where}/search(q='{asked}'){options}")


def names(library: Any, words: str, where: str = "root", options: str = "") -> list[str]:
    answer, found = search(library, words, where, options), []
    while True:
        body = answer.raise_for_status().json()
        found += [one["name"] for one in body["value"]]
        if "@odata.nextLink" not in body:
            return found
        answer = library.http.get(body["@odata.nextLink"])


@pytest.fixture
def filled(library: Any) -> Any:
    for path in (
        "Årsmelding 2019.docx",
        "Årsmøte/Innkalling årsmøte.txt",
        "Årsmøte/Saker/O'Brien's sak.txt",
        "100%.txt",
    ):
        library.put(path).raise_for_status()
    library.put("borte årsmelding.txt")
    library.http.delete(library.at("borte årsmelding.txt"))
    return library


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("årsm", {"Årsmelding 2019.docx", "Årsmøte", "Innkalling årsmøte.txt"}),
        ("ÅRSMØTE", {"Årsmøte", "Innkalling årsmøte.txt"}),
        ("a\u030arsmøte innkalling", {"Innkalling årsmøte.txt"}),
        ("2019 årsmelding", {"Årsmelding 2019.docx"}),
        ("O'Brien's", {"O'Brien's sak.txt"}),
        ("100%", {"100%.txt"}),
        ("_", set()),
        ("finnes ikke", set()),
        ("root", set()),
    ],
)
def test_a_search_finds_names_that_hold_all_words_in_any_case_and_form(filled, words: str, found: set[str]) -> None:
    assert set(names(filled, words)) == found


def test_a_search_for_nothing_finds_everything_page_by_page(filled) -> None:
    everything = names(filled, "", options="?$top=2")
    assert len(everything) == len(set(everything)) == 6
    first = search(filled, "", options="?$top=2&$select=name").json()
    assert all(set(one) == {"name"} for one in first["value"])


def test_a_search_in_a_folder_stays_in_it(filled) -> None:
    folder = filled.item("Årsmøte")["id"]
    assert set(names(filled, "sak", f"items/{folder}")) == {"Saker", "O'Brien's sak.txt"}
    assert names(filled, "2019", f"items/{folder}") == []
    assert names(filled, "innkalling", "root:/Årsmøte:") == ["Innkalling årsmøte.txt"]
    found = filled.http.get(f"{filled.address}/search(q='2019')").json()["value"][0]
    assert found["searchResult"] == {} and "path" not in found["parentReference"]


@pytest.mark.parametrize(
    "form", ["search", "search()", "search(q=x)", "search(q='a'b')", "search(q='" + "a%20" * 21 + "')"]
)
def test_a_search_without_a_query_is_refused(library, error, form: str) -> None:
    assert error(library.http.get(f"{library.address}/root/{form}")) == (400, "invalidRequest")


def test_options_of_a_search_are_known_or_refused(library, error) -> None:
    assert error(search(library, "a", options="?$filter=x eq 1")) == (400, "invalidRequest")
    assert error(search(library, "a", options="?$skiptoken=x")) == (400, "invalidRequest")
    assert error(search(library, "a", options="?$select=farge")) == (400, "BadRequest")
    assert error(library.http.post(f"{library.address}/root/search(q='a')")) == (405, "invalidRequest")


def test_a_search_looks_at_so_many_names_and_goes_on_at_the_next_page(filled, monkeypatch) -> None:
    monkeypatch.setattr(listing, "LOOKED_AT", 2)
    first = search(filled, "brien").json()
    assert first["value"] == [] and "@odata.nextLink" in first
    assert names(filled, "brien") == ["O'Brien's sak.txt"]
