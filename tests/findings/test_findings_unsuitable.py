"""What SharePoint is no place for, by names and facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.unsuitable import Candidate, unsuitable
from filrydd.model.finding import NOT_FOR_SHAREPOINT, Found


def look(*names: str, folder: str = "Sak", folders: tuple[str, ...] = ()) -> dict[str, tuple[Found, str]]:
    """name -> finding and detail."""
    files = [Candidate(number, name, 1_000, 0, 0, 0) for number, name in enumerate(names)]
    return {names[file]: (found, detail) for file, found, detail in unsuitable(folder, files, folders)}


@pytest.mark.parametrize(
    ("name", "found", "detail"),
    [
        ("Kunder.mdb", Found.DATABASE, ""),
        ("KUNDER.ACCDB", Found.DATABASE, ""),
        ("data.sqlite3", Found.DATABASE, ""),
        ("arkiv.pst", Found.MAIL, ""),
        ("innboks.mbox", Found.MAIL, ""),
        ("Møter.one", Found.NOTEBOOK, ""),
        ("Åpne notatblokk.onetoc2", Found.NOTEBOOK, ""),
        ("side.mht", Found.WEB_PAGE, ""),
        ("setup.EXE", Found.PROGRAM, ""),
        ("edit.com", Found.PROGRAM, ""),
        ("kopier.bat", Found.PROGRAM, "script"),
        ("rydd.ps1", Found.PROGRAM, "script"),
        ("windows.iso", Found.IMAGE, ""),
        ("server.vhdx", Found.IMAGE, ""),
        ("plan.dwg", Found.DRAWING, "external references"),
        ("bygg.RVT", Found.DRAWING, "external references"),
    ],
)
def test_a_kind_of_file_that_sharepoint_is_no_place_for_is_found(name: str, found: Found, detail: str) -> None:
    assert look(name) == {name: (found, detail)}
    assert found in NOT_FOR_SHAREPOINT


@pytest.mark.parametrize(
    "name",
    [
        *(
            "rapport.docx",
            "bok.xlsx",
            "bilde.png",
            "Thumbs.db",
            "ehthumbs.db",
            "mdb",
            ".mdb",
            "one",
            "notat",
            "notat.",
            "",
        ),
        *(
            "side.htm",
            "kart.dxf",
            "modell.ifc",
            "tilbud fra www.firma.com",
            "kari@firma.com",
            "eksport.ldf",
            "data.bin",
        ),
    ],
)
def test_an_ordinary_file_is_left_alone(name: str) -> None:
    assert look(name) == {}


def test_a_database_with_its_lock_beside_it_is_in_use() -> None:
    found = look("Kunder.accdb", "KUNDER.laccdb", "Annet.mdb", "saker.db", "saker.db-wal")
    assert found["Kunder.accdb"] == found["KUNDER.laccdb"] == (Found.DATABASE, "in use")
    assert found["Annet.mdb"] == (Found.DATABASE, "")
    assert found["saker.db"] == (Found.DATABASE, "in use")


def test_the_table_of_a_map_layer_is_no_database() -> None:
    assert look("Vann.shp", "vann.DBF", "vann.shx") == {}
    assert look("kunder.dbf") == {"kunder.dbf": (Found.DATABASE, "")}


def test_an_extension_with_two_meanings_is_told_by_what_lies_beside() -> None:
    assert look("lager.mdf", "lager.ldf") == {"lager.mdf": (Found.DATABASE, ""), "lager.ldf": (Found.DATABASE, "")}
    assert look("plate.mdf", "plate.mds") == {"plate.mdf": (Found.IMAGE, "")}
    assert look("flyfoto.img", "flyfoto.ige") == {}
    assert look("disk.img") == {"disk.img": (Found.IMAGE, "")}
    assert look("spill.bin", "spill.cue") == {"spill.bin": (Found.IMAGE, "")}


@pytest.mark.parametrize(
    "folder", ["Referat_files", "referat_filer", "Referat-filer", "REFERAT.files", "Referat-Dateien"]
)
def test_a_page_with_its_folder_beside_it_is_a_saved_web_page(folder: str) -> None:
    assert look("Referat.htm", "annen.html", folders=(folder, "Bilder")) == {"Referat.htm": (Found.WEB_PAGE, folder)}


def test_the_pieces_of_a_saved_page_go_with_it() -> None:
    found = look("stil.css", "bilde.gif", "saved_resource", folder="Sak/Referat_files")
    assert found == dict.fromkeys(("stil.css", "bilde.gif", "saved_resource"), (Found.WEB_PAGE, "Referat_files"))
    assert look("filelist.xml", "image001.png", folder="Referat_filer").keys() == {"filelist.xml", "image001.png"}


@pytest.mark.parametrize("names", [("notat.docx", "stil.css"), ("bilde.png", "bilde2.png"), ()])
def test_a_folder_that_is_only_called_so_is_no_page(names: tuple[str, ...]) -> None:
    assert look(*names, folder="Sak/gamle_filer") == {}


def test_a_drawing_for_exchange_counts_among_other_drawings_only() -> None:
    assert look("kart.dxf", "plan.dwg").keys() == {"kart.dxf", "plan.dwg"}
    assert look("kart.dxf", "notat.docx") == {}


@given(st.lists(st.text("aB.æ-_ ", max_size=6).map(lambda stem: stem + ".mdb"), max_size=6), st.text(max_size=12))
def test_each_file_is_told_at_most_once(names: list[str], other: str) -> None:
    files = [Candidate(number, name, 0, 0, 0, 0) for number, name in enumerate([*names, other])]
    told = [file for file, _found, _detail in unsuitable("a", files, [other])]
    assert sorted(set(told)) == told
