"""Edits said and taken back, each with its row in the ledger."""

import re
from collections.abc import Sequence
from dataclasses import replace

from filrydd.catalog import edits as kept
from filrydd.catalog import ledger
from filrydd.errors import BadUsage, Guard
from filrydd.lang import _
from filrydd.layout.edits import BY_NAME, OF_PRINCIPALS, OF_TWO_FOLDERS
from filrydd.model import names
from filrydd.model.structure import Edit, What
from filrydd.stages.typed import free, required
from filrydd.stages.work import Work

# [MS-DTYP] 2.4.2.1: revision, authority, up to fifteen numbers.
_SID = re.compile(r"S-1-\d{1,15}(-\d{1,10}){1,15}")
# SharePoint's own bound of a name; a longer one was no name.
_LONGEST_NAME = 255


def say(work: Work, edits: Sequence[Edit]) -> int:
    """Store edits durably, with one row in the ledger for each name; returns how many are new.

    An edit without a name is by whoever asks. What is open already is not stored again. What lets somebody in or shuts
    somebody out needs a name and a note. Raises BadUsage, Busy, NoSuchArea, ClockMoved; nothing is stored then.
    """
    checked = [_checked(work, edit) for edit in edits]
    if not checked:
        return 0
    now = work.now()
    with work.holding("propose"), work.catalog() as catalog, catalog.writing(durable=True):
        numbers = kept.say(catalog, checked, now)
        stored = [one for one in kept.said(catalog) if one.id in set(numbers)]
        for name in dict.fromkeys(one.edit.name for one in stored):
            body = {"edits": [kept.entry(one) for one in stored if one.edit.name == name]}
            ledger.append(catalog, kept.SAID, name, body, "", now)
    return len(numbers)


def undo(work: Work, id: int, name: str) -> Edit:
    """Take the edit of that number back, durably, with its row in the ledger; returns it.

    Raises Guard when no open edit has the number, BadUsage, Busy, NoSuchArea, ClockMoved.
    """
    name = required(name, "--as")
    now = work.now()
    with work.holding("propose"), work.catalog() as catalog, catalog.writing(durable=True):
        stored = kept.find(catalog, id)
        if stored is None or not kept.undo(catalog, id, name, now):
            raise Guard(
                _("No change of {area} that is in force has the number {number}.").format(area=work.area, number=id),
                next=f"filrydd propose {work.area} --edit FILE",
            )
        ledger.append(catalog, kept.TAKEN_BACK, name, {"change": id}, "", now)
        return stored.edit


def _checked(work: Work, edit: Edit) -> Edit:
    """The edit as it is stored. Raises BadUsage when it says too little."""
    note, value = free(edit.note), free(edit.value)
    if edit.what in BY_NAME and not (edit.name.strip() and note):
        raise BadUsage(
            _("Who can open what is changed only by name: {edit}.").format(edit=edit.what),
            next=_("Write your name, and a note that says why."),
        )
    if edit.what not in OF_TWO_FOLDERS and any(ord(letter) < 32 for letter in value):
        # In an old folder's own path they may stand.
        raise BadUsage(
            _("A change holds line breaks or other control characters: {edit}.").format(edit=edit.what),
            next=_("Write it on one line."),
        )
    if edit.what in OF_PRINCIPALS:
        path = edit.path.strip().upper()
        if not _SID.fullmatch(path):
            raise BadUsage(
                _("{sid} is no security identifier.").format(sid=edit.path[:100]),
                next=_("It begins with S-1- and is followed by numbers."),
            )
    else:
        path = edit.path.encode("utf-8", "replace").decode("utf-8")
    if edit.what in OF_TWO_FOLDERS:
        value = edit.value.encode("utf-8", "replace").decode("utf-8")
    elif edit.what in (What.RENAME, What.LIBRARY) and len(value) > _LONGEST_NAME:
        raise BadUsage(
            _("The name is over 255 characters: {name}").format(name=value[:40]), next=_("Write a shorter one.")
        )
    elif edit.what is What.LIBRARY and not (value or names.split(path)[1]):
        raise BadUsage(_("The whole area has no name to call a library by."), next=_("Write the library's name."))
    return replace(edit, path=path, value=value, name=required(edit.name or work.actor, "--as"), note=note)
