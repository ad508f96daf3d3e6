"""The form of what a policy says about the upload: when it may run, for which tenant, and when it gives up."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from filrydd.lang import _
from filrydd.model.hours import Hours
from filrydd.model.tier import NAMES
from filrydd.policy.form import Form
from filrydd.policy.values import Word, one_of

MOST_FAILURES = 1_000_000


def hours_of(text: str) -> Hours:
    """The hours that a text names; ValueError with a plain sentence otherwise."""
    try:
        return Hours.parse(text)
    except ValueError as wrong:
        message = _('"{text}" is no timetable. Write it like 17:00-07:00, weekends.')
        raise ValueError(message.format(text=text[:60])) from wrong


def _hours(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        # In a line with brackets the comma makes a list of it.
        value = ", ".join(value)
    return hours_of(value) if isinstance(value, str) else value


def _failures(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    number = int(value) if re.fullmatch(r"\d{1,7}", value.strip(), re.ASCII) else 0
    if not 1 <= number <= MOST_FAILURES:
        message = _('"{text}" does not fit here. Write a whole number from {least} to {most}.')
        raise ValueError(message.format(text=value, least=1, most=MOST_FAILURES))
    return number


class UploadForm(Form):
    """What is left out keeps what is said elsewhere."""

    hours: (
        Annotated[
            Hours, BeforeValidator(_hours), WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}})
        ]
        | None
    ) = None
    tier: Annotated[Word, one_of(NAMES), WithJsonSchema({"type": "string", "enum": list(NAMES)})] | None = None
    stop_above: (
        Annotated[
            int,
            BeforeValidator(_failures),
            WithJsonSchema({"type": ["string", "integer"], "pattern": r"^\d{1,7}$", "minimum": 1}),
        ]
        | None
    ) = None
