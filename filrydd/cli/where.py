"""filrydd where"""

from pathlib import Path

import click

from filrydd.cli import session
from filrydd.lang import _
from filrydd.stages import where as stage
from filrydd.stages.work import check_workspace


def _sentence(found: stage.Where) -> str:
    match found.state:
        case stage.State.MOVED:
            return _("{path} is now at {url}").format(path=found.old, url=found.url)
        case stage.State.PLANNED:
            return _("{path} is to move: {reason}").format(path=found.old, reason=found.reason)
        case stage.State.DESTROYED:
            return _("{path} was deleted: {reason}").format(path=found.old, reason=found.reason)
        case stage.State.TO_BE_DESTROYED:
            return _("{path} is to be deleted: {reason}").format(path=found.old, reason=found.reason)
        case stage.State.HELD:
            return _("{path} stays for now: {reason}").format(path=found.old, reason=found.reason)
        case stage.State.VANISHED:
            return _("{path} was gone before it was moved.").format(path=found.old)
        case stage.State.UNJUDGED:
            return _("Nothing is decided for {path} yet.").format(path=found.old)


@click.command(help=_("Say where the file at an old PATH is now."))
@click.argument("path")
@session.as_json
@click.pass_obj
def where(workspace: Path, path: str, as_json: bool) -> int:
    found = stage.find(check_workspace(workspace), path)
    for one in found:
        session.say(_sentence(one), err=as_json)
    answers = [
        {"old": one.old, "url": one.url, "state": one.state.value, "area": one.area, "reason": one.reason}
        for one in found
    ]
    session.show([answers[0] | ({"others": answers[1:]} if answers[1:] else {})], wanted=as_json)
    return session.DONE
