"""A list that another spreadsheet has opened and saved is still the same list."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from filrydd.model.rule import Fate
from filrydd.stages.sheet import answers
from filrydd.stages.sheet.answers import Change
from tests.areas import Area
from tests.sheet.lists import KEEP, TREE, answered, full_area, write

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NAMES = [
    "=1+1",
    "+1",
    "-1",
    "@a",
    "#REF!",
    "_x0041_",
    "x005F_",
    "a\x01b",
    "TRUE",
    "1e5",
    "2010-01-01",
    "  rom  ",
    "\U0001f4c4",
]


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (Debian: libreoffice-calc-nogui)")
def test_a_list_saved_by_libreoffice_is_the_same_list(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = full_area(make_area(TREE | dict.fromkeys(NAMES, "1")))
    path, folder = write(area), tmp_path / "saved"
    subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=150,
    )
    saved = folder / path.name
    assert answers.plan(area.work(), saved).changes == ()
    book = load_workbook(saved)
    assert book["filrydd"].sheet_state != "visible"
    for name in ("Groups", "Files"):
        assert book[name].protection.sheet
        assert (book[name]["A2"].protection.locked, book[name]["I2"].protection.locked) == (True, False)
        assert KEEP in book[name].data_validations.dataValidation[0].formula1
    assert answers.plan(area.work(), answered(saved, {"Notat/a.txt": KEEP})).changes == (
        Change(Fate.MOVE, Fate.HOLD, 1, False),
    )
