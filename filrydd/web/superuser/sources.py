"""Where an area lies, as a superuser types it: checked before anything is touched, and never repeated when it holds a
password."""

import os
from pathlib import Path

from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.sources import LocalAddress, SmbAddress, parse

LONGEST = 1000


def source(typed: str, workspace: Path) -> str:
    """The address to scan, as typed without the space around it. Raises ValueError with a sentence for the person.

    A superuser may name any folder that filrydd's own account can read on this machine: only such a name says where a
    department's files lie, be it a share that is mounted here, and the scan shows folders and totals of it to nobody
    else before the policy gives it to a part. Whoever installs the service bounds what can be named by what that
    account may read. filrydd's own workspace is left out, since other departments' catalogs lie in it.
    """
    text = typed.strip()
    if not text:
        raise ValueError(_("Write where the area is."))
    if len(text) > LONGEST:
        raise ValueError(_("Use at most {count} characters.").format(count=LONGEST))
    try:
        address = parse(text)
    except BadUsage as wrong:
        raise ValueError(" ".join(filter(None, (wrong.message, wrong.next)))) from None
    if isinstance(address, SmbAddress):
        if "@" in address.server:
            raise ValueError(_("The address has a password in it. It was not used."))
        return text
    _refuse_local(text, address, workspace)
    return text


def repeatable(typed: str) -> str:
    """What a form may show again of an address that was refused: nothing that could have a password in it."""
    return "" if "@" in typed or typed.strip().lower().startswith("smb:") else typed


def _refuse_local(text: str, address: LocalAddress, workspace: Path) -> None:
    # On a server a path without its beginning would mean the folder that the service was started in.
    if not (Path(text).is_absolute() or (os.name == "nt" and text.startswith("\\\\"))):
        raise ValueError(
            _(
                "Write the whole path of the folder as this server sees it, \\\\server\\share\\path, or smb://server/share/path."
            )
        )
    place, ours = Path(address.path).resolve(), workspace.resolve()
    if place == ours or ours in place.parents or place in ours.parents:
        raise ValueError(_("filrydd keeps its own files in that folder. Name the folder of the department."))
