"""What a person wrote about the structure, checked when they go on, and the edits that it means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.structure_access import Grant, Obstacle, Suggested
from filrydd.catalog.structure_lines import Found, folders_called
from filrydd.catalog.structures import Trees
from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.layout import problems
from filrydd.model.structure import Edit, What
from filrydd.web.form import Mistake, text

CHOICES = (What.KEEP, What.LIFT, What.SPLIT, What.LIBRARY, What.RESTRICT)
"""What a person can choose for a folder; no choice leaves it to the programme."""
FOUND = 20
_LONGEST = {"name": 200, "note": 4000, "rename": 255, "library": 255, "below": 2000, "into": 2000, "like": 2000}
_ENTRA = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Checked = tuple[tuple[Edit, ...], tuple[Mistake, ...]]


@dataclass(frozen=True, slots=True)
class Pick:
    """A field in which a folder is looked up by words of its path. `found`: the folders to choose from, at most FOUND of
    them, `more` when there are others too."""

    found: tuple[Found, ...] = ()
    more: bool = False


def pick(catalog: Catalog, trees: Trees, form: Mapping[str, str], field: str) -> Pick:
    """The folders that fit what stands in a field."""
    words = text(form, field)
    found = folders_called(catalog, trees, words, FOUND) if words else []
    return Pick(tuple(found[:FOUND]), len(found) > FOUND)


def change(catalog: Catalog, trees: Trees, folder: int, form: Mapping[str, str]) -> Checked:
    """The edits of one old folder, or what is wrong with them in the order of the fields."""
    path, chosen = path_of_folder(catalog, folder), form.get("choice", "")
    said = {field: text(form, field) for field in ("rename", "below", "into", "name", "note")}
    wrong: list[Mistake] = []
    if chosen and chosen not in CHOICES:
        wrong.append(Mistake("choice", _("Choose one of these.")))
    if not (chosen or said["rename"] or said["below"] or said["into"]):
        wrong.append(Mistake("choice", _("Choose what is to be changed, or fill in one of the fields below.")))
    if chosen == What.LIFT and (said["rename"] or said["below"] or said["into"]):
        wrong.append(
            Mistake("choice", _("A folder that is no more has no name and no place. Choose one or the other."))
        )
    wrong += _too_long(form, "library", "rename")
    if "/" in said["rename"]:
        wrong.append(Mistake("rename", _("A name has no slash. To move the folder, use the field below.")))
    values = {}
    for field in ("below", "into"):
        values[field], mistake = _picked(catalog, trees, folder, form, field)
        wrong += [mistake] if mistake else []
    if said["below"] and said["into"]:
        wrong.append(Mistake("into", _("Say where it lies, or what it is put together with, not both.")))
    wrong += _signed(form, note=False)
    if wrong:
        return (), tuple(wrong)
    name, note = said["name"], said["note"]
    edits = []
    if chosen:
        value = text(form, "library") if chosen == What.LIBRARY else ""
        edits.append(Edit(What(chosen), path, value, name, note))
    if said["rename"]:
        edits.append(Edit(What.RENAME, path, said["rename"], name, note))
    for field, what in (("below", What.MOVE), ("into", What.MERGE)):
        if said[field]:
            edits.append(Edit(what, path, values[field], name, note))
    return tuple(edits), ()


def accepted(
    catalog: Catalog,
    trees: Trees,
    obstacle: Obstacle,
    people: tuple[Grant, ...],
    suggested: tuple[Suggested, ...],
    form: Mapping[str, str],
) -> Checked:
    """The edit by which somebody accepts a problem of access by name, with a note that is not optional.

    `people` are those whom it may be about, `suggested` who may stand for the one; a form names both by their places.
    """
    name, note = text(form, "name"), text(form, "note")
    wrong: list[Mistake] = []
    if obstacle.kind != problems.NO_COUNTERPART:
        like, mistake = _picked(catalog, trees, obstacle.folder, form, "like", itself_too=True)
        if mistake or not text(form, "like"):
            wrong.append(mistake or Mistake("like", _("Write which folder's readers and writers it gets.")))
        wrong += _signed(form, note=True)
        return ((), tuple(wrong)) if wrong else ((Edit(What.OPEN, obstacle.path, like, name, note),), ())
    who = {str(place): one.sid for place, one in enumerate(people)}
    sid = who.get(form.get("who", "0" if len(people) == 1 else ""))
    if sid is None:
        wrong.append(Mistake("who", _("Choose who it is about.")))
    stands = {"leave": "", "other": text(form, "entra").lower()}
    stands |= {f"suggested {place}": one.entra_id for place, one in enumerate(suggested)}
    how = form.get("how", "")
    if how not in stands:
        wrong.append(Mistake("how", _("Choose what becomes of the access.")))
    elif how != "leave" and not _ENTRA.fullmatch(stands[how]):
        wrong.append(Mistake("entra", _("Write the object's id in Entra, like 1b2c3d4e-0000-4000-8000-123456789abc.")))
    wrong += _signed(form, note=True)
    if wrong or sid is None:
        return (), tuple(wrong)
    return (Edit(What.LEAVE_OUT if how == "leave" else What.STANDS_FOR, sid, stands[how], name, note),), ()


def taken_back(form: Mapping[str, str]) -> tuple[Mistake, ...]:
    """What is wrong with a form that takes a change back."""
    return tuple(_signed(form, note=False))


def refused(error: FilryddError) -> str:
    """Why a stage did not take it in, in one line."""
    return " ".join(part for part in (error.message, *error.details, error.next) if part)


def _picked(
    catalog: Catalog, trees: Trees, folder: int, form: Mapping[str, str], field: str, *, itself_too: bool = False
) -> tuple[str, Mistake | None]:
    """The old path of the folder that a field names, or what is wrong."""
    words = text(form, field)
    if not words:
        return "", None
    if len(words) > _LONGEST[field]:
        return "", _too_long(form, field)[0]
    found = pick(catalog, trees, form, field).found
    chosen = form.get(f"{field}_folder", "") if form.get(f"{field}_asked", "") == words else ""
    fitting = [one for one in found if str(one.folder) == chosen] or (list(found) if len(found) == 1 else [])
    if not found:
        return "", Mistake(field, _("No new folder of this part has that in its path."))
    if not fitting:
        return "", Mistake(field, _("Choose one of the folders that were found."))
    other = trees.old.place(fitting[0].folder)
    here = trees.old.place(folder)
    below = here is not None and other is not None and here <= other < trees.old.ends[here]
    if below and not itself_too:
        return "", Mistake(field, _("A folder cannot lie in itself, nor in one below it."))
    if fitting[0].folder == folder:
        return "", Mistake(field, _("That is the folder itself."))
    return fitting[0].old, None


def _signed(form: Mapping[str, str], *, note: bool) -> list[Mistake]:
    wrong = [] if text(form, "name") else [Mistake("name", _("Write your name."))]
    if note and not text(form, "note"):
        wrong.append(Mistake("note", _("Write why. It is kept with what you accept.")))
    return wrong + _too_long(form, "name", "note")


def _too_long(form: Mapping[str, str], *fields: str) -> list[Mistake]:
    return [
        Mistake(field, _("Use at most {count} characters.").format(count=_LONGEST[field]))
        for field in fields
        if len(text(form, field)) > _LONGEST[field]
    ]
