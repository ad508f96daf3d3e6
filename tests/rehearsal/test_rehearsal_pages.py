"""The pages for visitors."""

import asyncio
import base64
import gettext
import html
import re

import pytest
from starlette.requests import Request
from starlette.responses import Response

from filrydd import lang
from filrydd.rehearsal.pages import folder, visitor
from filrydd.rehearsal.pages.words import bytes_in_words
from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.tenancy import Tenancy, open_tenancy
from filrydd.rehearsal.ways import Ways


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
        said, more = text_of(answer.text), answer.text
        # The tests of a worker share the site, and its list of libraries may take several pages.
        while link := re.search(r'<a href="([^"]+)">Show more', more):
            more = library.http.get(tenant.web + html.unescape(link[1])).text
            said += text_of(more)
        assert [text for text in expected if text not in said] == []
        assert "This is a rehearsal" in said
        assert '<html lang="en">' in answer.text


def test_the_links_of_a_page_lead_on(library, tenant) -> None:
    library.put("m/a#b 100%.txt", b"innhold")
    page = library.http.get(library.item("m")["webUrl"]).text
    (href,) = re.findall(r'<th scope="row" role="rowheader"><a href="([^"]+)"', page)
    file = library.http.get(tenant.web + html.unescape(href))
    assert file.status_code == 200
    download, version = re.findall(r'<a href="([^"]+)"><bdi>Download', file.text)
    answer = library.http.get(html.unescape(download))
    assert answer.content == b"innhold"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert library.http.get(html.unescape(version)).content == b"innhold"


def test_hostile_names_are_text(library, tenant) -> None:
    for name in ("{{ 7777+1 }}&amp;'onload=x.txt", "\u202etxt.exe", "javascript{}", "%3Cscript%3E.txt"):
        library.put(f"fiendtlig/{name}")
    page = library.http.get(library.item("fiendtlig")["webUrl"]).text
    assert "{{ 7777+1 }}&amp;amp;&#39;onload=x" in page.replace("<wbr>", "")
    file = library.http.get(library.item("fiendtlig/{{ 7777+1 }}&amp;'onload=x.txt")["webUrl"]).text
    assert "<title>{{ 7777+1 }}&amp;amp;&#39;onload=x.txt – Rehearsal</title>" in file
    assert "7778" not in text_of(page)
    assert "<script" not in page.lower()
    assert "<script" not in html.unescape(text_of(page)).lower()


def test_a_name_that_turns_its_direction_is_shown_with_what_it_hides(library, tenant) -> None:
    """`exe` at its end must not look like `txt`: neither in the page nor in the window's title."""
    library.put("snudd/x\u202etxt.exe")
    for path in ("snudd", "snudd/x\u202etxt.exe"):
        page = library.http.get(library.item(path)["webUrl"]).text
        assert '<bdi>x<span class="unseen">U+202E</span>txt.<wbr>exe</bdi>' in page
        assert "\u202e" not in page
    assert "<title>x[U+202E]txt.exe – Rehearsal</title>" in page


def test_the_policy_lets_nothing_run(library, tenant) -> None:
    answer = library.http.get(tenant.web)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["style-src"] == "'self'"
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
    monkeypatch.setattr(folder, "ON_A_PAGE", 3)
    for number in range(7):
        library.put(f"m/fil æ{number}.txt")
    link, seen = library.item("m")["webUrl"], []
    while link:
        page = library.http.get(link).text
        seen += re.findall(r"<bdi>(fil æ\d)", page)
        more = re.findall(r'<a href="([^"]+)">Show more', page)
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
        for tag in ("title", "h1", "h2", "footer"):
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


def test_the_language_is_the_readers_and_stays_from_page_to_page(library, tenant) -> None:
    library.put("m/a.txt")
    address = library.item("m")["webUrl"]
    for accepted, spoken in (("nn-NO,nn;q=0.9", "nb"), ("de, en-GB;q=0.7", "en"), ("*", "en"), ("\u00e6;;,=", "en")):
        answer = library.http.get(address, headers={"Accept-Language": accepted.encode("latin-1")})
        assert f'<html lang="{spoken}">' in answer.text, accepted
        assert answer.headers["Vary"] == "Accept-Language"
    page = library.http.get(f"{address}?lang=nb&after=%C3%A6&x=1", headers={"Accept-Language": "en"}).text
    assert '<html lang="nb">' in page
    inner = [html.unescape(href) for href in re.findall(r'href="(/[^"-][^"]*)"', page)]
    ways = [href for href in inner if "x=1" not in href]
    assert ways and all(href.endswith("?lang=nb") for href in ways)
    path = address.removeprefix(tenant.web)
    assert f"{path}?after=%C3%A6&x=1&lang=en" in inner
    assert '<html lang="en">' in library.http.get(f"{address}?lang=xx").text


def test_a_page_has_no_body_for_head_and_takes_hostile_questions(library, tenant) -> None:
    library.put("m/a.txt")
    address = library.item("m")["webUrl"]
    head = library.http.head(address)
    assert head.status_code == 200 and head.content == b"" and head.headers["Content-Type"].startswith("text/html")
    for query in (
        "after=%00",
        "after=" + "x" * 4000,
        "after=%ff",
        "before=-1",
        "before=9" * 3,
        "q=%00&after=-1",
        "q=+",
    ):
        assert library.http.get(f"{address}?{query}").status_code == 200, query
        front = library.http.get(library.address).json()["webUrl"]
        assert library.http.get(f"{front}?{query}").status_code == 200, query


def asked(tenancy: Tenancy, path: str, **headers: str) -> Response:
    """A page as it is asked for from another machine: nothing of it meets a socket."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"lang=en",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return asyncio.run(visitor.answer(tenancy, Request(scope)))


def test_pages_that_others_can_reach_ask_for_the_token(tmp_path) -> None:
    tenancy = open_tenancy(tmp_path, Ways(host="192.0.2.1"))
    try:

        def basic(token: str) -> dict[str, str]:
            return {"authorization": "Basic " + base64.b64encode(f"hvem som helst:{token}".encode()).decode()}

        for path in ("/", "/sites/rehearsal", "/-/admin", "/sites/borte"):
            locked = asked(tenancy, path)
            assert locked.status_code == 401
            assert locked.headers["WWW-Authenticate"] == 'Basic realm="Rehearsal", charset="UTF-8"'
            assert b"rehearsal</" not in bytes(locked.body) and b"The token is needed" in bytes(locked.body)
            for wrong in (
                basic("feil"),
                basic(""),
                {"authorization": "Basic æ"},
                {"authorization": f"Negotiate {tenancy.token}"},
                {"authorization": "Bearer"},
            ):
                assert asked(tenancy, path, **wrong).status_code == 401
        assert b"sites/<wbr>rehearsal" in bytes(asked(tenancy, "/", **basic(tenancy.token)).body)
        assert asked(tenancy, "/-/admin.json", authorization=f"Bearer {tenancy.token}").status_code == 200
        with pytest.raises(Refused) as refused:
            asked(tenancy, "/-/admin.json")
        assert (refused.value.status, refused.value.headers["WWW-Authenticate"][:5]) == (401, "Basic")
        assert asked(tenancy, "/-/style.css").status_code == 200
    finally:
        tenancy.close()


def test_a_wrong_token_is_refused_on_this_machine_too(tenant, http) -> None:
    assert http.get(tenant.web, auth=("noen", "feil")).status_code == 401
    assert http.get(tenant.web, auth=("noen", tenant.token)).status_code == 200
