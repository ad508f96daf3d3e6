"""The form of people in policy files: who they are, how the log-in knows them, and when they are away.

Whoever logs in is known by the object id that the log-in's issuer gives them, by a group, or by an app role; an e-mail
address, which can be given to somebody else, only addresses messages.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from filrydd.lang import _
from filrydd.policy.form import MOST, Form
from filrydd.policy.values import Address, Also, Day, Word

# Object ids are GUIDs at Entra ID and Keycloak; other providers have other words, none with spaces.
Key = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^\S+$")]


class AbsenceForm(Form):
    """Days on which somebody is away, both included."""

    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> "AbsenceForm":
        if self.to < self.from_:
            raise ValueError(_("The last day is before the first."))
        return self


class PersonForm(Form):
    name: Word
    email: Address = ""
    id: Key = ""
    group: Key = ""
    app_role: Key = ""
    away: list[AbsenceForm] = Field(default=[], max_length=MOST)

    @model_validator(mode="after")
    def _known_in_one_way(self) -> "PersonForm":
        if sum(bool(key) for key in (self.id, self.group, self.app_role)) > 1:
            raise ValueError(_("Write one of `id`, `group` and `app_role`, not several."))
        return self


def _one_person(value: object) -> object:
    return [value] if isinstance(value, dict) else value


People = Annotated[list[PersonForm], Field(max_length=MOST), BeforeValidator(_one_person), Also(("object",))]
