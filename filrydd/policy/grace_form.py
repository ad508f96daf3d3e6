"""The form of what a policy says about the time after the seal: `grace`, and `copies` of the file server.

grace: 90d
grace: {days: 90d, until: 2027-06-30}   # the later of both holds
copies: {snapshots: 30d, backups: 1y}
"""

from typing import Annotated

from pydantic import BeforeValidator, model_validator

from filrydd.lang import _
from filrydd.policy.form import Form
from filrydd.policy.values import AgeText, Also, Day, Days

GRACE_DAYS = 90
"""When the policy says no number of days; also beside `until`, which alone only makes it longer."""


class GraceForm(Form):
    days: Days = GRACE_DAYS
    until: Day | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "GraceForm":
        if not self.model_fields_set:
            raise ValueError(_("A length of time is missing. Write it like 90d, or {days: 90d, until: 2027-06-30}."))
        return self


GraceText = Annotated[
    GraceForm, BeforeValidator(lambda value: {"days": value} if isinstance(value, str) else value), Also(("string",))
]
NINETY_DAYS = GraceForm(days=GRACE_DAYS)


class CopiesForm(Form):
    """What is left out keeps what is said elsewhere."""

    snapshots: AgeText | None = None
    backups: AgeText | None = None
