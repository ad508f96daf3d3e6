"""LibreOffice without a screen: it opens a list, types into cells and saves it itself."""

import html
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
MISSING = "install libreoffice (Debian: libreoffice-calc-nogui)"
# Texts are typed as text; what a person types into a cell that is locked, LibreOffice refuses.
_MACRO = """Sub Answer(source, target, typed)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  number = FreeFile
  Open ConvertFromURL(typed) For Input As #number
  While Not EOF(number)
    Line Input #number, text
    parts = Split(text, Chr(9))
    book.Sheets.getByName(parts(0)).getCellRangeByName(parts(1)).setString(parts(2))
  Wend
  Close #number
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(target, how())
  book.close(True)
End Sub
"""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = (
    '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"'
    ' library:passwordprotected="false"><library:element library:name="Fill"/></library:library>'
)
_MODULE = (
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Fill" script:language="StarBasic">{}'
    "</script:module>"
)


def saved(source: Path, folder: Path, typed: Iterable[tuple[str, str, str]] = ()) -> Path:
    """The list as LibreOffice saves it, in `folder`, after these texts (sheet, address of the cell, text) were typed in."""
    folder.mkdir(exist_ok=True)
    profile, texts, target = folder / "profile", folder / "typed.txt", folder / f"saved {source.name}"
    # Its first start makes the profile anew, and with that throws away a macro that is there already.
    _run(profile, "--terminate_after_init")
    library = profile / "user" / "basic" / "Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "script.xlb").write_text(_HEAD + _LIBRARY, encoding="utf-8")
    (library / "Fill.xba").write_text(_HEAD + _MODULE.format(html.escape(_MACRO, quote=False)), encoding="utf-8")
    texts.write_text("".join("\t".join(one) + "\n" for one in typed), encoding="utf-8")
    words = ", ".join(f'"{path.as_uri()}"' for path in (source, target, texts))
    _run(profile, f"macro:///Standard.Fill.Answer({words})")
    return target


def _run(profile: Path, *words: str) -> None:
    command = [str(SOFFICE), "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
