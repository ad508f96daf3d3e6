"""The values under `structure`: whole numbers, yes and no, names that SharePoint takes, and who stands for whom."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from filrydd.lang import _
from filrydd.model.structure import Column
from filrydd.policy.values import Also, Text, Word, listed, one_of

# SharePoint refuses these in every name ("Restrictions and limitations in OneDrive and SharePoint").
_REFUSED = frozenset('"*:<>?/\\|')
_KEPT = re.compile(r"\.lock|desktop\.ini|(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*_vti_.*|~.*", re.IGNORECASE | re.ASCII)
# [MS-DTYP] 2.4.2.1: an authority below 2^48, up to 15 numbers below 2^32.
_SID = re.compile(r"S-1-(?:0|[1-9]\d{0,14})(?:-(?:0|[1-9]\d{0,9})){1,15}", re.ASCII)
_GUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOBODY = "00000000-0000-0000-0000-000000000000"


def sid_of(text: str) -> str:
    """A security identifier in its usual form (`S-1-1-0`). Raises ValueError with a sentence for anything else."""
    usual = text.strip().upper()
    if not _SID.fullmatch(usual) or any(int(number) >= 2**32 for number in usual.split("-")[3:]):
        raise ValueError(_('"{text}" is no security identifier. Write it like S-1-5-21-1-2-3-1104.').format(text=text))
    return usual


def _is_an_entra_id(text: str) -> str:
    usual = text.lower()
    if not _GUID.fullmatch(usual) or usual == _NOBODY:
        message = _("\"{text}\" is no object id of Entra. Copy it from the group's or user's page.")
        raise ValueError(message.format(text=text))
    return usual


def _is_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError(_('"{text}" has characters that nobody can see.').format(text=repr(text)[1:-1][:60]))
    return text


def _is_legal(text: str) -> str:
    if found := "".join(dict.fromkeys(letter for letter in text if letter in _REFUSED or not letter.isprintable())):
        shown = " ".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in found)
        message = _('SharePoint takes no {characters} in a name: "{text}".')
        raise ValueError(message.format(characters=shown, text=text))
    return text


def _is_a_library(text: str) -> str:
    _is_legal(text)
    if text.endswith("."):
        raise ValueError(_('A library\'s name cannot end with a dot: "{text}".').format(text=text))
    if _KEPT.fullmatch(text):
        raise ValueError(_('SharePoint takes no library named "{text}". Choose another name.').format(text=text))
    return text


def _whole(least: int, most: int) -> tuple[BeforeValidator, WithJsonSchema]:
    """A whole number within bounds, both included."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        number = int(value) if re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII) else -1
        if not least <= number <= most:
            message = _('"{text}" does not fit here. Write a whole number from {least} to {most}.')
            raise ValueError(message.format(text=value[:60], least=least, most=most))
        return number

    return BeforeValidator(read), WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


def _yes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.strip().lower() not in ("yes", "no", "true", "false"):
        raise ValueError(_('"{text}" is neither yes nor no.').format(text=value[:60]))
    return value.strip().lower() in ("yes", "true")


Sid = Annotated[Word, AfterValidator(sid_of)]
EntraId = Annotated[Text, AfterValidator(_is_an_entra_id)]
LibraryName = Annotated[Word, AfterValidator(_is_a_library)]
PartOfAName = Annotated[Word, AfterValidator(_is_legal)]
NoarkCode = Literal["Bevares", "Kasseres", "Vurderes senere"]
LabelName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_is_printable)]
YesOrNo = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"enum": ["yes", "no", True, False]})]
Points = Annotated[int, *_whole(0, 100_000)]
Levels = Annotated[int, *_whole(1, 20)]
# One version has no history; SharePoint keeps at most 50,000 major versions.
Versions = Annotated[int, *_whole(2, 50_000)]
# A Windows path has 256 characters in old programs, and the copy needs some of them.
Characters = Annotated[int, *_whole(1, 240)]
# SharePoint holds at most 30 million items in a library.
Items = Annotated[int, *_whole(1, 30_000_000)]

_COLUMNS = tuple(column.value for column in Column)
Columns = Annotated[
    list[Annotated[Word, one_of(_COLUMNS), WithJsonSchema({"type": "string", "enum": list(_COLUMNS)})]],
    Field(max_length=100),
    BeforeValidator(listed),
    Also(("string",)),
]
