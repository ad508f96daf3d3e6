"""filrydd destroyed"""

from pathlib import Path

import click

from filrydd.catalog.disposals import State
from filrydd.cli import session
from filrydd.errors import BadUsage
from filrydd.lang import _, figures
from filrydd.stages import destruction_list as stage
from filrydd.stages.destruction_list import words
from filrydd.stages.work import Work, check_workspace


@click.command(
    help=_(
        "Write the list of what DEPARTMENT destroys, for the archive: FILE.xlsx to read, and FILE.json with a signature. Before"
        " the deletion it is a plan. --check says whether a signed list is whole."
    )
)
@click.argument("department", required=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--force", is_flag=True, help=_("Write over files that are there."))
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.json",
    help=_("Say whether this signed list is whole, and write nothing."),
)
@session.as_json
@click.pass_obj
def destroyed(
    workspace: Path, department: str | None, file: Path | None, force: bool, checked: Path | None, as_json: bool
) -> int:
    # Every area's work would do: the list is of all of them.
    work = session.work_on(check_workspace(workspace), "all")
    if checked is not None and department is None and file is None:
        return _check(work, checked, as_json)
    if department is None or file is None or checked is not None:
        raise BadUsage(
            _("Name a department and a file, or a signed list to check."),
            next="filrydd destroyed DEPARTMENT FILE.xlsx",
        )
    done = stage.write(work, department, file, force=force)
    session.tell(_("Wrote {path} and {document}.").format(path=done.path, document=done.document))
    for state, total in done.states.items():
        session.tell(
            _("{state}: {files} files, {size}").format(
                state=words.disposal(state), files=figures.number(total.files), size=figures.size(total.bytes)
            )
        )
    if done.plan:
        session.tell(_("It is a plan: not all of it is deleted yet."))
    for area in done.not_scanned:
        session.tell(_("{area} has not been scanned, so nothing of it is on the list.").format(area=area))
    session.show(
        [
            {
                "department": done.department,
                "path": str(done.path),
                "document": str(done.document),
                "sha256": done.digest,
                "plan": done.plan,
                "files": {state.value: done.states[state].files if state in done.states else 0 for state in State},
                "not_scanned": list(done.not_scanned),
            }
        ],
        wanted=as_json,
    )
    return session.DONE


def _check(work: Work, path: Path, as_json: bool) -> int:
    found, ours = stage.check_with_key(work, path)
    if not found.whole:
        session.tell(_("{path} is NOT what was signed.").format(path=path))
    elif ours:
        session.tell(_("{path} is whole, and signed with this machine's key.").format(path=path))
    else:
        session.tell(_("{path} is signed, but with another key: {key}").format(path=path, key=found.public))
    session.show(
        [{"path": str(path), "whole": found.whole, "sha256": found.digest, "key": found.public, "ours": ours}],
        wanted=as_json,
    )
    return session.DONE if ours else 1
