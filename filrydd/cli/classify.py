"""filrydd classify"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.fates import fate_word
from filrydd.lang import _, figures
from filrydd.lang.words import said
from filrydd.model.rule import Fate
from filrydd.stages import classify as stage


@click.command(help=_("Give every file of an area its fate by the department's policy."))
@session.for_areas
@click.option("--allow-many", is_flag=True, help=_("Go on although far more than before would be deleted."))
@session.as_json
def classify(workspace: Path, areas: tuple[str, ...], allow_many: bool, as_json: bool) -> int:
    results: list[dict[str, Any]] = []
    needs_a_person = False
    for area in areas:
        done = stage.run(session.work_on(workspace, area), allow_many=allow_many)
        session.tell(
            _("{area}: {files} files, {size}").format(
                area=area, files=figures.number(done.files), size=figures.size(done.bytes)
            )
        )
        for fate, total in done.fates.items():
            session.tell(f"  {fate_word(fate)}: {figures.number(total.files)}, {figures.size(total.bytes)}")
        for rule, count in done.awaiting:
            session.tell(
                _("The rule {rule} waits for an archivist: {count} files are kept until it is confirmed.").format(
                    rule=rule, count=figures.number(count)
                )
            )
        for kind, (files, size) in sorted(done.found.items(), key=lambda one: -one[1][0]):
            session.tell(
                _("Found: {what}: {files}, {size}").format(
                    what=said(kind), files=figures.number(files), size=figures.size(size)
                )
            )
        session.tell(_("Next: {step}").format(step=f"filrydd propose {area}"))
        needs_a_person |= bool(done.fates[Fate.HOLD].files or done.unreadable)
        results.append(
            {
                "area": area,
                "files": done.files,
                "bytes": done.bytes,
                "fates": {fate.value: {"files": t.files, "bytes": t.bytes} for fate, t in done.fates.items()},
                "unreadable": done.unreadable,
                "changed": done.changed,
                "found": {kind.value: {"files": f, "bytes": b} for kind, (f, b) in sorted(done.found.items())},
            }
        )
    session.show(results, wanted=as_json)
    return session.NEEDS_A_PERSON if needs_a_person else session.DONE
