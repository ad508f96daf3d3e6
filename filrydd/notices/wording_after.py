"""The subject and the text of a message about what comes after the upload. No file is named, nobody is blamed."""

from collections.abc import Iterator

from filrydd.lang import _, days
from filrydd.notices.after import CONFIRMING
from filrydd.notices.due import As
from filrydd.notices.letter import About, Letter
from filrydd.notices.lines import one_line


def subject(about: About, letter: Letter, what: str) -> str:
    """One line: whose files, which, and what is asked or until when."""
    department = one_line(about.department)
    if _confirms(letter):
        return _("{department}: is everything in {what} where you expect it?").format(department=department, what=what)
    return _("{department}: the old area {what} can be read until {day}").format(
        department=department, what=one_line(about.area), day=days.weekday(letter.dues[0].due)
    )


def blocks(about: About, letter: Letter) -> Iterator[str]:
    """The paragraphs between the greeting and the end."""
    area, department = one_line(about.area), one_line(about.department)
    if _confirms(letter):
        yield _("Files from the old file area {area} in {department} are in SharePoint now.").format(
            area=area, department=department
        )
        yield _("Please look whether everything is where you expect it, and answer yes or no. It takes some minutes.")
        yield _("The old area is not made read-only before that.")
    else:
        day = days.weekday(letter.dues[0].due)
        yield _("The old file area {area} in {department} is read-only. The files are in SharePoint.").format(
            area=area, department=department
        )
        yield _("It can be read until {day}. After that day it is deleted.").format(day=day)
        yield _("Do you need it longer? Then ask for more time, and say why.")
    parts = dict.fromkeys(one_line(due.standing.part.name) for due in letter.dues)
    yield _("This is about: {parts}.").format(parts=", ".join(parts))
    for contact in dict.fromkeys(
        one_line(due.standing.part.contact.name) for due in letter.dues if due.role is As.DEPUTY
    ):
        yield _("You stand in for {name}.").format(name=contact)


def _confirms(letter: Letter) -> bool:
    return any(due.kind in CONFIRMING for due in letter.dues)
