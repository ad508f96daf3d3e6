"""The checklist: what SharePoint does to contents, versions, notebooks, types."""

from filrydd.rehearsal.sample import contents
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.checklist.lines import line

TIMES = {"fileSystemInfo": {"lastModifiedDateTime": "2010-11-12T13:14:15Z"}}


def versions(library, name: str) -> list[str]:
    answer = library.get(name, "versions")
    assert answer.status_code == 200
    return [each["id"] for each in answer.json()["value"]]


@line("version-content")
def test_new_content_is_a_new_version(library) -> None:
    library.put("a.txt", b"en")
    assert library.put("a.txt", b"to").status_code == 200
    assert versions(library, "a.txt") == ["2.0", "1.0"]
    moved = library.get("a.txt", "versions/1.0/content")
    assert moved.status_code == 302
    assert library.http.get(moved.headers["Location"]).content == b"en"


@line("version-times")
def test_new_times_are_a_new_version(library) -> None:
    library.put("a.txt", b"en")
    answer = library.patch("a.txt", TIMES)
    assert (answer.status_code, answer.headers["ETag"]) == (200, answer.json()["eTag"])
    assert versions(library, "a.txt") == ["2.0", "1.0"]


@line("version-fields")
def test_filled_columns_are_a_new_version(tmp_path, library_of) -> None:
    with running(tmp_path, Ways(busy_items=0)) as ready:
        library = library_of(ready)
        listed = library.http.get(f"{library.address}/list").json()
        address = f"{library.graph}/sites/{listed['parentReference']['siteId']}/lists/{listed['id']}/columns"
        library.http.post(address, json={"name": "Sak", "displayName": "Sak", "text": {}}).raise_for_status()
        library.put("a.txt", b"en")
        assert library.http.patch(library.at("a.txt", "listItem/fields"), json={"Sak": "2024/1"}).status_code == 200
        assert versions(library, "a.txt") == ["2.0", "1.0"]


@line("version-limit")
def test_a_library_keeps_at_most_50_000_versions(library, tenant, error) -> None:
    listed = library.http.get(f"{library.address}/list").json()
    address = f"{tenant.web}/sites/rehearsal/_api/web/lists(guid'{listed['id']}')"
    assert error(library.http.patch(address, json={"MajorVersionLimit": 50_001})) == (400, "invalidRequest")
    assert library.http.patch(address, json={"MajorVersionLimit": 50_000}).status_code == 204
    told = library.http.get(address)
    assert (told.status_code, told.json()["MajorVersionLimit"]) == (200, 50_000)


@line("types-all")
def test_files_of_every_type_come_in_as_they_are(library) -> None:
    for name in ("a.exe", "a.bat", "a.js", "a.vbs", "a.jar", "a.lnk", "a.pst", "a.swf", "a.tmp", "a", ".htaccess"):
        made = library.put(name, b"MZ innhold")
        assert (made.status_code, made.json()["size"]) == (201, 10), name
        assert library.content(name) == b"MZ innhold"


@line("types-run")
def test_files_that_could_run_are_attachments_without_a_type_of_their_own(library) -> None:
    for name in ("a.aspx", "a.asmx", "a.ascx", "a.master", "a.xap", "a.swf", "a.jar", "a.xsf", "a.htc", "a.html"):
        item = library.put(name, b"<script>alert(1)</script>").json()
        answer = library.http.get(item["@microsoft.graph.downloadUrl"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"] == "sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@line("onenote-package")
def test_a_notebook_is_neither_file_nor_folder(library) -> None:
    library.put("Bok/Seksjon.one", b"side")
    assert library.put("Bok/Open Notebook.onetoc2", b"innhold").status_code == 201
    answer = library.get("Bok")
    assert (answer.status_code, answer.json()["package"]) == (200, {"type": "oneNote"})
    assert answer.headers["ETag"] == answer.json()["eTag"]
    assert not {"file", "folder"} & set(answer.json())


@line("rewriting-kinds")
def test_office_and_html_files_are_rewritten_and_some_pdf_and_jpeg_files(library) -> None:
    sent = {
        "a.docx": contents.docx("Referat"),
        "a.xlsx": contents.xlsx([["Konto"], ["4000"]]),
        "a.pptx": contents.pptx("Strategi"),
        "a.doc": contents.ole("WordDocument", "gammelt"),
        "a.html": contents.html("Side"),
        "a.aspx": contents.html("Side"),
    }
    for name, content in sent.items():
        made = library.put(name, content)
        stored = library.content(name)
        assert made.status_code == 201 and made.json()["size"] == len(stored)
        assert stored != content and len(stored) > len(content), name
    for kind, make in (("pdf", contents.pdf), ("jpg", contents.jpg)):
        pictures = {f"{number}.{kind}": make(f"Nummer {number}") for number in range(24)}
        larger = [library.put(name, data).json()["size"] > len(data) for name, data in pictures.items()]
        assert {*larger} == {True, False}, kind
    assert library.put("a.txt", b"en").json()["size"] == 2


@line("rewriting-unstable")
def test_the_same_document_has_other_sizes_and_hashes_each_time(library) -> None:
    document = contents.docx("Referat")
    made = [library.put(f"{number}.docx", document) for number in range(6)]
    assert all(answer.status_code == 201 for answer in made)
    assert len({answer.json()["size"] for answer in made}) > 1
    hashes = {answer.json()["file"]["hashes"]["quickXorHash"] for answer in made}
    assert len(hashes) == 6


@line("author-app")
def test_what_an_application_uploads_is_by_sharepoint_app(library) -> None:
    made = library.put("a.txt")
    assert made.status_code == 201
    for who in ("createdBy", "lastModifiedBy"):
        assert made.json()[who]["user"]["displayName"] == "SharePoint App"
        assert made.json()[who]["application"]["displayName"] == "SharePoint App"
