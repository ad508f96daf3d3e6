"""What the form refuses, as plain sentences with a place; one mistake makes one complaint.

A mistyped key is both unknown and, where it is required, missing: only the first is said, with the word that was meant.
"""

import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from filrydd.lang import _
from filrydd.policy.form import Form
from filrydd.policy.nearest import nearest
from filrydd.policy.yaml_lines import Loc, Parsed


class Complaint(NamedTuple):
    """What is wrong at `loc`; `key`: with the key rather than with its value."""

    loc: Loc
    key: bool
    message: str


def complaints(refusal: ValidationError, parsed: Parsed, form: type[Form]) -> list[Complaint]:
    """The form's refusals of one file in plain words, without those that follow from another one."""
    errors = refusal.errors(include_url=False)
    hollow = parsed.empty | {loc[:-1] for loc in parsed.empty}
    meant = {(*error["loc"][:-1], _meant(error, form)) for error in errors if error["type"] == "extra_forbidden"}
    return [
        Complaint(error["loc"], error["type"] == "extra_forbidden", _sentence(error, form))
        for error in errors
        if error["loc"] not in hollow and not (error["type"] == "missing" and error["loc"] in meant)
    ]


def known_keys(form: type[Form]) -> tuple[str, ...]:
    """The keys of a form as they are written in a file."""
    return tuple(field.alias or name for name, field in form.model_fields.items())


def _meant(error: ErrorDetails, form: type[Form]) -> str:
    around = _form_at(form, error["loc"][:-1])
    return nearest(str(error["loc"][-1]), known_keys(around)) if around else ""


def _form_at(form: type[Form], loc: Loc) -> type[Form] | None:
    """The form of the mapping at `loc`."""
    here: Any = form
    for step in loc:
        here = _bare(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = next((f.annotation for n, f in here.model_fields.items() if step in (f.alias, n)), None)
        else:
            inner = get_args(here)
            here = inner[-1] if inner else None
    here = _bare(here)
    return here if isinstance(here, type) and issubclass(here, Form) else None


def _bare(annotation: Any) -> Any:
    """An annotation without `Annotated` and `| None` around it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(one for one in get_args(annotation) if one is not type(None))
        else:
            return annotation


def _sentence(error: ErrorDetails, form: type[Form]) -> str:
    key = str(error["loc"][-1]) if error["loc"] else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            around = _form_at(form, error["loc"][:-1])
            return unknown_word(key, known_keys(around) if around else ())
        case "missing":
            return _('"{key}" is missing here.').format(key=key)
        case "literal_error":
            return unknown_word(str(error["input"]), tuple(re.findall("'([^']*)'", context["expected"])))
        case "value_error":
            return str(context["error"])
        case "string_type":
            return _("A text belongs here.")
        case "string_too_short":
            return _("The text is empty.")
        case "string_too_long":
            return _("The text is too long; at most {count} characters.").format(count=context["max_length"])
        case "list_type":
            return _("A list belongs here, each item with a dash.")
        case "dict_type" | "model_type":
            return _("Keys and values belong here, one on each line.")
        case "too_short":
            return _("At least one is needed here.")
        case "too_long":
            return _("Too many; at most {count}.").format(count=context["max_length"])
        case _:
            return _("This does not belong here ({detail}).").format(detail=error["msg"])


def unknown_word(word: str, known: tuple[str, ...]) -> str:
    """The sentence for a word that is none of those known here, with the nearest or all of them."""
    message = _('"{word}" is not a word here.').format(word=word[:60])
    if near := nearest(word, known):
        return message + " " + _('Did you mean "{word}"?').format(word=near)
    return message + " " + _("These are: {words}.").format(words=", ".join(known)) if known else message


def unintended(raw: Mapping[str, object], loc: Loc, key: str, parsed: Parsed, form: type[Form]) -> bool:
    """Whether a key is simply not there: neither mistyped nor written without a value (each of which is said already)."""
    if key in raw or (*loc, key) in parsed.empty:
        return False
    return all(nearest(word, known_keys(form)) != key for word in _strange(raw, form))


def _strange(raw: Mapping[str, object], form: type[Form]) -> Iterator[str]:
    known = known_keys(form)
    return (word for word in raw if word not in known)
