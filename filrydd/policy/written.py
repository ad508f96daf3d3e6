"""A policy file as somebody wrote it, with something added: comments, order and layout stay as they are.

    added(data, pieces)           classes, rules, blocks and examples put where they belong
    set_before(data, key, text)   a key of the whole file, put before another one
    under_item(data, ...)         keys put under one rule or block
    comment(text)                 a text as one harmless comment line

Only text is put in between lines; nothing that stands there is written anew. What comes out is read again and compared
with what was wanted, key by key, so a file in an unusual layout is refused and never harmed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from filrydd.errors import PolicyInvalid
from filrydd.lang import _
from filrydd.policy.yaml_lines import Loc, Parsed, Tree, mapping, parse

# Lines as YAML 1.1 counts them.
_LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+")
_BOM = "\ufeff"
_USUAL_INDENT = 2
_LONGEST_COMMENT = 200
_EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is to be added: each the text of its section without indentation, `private` the names of classes.

    `first`: the rules are asked before all that are there, not only before those that are about everything.
    """

    classes: str = ""
    private: tuple[str, ...] = ()
    rules: str = ""
    blocks: str = ""
    examples: str = ""
    first: bool = False


def added(data: bytes, pieces: Pieces) -> bytes:
    """The file with the pieces in it: rules before the last that is about everything, all else at the end of its
    section.

    Raises PolicyInvalid when the file has mistakes, or is laid out so that nothing can be put in by itself.
    """
    if pieces.classes:
        data = _with_section(data, "classes", pieces.classes, before=("rules",))
    if pieces.private:
        data = _with_private(data, pieces.private)
    if pieces.rules:
        data = _with_section(data, "rules", pieces.rules, first=pieces.first)
    if pieces.blocks:
        data = _with_section(data, "blocks", pieces.blocks)
    if pieces.examples:
        data = _with_section(data, "examples", pieces.examples)
    return data


def set_before(data: bytes, key: str, text: str, before: str) -> bytes:
    """The file with a key of the whole file that it lacks: `text` is all of its lines. It is put before the key
    `before`, or at the end without that one. Raises PolicyInvalid as `added` does, and when the key is there."""
    file = _File(data)
    wanted = mapping(parse(text.encode()).tree)
    if key in file.tree or list(wanted) != [key]:
        raise _refused(key)
    at = file.line_of((before,)) if before in file.tree else len(file.lines)
    return file.put(file.above(at, 0), text.splitlines(), {**file.tree, **wanted})


def under_item(data: bytes, section: str, number: int, text: str) -> bytes:
    """The file with more keys at the end of one item of a section (`rules`, `blocks`), counted from 0: `text` is all of
    their lines, without indentation. Raises PolicyInvalid as `added` does, and when the item has one of the keys."""
    file = _File(data)
    items = file.tree.get(section)
    item = items[number] if isinstance(items, list) and number < len(items) else None
    new = mapping(parse(text.encode()).tree)
    if not isinstance(items, list) or not isinstance(item, dict) or not new or new.keys() & item.keys():
        raise _refused(section)
    last = max(
        (place[0] for loc, place in (file.parsed.values | file.parsed.keys).items() if loc[:2] == (section, number)),
        default=0,
    )
    # A text over several lines goes on until the next thing begins.
    ahead = file.end_of(section)
    if number + 1 < len(items):
        ahead = file.above(file.line_of((section, number + 1)), file.indent_of_items(section))
    end = _last_written(file.lines, last, ahead)
    lines = _indented(text, file.parsed.place((section, number))[1] - 1).splitlines()
    whole: list[Tree] = [*items[:number], {**item, **new}, *items[number + 1 :]]
    return file.put(end, lines, {**file.tree, section: whole})


def comment(text: str) -> str:
    """A text as one comment line. Whatever is in it stays in the comment: no line ends, nothing that YAML cannot
    hold."""
    return f"# {one_line(text, _LONGEST_COMMENT)}"


def one_line(text: str, longest: int) -> str:
    """A text on one line, of printable characters alone, and no longer than that."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:longest]


def last_for_everything(rules: Sequence[Tree]) -> int:
    """The place of the first of the rules at the end that are about everything; a rule after it would be asked too
    late."""
    at = len(rules)
    while at and mapping(rules[at - 1]).get("when") == _EVERYTHING:
        at -= 1
    return at


def _with_section(data: bytes, section: str, piece: str, before: tuple[str, ...] = (), *, first: bool = False) -> bytes:
    file = _File(data)
    new = mapping(parse(f"{section}:\n{_indented(piece, _USUAL_INDENT)}".encode()).tree).get(section)
    there = file.tree.get(section)
    if there is None:
        at = next((file.above(file.line_of((key,)), 0) for key in before if key in file.tree), len(file.lines))
        lines = [f"{section}:", *_indented(piece, _USUAL_INDENT).splitlines()]
        return file.put(at, _apart(lines, file, at), {**file.tree, section: new or ""})
    if isinstance(there, dict) and isinstance(new, dict) and there and not there.keys() & new.keys():
        indent = file.indent_of_keys(section, next(iter(there)))
        at, whole = file.end_of(section), {**there, **new}
        lines = _indented(piece, indent).splitlines()
        return file.put(at, ["", *lines], {**file.tree, section: whole})
    if isinstance(there, list) and isinstance(new, list) and there:
        number = 0 if first else last_for_everything(there) if section == "rules" else len(there)
        return _into_list(file, section, there, new, piece, number)
    raise _refused(section)


def _into_list(file: "_File", section: str, there: list[Tree], new: list[Tree], piece: str, number: int) -> bytes:
    indent = file.indent_of_items(section)
    lines = _indented(piece, indent).splitlines()
    if number < len(there):
        at = file.above(file.line_of((section, number)), indent)
        lines = [*lines, ""]
    else:
        at = file.end_of(section)
        lines = lines if section == "examples" else ["", *lines]
    return file.put(at, lines, {**file.tree, section: [*there[:number], *new, *there[number:]]})


def _with_private(data: bytes, names: tuple[str, ...]) -> bytes:
    """Classes that are never read. They stand as a list of lines, or of words between brackets on one line."""
    file = _File(data)
    there = file.tree.get("private")
    words = [name for name in names if not isinstance(there, list) or name not in there]
    if not words:
        return data
    if there is None:
        at = next(
            (file.above(file.line_of((key,)), 0) for key in ("classes", "rules") if key in file.tree), len(file.lines)
        )
        return file.put(at, _apart([f"private: [{', '.join(words)}]"], file, at), {**file.tree, "private": list(words)})
    if not isinstance(there, list):
        raise _refused("private")
    whole = {**file.tree, "private": [*there, *words]}
    line = file.line_of(("private",))
    text = file.lines[line]
    flow = re.fullmatch(r"(private:\s*\[[^\]#]*?)(\s*\](?:\s*#.*|\s*))", text.rstrip("\r\n"))
    if flow:
        return file.put(line, [f"{flow[1]}, {', '.join(words)}{flow[2]}"], whole, instead=1)
    indent = file.indent_of_items("private")
    return file.put(file.end_of("private"), [f"{' ' * indent}- {word}" for word in words], whole)


class _File:
    """A file without mistakes, as lines and as what it says."""

    def __init__(self, data: bytes) -> None:
        self.parsed: Parsed = parse(data)
        if self.parsed.mistakes or not isinstance(self.parsed.tree, dict):
            line, message = (
                (self.parsed.mistakes[0][0][0], self.parsed.mistakes[0][1])
                if self.parsed.mistakes
                else (1, _("The file is empty."))
            )
            raise PolicyInvalid(
                _("The policy file has a mistake on line {line}: {message}").format(line=line, message=message),
                next=_("Mend the file first. Nothing was changed."),
            )
        self.tree: dict[str, Tree] = self.parsed.tree
        text = data.decode("utf-8")
        self._mark = _BOM if text.startswith(_BOM) else ""
        self.lines = _LINE.findall(text.removeprefix(_BOM))
        self._ending = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"

    def line_of(self, loc: Loc) -> int:
        """The number of the line (from 0) on which something begins."""
        return self.parsed.place(loc, key=len(loc) == 1)[0] - 1

    def end_of(self, section: str) -> int:
        """The number of the line after the last that belongs to a section."""
        own = self.line_of((section,))
        others = [place[0] - 1 for loc, place in self.parsed.keys.items() if len(loc) == 1 and place[0] - 1 > own]
        return _last_written(self.lines, own + 1, min(others, default=len(self.lines)))

    def above(self, line: int, indent: int) -> int:
        """The first of the comment lines directly above a line that speak of it: none indented deeper than it is."""
        while line and (found := re.match(r"( *)#", self.lines[line - 1])) and len(found[1]) <= indent:
            line -= 1
        return line

    def indent_of_keys(self, section: str, first: str) -> int:
        """How far the keys of a section are indented. Raises PolicyInvalid when they do not stand on lines of their
        own."""
        line, column = self.parsed.keys[section, first]
        if self.lines[line - 1][: column - 1].strip(" ") or line - 1 == self.line_of((section,)):
            raise _refused(section)
        return column - 1

    def indent_of_items(self, section: str) -> int:
        """How far the dashes of a section are indented. Raises PolicyInvalid when one does not begin a line."""
        items = self.tree[section]
        indents = set()
        for number in range(len(items)):
            line, column = self.parsed.place((section, number))
            dash = re.fullmatch(r"( *)- +", self.lines[line - 1][: column - 1])
            if dash is None:
                raise _refused(section)
            indents.add(len(dash[1]))
        return indents.pop()

    def put(self, at: int, lines: Sequence[str], wanted: dict[str, Tree], *, instead: int = 0) -> bytes:
        """The file with lines before line `at`, in the place of `instead` lines. Raises PolicyInvalid when it then
        reads as anything else than `wanted`."""
        before, after = self.lines[:at], self.lines[at + instead :]
        if before and not before[-1].endswith(("\n", "\r", "\x85", "\u2028", "\u2029")):
            before = [*before[:-1], before[-1] + self._ending]
        text = self._mark + "".join(before) + "".join(line + self._ending for line in lines) + "".join(after)
        data = text.encode("utf-8")
        read = parse(data)
        if read.mistakes or read.tree != wanted:
            raise _refused(next((key for key, value in wanted.items() if self.tree.get(key) != value), ""))
        return data


def _last_written(lines: Sequence[str], least: int, end: int) -> int:
    """The number of the line after the last one before `end` that is neither empty nor a comment about what follows."""
    while end > least and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _apart(lines: list[str], file: _File, at: int) -> list[str]:
    """A new section with an empty line around it."""
    above = ["" for _line in file.lines[at - 1 : at] if at and file.lines[at - 1].strip()]
    below = ["" for _line in file.lines[at : at + 1] if file.lines[at].strip()]
    return [*above, *lines, *below]


def _indented(text: str, indent: int) -> str:
    return "\n".join(" " * indent + line if line.strip() else "" for line in text.strip("\n").splitlines())


def _refused(section: str) -> PolicyInvalid:
    return PolicyInvalid(
        _("filrydd cannot add to `{section}` by itself: the file is laid out in another way than usual.").format(
            section=section
        ),
        next=_("Put it into the file by hand. Nothing was changed."),
    )
