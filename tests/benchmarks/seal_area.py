"""The area that the benchmark of sealing seals: departments with cases, their documents, and everyday access lists."""

import os
from collections.abc import Iterator
from pathlib import Path

from filrydd.model import descriptor as security
from filrydd.model.entry import Kind
from filrydd.sources import Change

_FILES_IN_A_FOLDER, _FOLDERS_IN_A_DEPARTMENT = 19, 60
_DEPARTMENT = "avd. {:03}"
Entry = tuple[int, str, Kind]
"""A number, a path in the area, and what lies there."""


def made(top: Path, count: int) -> Iterator[Entry]:
    """The top and what is made below it, so many entries in all; each folder before what lies in it."""
    top.mkdir()
    top.chmod(0o777)
    yield 0, "", Kind.FOLDER
    number, department, folder = 1, 0, 0
    while number < count:
        inside = _DEPARTMENT.format(department)
        for part in ([inside] if folder == 0 else []) + [f"{inside}/Sak 2019-{folder:04} oppfølging"]:
            (top / part).mkdir()
            (top / part).chmod(0o777)
            yield number, part, Kind.FOLDER
            number += 1
        for index in range(_FILES_IN_A_FOLDER):
            if number >= count:
                return
            path = f"{inside}/Sak 2019-{folder:04} oppfølging/Notat {index:02} til møte.docx"
            os.close(os.open(top / path, os.O_CREAT | os.O_WRONLY, 0o666))
            yield number, path, Kind.FILE
            number += 1
        folder = (folder + 1) % _FOLDERS_IN_A_DEPARTMENT
        department += not folder


def everyday(entries: list[Entry], operator: bytes) -> Iterator[Change]:
    """What gives each department its own groups, and everything in it a list as it was inherited from there. `operator` is
    the security identifier of who is to seal."""
    lists: dict[tuple[str, Kind], bytes] = {}
    for number, path, kind in entries:
        department = path.partition("/")[0]
        if (department, kind) not in lists:
            lists[department, kind] = _list(operator, int(department[5:] or 0), kind)
        yield Change(number, path, kind, lists[department, kind])


def _list(operator: bytes, department: int, kind: Kind) -> bytes:
    """An access list of the everyday sort: administrators, the system, a department's groups, one person who is denied."""
    folder = kind is Kind.FOLDER
    flags = (security.OBJECT_INHERIT | security.CONTAINER_INHERIT if folder else 0) | security.INHERITED
    domain = "S-1-5-21-1004336348-1177238915-682003330"
    who = (
        (security.DENIED, 0x0001_0002, f"{domain}-{5000 + department}"),
        (security.ALLOWED, 0x001F_01FF, "S-1-5-32-544"),
        (security.ALLOWED, 0x001F_01FF, "S-1-5-18"),
        (security.ALLOWED, 0x0013_01BF, f"{domain}-{2000 + department}"),
        (security.ALLOWED, 0x0013_01BF, f"{domain}-{3000 + department}"),
        (security.ALLOWED, 0x0012_00A9, f"{domain}-513"),
    )
    dacl = [security.Ace(security.ALLOWED, flags, 0x001F_01FF, operator)]
    dacl += [security.Ace(kind_of, flags, mask, security.sid_from_text(sid)) for kind_of, mask, sid in who]
    control = security.DACL_PRESENT | security.DACL_AUTO_INHERITED
    return security.build(security.Descriptor(control, operator, operator, tuple(dacl)))
