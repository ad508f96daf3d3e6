"""filrydd policy check, test, schema"""

import json
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.errors import PolicyInvalid
from filrydd.lang import _
from filrydd.policy import departments, load, problems, results
from filrydd.policy import schema as schema_of


@click.group(help=_("Check, try and describe the departments' policies."))
def policy() -> None:
    """Holds `check`, `test` and `schema`."""


@policy.command(help=_("List every problem of all policies, or of one department's."))
@click.argument("department", default="")
@session.as_json
@click.pass_obj
def check(workspace: Path, department: str, as_json: bool) -> int:
    found = problems(workspace / "policies", department or None)
    for problem in found:
        click.echo(str(problem), err=as_json)
    shown = [{"file": p.file, "line": p.line, "column": p.column, "message": p.message} for p in found]
    session.show([{"problems": shown}], wanted=as_json)
    if found:
        raise PolicyInvalid(
            _("{count} problems in the policies.").format(count=len(found)),
            next=_("Mend the lines above, then check again."),
        )
    session.tell(_("No problems."))
    return session.DONE


@policy.command(help=_("Try the examples that the policies themselves give."))
@click.argument("department", default="")
@session.as_json
@click.pass_obj
def test(workspace: Path, department: str, as_json: bool) -> int:
    folder = workspace / "policies"
    shown = []
    for name in (department,) if department else departments(folder):
        for result in results(load(folder, name)):
            example = result.example
            shown.append(
                {
                    "department": name,
                    "path": example.path,
                    "expected": example.expect.value,
                    "fate": result.fate.value,
                    "rule": result.name,
                    "ok": result.agrees,
                }
            )
            if not result.agrees:
                click.echo(
                    _("{department}: {path} should be {expected}; it is {fate} by {rule}.").format(
                        department=name,
                        path=example.path,
                        expected=example.expect.value,
                        fate=result.fate.value,
                        rule=result.name,
                    ),
                    err=as_json,
                )
    failed = sum(not one["ok"] for one in shown)
    session.tell(_("{count} examples tried, {failed} not as expected.").format(count=len(shown), failed=failed))
    session.show([{"examples": shown}], wanted=as_json)
    return 1 if failed else session.DONE


@policy.command(help=_("Print the JSON Schema of a department's file, for editors."))
@click.option("--common", is_flag=True, help=_("The schema of common.yaml instead."))
def schema(common: bool) -> int:
    click.echo(json.dumps(schema_of("common" if common else "department"), indent=2, ensure_ascii=False))
    return session.DONE
