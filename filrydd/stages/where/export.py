"""where --export: the new address of everything that moved, in a file for other programs."""

import contextlib
import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filrydd.catalog.gathered import Gathered
from filrydd.errors import BadUsage, DiskFull
from filrydd.lang import _
from filrydd.stages.where.forms import FORMS
from filrydd.stages.where.lines import Lines, Why
from filrydd.stages.work import Work

__all__ = ["FORMS", "Exported", "Why", "run"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: `lines` old addresses of so many files and folders; those left out are counted by why."""

    path: Path
    form: str
    areas: tuple[str, ...]
    lines: int
    files: int
    folders: int
    left_out: dict[Why, int] = field(hash=False)


def run(works: Sequence[Work], path: Path, form: str, *, force: bool = False) -> Exported:
    """Write old and new addresses of the areas to `path`, readable for whoever runs this alone; whole or not at all.

    Raises BadUsage (a file that is there, unless `force`; no folder), DiskFull, NoSuchArea, PolicyInvalid.
    """
    _check(path, force=force)
    lines = Lines(FORMS[form])
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        # Opened first: a folder that cannot be written to is no news after ten minutes' work.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file, Gathered() as gathered:
            for work in works:
                doing = _("Gathering the new addresses of {area}").format(area=work.area)
                with work.catalog() as catalog, work.telling(doing, None, _("files")):
                    gathered.add(lines.of(work, catalog))
            twice = gathered.leave_out_ambiguous()
            if twice:
                lines.left_out[Why.TWICE] += twice
            count, longest = gathered.count()
            file.writelines(FORMS[form].write(gathered.lines(), count, longest))
            file.flush()
            os.fsync(file.fileno())
        _put(draft, path, force=force)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(
            _("The disk is full, so {path} was not written.").format(path=path),
            next=_("Make room, also for temporary files, and run the same command again."),
        ) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    areas: Iterable[str] = (work.area for work in works)
    left_out = {why: lines.left_out[why] for why in Why if lines.left_out[why]}
    return Exported(path, form, tuple(areas), count, lines.files, lines.folders, left_out)


def _check(path: Path, *, force: bool) -> None:
    if not path.parent.is_dir():
        raise BadUsage(
            _("There is no folder {folder} for the list.").format(folder=path.parent),
            next=_("Make the folder, or choose another place."),
        )
    if os.path.lexists(path) and not force:
        raise _is_there(path)


def _put(draft: Path, path: Path, *, force: bool) -> None:
    """Give the draft its name; without `force` never over something that has come there meanwhile."""
    if force:
        draft.replace(path)
        return
    try:
        if os.name == "nt":
            draft.rename(path)  # there it fails where something is
        else:
            os.link(draft, path)
    except FileExistsError:
        raise _is_there(path) from None
    except OSError as error:
        # A file system without hard links: between this look and the renaming something might come.
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        _check(path, force=False)
        draft.rename(path)


def _is_there(path: Path) -> BadUsage:
    return BadUsage(
        _("{path} is there already.").format(path=path),
        next=_("Choose another name, or write over it with --force."),
    )
