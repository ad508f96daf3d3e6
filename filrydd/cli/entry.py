"""From what was typed to an exit code: the one place where errors become messages."""

import errno
import io
import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence

import click

from filrydd.cli.root import filrydd
from filrydd.errors import DiskFull, FilryddError, Interrupted, SourceError, TenantError, TenantRefused, WorkspaceError
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.stages.masking import shown, shown_in

_UNSAID = logging.NullHandler()
_NO_ACCESS = frozenset({"accessDenied", "unauthenticated"})


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code (0, 1, 2, 3 or 130, as the design has them)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # What they log comes as an exception too, and is told once, in words: Python would print it raw, four times over.
    for library in ("azure", "msal"):
        logging.getLogger(library).addHandler(_UNSAID)
    try:
        code = filrydd.main(args=words, prog_name="filrydd", standalone_mode=False)
    except click.ClickException as wrong:
        told = io.StringIO()
        wrong.show(told)
        click.echo(shown(told.getvalue()), err=True, nl=False)
        return 2
    except (KeyboardInterrupt, click.Abort):
        return _tell(Interrupted(_("Interrupted."), next=_("Run the same command again; it goes on.")), words)
    except FilryddError as error:
        return _tell(error, words)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as fault:  # noqa: BLE001 - the one top-level handler; nothing is swallowed, all is told
        return _tell(_known(fault), words)
    return code if isinstance(code, int) else 0


def _known(fault: Exception) -> FilryddError:
    """What the fault is in the design's words; a fault of the program keeps its trace, since only that helps to mend it."""
    if isinstance(fault, OSError) and fault.filename is not None:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFull(
                _("The disk is full: {path}").format(path=fault.filename),
                next=_("Make room and run the same command again; nothing is lost."),
            )
        return WorkspaceError(
            _("{path} cannot be used: {why}").format(path=fault.filename, why=fault.strerror),
            next=_("Check the path and your rights to it."),
        )
    from filrydd.sources.source import EntryTrouble
    from filrydd.targets.tenant import ItemTrouble

    # Trouble with one entry or item is data where a stage works through many. Where it needs just that one, it ends here.
    if isinstance(fault, EntryTrouble):
        return SourceError(
            _("{path} in the old area: {why}").format(path=fault.path or "/", why=said(fault.reason)),
            next=_("Mend that, then run the same command again."),
        )
    if isinstance(fault, ItemTrouble) and fault.code in _NO_ACCESS:
        return TenantRefused(
            _("SharePoint gives the application no access to what this needs: {why}").format(why=fault),
            next=_("filrydd tenant check AREA says which permission is missing, and what to ask for."),
        )
    if isinstance(fault, ItemTrouble):
        return TenantError(
            _("SharePoint refused what this needs: {why}").format(why=fault),
            next=_("Mend that in the library, then run the same command again."),
        )
    from filrydd.catalog.connection import explained

    known = explained(fault)
    if known is not None:
        return known
    return FilryddError(
        _("This is a fault in filrydd: {fault}").format(fault=repr(fault)),
        next=_("Send the lines below to those who maintain it. Running the command again is safe."),
        details=tuple("".join(traceback.format_exception(fault)).splitlines()),
    )


def _tell(error: FilryddError, words: Sequence[str]) -> int:
    lines = [error.message, *(f"  {line}" for line in error.details)]
    if error.next:
        lines.append(_("Next: {step}").format(step=error.next))
    for line in lines:
        click.echo(shown(line), err=True)
    if "--json" in words:
        told = {"error": type(error).__name__, "message": error.message, "next": error.next}
        click.echo(json.dumps(shown_in({**told, "details": error.details}), ensure_ascii=False))
    return error.exit_code
