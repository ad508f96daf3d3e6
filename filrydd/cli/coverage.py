"""filrydd coverage"""

from pathlib import Path
from typing import Any

import click

from filrydd.catalog.people.coverage import Folders
from filrydd.cli import session
from filrydd.lang import _, figures
from filrydd.lang.words import account
from filrydd.stages import coverage as stage

# Owners that are named one by one; --json names all.
_SHOWN = 50


@click.command(
    help=_("Say what in AREA nobody answers for: parts, owners who are gone, folders without a known owner.")
)
@click.argument("area")
@session.as_json
@click.pass_obj
def coverage(workspace: Path, area: str, as_json: bool) -> int:
    found = stage.of(session.work_on(workspace, area))
    for line in _lines(found):
        session.say(line, err=as_json)
    if not found.is_open:
        session.tell(_("Everything in {area} has somebody who answers for it.").format(area=area))
    session.show([_as_json(found)], wanted=as_json)
    return session.NEEDS_A_PERSON if found.is_open else session.DONE


def _lines(found: stage.Coverage) -> list[str]:
    lines = []
    for one in found.parts:
        name = one.part.name
        if not one.total.present:
            lines.append(_("The part {part} has no folder here: {path}").format(part=name, path=one.part.path))
        if "owner" in one.without_email:
            lines.append(
                _("The part {part}: its owner {name} has no e-mail address.").format(
                    part=name, name=one.part.owner.name
                )
            )
        if "contact" in one.without_email:
            lines.append(
                _("The part {part}: its contact {name} has no e-mail address.").format(
                    part=name, name=one.part.contact.name
                )
            )
        if one.without_deputies:
            lines.append(_("The part {part}: nobody stands in for its contact.").format(part=name))
    lines += _folders(_("{count} folders lie in no part; {files} files, {size}."), found.uncovered)
    for gone in found.absent[:_SHOWN]:
        lines.append(
            _("{name} ({state}) owns {files} files, {size}, and {folders} folders in {part}.").format(
                name=gone.name,
                state=account(gone.state),
                files=figures.number(gone.files),
                size=figures.size(gone.bytes),
                folders=figures.number(gone.folders),
                part=gone.part or _("no part"),
            )
        )
    if len(found.absent) > _SHOWN:
        lines.append(_("  and {count} more").format(count=figures.number(len(found.absent) - _SHOWN)))
    lines += _folders(_("{count} folders have no owner that is known; {files} files, {size}."), found.ownerless)
    return lines


def _folders(sentence: str, found: Folders) -> list[str]:
    if not found.folders:
        return []
    first = sentence.format(
        count=figures.number(found.folders), files=figures.number(found.files), size=figures.size(found.bytes)
    )
    return [first, *(f"  {path or '/'}" for path in found.examples)]


def _as_json(found: stage.Coverage) -> dict[str, Any]:
    return {
        "area": found.area,
        "open": found.is_open,
        "parts": [
            {
                "part": one.part.name,
                "path": one.part.path,
                "owner": one.part.owner.name,
                "contact": one.part.contact.name,
                "deputies": [deputy.name for deputy in one.part.deputies],
                "present": one.total.present,
                "folders": one.total.folders,
                "files": one.total.files,
                "bytes": one.total.bytes,
                "without_email": list(one.without_email),
            }
            for one in found.parts
        ],
        "uncovered": _folders_as_json(found.uncovered),
        "absent": [
            {
                "owner": gone.name,
                "sid": gone.sid,
                "state": gone.state,
                "part": gone.part,
                "files": gone.files,
                "bytes": gone.bytes,
                "folders": gone.folders,
            }
            for gone in found.absent
        ],
        "without_owner": _folders_as_json(found.ownerless),
    }


def _folders_as_json(found: Folders) -> dict[str, Any]:
    return {
        "folders": found.folders,
        "files": found.files,
        "bytes": found.bytes,
        "examples": list(found.examples),
    }
