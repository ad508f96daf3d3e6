"""A rule's confirmation, written into the policy file that has the rule: one line is added, every other byte stays as
it was.

Until an archivist has confirmed it, a rule that destroys only holds (`model.rule.Rule`). A rule of `common.yaml` is
confirmed there, by somebody whom that file names as archivist.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from filrydd.errors import Guard
from filrydd.lang import _
from filrydd.model.department import Person
from filrydd.policy.department import Problem
from filrydd.policy.examine import examine_common, examine_department
from filrydd.policy.files import COMMON, bytes_of, common_content, departments
from filrydd.policy.loading import refusal
from filrydd.policy.people_form import PersonForm
from filrydd.policy.yaml_lines import Tree, mapping, parse

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Written:
    """The names of the rules that a department's file and the common one have, and the archivists whom the common one
    names."""

    own: frozenset[str]
    common: frozenset[str]
    common_archivists: tuple[Person, ...]

    def stem(self, rule: str, department: str) -> str:
        """The file that has the rule, without its ending; empty when neither has it."""
        return department if rule in self.own else COMMON if rule in self.common else ""


def written(folder: Path, department: str) -> Written:
    """What the two files of a department say. Raises PolicyInvalid when one of them cannot be read or has mistakes."""
    return _said(department, bytes_of(folder / f"{department}.yaml"), common_content(folder))


# A page asks several times for what the same bytes say.
@lru_cache(maxsize=32)
def _said(department: str, data: bytes, shared_data: bytes | None) -> Written:
    common = examine_common(shared_data) if shared_data is not None else None
    own = examine_department(department, data, common)
    found = [*(common.problems if common else ()), *own.problems]
    if found or own.form is None:
        raise refusal(found)
    shared = common.form if common is not None else None
    return Written(
        own=frozenset(one.rule for one in own.form.rules),
        common=frozenset(one.rule for one in shared.rules) if shared is not None else frozenset(),
        common_archivists=tuple(map(_person, shared.archivists)) if shared is not None else (),
    )


def confirmed(data: bytes, rule: str, by: str, on: date) -> bytes:
    """The bytes of a policy file with `confirmed: {by: ..., on: ...}` at its one rule of that name, and nothing else
    changed.

    Raises Guard when no rule has that name, it is confirmed already, or it is written so that only a person can put it
    there.
    """
    before = parse(data)
    rules = mapping(before.tree).get("rules", [])
    rules = rules if isinstance(rules, list) else []
    numbers = [number for number, one in enumerate(rules) if str(mapping(one).get("rule", "")).strip() == rule]
    if len(numbers) != 1 or before.mistakes:
        raise Guard(_("The file has no rule {rule} any more.").format(rule=rule), next=_("Look at the rules again."))
    decision = mapping(rules[numbers[0]]).get("confirmed")
    if decision is not None:
        said = mapping(decision)
        raise Guard(
            _("{name} has confirmed the rule {rule} already, on {day}.").format(
                name=said.get("by", "-"), rule=rule, day=said.get("on", "-")
            ),
            next=_("Look at the rules again."),
        )
    bom, body = (_BOM, data[len(_BOM) :]) if data.startswith(_BOM) else (b"", data)
    line = _line(by, on)
    made = _with_line(body.decode("utf-8"), numbers[0], line)
    if made is None or not _adds_only(before.tree, made, numbers[0], {"by": by, "on": on.isoformat()}):
        raise Guard(
            _("The rule {rule} is laid out in a way that filrydd cannot add to.").format(rule=rule),
            next=_("Write this into the file at the rule: {line}").format(line=line),
        )
    return bom + made.encode("utf-8")


def problems_with(folder: Path, common: bytes) -> tuple[Problem, ...]:
    """Every mistake that the folder would have with these bytes as its `common.yaml`."""
    examined = examine_common(common)
    found = list(examined.problems)
    for one in departments(folder):
        found += examine_department(one, bytes_of(folder / f"{one}.yaml"), examined).problems
    return tuple(found)


def _person(form: PersonForm) -> Person:
    return Person(form.name, form.email, form.id, form.group, form.app_role)


def _line(by: str, on: date) -> str:
    # A text of JSON is one of YAML too; with letters spelled out where YAML has no place for them as they are.
    name = json.dumps(by, ensure_ascii=not by.isprintable())
    return f"confirmed: {{by: {name}, on: {on.isoformat()}}}"


def _with_line(text: str, number: int, line: str) -> str | None:
    """The text with the line below what decides the rule, or below its name; None where neither ends on a line of its
    own."""
    # Python's own parser, whose marks count characters.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "parse has read it"
    node = next(value for key, value in root.value if key.value == "rules").value[number]
    values = {key.value: value for key, value in node.value}
    for value in (values[key] for key in ("decided", "rule") if key in values):
        # A text in lines of its own, or a decision in lines, ends where the next thing begins.
        if value.style in ("|", ">") if isinstance(value, yaml.ScalarNode) else not value.flow_style:
            continue
        end = value.end_mark.index
        if node.flow_style:
            return f"{text[:end]}, {line}{text[end:]}"
        stop = text.find("\n", end)
        rest = text[end:] if stop < 0 else text[end:stop]
        if rest.strip() and not rest.lstrip().startswith("#"):
            continue
        column = " " * node.value[0][0].start_mark.column
        if stop < 0:
            return f"{text}\n{column}{line}\n"
        ending = "\r\n" if text[stop - 1] == "\r" else "\n"
        return f"{text[: stop + 1]}{column}{line}{ending}{text[stop + 1 :]}"
    return None


def _adds_only(tree: Tree | None, text: str, number: int, decision: dict[str, str]) -> bool:
    """Whether the text says what the tree says, and the decision at one rule besides."""
    after = parse(text.encode("utf-8"))
    rules = mapping(after.tree).get("rules", [])
    if after.mistakes or not isinstance(rules, list) or len(rules) <= number:
        return False
    return mapping(rules[number]).pop("confirmed", None) == decision and after.tree == tree
