"""The form of what policy files hold: which keys there are and what each holds. What this says is also the schema for editors.

Whole files are in `file_forms`, and the key `structure` is in `structure_form`. Rules that need more than one place of a file
(unknown classes, a destroy without a basis, parts that overlap) are in `checks`; both are reported together by `examine`.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from filrydd.lang import _
from filrydd.policy.values import (
    AgeText,
    Also,
    BothLanguages,
    Bytes,
    Day,
    Expressions,
    Extensions,
    FindingWords,
    Folder,
    FoundWords,
    Length,
    Moment,
    NameGlobs,
    PathGlobs,
    Share,
    SinceChange,
    Text,
    Truth,
    Word,
    Words,
    listed,
)

# Nobody writes that many by hand; it bounds the work that a foreign file can cause.
MOST = 2000


OwnerStates = Annotated[
    list[Literal["disabled", "vanished"]], Field(min_length=1, max_length=2), BeforeValidator(listed), Also(("string",))
]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TextsForm(Form):
    nb: Text
    en: Text = ""


Sentence = Annotated[TextsForm, *BothLanguages]


class DecisionForm(Form):
    by: Word
    on: Day


class AgesForm(Form):
    """Lengths since different times of a file."""

    modified: AgeText | None = None
    created: AgeText | None = None
    latest: AgeText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "AgesForm":
        if not self.model_fields_set:
            raise ValueError(_("A length of time is missing. Write it like 5y, 3y6m or 90d."))
        return self


Ages = Annotated[AgesForm, *SinceChange]


class ConditionForm(Form):
    """What files a class or rule is about: all keys must hold; within a list one is enough."""

    path: PathGlobs = []
    name: NameGlobs = []
    extension: Extensions = []
    expression: Expressions = []
    path_expression: Expressions = []
    larger_than: Bytes | None = None
    smaller_than: Bytes | None = None
    modified_before: Moment | None = None
    created_before: Moment | None = None
    modified_after: Moment | None = None
    created_after: Moment | None = None
    older_than: Ages | None = None
    younger_than: Ages | None = None
    owner: Words = []
    owner_is: OwnerStates = []
    open_to: Words = []
    writable_by: Words = []
    copy_of: PathGlobs = []
    finding: FindingWords = []
    any: list["ConditionForm"] = Field(default=[], min_length=1, max_length=MOST)
    all: list["ConditionForm"] = Field(default=[], min_length=1, max_length=MOST)
    not_: "ConditionForm | None" = Field(default=None, alias="not")
    class_: Words = Field(default=[], alias="class")

    @model_validator(mode="after")
    def _says_something(self) -> "ConditionForm":
        if not self.model_fields_set:
            raise ValueError(_("This condition is empty. For all files, write `when: everything` in the rule."))
        if self.smaller_than is not None and self.smaller_than <= (self.larger_than or 0):
            raise ValueError(_("No file can be that small and that large at once."))
        if any(_never(self, time) for time in ("modified", "created")) or _both_ages(self):
            raise ValueError(_("No file can be that old and that new at once."))
        return self


def _never(form: ConditionForm, time: str) -> bool:
    """Whether nothing lies between the last moment of the one day and the first of the other."""
    after, before = getattr(form, f"{time}_after"), getattr(form, f"{time}_before")
    if after == before == "today":
        return True
    return isinstance(after, date) and isinstance(before, date) and before.toordinal() <= after.toordinal() + 1


def _both_ages(form: ConditionForm) -> bool:
    if form.older_than is None or form.younger_than is None:
        return False
    for time in ("modified", "created", "latest"):
        old, young = getattr(form.older_than, time), getattr(form.younger_than, time)
        if old and young and young.months <= old.months and young.days <= old.days:
            return True
    return False


# A condition that asks for nothing, which only the word `everything` makes: an empty list is refused from a file.
EVERYTHING = ConditionForm.model_construct(path=[])

When = Annotated[
    ConditionForm,
    BeforeValidator(lambda value: EVERYTHING if value == "everything" else value),
    Also(words=("everything",)),
]


class RuleForm(Form):
    rule: Word
    class_: Words = Field(default=[], alias="class")
    when: When | None = None
    after: Length | None = None
    fate: Literal["move", "destroy", "hold"]
    noark: Literal["Bevares", "Kasseres", "Vurderes senere"] | None = None
    basis: Text = ""
    reason: Sentence
    decided: DecisionForm | None = None
    confirmed: DecisionForm | None = None
    junk: Truth = False


class BlockForm(Form):
    block: Word
    class_: Words = Field(default=[], alias="class")
    when: When | None = None
    forbids: list[Literal["destroy", "move"]] = Field(min_length=1, max_length=2)
    instead: Text = ""
    basis: Text
    reason: Sentence


class LimitsForm(Form):
    stop_above: Share | None = None
    sign_destroy: Literal["one person", "two people"] | None = None
    decided: DecisionForm | None = None
    command_line: Literal["signs", "does not sign"] | None = None
    override: list[Literal["move", "hold", "destroy"]] | None = Field(default=None, max_length=3)


class ExampleForm(Form):
    path: Text
    modified: Day
    created: Day | None = None
    size: Bytes = 10_000
    day: Day
    expect: Literal["move", "destroy", "hold"]
    rule: Word | None = None
    owner: Words = []
    owner_is: Literal["active", "disabled", "vanished"] | None = None
    open_to: list[Word] | None = Field(default=None, max_length=MOST)
    writable_by: list[Word] | None = Field(default=None, max_length=MOST)
    copy_of: list[Folder] | None = Field(default=None, max_length=MOST)
    finding: FoundWords = []
