"""filrydd where"""

from pathlib import Path
from typing import Any

import click

from filrydd.cli import session
from filrydd.cli.bar import Bars
from filrydd.errors import BadUsage
from filrydd.lang import _, figures, n_
from filrydd.model import times
from filrydd.stages import where as stage
from filrydd.stages.where import export, telling
from filrydd.stages.work import check_workspace

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    help=_(
        "Say where the file or folder at an old PATH is now; a name, or words of one, will do too."
        "\n\nWith --export, write the new addresses of everything that moved from one or more AREAs to FILE."
    )
)
@click.argument("words", nargs=-1, metavar="PATH | AREA...")
@click.option("--export", "file", type=_FILE, help=_("Write old and new addresses to this file, for other programs."))
@click.option(
    "--format",
    "form",
    type=click.Choice(export.FORMS),
    default="csv",
    help=_("What reads the file: a spreadsheet or a program (csv, json), or a web server (nginx, apache)."),
)
@click.option("--force", is_flag=True, help=_("Write over a file that is there."))
@click.option("--wave", default="", help=_("With --export: all areas of a wave in policies/waves.yaml."))
@click.option("--all", "every", is_flag=True, help=_("With --export: all areas that have been scanned."))
@session.as_json
@click.pass_obj
def where(
    workspace: Path,
    words: tuple[str, ...],
    file: Path | None,
    form: str,
    force: bool,
    wave: str,
    every: bool,
    as_json: bool,
) -> int:
    if file is not None:
        areas = session.chosen(workspace, words, wave, every)
        works = [session.work_on(workspace, area) for area in areas]
        return _written(export.run(works, file, form, force=force), as_json)
    if len(words) != 1 or wave or every or force:
        raise BadUsage(
            _("Name one old path. With blanks in it, put it in quotes."),
            next='filrydd where "K:\\Felles\\min fil.docx"',
        )
    (path,) = words
    found = stage.find(check_workspace(workspace), path, Bars(""))
    if not found.by_path:
        session.say(_("These have a name like it:"), err=as_json)
    for one in found.found:
        for sentence in telling.sentences(one):
            session.say(sentence, err=as_json)
    if found.more:
        session.say(_("There are more. Write more of the name."), err=as_json)
    answers = [_object(one) for one in found.found]
    first = answers[0] | {"by": "path" if found.by_path else "name", "more": found.more}
    session.show([first | ({"others": answers[1:]} if answers[1:] else {})], wanted=as_json)
    return session.DONE


def _object(one: stage.Where) -> dict[str, Any]:
    told: dict[str, Any] = {
        "old": one.old,
        "url": one.url,
        "state": one.state.value,
        "area": one.area,
        "reason": one.reason,
        "kind": "folder" if one.is_folder else "file",
    }
    for key in ("at", "aside_until"):
        told |= {key: times.to_iso(getattr(one, key))} if getattr(one, key) is not None else {}
    for key in ("basis", "role", "signed_by", "became", "handed_to", "receipt"):
        told |= {key: getattr(one, key)} if getattr(one, key) else {}
    if one.is_folder:
        told |= {
            "files": {state.value: count for state, count in one.counts.items()},
            "places": [{"url": place.url, "files": place.files} for place in one.places],
            "all_places": one.all_places,
            "not_moved": [
                {"state": of.state.value, "reason": of.reason, "basis": of.basis, "files": of.files}
                for of in one.others
            ],
        }
    return told


def _written(done: export.Exported, as_json: bool) -> int:
    session.tell(
        _("{path}: {lines} old addresses of {files} files and {folders} folders.").format(
            path=done.path,
            lines=figures.number(done.lines),
            files=figures.number(done.files),
            folders=figures.number(done.folders),
        )
    )
    for why, count in done.left_out.items():
        session.tell("  " + _left_out(why, count))
    session.tell(_("The list names files. Give it only to those who may read the old area."))
    session.show(
        [
            {
                "path": str(done.path),
                "format": done.form,
                "areas": list(done.areas),
                "lines": done.lines,
                "files": done.files,
                "folders": done.folders,
                "left_out": {why.value: count for why, count in done.left_out.items()},
            }
        ],
        wanted=as_json,
    )
    return session.NEEDS_A_PERSON if done.left_out else session.DONE


def _left_out(why: export.Why, count: int) -> str:
    text = {
        export.Why.NUMBER: n_(
            "{count} address is left out: there is an identity number in it.",
            "{count} addresses are left out: there is an identity number in each.",
            count,
        ),
        export.Why.TWICE: n_(
            "{count} address is left out: more than one file or folder had it.",
            "{count} addresses are left out: more than one file or folder had each.",
            count,
        ),
        export.Why.LONG: n_(
            "{count} address is left out: it is too long for the web server.",
            "{count} addresses are left out: they are too long for the web server.",
            count,
        ),
        export.Why.UNFIT: n_(
            "{count} address is left out: it cannot be written, or leads to no web page.",
            "{count} addresses are left out: they cannot be written, or lead to no web page.",
            count,
        ),
    }[why]
    return text.format(count=figures.number(count))
