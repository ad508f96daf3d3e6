"""YAML as plain values, with the line of each. Aliases and keys that come twice are mistakes: they hide what a file says."""

from typing import Any

import yaml

from filrydd.lang import _

LARGEST = 64 << 10
"""Bytes that a file may have."""
DEEPEST = 12

_BOOL = "tag:yaml.org,2002:bool"


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, to which `on` is a word: in the YAML of old it is the same as `true`."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != _BOOL or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


Way = tuple[str | int, ...]
"""The way to a value: keys and positions from the top."""
Problem = tuple[int, str]
"""A line, from 1, and what is wrong there."""


def load(data: bytes) -> tuple[Any, dict[Way, int], list[Problem]]:
    """The values, their lines, and what is wrong; with problems of its own there are no values."""
    if len(data) > LARGEST:
        return None, {}, [(1, _("The file is larger than {size} kB.").format(size=LARGEST >> 10))]
    try:
        text = data.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                return None, {}, [(line, _("Aliases and deep nesting are not taken here."))]
        root = yaml.compose(text, Loader=_Loader)
        lines: dict[Way, int] = {}
        problems: list[Problem] = []
        if root is not None:
            _walk(root, (), lines, problems)
        if problems:
            return None, lines, problems
        return yaml.load(text, Loader=_Loader), lines, []
    except UnicodeDecodeError:
        return None, {}, [(1, _("The file is not UTF-8."))]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, {}, [(mark.line + 1 if mark else 1, str(getattr(error, "problem", None) or error).split("\n")[0])]
    except (ValueError, OverflowError) as error:
        # A date or a number that cannot be: PyYAML lets these through as they are.
        return None, {}, [(1, str(error).split("\n")[0])]


def _walk(node: yaml.Node, way: Way, lines: dict[Way, int], problems: list[Problem]) -> None:
    lines[way] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*way, position), lines, problems)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                problems.append((line, _("A key must be a plain word.")))
            elif (*way, key.value) in lines:
                problems.append((line, _("The key {key} comes twice.").format(key=key.value)))
            else:
                _walk(value, (*way, key.value), lines, problems)
                lines[(*way, key.value)] = line
