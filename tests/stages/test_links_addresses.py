"""Which place in another area a target names, and what becomes of the rest of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filrydd.findings.targets import Known, Others
from filrydd.stages import scan
from filrydd.stages.links import between
from filrydd.stages.links.addresses import LONGEST, with_mark
from filrydd.stages.work import Work
from tests.areas import POLICY, Area

OWN = Known(("\\\\srv\\felles\\avd", "smb://srv.kommune.no/felles/avd"), {"F": ""})
OTHERS = Others(
    {
        "andre": Known(("\\\\srv\\felles\\andre",), {"G": "Tall"}),
        "arkiv": Known(("\\\\gammel\\arkiv",)),
        "to": Known(("\\\\srv\\delt",)),
        "tre": Known(("\\\\srv\\delt",)),
    }
)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (r"\\SRV.kommune.no\Felles\Andre\Tall\sum.xlsx", ("andre", "Tall/sum.xlsx")),
        (r"file:///\\gammel\arkiv\a%20b.docx#side", ("arkiv", "a b.docx")),
        (r"G:\sum.xlsx", ("andre", "Tall/sum.xlsx")),
        (r"..\..\Andre\sum.xlsx", ("andre", "sum.xlsx")),
        (r"\felles\andre\sum.xlsx", None),
        (r"\\annen\arkiv\a.docx", None),
        (r"\\srv\delt\a.docx", None),
        (r"..\her.docx", None),
        (r"H:\a.docx", None),
        (r"https://gammel/arkiv/a.docx", None),
        (r"%APPDATA%\a.docx", None),
        ("", None),
    ],
)
def test_a_target_names_one_place_in_one_other_area_or_none(target: str, found: tuple[str, str] | None) -> None:
    assert OTHERS.resolve(target, "Notat", OWN) == found


NEW = "https://c.sharepoint.com/sites/x/Dok/a.xlsx"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        (r"F:\a.xlsx", NEW),
        (r"F:\a.xlsx#Ark1!A1", NEW + "#Ark1!A1"),
        (r"file:///F:\a.xlsx#'Ark%201'!A1:Å2", NEW + "#'Ark%201'!A1:%C3%852"),
        (r'F:\a.docx#et "bokmerke"', NEW + "#et%20%22bokmerke%22"),
        (r"F:\sak #2\a.xlsx", NEW),
        (r"F:\[a.xlsx]Ark1", ""),
        ("file:///F:/a.xlsx?web=1", ""),
        ("F:\\a.xlsx#" + "x" * LONGEST, ""),
    ],
)
def test_the_place_in_a_document_is_kept(target: str, address: str) -> None:
    assert with_mark(target, NEW) == address


def test_an_area_that_cannot_be_read_is_told(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"a.docx": b"a"})
    area.policy(POLICY)
    area.scan()
    (area.workspace / "scans" / "odelagt.db").write_bytes(b"this is no database, but it is long enough to be one" * 50)
    scan.run(Work(area.workspace, "alene", "tester"), str(area.top))
    found = between.of(area.work())
    assert (found.unread, found.crossings, found.whole) == (("odelagt",), (), True)
