"""From the policies folder to a department, or a refusal with every problem."""

from collections.abc import Iterable
from pathlib import Path

from filrydd.errors import PolicyInvalid
from filrydd.lang import _, n_
from filrydd.model.names import fold
from filrydd.policy.compile import compile_department
from filrydd.policy.department import Department, Problem, no_such_area
from filrydd.policy.examine import examine_common, examine_department, named_areas
from filrydd.policy.files import bytes_of, common_content, content, departments
from filrydd.policy.yaml_lines import parse


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
    data = common_content(folder)
    common = examine_common(data) if data is not None else None
    own = examine_department(department, own_data, common, called)
    found = [*(common.problems if common else ()), *own.problems]
    if found or own.form is None:
        raise refusal(found)
    return compile_department(department, own, own.form, common)


def department_of(folder: Path, area: str) -> Department:
    """The department that names the area.

    Raises `NoSuchArea` with the areas there are; `PolicyInvalid` when two departments name it, when its department's files
    have problems, or when nobody names it but a file that cannot be read might.
    """
    owners: dict[str, int] = {}
    known: list[str] = []
    unread: list[Problem] = []
    for stem in departments(folder):
        parsed = parse(content(folder, stem))
        areas = named_areas(parsed)
        known += areas
        if written := next((name for name in areas if fold(name) == fold(area)), None):
            owners[stem] = parsed.place(("areas", written), key=True)[0]
        if parsed.tree is None:
            unread += [Problem(f"{stem}.yaml", line, column, text) for (line, column), text in parsed.mistakes]
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
