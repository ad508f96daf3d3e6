"""Rules that a department may want and lacks: from the library beside this file, and what each kind of work brings.

    lacking(folder, department)      the suggestions that its file and the common one say nothing of
    suggestion(key)                  one of them by its word
    taken_up(data, one, ...)         the file with it in it

Nothing suggested is `confirmed`: a rule that destroys holds until an archivist has said yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Template

from filrydd.model.names import fold
from filrydd.model.rule import Texts
from filrydd.policy.department import Department
from filrydd.policy.drafting import scalar, task_texts, tasks
from filrydd.policy.examples import results
from filrydd.policy.files import common_content, content
from filrydd.policy.loading import load_bytes
from filrydd.policy.written import Pieces, added, comment, one_line
from filrydd.policy.yaml_lines import Tree, mapping, parse

_LIBRARY = Path(__file__).with_name("suggestions.yaml")
_SECTIONS = ("classes", "rules", "blocks", "examples")
# What the questions of a new policy ask for; whoever takes a rule up can change the words in the file.
_USUAL = {
    "case_system": "sak- og arkivsystemet",
    "personnel_system": "personalsystemet",
    "archive": "arkivsystemet",
    "years": "5",
    "besides": "",
}

# Whoever decides a period is named with it, in as many letters as a policy takes.
_LONGEST_NAME = 120
_NOBODY = "ukjent"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Rules that belong together. `about` says which files, empty for a kind of work (then `key` is one of
    `drafting.tasks`).

    `rules` and `blocks` are their names, `destroys` those that destroy once confirmed; `reasons` what people are told,
    rule by rule; `bases` the legal bases. `text` has the sections as they stand in a file, with words with $ still in
    them; `known` are the names of rules, blocks and classes in it, each with its kind.
    """

    key: str
    about: Texts
    rules: tuple[str, ...]
    blocks: tuple[str, ...]
    destroys: tuple[str, ...]
    reasons: tuple[Texts, ...]
    bases: tuple[str, ...]
    text: Mapping[str, str]
    known: frozenset[str]
    private: tuple[str, ...] = ()
    but_not: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its rules and blocks, as they decide for files."""
        return self.rules + self.blocks


@cache
def suggestions() -> tuple[Suggestion, ...]:
    """All there are, in the order in which they are shown."""
    library = mapping(parse(_LIBRARY.read_bytes()).tree)
    own = [_made(key, mapping(said)) for key, said in library.items()]
    return (*own, *(_made(word, task_texts(word)) for word in tasks()))


def suggestion(key: str) -> Suggestion | None:
    """The one of that word; None when there is none."""
    return next((one for one in suggestions() if one.key == key), None)


def lacking(folder: Path, department: str) -> tuple[Suggestion, ...]:
    """Those of which neither the department's file nor the common one has a rule, block or class by name.

    Raises PolicyInvalid when the department has no file.
    """
    own = mapping(parse(content(folder, department)).tree)
    shared = common_content(folder)
    common = mapping(parse(shared).tree) if shared is not None else {}
    known = known_names(own) | known_names(common)
    history = any(_keeps_history(tree) for tree in (own, common))
    return tuple(one for one in suggestions() if known.isdisjoint(one.known) and not (history and one.but_not))


def taken_up(folder: Path, department: str, data: bytes, one: Suggestion, by: str, day: date) -> bytes:
    """The bytes of the department's file with the suggestion in it, and a comment that says who took it up, and when.

    Its examples are put in too, if they come out as written in this department. Raises PolicyInvalid when the file has
    mistakes, would have, or is laid out so that nothing can be put in by itself.
    """
    name = tidy_name(by)
    trace = comment(f"Lagt til av {name}, {day.isoformat()}.")
    words = {**_USUAL, "by": scalar(name), "on": day.isoformat()}
    text = {section: Template(written).substitute(words).strip("\n") for section, written in one.text.items()}
    pieces = Pieces(
        classes=_under(trace, text.get("classes", "")),
        private=one.private,
        rules=_under(trace, text.get("rules", "")),
        blocks=_under(trace, text.get("blocks", "")),
    )
    without = added(data, pieces)
    examples = text.get("examples", "")
    if not examples:
        return without
    complete = added(without, Pieces(examples=_under(trace, examples)))
    return complete if _agree(load_bytes(folder, department, complete), one) else without


def tidy_name(by: str) -> str:
    """Somebody's name as a policy can hold it; a word for nobody where there is none."""
    return one_line(by, _LONGEST_NAME) or _NOBODY


def as_of(folder: Path, department: str, one: Suggestion, day: date) -> Department:
    """The department as it would be with the suggestion, for a look at what would become of its files. Raises
    PolicyInvalid."""
    return load_bytes(folder, department, taken_up(folder, department, content(folder, department), one, "", day))


def _agree(department: Department, one: Suggestion) -> bool:
    """Whether the suggestion's own examples come out as written: another rule of the department may decide before."""
    return all(result.agrees for result in results(department) if result.example.rule in one.rules)


def _under(trace: str, text: str) -> str:
    return f"{trace}\n{text}" if text else ""


def _made(key: str, said: Mapping[str, Tree]) -> Suggestion:
    text = {name: written for name, written in said.items() if name in _SECTIONS and isinstance(written, str)}
    tree = mapping(parse(_whole(text)).tree)
    rules = [mapping(rule) for rule in tree.get("rules", [])]
    blocks = [mapping(block) for block in tree.get("blocks", [])]
    about = mapping(said.get("about", {}))
    private = said.get("private")
    return Suggestion(
        key,
        Texts(str(about.get("nb", "")), str(about.get("en", ""))),
        tuple(str(rule["rule"]) for rule in rules),
        tuple(str(block["block"]) for block in blocks),
        tuple(str(rule["rule"]) for rule in rules if rule.get("fate") == "destroy"),
        tuple(_texts(mapping(one["reason"])) for one in (*rules, *blocks)),
        tuple(dict.fromkeys(str(one["basis"]) for one in (*rules, *blocks) if "basis" in one)),
        text,
        frozenset(known_names(tree)),
        (private,) if isinstance(private, str) else (),
        str(said.get("but_not", "")),
    )


def _texts(said: Mapping[str, Tree]) -> Texts:
    years = _USUAL["years"]
    return Texts(
        *(str(said.get(word, "")).replace("$years", years).replace("${years}", years) for word in ("nb", "en"))
    )


def _whole(text: Mapping[str, str]) -> bytes:
    """The sections as one file, with the usual words filled in."""
    words = {**_USUAL, "by": "x", "on": "2026-01-01"}
    return "".join(
        f"{section}:\n" + "".join(f"  {line}\n" for line in Template(written).substitute(words).splitlines())
        for section, written in text.items()
    ).encode()


def known_names(tree: Mapping[str, Tree]) -> set[str]:
    """The names of classes, rules and blocks, folded, each with its kind."""
    found = {f"class {fold(name)}" for name in mapping(tree.get("classes"))}
    for section, kind in (("rules", "rule"), ("blocks", "block")):
        items = tree.get(section)
        for one in items if isinstance(items, list) else ():
            if isinstance(name := mapping(one).get(kind), str):
                found.add(f"{kind} {fold(name)}")
    return found


def _keeps_history(tree: Mapping[str, Tree]) -> bool:
    """Whether earlier versions become the history of the latest one, here or in an area: then they are no files of
    their own."""
    places = [tree, *(mapping(area) for area in mapping(tree.get("areas")).values())]
    for place in places:
        versions = mapping(mapping(place.get("structure")).get("versions"))
        if str(versions.get("as history", "")).lower() in ("yes", "true"):
            return True
    return False
