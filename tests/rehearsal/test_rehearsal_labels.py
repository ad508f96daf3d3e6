"""Retention labels and default sensitivity labels."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from filrydd.rehearsal.rules.apps import App
from filrydd.rehearsal.sample import contents
from filrydd.rehearsal.store import labels as store
from filrydd.rehearsal.store.sites import Drive, Site
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.conftest import Library
from tests.rehearsal.test_rehearsal_malware import until

LABELS = """name,kind,libraries,seconds
Kassér etter 10 år,retention,,
Arkivverdig,record,,
Uforanderlig,regulatory,,
Fortrolig,sensitivity,sites/fortrolig/Shared Documents; sites/annet/Shared Documents,0.3
"""
SOON = 0.3
A_LIBRARY = {"displayName": "Andre", "list": {"template": "documentLibrary"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "labels.csv").write_text(LABELS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def labelled(folder: Path, library_of) -> Iterator[Any]:
    """A library in a tenant with labels."""
    with running(folder, Ways(label_seconds=SOON, sites=("sites/rehearsal", "sites/fortrolig"))) as ready:
        library = library_of(ready)
        library.drive = next(drive.id for drive in ready.drives if drive.site == "sites/rehearsal")
        yield library


def put_label(library, name: str, label: str, **more: Any) -> httpx.Response:
    return library.http.patch(library.at(name, "retentionLabel"), json={"name": label}, **more)


def label_of(library, name: str) -> str:
    answer = library.get(name, "retentionLabel")
    return answer.json()["name"] if answer.status_code == 200 else ""


def test_the_first_label_is_201_and_the_next_ones_200(labelled) -> None:
    before = labelled.put("a.txt").json()
    first = put_label(labelled, "a.txt", "Kassér etter 10 år")
    assert first.status_code == 201
    said = first.json()
    assert said["name"] == "Kassér etter 10 år"
    assert said["isLabelAppliedExplicitly"] is True
    assert said["labelAppliedBy"]["application"]["displayName"] == "SharePoint App"
    assert said["labelAppliedDateTime"].endswith("Z")
    assert said["retentionSettings"] == {
        "behaviorDuringRetentionPeriod": "retain",
        "isContentUpdateAllowed": True,
        "isDeleteAllowed": True,
        "isLabelUpdateAllowed": True,
        "isMetadataUpdateAllowed": True,
        "isRecordLocked": False,
    }
    again = put_label(labelled, "a.txt", "Arkivverdig")
    assert again.status_code == 200
    assert again.json()["retentionSettings"]["behaviorDuringRetentionPeriod"] == "retainAsRecord"
    after = labelled.item("a.txt")
    assert after["eTag"] != before["eTag"]
    assert after["cTag"] == before["cTag"]
    assert len(labelled.get("a.txt", "versions").json()["value"]) == 1


def test_a_label_is_told_where_it_is_asked_for_only(labelled) -> None:
    labelled.put("a.txt")
    put_label(labelled, "a.txt", "Kassér etter 10 år")
    assert "retentionLabel" not in labelled.item("a.txt")
    shown = labelled.http.get(labelled.at("a.txt") + "?$expand=retentionLabel").json()
    assert shown["retentionLabel"]["name"] == "Kassér etter 10 år"
    assert shown["name"] == "a.txt"
    chosen = labelled.http.get(labelled.at("a.txt") + "?$select=name,retentionLabel").json()
    assert chosen["retentionLabel"]["name"] == "Kassér etter 10 år"
    assert "size" not in chosen


def test_a_label_comes_off_by_delete_and_by_an_empty_name(labelled, error) -> None:
    labelled.put("a.txt")
    assert error(labelled.get("a.txt", "retentionLabel")) == (404, "itemNotFound")
    assert error(labelled.http.delete(labelled.at("a.txt", "retentionLabel"))) == (404, "itemNotFound")
    put_label(labelled, "a.txt", "Kassér etter 10 år")
    assert labelled.http.delete(labelled.at("a.txt", "retentionLabel")).status_code == 204
    assert error(labelled.get("a.txt", "retentionLabel")) == (404, "itemNotFound")
    assert put_label(labelled, "a.txt", "Kassér etter 10 år").status_code == 201
    assert put_label(labelled, "a.txt", "").json()["name"] == ""
    assert error(labelled.get("a.txt", "retentionLabel")) == (404, "itemNotFound")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Finnes ikke"},
        {"name": "Fortrolig"},
        {"name": 5},
        {"name": None},
        {},
        {"navn": "Arkivverdig"},
        {"name": "Arkivverdig", "retentionSettings": {"isRecordLocked": False}},
        {"retentionSettings": {"isDeleteAllowed": True}},
        {"retentionSettings": {"isRecordLocked": True}},
        {"retentionSettings": 1},
    ],
)
def test_what_is_no_label_is_refused(labelled, error, body: dict[str, Any]) -> None:
    labelled.put("a.txt")
    assert error(labelled.http.patch(labelled.at("a.txt", "retentionLabel"), json=body)) == (400, "invalidRequest")
    assert label_of(labelled, "a.txt") == ""


def test_a_record_keeps_its_content_and_stays(labelled, error) -> None:
    labelled.put("Mappe/a.txt", b"innhold")
    labelled.put("Mappe/a.txt", b"nytt")
    assert put_label(labelled, "Mappe/a.txt", "Arkivverdig").status_code == 201
    replacing = {"@microsoft.graph.conflictBehavior": "replace"}
    locked = (423, "notAllowed")
    assert error(labelled.put("Mappe/a.txt", b"x")) == locked
    assert error(labelled.session("Mappe/a.txt", replacing)) == locked
    assert error(labelled.http.post(labelled.at("Mappe/a.txt", "versions/1.0/restoreVersion"))) == locked
    assert error(labelled.http.delete(labelled.at("Mappe/a.txt", "versions/1.0"))) == (403, "accessDenied")
    assert error(labelled.http.delete(labelled.at("Mappe/a.txt"))) == (403, "accessDenied")
    assert error(labelled.http.delete(labelled.at("Mappe"))) == (403, "accessDenied")
    labelled.put("b.txt")
    over = {"name": "a.txt", "parentReference": {"id": labelled.item("Mappe")["id"]}, **replacing}
    assert error(labelled.patch("b.txt", over)) == (403, "accessDenied")
    assert labelled.content("Mappe/a.txt") == b"nytt"
    # Properties of a record may change, its name among them (Microsoft, "Declare records by using retention labels").
    assert labelled.patch("Mappe/a.txt", {"name": "c.txt"}).status_code == 200
    assert label_of(labelled, "Mappe/c.txt") == "Arkivverdig"


def test_an_unlocked_record_takes_content_but_stays(labelled, error) -> None:
    labelled.put("a.txt")
    put_label(labelled, "a.txt", "Arkivverdig")
    unlocked = labelled.http.patch(
        labelled.at("a.txt", "retentionLabel"), json={"retentionSettings": {"isRecordLocked": False}}
    )
    assert unlocked.status_code == 200
    assert unlocked.json()["retentionSettings"]["isRecordLocked"] is False
    assert unlocked.json()["retentionSettings"]["isContentUpdateAllowed"] is True
    assert labelled.put("a.txt", b"nytt").status_code == 200
    assert error(labelled.http.delete(labelled.at("a.txt"))) == (403, "accessDenied")


def test_a_regulatory_record_keeps_everything(labelled, error) -> None:
    labelled.put("a.txt")
    put_label(labelled, "a.txt", "Uforanderlig")
    assert error(labelled.patch("a.txt", {"name": "b.txt"})) == (423, "notAllowed")
    assert error(labelled.put("a.txt", b"x")) == (423, "notAllowed")
    assert error(labelled.http.delete(labelled.at("a.txt", "retentionLabel"))) == (403, "accessDenied")
    assert error(put_label(labelled, "a.txt", "Arkivverdig")) == (403, "accessDenied")
    body = {"retentionSettings": {"isRecordLocked": False}}
    assert error(labelled.http.patch(labelled.at("a.txt", "retentionLabel"), json=body)) == (400, "invalidRequest")


def test_what_is_retained_only_can_be_changed_and_deleted(labelled) -> None:
    labelled.put("a.txt")
    put_label(labelled, "a.txt", "Kassér etter 10 år")
    assert labelled.put("a.txt", b"nytt").status_code == 200
    assert label_of(labelled, "a.txt") == "Kassér etter 10 år"
    assert labelled.http.delete(labelled.at("a.txt")).status_code == 204


def test_records_need_full_control(folder: Path, library_of, error, monkeypatch: pytest.MonkeyPatch) -> None:
    some = App("11111111-0000-0000-0000-000000000000", "Noe", frozenset({"Sites.ReadWrite.All", "Files.ReadWrite.All"}))
    with running(folder) as ready:
        library = library_of(ready)
        library.put("a.txt")
        library.put("b.txt")
        put_label(library, "b.txt", "Arkivverdig")
        monkeypatch.setattr("filrydd.rehearsal.wire.front.check_token", lambda *_more: some)
        assert error(put_label(library, "a.txt", "Arkivverdig")) == (403, "accessDenied")
        assert error(put_label(library, "b.txt", "Kassér etter 10 år")) == (403, "accessDenied")
        assert error(library.http.delete(library.at("b.txt", "retentionLabel"))) == (403, "accessDenied")
        assert put_label(library, "a.txt", "Kassér etter 10 år").status_code == 201


def test_a_folders_label_reaches_all_that_is_in_it_but_not_at_once(labelled) -> None:
    for number in range(230):
        labelled.put(f"Mappe/{number}.txt", b"x")
    labelled.put("Mappe/Dypt/Dypere/a.txt", b"x")
    labelled.put("Mappe/eget.txt")
    put_label(labelled, "Mappe/eget.txt", "Arkivverdig")
    _, link = labelled.whole_delta()
    assert put_label(labelled, "Mappe", "Kassér etter 10 år").status_code == 201
    assert label_of(labelled, "Mappe/0.txt") == ""
    until(lambda: label_of(labelled, "Mappe/Dypt/Dypere/a.txt"))
    said = labelled.get("Mappe/Dypt/Dypere/a.txt", "retentionLabel").json()
    assert said["name"] == "Kassér etter 10 år"
    assert said["isLabelAppliedExplicitly"] is False
    until(lambda: all(label_of(labelled, f"Mappe/{number}.txt") for number in (0, 99, 200, 229)))
    assert label_of(labelled, "Mappe/eget.txt") == "Arkivverdig"
    until(lambda: len(labelled.whole_delta(link)[0]) >= 234)


def test_what_comes_later_gets_the_folders_label_too(labelled) -> None:
    labelled.folder("Mappe")
    put_label(labelled, "Mappe", "Arkivverdig")
    labelled.put("Mappe/a.txt")
    labelled.put("b.txt")
    assert label_of(labelled, "Mappe/a.txt") == ""
    labelled.patch("b.txt", {"parentReference": {"id": labelled.item("Mappe")["id"]}}).raise_for_status()
    made = labelled.folder("Undermappe", labelled.item("Mappe")["id"]).json()
    labelled.put("Mappe/Undermappe/c.txt")
    for name in ("Mappe/a.txt", "Mappe/b.txt", "Mappe/Undermappe", "Mappe/Undermappe/c.txt"):
        until(lambda name=name: label_of(labelled, name) == "Arkivverdig")
    settings = labelled.get("Mappe/a.txt", "retentionLabel").json()["retentionSettings"]
    assert settings["isRecordLocked"] is True
    assert made["id"] == labelled.item("Mappe/Undermappe")["id"]


def test_another_label_of_the_folder_replaces_the_inherited_one(labelled) -> None:
    labelled.put("Mappe/a.txt")
    put_label(labelled, "Mappe", "Kassér etter 10 år")
    until(lambda: label_of(labelled, "Mappe/a.txt"))
    assert put_label(labelled, "Mappe", "Arkivverdig").status_code == 200
    until(lambda: label_of(labelled, "Mappe/a.txt") == "Arkivverdig")


def test_a_cascade_goes_on_after_a_restart(folder: Path, library_of) -> None:
    with running(folder, Ways(label_seconds=60)) as ready:
        library = library_of(ready)
        library.put("Mappe/a.txt")
        put_label(library, "Mappe", "Arkivverdig")
        put_label(library, "Mappe", "Arkivverdig")
        assert label_of(library, "Mappe/a.txt") == ""
    with running(folder, Ways(label_seconds=60, clock_offset=61)) as ready:
        until(lambda: label_of(library_of(ready), "Mappe/a.txt") == "Arkivverdig")


def test_the_root_has_no_label(labelled, error) -> None:
    place = f"{labelled.address}/root/retentionLabel"
    assert error(labelled.http.patch(place, json={"name": "Arkivverdig"})) == (400, "invalidRequest")


@pytest.mark.parametrize(
    "text",
    [
        "navn;type\n",
        "name,kind\nA,noe\n",
        "name,kind\nA,record\nA,record\n",
        "name,kind,libraries\nA,regulatory,sites/x/Y\n",
    ],
)
def test_a_list_of_labels_that_is_none_is_told(tmp_path: Path, library_of, error, text: str) -> None:
    with running(tmp_path) as ready:
        library = library_of(ready)
        library.put("a.txt")
        (tmp_path / "labels.csv").write_text(text + "B,retention\n", encoding="utf-8")
        assert error(put_label(library, "a.txt", "A")) == (500, "generalException")
        (tmp_path / "labels.csv").write_text("name,kind\nA,retention\n", encoding="utf-8")
        assert put_label(library, "a.txt", "A").status_code == 201


def test_a_librarys_default_label_comes_to_files_that_have_none_and_is_told(tmp_path: Path, library_of, error) -> None:
    place = "sites/rehearsal/Shared Documents"
    (tmp_path / "labels.csv").write_text(
        f"name,kind,libraries,seconds\nArkivverdig,record,{place},{SOON}\nKasseres,retention,,\n"
        f"Intern,sensitivity,{place},\n",
        encoding="utf-8",
    )
    with running(tmp_path, Ways(label_seconds=SOON)) as ready:
        library = library_of(ready)
        library.folder("Mappe")
        put_label(library, "Mappe", "Kasseres")
        for name in ("a.txt", "own.txt", "Mappe/b.txt"):
            library.put(name)
        put_label(library, "own.txt", "Kasseres")
        until(lambda: label_of(library, "a.txt") == "Arkivverdig" and label_of(library, "Mappe/b.txt") == "Kasseres")
        assert label_of(library, "own.txt") == "Kasseres"
        assert error(library.put("a.txt", b"other"))[0] in (403, 423)
        said = f"{ready.web}/sites/rehearsal/_api/SP.CompliancePolicy.SPPolicyStoreProxy.GetListComplianceTag"
        found = library.http.get(f"{said}(listUrl='/{place}')").json()
        assert (found["TagName"], found["BlockEdit"], found["BlockDelete"]) == ("Arkivverdig", True, True)
        assert library.http.get(f"{said}(listUrl='/sites/rehearsal/Noe')").status_code == 404
        assert library.http.post(f"{said}(listUrl='/{place}')").status_code == 405
        listed = library.http.get(f"{library.address}/list").json()["id"]
        address = (
            f"{ready.web}/sites/rehearsal/_api/web/lists(guid'{listed}')?$select=DefaultSensitivityLabelForLibrary"
        )
        label = library.http.get(address).json()["DefaultSensitivityLabelForLibrary"]
        assert label == store.Label("Intern", "sensitivity", frozenset(), 0).id
        other = library.http.post(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal:/lists", json=A_LIBRARY).json()
        assert library.http.get(f"{said}(listUrl='/sites/rehearsal/{other['name']}')").json() == {"odata.null": True}


# Sensitivity


@pytest.fixture
def confidential(labelled) -> Any:
    """A library with a default sensitivity label."""
    graph = labelled.graph
    drive = labelled.http.get(f"{graph}/sites/127.0.0.1:/sites/fortrolig:/drive").raise_for_status().json()
    return Library(labelled.http, graph, drive["id"])


def sensitivity(library, name: str) -> list[dict[str, str]]:
    return library.http.post(library.at(name, "extractSensitivityLabels")).raise_for_status().json()["labels"]


def word(text: str = "Referat") -> bytes:
    return contents.docx(text)


@pytest.mark.parametrize(("name", "make"), [("a.docx", word), ("a.pdf", contents.pdf)])
def test_an_office_file_and_a_pdf_are_stamped_some_time_later(
    confidential, name: str, make: Callable[[str], bytes]
) -> None:
    info = {"lastModifiedDateTime": "2020-01-02T03:04:05Z"}
    url = confidential.session(name, {"fileSystemInfo": info}).json()["uploadUrl"]
    content = make("Referat")
    before = confidential.fragment(url, content, 0, len(content)).json()
    assert sensitivity(confidential, name) == []
    (label,) = until(lambda: sensitivity(confidential, name))
    assert label["assignmentMethod"] == "standard"
    after = confidential.item(name)
    for changed in ("size", "eTag", "cTag"):
        assert after[changed] != before[changed]
    assert after["file"]["hashes"] != before["file"]["hashes"]
    assert after["id"] == before["id"]
    assert after["lastModifiedBy"]["user"]["displayName"] == "SharePoint App"
    assert after["fileSystemInfo"] == before["fileSystemInfo"]
    assert [each["id"] for each in confidential.get(name, "versions").json()["value"]] == ["2.0", "1.0"]
    stored = confidential.content(name)
    assert len(stored) == after["size"]
    key = f"MSIP_Label_{label['sensitivityLabelId']}_Name"
    if name.endswith("pdf"):
        reader = pypdf.PdfReader(io.BytesIO(stored), strict=True)
        assert "Referat" in reader.pages[0].extract_text()
        assert (reader.metadata or {})[f"/{key}"] == "Fortrolig"
    else:
        with zipfile.ZipFile(io.BytesIO(stored)) as package:
            assert package.testzip() is None
            custom = package.read("docProps/custom.xml").decode()
        assert f'name="{key}"' in custom
        assert ">Fortrolig<" in custom


def test_a_large_file_is_stamped_too(confidential) -> None:
    raw = io.BytesIO(word())
    with zipfile.ZipFile(raw, "a") as package:
        package.writestr("word/media/bilde.bin", random.Random(7).randbytes(400 << 10))
    confidential.put("a.docx", raw.getvalue())
    until(lambda: sensitivity(confidential, "a.docx"))
    with zipfile.ZipFile(io.BytesIO(confidential.content("a.docx"))) as package:
        assert package.testzip() is None
        assert b"MSIP_Label_" in package.read("docProps/custom.xml")


def test_a_file_that_somebody_has_open_is_stamped_when_it_is_closed(folder: Path) -> None:
    with running(folder, Ways(sites=("sites/fortrolig",))) as ready, httpx.Client(timeout=30) as http:
        library = Library(http, ready.graph, ready.drives[0].id)
        library.put("a.docx", word())
        http.post(library.at("a.docx", "checkout")).raise_for_status()
        library.put("b.docx", word())
        until(lambda: sensitivity(library, "b.docx"))
        assert sensitivity(library, "a.docx") == []
        http.post(library.at("a.docx", "checkin"), json={}).raise_for_status()
    with running(folder, Ways(sites=("sites/fortrolig",), clock_offset=60)) as ready, httpx.Client(timeout=30) as http:
        library = Library(http, ready.graph, ready.drives[0].id)
        until(lambda: sensitivity(library, "a.docx"))


def test_what_cannot_carry_a_label_is_left_alone_and_so_are_other_libraries(confidential, labelled) -> None:
    sent = {"a.txt": b"tekst", "b.docx": b"ikke et dokument", "c.pdf": b"%PDF-1.4 nei"}
    before = {name: confidential.put(name, content).json()["eTag"] for name, content in sent.items()}
    labelled.put("d.docx", word())
    confidential.put("e.docx", word())
    until(lambda: sensitivity(confidential, "e.docx"))
    assert {name: confidential.item(name)["eTag"] for name in sent} == before
    assert sensitivity(labelled, "d.docx") == []


def test_new_content_is_stamped_anew(confidential) -> None:
    confidential.put("a.docx", word())
    until(lambda: sensitivity(confidential, "a.docx"))
    confidential.put("a.docx", word("Nytt"))
    assert sensitivity(confidential, "a.docx") == []
    until(lambda: sensitivity(confidential, "a.docx"))
    assert len(confidential.get("a.docx", "versions").json()["value"]) == 4


def test_a_record_is_not_stamped(confidential) -> None:
    confidential.put("a.docx", word())
    put_label(confidential, "a.docx", "Arkivverdig").raise_for_status()
    confidential.put("b.docx", word())
    until(lambda: sensitivity(confidential, "b.docx"))
    assert sensitivity(confidential, "a.docx") == []


def test_a_default_label_takes_two_minutes_unless_the_list_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("name,kind,libraries\nIntern,sensitivity,SITES/X/shared documents/\n")
    site = Site("h,a,b", "sites/x", False, 0)
    drive = Drive("b!1", site, "l", "Documents", "Shared Documents", "r", 0)
    label = store.Labels(tmp_path).default(drive)
    assert label
    assert (label.name, label.seconds) == ("Intern", 120.0)
