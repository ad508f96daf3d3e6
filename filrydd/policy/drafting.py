"""A department's first policy file, drafted from answers: text with comments, for people to go on with.

What each kind of work brings stands in `drafting_tasks.yaml`, as text. The comments and sources are in bokmål, as in the
shipped policies; every rule's reason is in both languages. Nothing drafted is `confirmed`, so nothing is destroyed by it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Template

from filrydd.model.department import Person
from filrydd.model.names import split, tidy_path
from filrydd.policy.drafting_places import PRIVATE_CLASS, Placed, What, classes_of, examples_of, rules_of, touches
from filrydd.policy.yaml_lines import parse

_TASKS = Path(__file__).with_name("drafting_tasks.yaml")
# What is in the file whatever the department works with.
_NUMBERS, _END = "numbers", "end"
_EXAMPLE_PATH = re.compile(r"(?:- \{|- )path: ([^,\n]+)")
# What means itself in YAML wherever it stands, in flow mappings too; all else is quoted.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .@/()§-]*[\w.)])?")
_SITE = re.compile(r"https://[\w./~%-]+")
_NOT_PLAIN = frozenset(("null", "true", "false", "yes", "no", "on", "off"))


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered on `day` by `answered_by`; `tasks` are words of `tasks()`. Every text is of one line."""

    department: str
    answered_by: str
    day: date
    name_nb: str
    name_en: str
    site: str
    library: str
    owner: Person
    contacts: tuple[Person, ...]
    deputies: tuple[Person, ...]
    areas: tuple[str, ...]
    tasks: tuple[str, ...]
    case_system: str
    personnel_system: str
    archive: str
    others_see: str
    doubt_years: int
    read_text: bool
    places: tuple[Placed, ...] = ()


def tasks() -> tuple[str, ...]:
    """The words for kinds of work, in the order in which they stand in a file."""
    return tuple(word for word in _texts() if word not in (_NUMBERS, _END))


def task_texts(word: str) -> Mapping[str, str]:
    """What one kind of work brings, by section, with the words with $ still in it."""
    return _texts()[word]


def draft(answers: Answers) -> str:
    """The text of `<department>.yaml`."""
    chosen = [word for word in _texts() if word in answers.tasks or word == _END]
    if answers.read_text:
        chosen = [word for word in _texts() if word in chosen or word == _NUMBERS]
    filled = _filled(answers, chosen)
    sections = {
        section: [Template(text[section]).substitute(filled).rstrip() for text in _chosen(chosen) if section in text]
        for section in ("classes", "rules", "blocks", "examples")
    }
    sections["classes"][:0] = classes_of(answers.places, scalar)
    sections["rules"][:0] = rules_of(answers.places)
    examples = [line for text in sections["examples"] for line in _each(text) if not _is_answered(line, answers.places)]
    sections["examples"] = ["\n".join([*examples, *examples_of(answers.places, answers.day, scalar)])]
    head = Template(_HEAD).substitute(
        filled,
        department=answers.department,
        nb=scalar(answers.name_nb),
        en=f", en: {scalar(answers.name_en)}" if answers.name_en else "",
        who=answers.answered_by,
        site=answers.site if _SITE.fullmatch(answers.site) else scalar(answers.site),
        library=scalar(answers.library),
        owner=_person(answers.owner),
        contacts=_people("contacts", answers.contacts),
        deputies=_people("deputies", answers.deputies),
        others=_others(answers.others_see),
        areas="\n".join(f"  {name}:\n    folder: {scalar(_folder(name, answers))}" for name in answers.areas),
    )
    private = any(place.what is What.PRIVATE for place in answers.places)
    parts = [head, _PRIVATE.format(name=PRIVATE_CLASS) if private else ""]
    parts += [_section(name, texts) for name, texts in sections.items() if name != "examples"]
    return "\n".join(part for part in [*parts, _LIMITS, _section("examples", sections["examples"])] if part)


def scalar(text: str) -> str:
    """A text as one YAML scalar that reads back as the same text, in any place."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in json.dumps(text, ensure_ascii=False))


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    """The texts of every kind of work by section."""
    tree = parse(_TASKS.read_bytes()).tree
    assert isinstance(tree, dict)
    return {
        word: {name: text for name, text in sections.items() if isinstance(text, str)}
        for word, sections in tree.items()
        if isinstance(sections, dict)
    }


def _chosen(words: Sequence[str]) -> Iterator[Mapping[str, str]]:
    return (_texts()[word] for word in words)


def _filled(answers: Answers, chosen: Sequence[str]) -> dict[str, str]:
    """What stands for the words with $. `besides`: what has a period of its own is destroyed unread when that is over."""
    besides = ", ".join(text["besides"] for text in _chosen(chosen) if "besides" in text)
    return {
        "by": scalar(answers.answered_by),
        "on": answers.day.isoformat(),
        "years": str(answers.doubt_years),
        "case_system": scalar(answers.case_system),
        "personnel_system": scalar(answers.personnel_system),
        "archive": scalar(answers.archive),
        "besides": f"\n    not: {{class: [{besides}]}}" if besides else "",
    }


def _section(name: str, texts: Sequence[str]) -> str:
    """A top-level key with its texts indented, an empty line between them."""
    if not any(texts):
        return ""
    lines = "\n\n".join(text for text in texts if text).splitlines()
    return f"{name}:\n" + "".join(f"  {line}".rstrip() + "\n" for line in lines)


def _each(text: str) -> list[str]:
    """The single examples of a text."""
    return [one.rstrip() for one in re.split(r"^(?=- )", text, flags=re.MULTILINE) if one.strip()]


def _is_answered(example: str, places: Sequence[Placed]) -> bool:
    """Whether a person said something of the folder that an example lies in, which then decides."""
    found = _EXAMPLE_PATH.match(example)
    return found is not None and touches(places, split(tidy_path(found[1]))[0])


def _person(person: Person) -> str:
    return f"{{name: {scalar(person.name)}, email: {scalar(person.email)}}}"


def _people(key: str, people: Sequence[Person]) -> str:
    return f"{key}:\n" + "".join(f"  - {_person(one)}\n" for one in people) if people else ""


def _folder(area: str, answers: Answers) -> str:
    """The folder in the library: the department's name where there is one area, without what no folder may be called."""
    name = re.sub(r'[*:?"<>|/\\]+', " ", answers.name_nb).strip(" .")
    return " ".join(name.split()) if len(answers.areas) == 1 and name else area


def _others(text: str) -> str:
    if not text:
        return ""
    return (
        f"# Andre enn avdelingen må se: {text}\n"
        "# filrydd åpner ingenting av seg selv. Gi tilgangen i SharePoint, eller godta den ved navn i forslaget.\n"
    )


_HEAD = """\
# Utkast, laget $on av svar fra $who med filrydd policy new.
#
# Ingen arkivar har bekreftet reglene, og det er ingen `confirmed` her: da blir ingenting kassert, men hver regel viser hva
# den ville gjort. Reglene i common.yaml spørres før disse. Prøv filen med: filrydd policy test $department
#
# Mappenavnene under `classes` er vanlige navn. Bytt dem ut med dem som avdelingen bruker.
# Frister uten lovhjemmel er avdelingens egne (arkivforskrifta § 3), og gjelder bare det bevaringsforskrifta ikke nevner.

department: $department
name: {nb: $nb$en}
site: $site
library: $library
owner: $owner
$contacts$deputies
${others}areas:
$areas
    # Har en mappe sin egen eier eller kontakt, blir den en del:
    # parts:
    #   - {name: lønn, path: Personal/Lønn, contact: {name: Ola Lunde, email: ola.lunde@example.no}}
"""

_PRIVATE = """\
# Leses aldri (FOR-2018-07-02-1108 §§ 1-3).
private: [{name}]
"""

_LIMITS = """\
limits:
  stop_above: 5%            # en kjøring som vil kassere mer enn dette, stopper
  sign_destroy: two people  # kontakten og lederen

grace: 90d  # så lenge står det gamle området lesbart etter at det er lukket
"""
