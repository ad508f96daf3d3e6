"""A department's policy file replaced by another version of it: tried first, in one step, the version before kept
beside it."""

import contextlib
import dataclasses
import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filrydd.catalog.place import make_durable
from filrydd.errors import PolicyInvalid, ProposalChanged, WorkspaceError
from filrydd.lang import _
from filrydd.policy import Department, Example, Result, load, results
from filrydd.policy.confirming import problems_with
from filrydd.policy.files import COMMON, content
from filrydd.policy.loading import load_bytes, refusal

# Two people at the pages of one service. A person with an editor is noticed by the file's bytes.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Replaced:
    """The department as its file is now, and where the version before lies."""

    department: Department
    before: Path


def _nothing() -> None: ...


def replace(
    policies: Path,
    department: str,
    change: Callable[[bytes], bytes],
    *,
    was: str,
    first: Callable[[], None] = _nothing,
) -> Replaced:
    """Put what `change` makes of the department's file in its place.

    `was` is the `Department.digest` that whoever asked has seen; `first` is called when all has been tried and the new
    version is on the disk, right before it takes the other one's place. Raises ProposalChanged when the files are others by
    now, PolicyInvalid when the new version has mistakes or one of its examples would come out in another way,
    WorkspaceError when it cannot be written, and what `first` raises; nothing was changed then.
    """
    with _ONE_AT_A_TIME:
        now = load(policies, department)
        data = content(policies, department)
        if now.digest != was:
            raise _changed(department)
        changed = change(data)
        refuse_astray(now, load_bytes(policies, department, changed))
        before = _swap(policies, department, data, changed, first)
        return Replaced(load(policies, department), before)


def replace_common(
    policies: Path, change: Callable[[bytes], bytes], *, was: str, first: Callable[[], None] = _nothing
) -> Path:
    """Put what `change` makes of `common.yaml` in its place; returns where the version before lies.

    `first` is called as by `replace`. `was` is the SHA-256 in hex of the file that whoever asked has seen. Raises
    ProposalChanged when it is another one by now, PolicyInvalid when any department would have mistakes beside the new
    one, WorkspaceError when it cannot be written; nothing was changed then.
    """
    with _ONE_AT_A_TIME:
        data = content(policies, COMMON)
        if hashlib.sha256(data).hexdigest() != was:
            raise _changed(COMMON)
        changed = change(data)
        if found := problems_with(policies, changed):
            raise refusal(found)
        return _swap(policies, COMMON, data, changed, first)


def refuse_astray(before: Department, after: Department) -> None:
    """Raises PolicyInvalid when an example that came out as written does not any more."""
    agreed = {_wherever(result.example) for result in results(before) if result.agrees}
    astray = [one for one in results(after) if not one.agrees and _wherever(one.example) in agreed]
    if astray:
        raise PolicyInvalid(
            _("The examples in the policy file would come out in another way. Nothing was changed."),
            next=_("Ask whoever wrote the examples, or put it into the file by hand."),
            details=tuple(_said(one) for one in astray),
        )


def _wherever(example: Example) -> Example:
    return dataclasses.replace(example, file="", line=0)


def _said(one: Result) -> str:
    return _("The example {path} comes out as {fate} by {rule}, not as {expected}.").format(
        path=one.example.path, fate=one.fate, rule=one.name, expected=one.example.expect
    )


def _swap(policies: Path, stem: str, data: bytes, changed: bytes, first: Callable[[], None]) -> Path:
    """Put a file that was `data` in its new form in one step; returns where the old one is kept."""
    place = (policies / f"{stem}.yaml").resolve()
    # `.yaml.før` is no policy's name, and neither is one that begins with a dot: nobody reads them as one.
    before = place.with_name(f"{place.name}.før")
    with _draft(place, changed) as draft:
        # A person's editor knows of no lock; what it wrote while the new version was tried is not written over.
        if content(policies, stem) != data:
            raise _changed(stem)
        with _told(place):
            _write(before, data)
            shutil.copymode(place, draft)
        first()
        with _told(place):
            draft.replace(place)
    make_durable(place.parent)
    return before


@contextlib.contextmanager
def _draft(place: Path, data: bytes) -> Iterator[Path]:
    draft = place.with_name(f".{place.stem}.{secrets.token_hex(4)}.new")
    try:
        with _told(place):
            _write(draft, data)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        raise WorkspaceError(
            _("The policy file {path} cannot be written: {detail}.").format(path=place, detail=trouble.strerror),
            next=_("Close it where it is open, give filrydd the right to write there, then try again."),
        ) from trouble


def _changed(department: str) -> ProposalChanged:
    return ProposalChanged(
        _("Somebody has changed the policy of {department} since the page was made. Nothing was changed.").format(
            department=department
        ),
        next=_("Look at the rules again, then do it once more."),
    )
