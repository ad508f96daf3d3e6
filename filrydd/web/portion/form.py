"""What a person answered about a group, checked when they go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filrydd.lang import _
from filrydd.model.department import Person
from filrydd.model.reviewed import Answer
from filrydd.web.form import LONGEST, Mistake, text

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the stage takes it. `to` is (name, object id) of whoever must decide; the id is empty for somebody
    whom no policy names."""

    answer: Answer
    detail: str = ""
    to: tuple[str, str] = ("", "")
    note: str = ""


def given(
    form: Mapping[str, str], choices: Sequence[Answer], people: Sequence[Person]
) -> tuple[Given | None, tuple[Mistake, ...]]:
    """The answer in a form, or what is wrong with it, in the order of the fields. `choices` are the answers offered
    besides the suggestion; `people` whom it can be passed on to, by their places."""
    said = form.get("agree", "") or form.get("answer", "")
    if said not in (Answer.AS_SUGGESTED, *choices):
        return None, (Mistake("answer", _("Choose what is to happen, or say yes to the suggestion.")),)
    answer, wrong = Answer(said), list[Mistake]()
    where, note, name = text(form, "where"), text(form, "note"), text(form, "to_name")
    to = ("", "")
    if answer is Answer.ELSEWHERE and not where:
        wrong.append(Mistake("where", _("Write where they belong.")))
    if answer is Answer.PASSED_ON:
        chosen = form.get("to", OTHER if not people else "")
        if chosen == OTHER:
            to = (name, "")
            wrong += [] if name else [Mistake("to_name", _("Write the name of whoever must decide."))]
        elif chosen.isascii() and chosen.isdigit() and int(chosen) < len(people):
            to = (people[int(chosen)].name, people[int(chosen)].id)
        else:
            wrong.append(Mistake("to", _("Choose who must decide.")))
    for field, value, most in (
        ("where", where, LONGEST["where"]),
        ("to_name", name, LONGEST["to"]),
        ("note", note, LONGEST["note"]),
    ):
        if len(value) > most:
            wrong.append(Mistake(field, _("Use at most {count} characters.").format(count=most)))
    if wrong:
        return None, tuple(wrong)
    detail = where if answer is Answer.ELSEWHERE else ""
    return Given(answer, detail, to, note), ()
