"""Every problem of the policy files at once, each with its place."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from filrydd.lang import _
from filrydd.model.names import fold
from filrydd.policy.checks import check
from filrydd.policy.department import Problem
from filrydd.policy.file_forms import CommonForm, DepartmentForm
from filrydd.policy.files import COMMON, common_content, content, departments, strays
from filrydd.policy.wording import Complaint, complaints
from filrydd.policy.yaml_lines import Loc, Parsed, parse

F = TypeVar("F", bound=CommonForm)


@dataclass(frozen=True, slots=True)
class Examined(Generic[F]):
    """One file, read and judged. `form` is there exactly when there are no problems."""

    file: str
    data: bytes
    parsed: Parsed
    problems: tuple[Problem, ...]
    form: F | None

    def line(self, *loc: str | int) -> int:
        """The line on which the value at `loc` is written."""
        return self.parsed.place(loc)[0]


def examine_common(data: bytes) -> Examined[CommonForm]:
    """Judge the bytes of `common.yaml`."""
    return _examine(f"{COMMON}.yaml", data, CommonForm, None)


def examine_department(
    department: str, data: bytes, common: Examined[CommonForm] | None, called: str = ""
) -> Examined[DepartmentForm]:
    """Judge the bytes of one department's file beside the common file (whose own problems are not repeated).

    `called` is the file's name in problems when it is not the department's own.
    """
    return _examine(called or f"{department}.yaml", data, DepartmentForm, common, department)


def problems(folder: Path, department: str | None = None) -> tuple[Problem, ...]:
    """All problems of all files, or of one department's file and the common one; by file, line and column.

    Raises `PolicyInvalid` when the folder or the file is not there.
    """
    data = common_content(folder)
    common = examine_common(data) if data is not None else None
    found = list(common.problems) if common else []
    examined = [examine_department(stem, content(folder, stem), common) for stem in departments(folder)]
    if department is not None:
        content(folder, department)
    for one in examined:
        if department is None or one.file == f"{department}.yaml":
            found += one.problems
    found += [one for one in shared_areas(examined) if department is None or one.file == f"{department}.yaml"]
    if department is None:
        found += [Problem(name, 1, 1, _("The name must end in .yaml, or nobody reads it.")) for name in strays(folder)]
    return tuple(sorted(found))


def shared_areas(examined: Iterable[Examined[DepartmentForm]]) -> list[Problem]:
    """A problem at each place where departments name the same area: it can have one owner only."""
    places: dict[str, list[tuple[str, str, tuple[int, int]]]] = {}
    for one in examined:
        for name in named_areas(one.parsed):
            places.setdefault(fold(name), []).append((one.file, name, one.parsed.place(("areas", name), key=True)))
    found = []
    for claims in places.values():
        for file, name, (line, column) in claims:
            others = sorted({other for other, *_rest in claims} - {file})
            if others:
                message = _('The area "{area}" is named in {files} too. Remove it from one of them.')
                found.append(Problem(file, line, column, message.format(area=name, files=", ".join(others))))
    return found


def named_areas(parsed: Parsed) -> tuple[str, ...]:
    """The areas that a file names, whatever else is wrong with it."""
    areas = parsed.tree.get("areas") if isinstance(parsed.tree, dict) else None
    return tuple(areas) if isinstance(areas, dict) else ()


def _examine(
    file: str, data: bytes, form: type[F], common: Examined[CommonForm] | None, department: str = ""
) -> Examined[F]:
    parsed = parse(data)
    filled: F | None = None
    found: list[Complaint] = []
    if isinstance(parsed.tree, dict):
        try:
            filled = form.model_validate(parsed.tree)
        except ValidationError as refusal:
            found += complaints(refusal, parsed, form)
        found += check(parsed, common.parsed if common else None)
        found += _own_name(department, parsed.tree.get("department")) if form is DepartmentForm else []
    elif parsed.tree is not None:
        found.append(Complaint((), False, _("A policy is made of keys and values, like `department: regnskap`.")))
    elif not parsed.mistakes and form is DepartmentForm:
        found.append(Complaint((), False, _("The file is empty.")))
    elif not parsed.mistakes:
        filled = form()
    listed = {Problem(file, line, column, message) for (line, column), message in parsed.mistakes}
    listed |= {_placed(file, parsed, *complaint) for complaint in found}
    return Examined(file, data, parsed, tuple(sorted(listed)), None if listed else filled)


def _placed(file: str, parsed: Parsed, loc: Loc, key: bool, message: str) -> Problem:
    line, column = parsed.place(loc, key=key)
    return Problem(file, line, column, message)


def _own_name(department: str, written: object) -> list[Complaint]:
    """The key `department` repeats the file's name, so that a copied file is noticed."""
    stem = unicodedata.normalize("NFC", department)
    if not isinstance(written, str) or unicodedata.normalize("NFC", written) == stem:
        return []
    message = _('The file is named {file}, so "{stem}" belongs here.').format(file=f"{department}.yaml", stem=stem)
    return [Complaint(("department",), False, message)]
