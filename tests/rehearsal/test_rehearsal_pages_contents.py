"""What the pages say of folders, files, lists and sites, and what is found by its name."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from filrydd.rehearsal.pages import file, found
from filrydd.rehearsal.pages import library as library_page
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.test_rehearsal_malware import TEST_FILE, until
from tests.rehearsal.test_rehearsal_pages import text_of


def row_of(page: str, name: str) -> str:
    """The text of the row of a table that begins with a name, its cells apart."""
    (row,) = [row for row in re.findall(r'<tr role="row">(.*?)</tr>', page, re.DOTALL) if f"<bdi>{name}</bdi>" in row]
    return " | ".join(re.sub(r"\s+", " ", text_of(cell)).strip() for cell in re.split(r"</t[hd]>", row)[:-1])


def headings_of(page: str) -> list[str]:
    return [text_of(each) for each in re.findall(r'<th scope="col".*?</th>', page)]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Ready]:
    """A tenant of its own with two people in its directory."""
    folder = tmp_path / "tenant"
    folder.mkdir()
    rows = "".join(f"S-1-5-21-1-{n},{name},user,false,{n * 8}-1111-1111-1111-111111111111\n" for n, name in PEOPLE)
    (folder / "people.csv").write_text(f"sid,name,kind,disabled,entra_id\n{rows}", encoding="utf-8")
    with running(folder, Ways(busy_items=0)) as ready:
        yield ready


PEOPLE = (("1", "Kari Nordmann"), ("2", "Ola <b>Lunde"))


def test_a_visitor_sees_who_can_open_what_and_where_that_was_decided(directory, library_of) -> None:
    library = library_of(directory)
    library.put("Personal/Lønn/a.txt")
    for number, role in (("1", "write"), ("2", "read")):
        body = {
            "requireSignIn": True,
            "sendInvitation": False,
            "roles": [role],
            "recipients": [{"objectId": f"{number * 8}-1111-1111-1111-111111111111"}],
            "retainInheritedPermissions": False,
        }
        assert library.http.post(library.at("Personal/Lønn", "invite"), json=body).status_code == 200
    above = library.http.get(library.item("Personal")["webUrl"]).text
    who = headings_of(above).index("Who can open it")
    assert row_of(above, "Lønn").split(" | ")[who] == "Kari Nordmann, Ola <b>Lunde decided here"
    assert "the site sites/rehearsal" in text_of(above)
    file = library.http.get(library.item("Personal/Lønn/a.txt")["webUrl"]).text
    assert "rehearsal Members" not in file
    said = re.sub(r"\s+", " ", text_of(file.replace("<d", " <d")))
    assert "Can read Ola <b>Lunde Can read and change Kari Nordmann Decided by Personal/Lønn" in said
    assert "Ola &lt;b&gt;Lunde" in file
    itself = text_of(library.http.get(library.item("Personal/Lønn")["webUrl"]).text)
    assert "this folder itself" in itself


def filled(library, path: str, fields: dict[str, object]) -> None:
    """Fill columns; one item in so many is busy with itself once."""
    answers = (library.http.patch(library.at(path, "listItem/fields"), json=fields) for _try in range(2))
    assert next(answer for answer in answers if answer.status_code != 409).status_code == 200


def test_a_label_and_columns_stand_in_the_table_once_one_is_filled(library, tenant, site) -> None:
    library.put("m/a.txt")
    library.put("m/b.txt")
    address = library.item("m")["webUrl"]
    usual = ["Name", "Kind", "Who can open it", "Changed", "By", "Size", "Versions"]
    assert headings_of(library.http.get(address).text) == usual
    drive = library.http.get(library.address).json()
    for name, kind in (("GammelAdresse", {"text": {}}), ("Antall", {"number": {}}), ("Tom", {"text": {}})):
        column = {"name": name, "displayName": f"{name} & co", **kind}
        library.http.post(f"{site}/lists/{drive['name']}/columns", json=column).raise_for_status()
    fields = {"GammelAdresse": "\\\\srv\\<felles>", "Antall": 12}
    filled(library, "m/a.txt", fields)
    page = library.http.get(address).text
    assert headings_of(page) == [*usual, "Antall & co", "GammelAdresse & co"]
    assert row_of(page, "a.<wbr>txt").endswith("| 2 | 12 | \\\\srv\\<felles>")
    assert row_of(page, "b.<wbr>txt").endswith("| 1 |  | ")
    assert "<felles>" in text_of(library.http.get(library.item("m/a.txt")["webUrl"]).text)
    front = text_of(library.http.get(drive["webUrl"]).text)
    assert "Tom & co" in front and "a number" in front


def test_a_long_value_is_cut_in_the_table_and_whole_on_the_page_of_the_file(library, tenant, site) -> None:
    library.put("m/a.txt")
    drive = library.http.get(library.address).json()
    column = {"name": "Merknad", "displayName": "Merknad", "text": {"allowMultipleLines": True}}
    library.http.post(f"{site}/lists/{drive['name']}/columns", json=column).raise_for_status()
    for _try in range(2):
        library.http.patch(
            library.at("m/a.txt", "listItem/fields"), json={"Merknad": "først\n" + "ord " * 500 + "sist"}
        )
    table = text_of(library.http.get(library.item("m")["webUrl"]).text)
    assert "først ord" in table and "…" in table and "sist" not in table
    assert "sist" in text_of(library.http.get(library.item("m/a.txt")["webUrl"]).text)


def test_a_name_is_found_by_its_words_whatever_their_case(library, tenant) -> None:
    for name in ("Årsrapport 2024 endelig.docx", "Årsrapport 2023.docx", "100% & 'b'.txt", "mappe/ÅRSPLAN.txt"):
        assert library.put(name).status_code == 201
    front = library.http.get(library.address).json()["webUrl"]

    def found(words: str) -> list[str]:
        page = library.http.get(front, params={"q": words})
        assert page.status_code == 200
        return [text_of(each) for each in re.findall(r'role="rowheader">(.*?)</th>', page.text)]

    assert found("årsrapport") == ["Årsrapport 2023.docx", "Årsrapport 2024 endelig.docx"]
    assert found("2024 ÅRS") == ["Årsrapport 2024 endelig.docx"]
    assert found("A\u030arsplan") == ["ÅRSPLAN.txt"]
    assert found("100%") == found("'b' &") == ["100% & 'b'.txt"]
    assert found("%") == ["100% & 'b'.txt"]
    assert found("_") == found("' OR 1=1 --") == []
    page = library.http.get(front, params={"q": '"><script>'}).text
    assert "<script" not in page and 'value="&#34;&gt;&lt;script&gt;"' in page
    assert "Nothing here has such a name." in page


def test_what_is_gone_is_not_found(library, tenant) -> None:
    library.put("m/borte.txt")
    library.http.delete(library.at("m")).raise_for_status()
    front = library.http.get(library.address).json()["webUrl"]
    assert "Nothing here has such a name." in library.http.get(front, params={"q": "borte"}).text


def test_a_library_says_how_much_it_holds_as_far_as_that_is_counted(tenant, library, monkeypatch) -> None:
    front = library.http.get(library.address).json()["webUrl"]
    assert "It is empty." in library.http.get(front).text
    for path in ("m/a.txt", "m/b.txt", "c.txt", "n/d.txt"):
        library.put(path)
    library.http.delete(library.at("m")).raise_for_status()
    assert "Folders and files: 3. Size: 14" in text_of(library.http.get(front).text)
    monkeypatch.setattr(library_page, "MANY", 5)
    assert "A large document library. Size: 14" in text_of(library.http.get(front).text)


def test_a_search_looks_through_a_bounded_part_and_goes_on_from_there(library, tenant, monkeypatch) -> None:
    monkeypatch.setattr(found, "LOOKED_THROUGH", 4)
    monkeypatch.setattr(found, "ON_A_PAGE", 2)
    for number in range(9):
        library.put(f"fil {number}.txt")
    link = library.http.get(library.address).json()["webUrl"] + "?q=fil&lang=en"
    seen, pages = [], 0
    while link:
        page = library.http.get(link).text
        here = re.findall(r"<bdi>(fil \d)", page)
        assert len(here) <= 2
        seen += here
        pages += 1
        more = re.findall(r'<a href="([^"]+)">Show more', page)
        assert bool(more) == ("There may be more" in page)
        link = tenant.web + html.unescape(more[0]) if more else ""
    assert sorted(seen) == [f"fil {number}" for number in range(9)]
    assert pages >= 5


def test_versions_come_page_by_page_with_who_made_them(library, tenant, monkeypatch) -> None:
    monkeypatch.setattr(file, "ON_A_PAGE", 2)
    for number in range(5):
        library.put("a.txt", b"x" * (number + 1))
    link, seen = library.item("a.txt")["webUrl"], []
    while link:
        page = library.http.get(link).text
        seen += re.findall(r'role="rowheader"><bdi>(\d)\.<wbr>0</bdi>', page)
        more = re.findall(r'<a href="([^"]+)">Show more', page)
        link = tenant.web + html.unescape(more[0]) if more else ""
    assert seen == ["5", "4", "3", "2", "1"]
    assert "SharePoint App" in page


def test_a_notebook_is_one_document(library, tenant) -> None:
    library.put("Notatbok/Seksjon.one")
    library.put("Notatbok/Open Notebook.onetoc2")
    front = library.http.get(library.http.get(library.address).json()["webUrl"]).text
    assert row_of(front, "Notatbok").split(" | ")[1] == "OneNote notebook"
    page = text_of(library.http.get(library.item("Notatbok")["webUrl"]).text)
    assert "OneNote opens it" in page and "Seksjon" not in page


def test_what_has_malware_in_it_cannot_be_had(tmp_path, library_of) -> None:
    with running(tmp_path / "tenant", Ways(malware="later", label_seconds=0.1)) as ready:
        library = library_of(ready)
        library.put("smittet.txt", TEST_FILE)
        address = library.item("smittet.txt")["webUrl"]
        until(lambda: "Malware was found in it" in library.http.get(address).text)
        page = library.http.get(address).text
        assert "/download/" not in page
        assert "Malware was found in it" in library.http.get(library.http.get(library.address).json()["webUrl"]).text


def test_a_site_shows_its_lists_and_the_folders_of_its_channels(tmp_path, library_of) -> None:
    folder = tmp_path / "tenant"
    folder.mkdir()
    teams = "team,channel,kind,files\nrehearsal,General,standard,yes\nrehearsal,Ingen ennå,standard,no\n"
    (folder / "teams.csv").write_text(teams, encoding="utf-8")
    with running(folder) as ready:
        library = library_of(ready)
        library.put("general/a.txt")
        library.put("General 2/a.txt")
        site = library.http.get(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal").json()["id"]
        body = {"displayName": "Avtaler", "list": {"template": "genericList"}}
        made = library.http.post(f"{ready.graph}/sites/{site}/lists", json=body).raise_for_status().json()
        item = {"fields": {"Title": "Avtale <1>"}}
        library.http.post(f"{ready.graph}/sites/{site}/lists/{made['id']}/items", json=item).raise_for_status()
        page = library.http.get(f"{ready.web}/sites/rehearsal").text
        assert row_of(page, "Avtaler").split(" | ")[1] == "List"
        assert row_of(page, "Documents").split(" | ")[1] == "Document library with channels of Teams: 2"
        assert row_of(page, "rehearsal: General") == "rehearsal: General | Documents/general"
        assert "Ingen ennå" not in page, "nobody has opened its files yet"
        front = library.http.get(f"{ready.web}/sites/rehearsal/Shared%20Documents").text
        assert row_of(front, "general").split(" | ")[1] == "Folder of a channel in Teams rehearsal: General"
        assert row_of(front, "General 2").split(" | ")[1] == "Folder holds 1"
        assert "Avtale <1>" in text_of(library.http.get(made["webUrl"]).text)
        (folder / "teams.csv").write_text("lag,kanal\na,b\n", encoding="utf-8")
        broken = library.http.get(f"{ready.web}/sites/rehearsal")
        assert broken.status_code == 200
        assert "teams.csv lacks one of the columns" in broken.text and "Avtaler" in broken.text
        (folder / "teams.csv").write_bytes(b"team,channel\n\xff\xfe,b\n")
        for address in (f"{ready.web}/sites/rehearsal", f"{ready.web}/sites/rehearsal/Shared%20Documents"):
            broken = library.http.get(address)
            assert broken.status_code == 200 and "teams.csv is not a list in UTF-8" in broken.text


def test_where_nobody_is_answered_without_a_token_the_pages_ask_for_it_too(tmp_path, http) -> None:
    with running(tmp_path, Ways(anonymous=False)) as ready:
        for page in ("/", "/sites/rehearsal", "/-/admin", "/-/admin.json"):
            refused = http.get(ready.web + page)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"].startswith("Basic ")
            assert http.get(ready.web + page, auth=("kari", "feil")).status_code == 401
            assert http.get(ready.web + page, auth=("kari", ready.token)).status_code == 200
