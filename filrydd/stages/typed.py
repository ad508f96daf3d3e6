"""What a person typed: a path in an area, a name, a note."""

from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage
from filrydd.lang import _
from filrydd.model import names
from filrydd.stages.work import Work


def path_in(work: Work, catalog: Catalog, text: str) -> str:
    """The stored path: relative to the area's top, or below the area's own address, one of its other addresses, or a drive
    letter that the policy names. "" for "", "." and the address itself.

    Raises BadUsage for a path that leads upwards or lies elsewhere; for an address that the scan did not use PolicyInvalid
    and NoSuchArea too, since only the policy knows it.
    """
    parts = _parts(text)
    if ".." in parts:
        raise BadUsage(
            _("The path {path} leads upwards with two dots.").format(path=text),
            next=_("Write the path from the area's top downwards."),
        )
    source = figures.source_of(catalog)
    below = _below(parts, source)
    is_address = "://" in text or text.startswith("\\\\") or ":" in "".join(parts[:1])
    if below is None and is_address:
        below = _by_policy(work, parts)
        if below is None:
            raise BadUsage(
                _("{path} does not lie in {source}.").format(path=text, source=source),
                next=_("Write the path from the area's top downwards."),
            )
    if below is not None and (is_address or text.startswith("/")):
        parts = below
    return "/".join(names.stored(part) for part in parts)


def _by_policy(work: Work, parts: list[str]) -> list[str] | None:
    department = work.department()
    for letter, folder in department.drives(work.area).items():
        below = _below(parts, f"{letter}:")
        if below is not None:
            return _parts(folder) + below
    found = (_below(parts, address) for address in department.addresses(work.area))
    return next((below for below in found if below is not None), None)


def _below(parts: list[str], address: str) -> list[str] | None:
    """The rest of a path that begins with an address; None for another."""
    top = _parts(address)
    if not top or [names.fold(part) for part in parts[: len(top)]] != [names.fold(part) for part in top]:
        return None
    return parts[len(top) :]


def _parts(text: str) -> list[str]:
    return [part for part in names.tidy_path(text.split("://")[-1]).split("/") if part not in ("", ".")]


def required(text: str, option: str) -> str:
    """A word or sentence, without blanks at its ends. Raises BadUsage when nothing is left, or more than one line."""
    kept = free(text)
    if not kept:
        raise BadUsage(_("{option} is empty.").format(option=option), next=_("Write a value behind it."))
    if any(ord(letter) < 32 for letter in kept):
        raise BadUsage(
            _("{option} holds line breaks or other control characters.").format(option=option),
            next=_("Write it on one line."),
        )
    return kept


def free(text: str) -> str:
    """A text as it can be stored: without blanks at its ends, and without what is no character."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")
