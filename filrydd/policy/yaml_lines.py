"""YAML as text with places: every key and value keeps the line it stands on.

The files are written by people and handled for people, so this is a small and safe part of YAML, built straight from the
parser's events; PyYAML's constructors never run. Every scalar is text (`no`, `on`, `010` and `2010` are what they look
like); the form says what is a date or a number. Anchors, aliases, tags, several documents, duplicate keys and keys without a
value are mistakes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml
from yaml.reader import Reader

from filrydd.lang import _

LARGEST = 1024 * 1024
"""Bytes that a policy file may have."""
DEEPEST = 32
"""Levels of nesting that a policy file may have."""

Loc = tuple[str | int, ...]
"""The way to a value: keys of mappings and numbers of list items, from the top."""
Place = tuple[int, int]
"""Line and column, from 1."""
Tree: TypeAlias = str | list["Tree"] | dict[str, "Tree"]

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
# libyaml's parser where PyYAML has it (20 times faster); both give the same events.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Parsed:
    """A file's content. `tree` is None when it could not be read to the end; `mistakes` then says why.

    `keys` and `values` have the places; `empty` the ways to keys without a value and to lists with such an item (neither the key
    nor the item is in the tree).
    """

    tree: Tree | None = None
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    empty: set[Loc] = field(default_factory=set)
    mistakes: list[tuple[Place, str]] = field(default_factory=list)

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Where the value at `loc` stands (its key, if asked), or the nearest thing around it that is written down."""
        for length in range(len(loc), -1, -1):
            near = loc[:length]
            first, second = (self.keys, self.values) if key or length < len(loc) else (self.values, self.keys)
            if found := first.get(near) or second.get(near):
                return found
        return (1, 1)


def mapping(tree: Tree | None) -> dict[str, Tree]:
    """The tree itself if it has keys, else one without any."""
    return tree if isinstance(tree, dict) else {}


class _Stop(Exception):
    """The rest of the file cannot be read with any sense."""


def parse(data: bytes) -> Parsed:
    """Read the bytes of one file; whatever is wrong with them is in `mistakes`, nothing is raised."""
    parsed = Parsed()
    if len(data) > LARGEST:
        parsed.mistakes.append(((1, 1), _("The file is over 1 MiB. A policy is never that large.")))
        return parsed
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        parsed.mistakes.append(((line, 1), _("This is not UTF-8 text. Save the file as UTF-8.")))
        return parsed
    if odd := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        column = odd.start() - text.rfind("\n", 0, odd.start())
        parsed.mistakes.append(((line, column), _("There is an invisible control character here. Remove it.")))
        return parsed
    try:
        parsed.tree = _Builder(parsed).build(yaml.parse(text, Loader=_PARSER))
    except _Stop:
        parsed.tree = None
    except yaml.MarkedYAMLError as wrong:
        place = _place(wrong.problem_mark or wrong.context_mark)
        parsed.mistakes.append((place, _in_words(f"{wrong.context or ''} {wrong.problem or ''}", text, place)))
    return parsed


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read; in a mapping `key` is the one whose value comes next."""

    node: list[Tree] | dict[str, Tree]
    loc: Loc
    key: str | None = None
    key_place: Place = (1, 1)


class _Builder:
    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._stack: list[_Open] = []
        self._root: Tree | None = None
        self._documents = 0

    def build(self, events: Iterator[yaml.Event]) -> Tree | None:
        for event in events:
            place = _place(event.start_mark)
            match event:
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        self._stop(place, _("A second document begins here. Remove the line with three dashes."))
                case yaml.AliasEvent():
                    if self._awaits_key():
                        self._stop(place, _starred())
                    self._mistake(place, _starred())
                    self._put(None, place)
                case yaml.ScalarEvent():
                    self._refuse_extras(event, place)
                    absent = event.implicit[0] and event.value in _NULL
                    self._scalar(event.value, place, absent)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._refuse_extras(event, place)
                    self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], place)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._stack.pop()
                case _:
                    pass
        return self._root

    def _begin(self, node: list[Tree] | dict[str, Tree], place: Place) -> None:
        if len(self._stack) >= DEEPEST:
            self._stop(place, _("This is nested too deeply."))
        loc = self._put(node, place)
        self._stack.append(_Open(node, loc))

    def _scalar(self, text: str, place: Place, absent: bool) -> None:
        if self._awaits_key():
            self._stack[-1].key, self._stack[-1].key_place = text, place
            return
        self._put(None if absent else text, place)
        if absent and self._stack:
            top = self._stack[-1]
            message = _("There is no value here. Give it one, or remove the line.")
            self._mistake(top.key_place if isinstance(top.node, dict) else place, message)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].node, dict) and self._stack[-1].key is None

    def _put(self, value: Tree | None, place: Place) -> Loc:
        """Set a value where the parser stands; None stands for one that is missing or refused."""
        if not self._stack:
            self._root = value
            self._parsed.values[()] = place
            return ()
        top = self._stack[-1]
        if isinstance(top.node, list):
            loc = (*top.loc, len(top.node))
            if value is None:
                self._parsed.empty.add(top.loc)
            else:
                top.node.append(value)
        else:
            if top.key is None:
                self._stop(place, _("A key must be plain text."))
            key, top.key = top.key or "", None
            loc = (*top.loc, key)
            if loc in self._parsed.keys:
                first = self._parsed.keys[loc][0]
                message = _('"{key}" is written twice. The first one is on line {line}.').format(key=key, line=first)
                self._mistake(top.key_place, message)
                return (*top.loc, -1)  # read on beside the tree: what is below keeps its own mistakes, nothing else
            self._parsed.keys[loc] = top.key_place
            if value is None:
                self._parsed.empty.add(loc)
            else:
                top.node[key] = value
        if value is not None:
            self._parsed.values[loc] = place if isinstance(value, str) else self._parsed.keys.get(loc, place)
        return loc

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        if event.anchor:
            self._mistake(place, _("Anchors (&) are not used here. Write the text out."))
        if event.tag:
            self._mistake(place, _("Tags (!) are not used here. Put the text in quotes."))

    def _mistake(self, place: Place, message: str) -> None:
        self._parsed.mistakes.append((place, message))

    def _stop(self, place: Place, message: str) -> None:
        self._mistake(place, message)
        raise _Stop


class _Mark(Protocol):
    """Where libyaml's or PyYAML's own parser is."""

    line: int
    column: int


def _place(mark: _Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _starred() -> str:
    return _('A text that begins with * needs quotes, like "*.tmp".')


def _in_words(problem: str, text: str, place: Place) -> str:
    """The parser's complaint in plain words; its own words where it is a rare one."""
    lines = text.splitlines()
    here = lines[place[0] - 1] if place[0] <= len(lines) else ""
    if re.match(r" *\t", here):
        return _("The line begins with a tab. Use spaces.")
    if "alias" in problem:
        return _starred()
    if "mapping values are not allowed" in problem:
        return _("A colon too many, or the indentation is off. A text with a colon needs quotes.")
    if "cannot start any token" in problem:
        return _("A text that begins with this character needs quotes.")
    if "nesting depth" in problem:
        return _("This is nested too deeply.")
    if "end of stream" in problem or "flow" in problem:
        return _("A quote or a bracket is opened here or above, and never closed.")
    if "block" in problem or "simple key" in problem:
        return _("The indentation is off, or a colon is missing. Compare with the lines above.")
    return _("This is not valid YAML: {problem}.").format(problem=problem.strip())
