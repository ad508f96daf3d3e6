"""The form of what a policy says about the review: the deadline, who is reminded, and the words that people read."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from filrydd.policy.form import MOST, Form
from filrydd.policy.values import Day, Days, Text, Truth

Shown = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ReviewForm(Form):
    deadline: Day | None = None
    weekly: Truth | None = None
    before: Days | None = None
    deputies: Literal["never", "when the contact is away", "always"] | None = None
    managers: Literal["never", "before the deadline", "after the deadline", "always"] | None = None


class WordingForm(Form):
    """For each language what is shown, and what a department writes instead."""

    nb: dict[Shown, Text] = Field(default={}, max_length=MOST)
    en: dict[Shown, Text] = Field(default={}, max_length=MOST)
