"""filrydd policy new, template, check, test, schema, what-if"""

import json
from pathlib import Path

import click

from filrydd.cli import session
from filrydd.cli.policy_new import new
from filrydd.cli.what_if import what_if
from filrydd.errors import PolicyInvalid
from filrydd.lang import _
from filrydd.policy import departments, load, problems, results
from filrydd.policy import schema as schema_of
from filrydd.policy.template import template as template_text


@click.group(help=_("Begin, check, try and describe the departments' policies."))
def policy() -> None:
    """Holds the commands about policies; those with more to them have a module of their own."""


policy.add_command(new)
policy.add_command(what_if)


@policy.command(help=_("Print a policy with all keys, commented, to begin from by hand."))
def template() -> int:
    click.echo(template_text(), nl=False)
    return session.DONE


@policy.command(help=_("List every problem of all policies, or of one department's."))
@click.argument("department", default="")
@session.as_json
@click.pass_obj
def check(workspace: Path, department: str, as_json: bool) -> int:
    found = problems(workspace / "policies", department or None)
    for problem in found:
        session.say(str(problem), err=as_json)
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
                session.say(
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
    session.say(json.dumps(schema_of("common" if common else "department"), indent=2, ensure_ascii=False))
    return session.DONE
