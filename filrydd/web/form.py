"""What a person wrote in a form, checked when they go on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from filrydd.catalog.signoffs import Signature
from filrydd.lang import _
from filrydd.model import times
from filrydd.web.identity import Identity

LONGEST = {"name": 200, "role": 200, "note": 4000, "where": 1000, "to": 200}
_DAY = 86_400 * times.TICKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is missing or off in a field, and how to put it right."""

    field: str
    message: str


def text(form: Mapping[str, str], field: str) -> str:
    """A field without the space around it, its line breaks as single ones."""
    return re.sub(r"\r\n?", "\n", form.get(field, "")).strip()


def name_of(form: Mapping[str, str]) -> tuple[str, tuple[Mistake, ...]]:
    """The name that somebody logs in with, or what is wrong with it."""
    wrong = _told(form, "name", _("Write your name."))
    return text(form, "name"), tuple(wrong)


def signature(
    form: Mapping[str, str],
    identity: Identity,
    *,
    roles: tuple[str, ...],
    as_manager: bool,
    asks_destroy: bool,
    today: date,
) -> tuple[Signature | None, tuple[Mistake, ...]]:
    """The signature in a form, or what is wrong with it, in the order of the fields.

    `roles` are the words to choose the signer's role from; none: any word. `asks_destroy`: whether the form offers to
    sign for the deletion of documents; then there must be an answer.
    """
    wrong = []
    if roles and text(form, "role") not in roles:
        wrong.append(Mistake("role", _("Choose in which role you sign.")))
    elif not roles:
        wrong += _told(form, "role", _("Write your role, for example contact."))
    wrong += _told(form, "note")
    follow, mistake = _follow(text(form, "follow"), today)
    wrong += [Mistake("follow", mistake)] if mistake else []
    if asks_destroy and form.get("destroys") not in ("yes", "no"):
        wrong.append(Mistake("destroys", _("Choose whether you also sign that documents are deleted.")))
    if form.get("agree") != "yes":
        wrong.append(Mistake("agree", _("Tick the box to say that you have looked at it and answer for it.")))
    if wrong:
        return None, tuple(wrong)
    return Signature(
        name=identity.name,
        role=text(form, "role"),
        how=identity.how,
        note=text(form, "note"),
        destroys=asks_destroy and form.get("destroys") == "yes",
        # New files follow until that day is over.
        follow_until=None if follow is None else times.from_day(follow) + _DAY,
        who=identity.who,
        as_manager=as_manager,
    ), ()


def second_signature(
    form: Mapping[str, str], identity: Identity, *, role: str, as_manager: bool
) -> tuple[Signature | None, tuple[Mistake, ...]]:
    """The second person's signature on a deletion, or what is wrong with it."""
    wrong = _told(form, "note")
    if form.get("agree") != "yes":
        wrong.append(Mistake("agree", _("Tick the box to say that you have looked at it and answer for it.")))
    if wrong:
        return None, tuple(wrong)
    return Signature(
        name=identity.name,
        role=role,
        how=identity.how,
        note=text(form, "note"),
        destroys=True,
        who=identity.who,
        as_manager=as_manager,
    ), ()


def withdrawal(form: Mapping[str, str]) -> tuple[Mistake, ...]:
    """What is wrong with a withdrawal."""
    return tuple(_told(form, "note"))


def _told(form: Mapping[str, str], field: str, missing: str = "") -> list[Mistake]:
    said = text(form, field)
    if missing and not said:
        return [Mistake(field, missing)]
    if len(said) > LONGEST[field]:
        return [Mistake(field, _("Use at most {count} characters.").format(count=LONGEST[field]))]
    return []


def day_in(said: str) -> date | None:
    """The day as a browser's date field sends it, or as people type it where there is none; None for anything else."""
    found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<D>\d\d?)\.\s?(?P<M>\d\d?)\.\s?(?P<Y>\d{4})", said)
    if found is None:
        return None
    got = found.groupdict()
    try:
        return date(int(got["y"] or got["Y"]), int(got["m"] or got["M"]), int(got["d"] or got["D"]))
    except ValueError:
        return None


def _follow(said: str, today: date) -> tuple[date | None, str]:
    """That day, None for an empty field, or the mistake."""
    if not said:
        return None, ""
    day = day_in(said)
    if day is None:
        return None, _("Write the day like 2026-12-31.")
    if day < today:
        return None, _("That day is over. Choose a later one, or leave the field empty.")
    return day, ""
