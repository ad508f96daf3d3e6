"""Which names and paths SharePoint takes.

Source of the rules: Microsoft's page on restrictions in OneDrive and SharePoint. Lengths are counted in UTF-16 units, as
SharePoint's own strings are. A name is stored as it was sent and compared without case and in NFC.
"""

import re
import unicodedata

from filrydd.rehearsal.refusal import Refused, bad

SEGMENT = 255
PATH = 400

# With control characters and halves of surrogate pairs.
_CHARACTERS = re.compile(r'["*:<>?/\\|\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_RESERVED = re.compile(r"(?:\.lock|con|prn|aux|nul|com[0-9]|lpt[0-9]|desktop\.ini)", re.IGNORECASE)


def fold(name: str) -> str:
    """The form in which names are compared: NFC, and each letter in lower case where that is one letter too."""
    if name.isascii():
        return name.lower()
    composed = unicodedata.normalize("NFC", name)
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in composed)


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_name(name: object, *, folder: bool, top: bool) -> str:
    """The name, if SharePoint takes it for a folder or file, there or at a library's top. Raises Refused (400)."""
    if not isinstance(name, str):
        raise bad("The name must be a string.", inner="invalidName")
    if problem := _problem(name, folder, top):
        raise bad(f"The provided name {problem}.", inner="invalidName")
    if units(name) > SEGMENT:
        raise bad(f"The name is longer than {SEGMENT} characters.", inner="nameIsTooLong")
    return name


def _problem(name: str, folder: bool, top: bool) -> str:
    low = fold(name)
    if not name or name in (".", ".."):
        return "is empty or only points"
    if _CHARACTERS.search(name):
        return 'cannot contain any of the characters " * : < > ? / \\ | or a control character'
    if name != name.strip(" "):
        return "cannot begin or end with a space"
    if _RESERVED.fullmatch(name) or "_vti_" in low or name.startswith("~$"):
        return "is reserved"
    if top and low == "forms":
        return "is reserved at the top of a library"
    if folder and (name.startswith("~") or name.endswith(".")):
        return "of a folder cannot begin with ~ or end with a period"
    if folder and low.endswith(("_files", "_file")):
        return "of a folder cannot end with _files or _file"
    return ""


def check_path(path: str) -> None:
    """Refuse a decoded server-relative path (`sites/x/Shared Documents/...`) that is too long. Raises Refused (400)."""
    if units(path) > PATH:
        # rclone finds it as the inner code, and does not try again (rclone/rclone#6024).
        raise Refused(400, "pathIsTooLong", f"The path is longer than {PATH} characters.", inner="pathIsTooLong")


def numbered(name: str, number: int, *, folder: bool) -> str:
    """The name with a number, as the conflict behaviour `rename` makes it: `rapport 1.docx`."""
    stem, dot, extension = name.rpartition(".")
    if folder or not stem:
        return f"{name} {number}"
    return f"{stem} {number}{dot}{extension}"
