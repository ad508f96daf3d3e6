"""From the policies folder to a department, or a refusal with every problem.

The files are read anew each time, since people write in them meanwhile. What the same bytes mean is kept: a page asks for
many areas, and each for its department.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from filrydd.errors import PolicyInvalid
from filrydd.lang import _, language, n_
from filrydd.model.names import fold
from filrydd.policy.compile import compile_department
from filrydd.policy.department import Department, Problem, no_such_area
from filrydd.policy.examine import examine_common, examine_department, named_areas
from filrydd.policy.files import bytes_of, common_content, content, departments
from filrydd.policy.yaml_lines import parse

_KEPT = 128  # files; a municipality has some dozen departments


def load(folder: Path, department: str) -> Department:
    """The department of `<department>.yaml`, with `common.yaml` of the same folder if there is one.

    Raises `PolicyInvalid` with every problem of the two files, or when the file is not there.
    """
    return _compiled(folder, department, content(folder, department))


def load_as(folder: Path, department: str, file: Path) -> Department:
    """The department as `file` would make it, beside the folder's `common.yaml`; the file may lie anywhere.

    Raises `PolicyInvalid` with every problem, that of `file` with its own name and lines.
    """
    return _compiled(folder, department, bytes_of(file), str(file))


def load_bytes(folder: Path, department: str, data: bytes) -> Department:
    """The department as it would be if its file held these bytes. Raises `PolicyInvalid` with every problem."""
    return _compiled(folder, department, data)


def _compiled(folder: Path, department: str, own_data: bytes, called: str = "") -> Department:
    return _meant(department, own_data, common_content(folder), called, language())


@lru_cache(_KEPT)
def _meant(department: str, own_data: bytes, data: bytes | None, called: str, _language: str) -> Department:
    common = examine_common(data) if data is not None else None
    own = examine_department(department, own_data, common, called)
    found = [*(common.problems if common else ()), *own.problems]
    if found or own.form is None:
        raise refusal(found)
    return compile_department(department, own, own.form, common)


@dataclass(frozen=True, slots=True)
class _Named:
    """The areas that a file names, the line of each, and why it could not be read."""

    lines: dict[str, int]
    problems: tuple[Problem, ...]


@lru_cache(_KEPT)
def _named(stem: str, data: bytes, _language: str) -> _Named:
    parsed = parse(data)
    lines = {name: parsed.place(("areas", name), key=True)[0] for name in named_areas(parsed)}
    mistakes = parsed.mistakes if parsed.tree is None else ()
    return _Named(lines, tuple(Problem(f"{stem}.yaml", line, column, text) for (line, column), text in mistakes))


def department_of(folder: Path, area: str) -> Department:
    """The department that names the area.

    Raises `NoSuchArea` with the areas there are; `PolicyInvalid` when two departments name it, when its department's files
    have problems, or when nobody names it but a file that cannot be read might.
    """
    owners: dict[str, int] = {}
    known: list[str] = []
    unread: list[Problem] = []
    for stem in departments(folder):
        named = _named(stem, content(folder, stem), language())
        known += named.lines
        if written := next((name for name in named.lines if fold(name) == fold(area)), None):
            owners[stem] = named.lines[written]
        unread += named.problems
    if len(owners) > 1:
        message = _('The area "{area}" is named by more than one department.').format(area=area)
        places = [Problem(f"{stem}.yaml", line, 1, message) for stem, line in owners.items()]
        raise refusal(places)
    if area in known:
        return load(folder, next(iter(owners)))
    if unread:
        raise refusal(unread)
    raise no_such_area(area, tuple(known))


def refusal(found: Iterable[Problem]) -> PolicyInvalid:
    """The refusal for files with problems; its details are one line each."""
    lines = tuple(str(problem) for problem in found)
    message = n_("The policy has {count} problem.", "The policy has {count} problems.", len(lines))
    return PolicyInvalid(message.format(count=len(lines)), next="filrydd policy check", details=lines)
