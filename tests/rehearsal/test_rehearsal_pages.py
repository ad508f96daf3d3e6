"""The pages for visitors."""

import gettext
import html
import re

import pytest

from filrydd import lang
from filrydd.rehearsal.pages.page import bytes_in_words


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_a_visitor_finds_the_way_from_the_sites_to_a_file(library, tenant) -> None:
    library.put("Møter/Referat_2024.txt", b"x" * 1234)
    library.put("Møter/Referat_2024.txt", b"x" * 1500)
    drive = library.http.get(library.address).json()
    pages = {
        f"{tenant.web}/": ["sites/rehearsal"],
        f"{tenant.web}/sites/rehearsal": [drive["name"], "Documents"],
        drive["webUrl"]: ["Møter", "folder"],
        library.item("Møter")["webUrl"]: ["Referat_2024.txt", "file", "SharePoint App", "1.5\u202fkB", "2"],
        library.item("Møter/Referat_2024.txt")["webUrl"]: ["2.0", "1.0", "1.2\u202fkB", "Download the file"],
    }
    for address, expected in pages.items():
        answer = library.http.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        said = text_of(answer.text)
        assert [text for text in expected if text not in said] == []
        assert "This is a rehearsal" in said
        assert '<html lang="en">' in answer.text


def test_the_links_of_a_page_lead_on(library, tenant) -> None:
    library.put("m/a#b 100%.txt", b"innhold")
    page = library.http.get(library.item("m")["webUrl"]).text
    (href,) = re.findall(r'<th scope=row><a href="([^"]+)"', page)
    file = library.http.get(tenant.web + html.unescape(href))
    assert file.status_code == 200
    (download,) = re.findall(r'<p><a href="([^"]+)">Download', file.text)
    answer = library.http.get(html.unescape(download))
    assert answer.content == b"innhold"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_hostile_names_are_text(library, tenant) -> None:
    for name in ("{{ 7777+1 }}&amp;'onload=x.txt", "\u202etxt.exe", "javascript{}", "%3Cscript%3E.txt"):
        library.put(f"fiendtlig/{name}")
    page = library.http.get(library.item("fiendtlig")["webUrl"]).text
    assert "{{ 7777+1 }}&amp;amp;&#39;onload=x" in page.replace("<wbr>", "")
    file = library.http.get(library.item("fiendtlig/{{ 7777+1 }}&amp;'onload=x.txt")["webUrl"]).text
    assert "<title>{{ 7777+1 }}&amp;amp;&#39;onload=x.txt – Rehearsal</title>" in file
    assert "7778" not in text_of(page)
    assert "<bdi>\u202etxt.<wbr>exe</bdi>" in page
    assert "<script" not in page.lower()
    assert "<script" not in html.unescape(text_of(page)).lower()


def test_the_policy_lets_nothing_run(library, tenant) -> None:
    answer = library.http.get(tenant.web)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "script-src" not in policy
    assert "style=" not in answer.text
    style = library.http.get(f"{tenant.web}/-/style.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/borte", "/sites/borte", "/sites/rehearsal/borte", "/sites/rehearsal/Shared Documents/x"]
)
def test_a_missing_page_says_so_and_leads_back(library, tenant, path: str) -> None:
    answer = library.http.get(tenant.web + path)
    assert answer.status_code == 404
    assert "Nothing is here" in text_of(answer.text)
    assert 'href="/"' in answer.text


def test_pages_are_only_read(library, tenant, error) -> None:
    assert error(library.http.post(tenant.web)) == (405, "invalidRequest")


def test_a_large_folder_comes_page_by_page(library, tenant, monkeypatch) -> None:
    from filrydd.rehearsal.pages import visitor

    monkeypatch.setattr(visitor, "ON_A_PAGE", 3)
    for number in range(7):
        library.put(f"m/fil æ{number}.txt")
    link, seen = library.item("m")["webUrl"], []
    while link:
        page = library.http.get(link).text
        seen += re.findall(r"fil æ\d", page)
        more = re.findall(r'<p><a href="([^"]+)">Show more', page)
        link = tenant.web + html.unescape(more[0]) if more else ""
    assert seen == [f"fil æ{number}" for number in range(7)]


def test_every_text_goes_through_the_translations(library, tenant, monkeypatch) -> None:
    class Marked(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"¤{message}¤"

    monkeypatch.setattr(lang, "_catalogue", lambda _wanted: Marked())
    library.put("m/a.txt")
    for address in (tenant.web, f"{tenant.web}/sites/rehearsal", library.item("m")["webUrl"], f"{tenant.web}/borte"):
        page = library.http.get(f"{address}?lang=nb").text
        assert '<html lang="nb">' in page
        assert "¤This is a rehearsal." in page
        for tag in ("title", "h1", "caption", "footer"):
            for content in re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL):
                words = text_of(content).strip()
                assert "¤" in words or words in ("sites/rehearsal", "m"), words
        assert all("¤" in text_of(heading) for heading in re.findall(r'<th scope="col".*?</th>', page))


def test_sizes_are_written_as_people_write_them() -> None:
    with lang.speaking("nb"):
        assert [bytes_in_words(size) for size in (0, 999, 1000, 999_949, 1_200_000_000)] == [
            "0\u202fB",
            "999\u202fB",
            "1,0\u202fkB",
            "999,9\u202fkB",
            "1,2\u202fGB",
        ]
        assert bytes_in_words(999_960) == "1,0\u202fMB"
        assert bytes_in_words(5 * 10**16) == "50000,0\u202fTB"
