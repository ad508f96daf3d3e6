"""The values in a policy file: each is text there, and becomes what it stands for, or a plain sentence about what is wrong.

The types double as JSON Schema for editors.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError

from filrydd.lang import _
from filrydd.model.finding import Found
from filrydd.model.names import fold, tidy_path
from filrydd.policy.expressions import compiled
from filrydd.policy.periods import Age, Period, age_of, day_of, days_of, period_of

T = TypeVar("T")
NOT_FOR_SHAREPOINT_WORD = "not for sharepoint"


@dataclass(frozen=True)
class Also:
    """For the schema: what may stand in the file besides the full form, JSON types or certain words."""

    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        short: JsonSchemaValue = {"enum": list(self.words)} if self.words else {"type": list(self.types)}
        return {"anyOf": [short, handler(core)]}


def listed(value: Any) -> Any:
    """One text is a list of one."""
    return [value] if isinstance(value, str) else value


def _is_a_path_glob(text: str) -> str:
    """Path globs are relative to the area's top: a drive, a server or `..` would never match, silently."""
    if text.startswith(("\\\\", "//")) or ":" in text:
        raise ValueError(_('"{text}" names a server or drive. Paths begin at the top of the area.').format(text=text))
    tidy = tidy_path(text)
    if not tidy:
        raise ValueError(_('"{text}" names no folder. Write "**" for all of them.').format(text=text))
    if {".", ".."} & set(tidy.split("/")):
        raise ValueError(_('A path has no "." or ".." in it: "{text}".').format(text=text))
    return tidy


def _is_a_name_glob(text: str) -> str:
    if "/" in text or "\\" in text:
        raise ValueError(_('"{text}" has a slash. Use `path` for folders; a name has none.').format(text=text))
    return text


def _is_an_extension(text: str) -> str:
    bare = fold(text.removeprefix("*").removeprefix("."))
    if not bare or not set(bare).isdisjoint("./\\*? "):
        raise ValueError(_('"{text}" is not an extension. Write it like pdf.').format(text=text))
    return bare


def _is_a_folder(text: str) -> str:
    """A folder in the area or the library; `""` is the top."""
    if not text.strip():
        return ""
    tidy = _is_a_path_glob(text)
    if not set(tidy).isdisjoint('*?"<>|'):
        raise ValueError(_('A folder cannot have any of * ? " < > | in its name: "{text}".').format(text=text))
    return tidy


def _is_a_site(text: str) -> str:
    if not re.fullmatch(r"https://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise ValueError(
            _('"{text}" is not a site. Write it like https://contoso.sharepoint.com/sites/x.').format(text=text)
        )
    return text.rstrip("/")


def _is_an_address(text: str) -> str:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        raise ValueError(_('"{text}" is not an e-mail address.').format(text=text))
    return text


def _is_an_expression(text: str) -> str:
    compiled(text)
    return text


def _is_a_drive(text: str) -> str:
    """`F`, `F:` and `f:\\` are the drive F."""
    if not re.fullmatch(r"[A-Za-z]:?[\\/]?", text):
        raise ValueError(_('"{text}" is not a drive. Write it like "F:".').format(text=text))
    return text[0].upper()


def _is_a_unc_name(text: str) -> str:
    tidy = text.replace("/", "\\").rstrip("\\")
    parts = tidy.removeprefix("\\\\").split("\\")
    named = len(parts) >= 2 and all(part.strip(" .") and set(part).isdisjoint('*?"<>|:') for part in parts)
    if not tidy.startswith("\\\\") or not named:
        message = _("\"{text}\" is not a share. Write it in single quotes, like '\\\\server\\share'.")
        raise ValueError(message.format(text=text))
    return tidy


def one_of(known: tuple[str, ...]) -> BeforeValidator:
    """One of certain words, refused as pydantic refuses a literal."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and value.strip() not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(f"'{word}'" for word in known)})
        return value

    return BeforeValidator(check)


_UNITS = {"b": 1}
_UNITS |= {f"{prefix}b": 1000 ** (power + 1) for power, prefix in enumerate("kmgt")}
_UNITS |= {f"{prefix}ib": 1024 ** (power + 1) for power, prefix in enumerate("kmgt")}
_SIZE = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s?([kmgt]?i?b)?", re.ASCII | re.IGNORECASE)


def _bytes(value: Any) -> Any:
    """`10MB` is 10,000,000 bytes and `10MiB` 10,485,760; a number alone is bytes."""
    if not isinstance(value, str):
        return value
    found = _SIZE.fullmatch(value.strip())
    unit = (found[2] or "b").lower() if found else ""
    if not found or unit not in _UNITS:
        raise ValueError(_('"{text}" is not a size. Write it like 10MB.').format(text=value))
    return int(float(found[1].replace(",", ".")) * _UNITS[unit])


def _share(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,3})?) ?%", value, re.ASCII)
    share = float(found[1].replace(",", ".")) / 100 if found else 0.0
    if not 0 < share <= 1:
        raise ValueError(_('"{text}" is not a share. Write it like 5%, above 0 and at most 100.').format(text=value))
    return share


def _truth(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower() not in ("true", "false"):
        raise ValueError(_('"{text}" is neither true nor false.').format(text=value))
    return value.lower() == "true"


def _day(value: Any) -> Any:
    return day_of(value) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(_("A day belongs here, like 2026-11-23, or the word today."))
    return "today" if value == "today" else day_of(value)


def _age(value: Any) -> Any:
    return age_of(value) if isinstance(value, str) else value


def _age_of_change(value: Any) -> Any:
    return {"modified": value} if isinstance(value, str) else value


def _days(value: Any) -> Any:
    return days_of(value) if isinstance(value, str) else value


def _period(value: Any) -> Any:
    return period_of(value) if isinstance(value, str) else value


def _text_or_both(value: Any) -> Any:
    return {"nb": value} if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Folder = Annotated[str, AfterValidator(_is_a_folder)]
Site = Annotated[Text, AfterValidator(_is_a_site)]
Address = Annotated[Text, AfterValidator(_is_an_address)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[date | Literal["today"], BeforeValidator(_moment)]
AgeText = Annotated[
    Age, BeforeValidator(_age), WithJsonSchema({"type": "string", "pattern": r"^(\d+y)? ?(\d+m)? ?(\d+d)?$"})
]
Days = Annotated[int, BeforeValidator(_days), WithJsonSchema({"type": "string", "pattern": r"^\d{1,5}d$"})]
Length = Annotated[Period, BeforeValidator(_period), WithJsonSchema({"type": "string"})]
Bytes = Annotated[int, BeforeValidator(_bytes), WithJsonSchema({"type": ["string", "integer"]})]
Share = Annotated[float, BeforeValidator(_share), WithJsonSchema({"type": "string", "pattern": r"^[\d.,]+ ?%$"})]

OneOrMore = Annotated[
    list[T], Field(min_length=1, max_length=1000), BeforeValidator(listed), Also(("string", "integer"))
]
PathGlobs = OneOrMore[Annotated[Text, AfterValidator(_is_a_path_glob)]]
NameGlobs = OneOrMore[Annotated[Text, AfterValidator(_is_a_name_glob)]]
Extensions = OneOrMore[Annotated[Text, AfterValidator(_is_an_extension)]]
Words = OneOrMore[Word]
Expressions = OneOrMore[Annotated[Text, AfterValidator(_is_an_expression)]]
_FOUND = tuple(kind.value for kind in Found)
FoundWords = OneOrMore[Annotated[Word, one_of(_FOUND), WithJsonSchema({"type": "string", "enum": list(_FOUND)})]]
_FOUND_OR_GROUP = (*_FOUND, NOT_FOR_SHAREPOINT_WORD)
FindingWords = OneOrMore[
    Annotated[Word, one_of(_FOUND_OR_GROUP), WithJsonSchema({"type": "string", "enum": list(_FOUND_OR_GROUP)})]
]
Drive = Annotated[Word, AfterValidator(_is_a_drive)]
UncNames = OneOrMore[Annotated[Text, AfterValidator(_is_a_unc_name)]]
SinceChange = (BeforeValidator(_age_of_change), Also(("string",)))
BothLanguages = (BeforeValidator(_text_or_both), Also(("string",)))
