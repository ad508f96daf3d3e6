"""Department files: loading and checking them, periods, and what a rule says about one file.

    load(folder, department)            one department, ready for any day
    load_as(folder, department, file)   the same as another file would make it
    department_of(folder, area)         the one that names an area
    departments(folder)                 which there are
    problems(folder, department=None)   every mistake of the files, with its line
    schema(file="department")           JSON Schema for editors
    rule_for(department, facts, day)    what decides for one file, and why
    results(department)                 the department's own examples, tried
    matches(predicate, facts)           the meaning of a predicate for one file: yes, no, or None for unknown
    describe(predicate)                 a predicate in plain words; `leaves` lists what it is made of

`folder` is the workspace's `policies/`. Reading a file needs pydantic and PyYAML, which are imported when that happens.
"""

from pathlib import Path
from typing import Any, Literal

from filrydd.policy.department import Area, Department, Destination, Example, Problem
from filrydd.policy.describing import describe, leaves
from filrydd.policy.examples import Result, results, rule_for
from filrydd.policy.matching import Facts, PathGlobs, matches

__all__ = [
    "Area",
    "Department",
    "Destination",
    "Example",
    "Facts",
    "PathGlobs",
    "Problem",
    "Result",
    "department_of",
    "departments",
    "describe",
    "leaves",
    "load",
    "load_as",
    "matches",
    "problems",
    "results",
    "rule_for",
    "schema",
]


def load(folder: Path, department: str) -> Department:
    """The department of `<department>.yaml` together with `common.yaml`. Raises `PolicyInvalid` with every problem."""
    from filrydd.policy import loading

    return loading.load(folder, department)


def load_as(folder: Path, department: str, file: Path) -> Department:
    """The department as `file` would make it beside the folder's `common.yaml`. Raises `PolicyInvalid` with its problems."""
    from filrydd.policy import loading

    return loading.load_as(folder, department, file)


def department_of(folder: Path, area: str) -> Department:
    """The department that names the area. Raises `NoSuchArea`; `PolicyInvalid` when two do, or its files have problems."""
    from filrydd.policy import loading

    return loading.department_of(folder, area)


def departments(folder: Path) -> tuple[str, ...]:
    """The departments that have a file in the folder, by name. Raises `PolicyInvalid` when the folder is not there."""
    from filrydd.policy import files

    return files.departments(folder)


def problems(folder: Path, department: str | None = None) -> tuple[Problem, ...]:
    """All problems of all files, or of one department's and the common one; by file, line and column.

    Raises `PolicyInvalid` when the folder or the department's file is not there.
    """
    from filrydd.policy.examine import problems as found

    return found(folder, department)


def schema(file: Literal["department", "common"] = "department") -> dict[str, Any]:
    """JSON Schema of a department's file, or of `common.yaml`."""
    from filrydd.policy.json_schema import schema as made

    return made(file)
