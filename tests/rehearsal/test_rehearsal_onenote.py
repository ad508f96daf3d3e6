"""OneNote: a folder with a notebook's table of contents is a package."""


def notebook(library) -> str:
    id = library.folder("Notatbok").json()["id"]
    library.put("Notatbok/Seksjon.one", b"side 1")
    library.put("Notatbok/Open Notebook.onetoc2", b"innhold")
    return id


def test_a_notebook_is_neither_file_nor_folder(library) -> None:
    id = notebook(library)
    item = library.item("Notatbok")
    assert item["id"] == id
    assert item["package"] == {"type": "oneNote"}
    assert not {"file", "folder", "@microsoft.graph.downloadUrl"} & set(item)
    assert item["size"] == len(b"side 1innhold")
    listed = library.http.get(f"{library.address}/root/children").json()["value"]
    assert [("package" in each, "folder" in each) for each in listed] == [(True, False)]


def test_what_is_in_a_notebook_is_listed_and_comes_down(library) -> None:
    id = notebook(library)
    inside = library.http.get(f"{library.address}/items/{id}/children").json()["value"]
    assert {each["name"]: each["file"]["mimeType"] for each in inside} == {
        "Seksjon.one": "application/msonenote",
        "Open Notebook.onetoc2": "application/msonenote",
    }
    assert library.content("Notatbok/Seksjon.one") == b"side 1"


def test_a_delta_tells_of_the_package(library) -> None:
    library.folder("Notatbok")
    _, link = library.whole_delta()
    notebook_before = library.item("Notatbok")
    library.put("Notatbok/Open Notebook.onetoc2", b"innhold")
    changed, _ = library.whole_delta(link)
    told = {item["name"]: item for item in changed}
    assert told["Notatbok"]["package"] == {"type": "oneNote"}
    assert "folder" not in told["Notatbok"]
    assert told["Notatbok"]["eTag"] != notebook_before["eTag"]


def test_a_notebook_has_no_content_of_its_own(library, error) -> None:
    notebook(library)
    assert error(library.get("Notatbok", "content")) == (404, "itemNotFound")
    assert error(library.put("Notatbok", b"x")) == (501, "notSupported")


def test_raw_sections_in_a_plain_folder_are_files_in_a_folder(library) -> None:
    library.put("Mappe/Seksjon.one", b"side 1")
    assert "folder" in library.item("Mappe")
    library.put("Open Notebook.onetoc2", b"innhold")
    assert "folder" in library.http.get(f"{library.address}/root").json()


def test_a_session_over_a_section_is_refused_and_a_put_is_not(library, error) -> None:
    notebook(library)
    replacing = {"@microsoft.graph.conflictBehavior": "replace"}
    for name in ("Seksjon.one", "Open Notebook.onetoc2"):
        assert error(library.session(f"Notatbok/{name}", replacing)) == (501, "notSupported")
        assert library.put(f"Notatbok/{name}", b"nytt").status_code == 200
    assert library.session("Notatbok/Ny.one").status_code == 200


def test_a_notebook_is_moved_and_deleted_as_one(library) -> None:
    id = notebook(library)
    library.folder("Til")
    to = library.item("Til")["id"]
    assert library.patch("Notatbok", {"parentReference": {"id": to}}).json()["package"] == {"type": "oneNote"}
    assert library.content("Til/Notatbok/Seksjon.one") == b"side 1"
    assert library.http.delete(f"{library.address}/items/{id}").status_code == 204
    assert library.get("Til/Notatbok/Seksjon.one").status_code == 404


def test_the_onenote_api_takes_no_applications(library, site: str, error) -> None:
    notebook(library)
    for asked in ("notebooks", "sections", "pages"):
        assert error(library.http.get(f"{site}/onenote/{asked}")) == (401, "40001")
