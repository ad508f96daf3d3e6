"""Where a link points, by its text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.findings.targets import Known, Place, resolve
from filrydd.model import names

KNOWN = Known((r"\\SRV01.kommune.no\Felles\Økonomi",), {"F": "", "K": "Kart/Grunnlag"})


def inside(path: str) -> Place:
    return Place("inside", path)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (r"\\srv01\felles\økonomi\Budsjett\b.xlsx", "Budsjett/b.xlsx"),
        (r"\\srv01.kommune.no\FELLES\Ökonomi\b.xlsx", None),
        (r"\\srv01.annet.no\felles\økonomi\b.xlsx", None),
        (r"\\srv01\felles\økonomiarkiv\b.xlsx", None),
        (r"\\srv01\felles", None),
        (r"\\srv01\felles\økonomi", ""),
        (r"\\srv01\felles\økonomi\a\..\b.xlsx", "b.xlsx"),
        (r"\\srv01\felles\annet\..\økonomi\.\b.xlsx", "b.xlsx"),
        (r"\\?\UNC\srv01\felles\økonomi\z.docx", "z.docx"),
        ("file:///\\\\srv01\\felles\\%C3%98konomi\\a%20b.docx", "a b.docx"),
        ("file://srv01/Felles/%D8konomi/x.doc", "x.doc"),
        ("file://///srv01/Felles/Økonomi/x.doc", "x.doc"),
        ("smb://bruker@srv01:445/felles/økonomi/a", "a"),
        (r"F:\Regnskap\..\x.xls", "x.xls"),
        (r"f:\..\..\a.doc", "a.doc"),
        ("F:", ""),
        ("file:///F|/x%20y.doc", "x y.doc"),
        ("file:///F:/Bok.xlsx#'Ark 1'!A1", "Bok.xlsx"),
        ("file:///F:/Bok%231.xlsx", "Bok#1.xlsx"),
        ("k:/a/b.dwg", "Kart/Grunnlag/a/b.dwg"),
        (r"C:\Users\x.doc", None),
        ("../Arkiv/x%20y.docx", "Sak/Arkiv/x y.docx"),
        (r"..\..\x.docx", "x.docx"),
        (r"..\..\..\x.docx", None),
        (r"..\..\..\Økonomi\q.doc", "q.doc"),
        ("[Bok.xlsx]Ark1!A1", "Sak/2020/Bok.xlsx"),
        (r"'F:\dir\[Bok 2.xlsx]Ark 1'!$A$1", "dir/Bok 2.xlsx"),
        ("notat [2].docx", "Sak/2020/notat [2].docx"),
        ("bok.xlsx#Ark1!A1", "Sak/2020/bok.xlsx"),
        ("C# notater.docx", "Sak/2020/C# notater.docx"),
        ("100% ferdig.docx", "Sak/2020/100% ferdig.docx"),
        (r"%~dp0..\x.bat", "Sak/x.bat"),
        (r"\\srv01\felles\økonomi\inn\*.csv", "inn"),
        (r"F:\ut\%USERNAME%\logg.txt", "ut"),
        ("/Kart/a.xlsx", "Kart/a.xlsx"),
        ("file:///home/kari/x.doc", None),
    ],
)
def test_a_path_is_inside_where_it_leads_into_the_area_and_outside_elsewhere(target: str, path: str | None) -> None:
    assert resolve(target, "Sak/2020", KNOWN) == (Place("outside") if path is None else inside(path))


@pytest.mark.parametrize(
    "target",
    [
        "http://nrk.no/x.docx",
        "HTTPS://a.sharepoint.com/sites/x",
        "www.oslo.kommune.no",
        "ms-excel:ofe|u|https://a.sharepoint.com/c.xlsx",
        r"\\a.sharepoint.com@SSL\DavWWWRoot\sites\x\b.docx",
    ],
)
def test_an_address_on_the_web_is_that(target: str) -> None:
    assert resolve(target, "", KNOWN) == Place("web")


@pytest.mark.parametrize(
    "target",
    ["", "  ", "#Ark1!A1", "mailto:post@kommune.no", r"%APPDATA%\x", r"$env:TEMP\x", "::{20D04FE0}", r"\\%SRV%\x\y"],
)
def test_what_names_no_place_of_its_own_leads_to_nothing(target: str) -> None:
    assert resolve(target, "", KNOWN) == Place("nothing")


def test_a_rooted_path_starts_at_the_drive_that_the_file_itself_lies_on() -> None:
    assert resolve(r"\rapport.xls", "Kart/Grunnlag/2020", KNOWN) == inside("Kart/Grunnlag/rapport.xls")
    assert resolve(r"\Økonomi\rapport.xls", "a", Known((r"\\srv\felles\økonomi",))) == inside("rapport.xls")
    assert resolve(r"\Annet\rapport.xls", "a", Known((r"\\srv\felles\økonomi",))) == Place("outside")


def test_a_folder_of_this_machine_can_be_an_area_too() -> None:
    assert resolve("file:///srv/felles/a%20b.txt", "", Known(("/srv/felles",))) == inside("a b.txt")
    assert resolve(r"D:\Felles\a.txt", "", Known((r"d:\felles",))) == inside("a.txt")


def test_each_of_several_addresses_leads_in() -> None:
    known = Known((r"\\gammel\felles", "smb://ny/felles"))
    assert resolve(r"\\ny\felles\a", "", known) == resolve(r"\\gammel\felles\a", "", known) == inside("a")


def test_letters_composed_or_not_are_the_same_folder() -> None:
    known = Known(("\\\\srv\\felles\\A\u030asen",))
    assert resolve("\\\\srv\\felles\\ÅSEN\\x", "", known) == inside("x")


_NAMES = st.text("abcÆøå .-_1%#[]", min_size=1, max_size=12).filter(
    lambda name: name.strip(" .") == name and "%" not in name
)
_FOLDERS = st.lists(_NAMES.filter(lambda name: "#" not in name and "[" not in name), max_size=4)


@given(_FOLDERS, _FOLDERS)
def test_a_relative_path_leads_from_any_folder_to_any_other(here: list[str], there: list[str]) -> None:
    target = "\\".join([*[".."] * len(here), *there, "x.docx"])
    assert resolve(target, "/".join(here), KNOWN) == inside("/".join([*there, "x.docx"]))


@given(_FOLDERS)
def test_a_place_of_the_area_is_found_by_each_of_its_spellings(way: list[str]) -> None:
    path = "/".join([*way, "x.docx"])
    back = path.replace("/", "\\")
    for target in (f"F:\\{back}", f"\\\\srv01\\felles\\ØKONOMI\\{back}", f"file:///F:/{path}", f"\\\\?\\F:\\{back}"):
        assert resolve(target, "et/annet/sted", KNOWN) == inside(path)


@given(st.text(max_size=60), st.sampled_from(["", "a", "a/b"]))
def test_any_text_has_an_answer_and_an_inside_path_is_tidy(target: str, folder: str) -> None:
    place = resolve(target, folder, KNOWN)
    segments = place.path.split("/") if place.path else []
    assert not {"", ".", ".."} & set(segments)
    assert [names.stored(raw) for raw in names.raw_segments(place.path)] == segments
