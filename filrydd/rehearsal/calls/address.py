"""What the path of a request means. It is decoded once, as a whole: no name can hold a colon or a slash."""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from filrydd.rehearsal.refusal import Refused, bad

BETA = "/beta"
ROOTS = ("/v1.0", "/_api/v2.0", BETA)
_NAMESPACE = re.compile(r"/(?:microsoft\.graph|oneDrive|action)\.")
_SITE_BY_PATH = re.compile(r"/sites/[^/:]+(?::\d+)?:(?P<path>[^:]*)(?::?(?P<rest>/.*)?)?", re.DOTALL)
_SITE_BY_ID = re.compile(r"/sites/(?P<id>[^/:]+)(?P<rest>/.*)?", re.DOTALL)
_DRIVE = re.compile(r"/drives/(?P<id>[^/:]+)(?P<rest>/.*)?", re.DOTALL)
_ITEM = re.compile(
    r"/(?:root|items/(?P<id>[^/:]+))(?::(?P<path>[^:]*)(?::(?P<after>/.*)?)?|(?P<straight>/.*)?)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class ItemAddress:
    """An item of a drive: by id (`root` for the root), and perhaps by path from there; then what is asked of it."""

    id: str
    names: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """A site by path or by id, and what follows."""

    path: str
    id: str
    rest: str


def decoded(raw: bytes) -> str:
    """The path of a request, decoded, with runs of slashes as one. Raises Refused (400) if it is no UTF-8."""
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise bad("The address is not UTF-8.") from None
    return re.sub("/{2,}", "/", path)


def without_root(path: str) -> tuple[str, str]:
    """The API's root that a decoded path begins with, and the rest; both empty for another address."""
    for root in ROOTS:
        if path == root or path.startswith(f"{root}/"):
            return root, _without_namespaces(path[len(root) :])
    return "", ""


def _without_namespaces(path: str) -> str:
    """The path without the namespaces of actions; between colons there are names, which may look like one."""
    parts = path.split(":")
    for place in range(0, len(parts), 2):
        action, opening, argument = parts[place].partition("(")
        parts[place] = _NAMESPACE.sub("/", action) + opening + argument
    return ":".join(parts)


def site(path: str) -> SiteAddress | None:
    """The site that a path means, if it means one."""
    if found := _SITE_BY_PATH.fullmatch(path):
        return SiteAddress(found["path"].strip("/"), "", found["rest"] or "")
    if found := _SITE_BY_ID.fullmatch(path):
        return SiteAddress("", found["id"], found["rest"] or "")
    return None


def drive(path: str) -> tuple[str, str] | None:
    """The drive's id that a path means, and what follows."""
    found = _DRIVE.fullmatch(path)
    return (found["id"], found["rest"] or "") if found else None


def item(rest: str) -> ItemAddress:
    """What follows a drive, as an item. Raises Refused (400)."""
    found = _ITEM.fullmatch(rest)
    if not found:
        raise unknown(rest)
    names = tuple(name for name in (found["path"] or "").split("/") if name)
    action = found["after"] or found["straight"] or ""
    return ItemAddress(found["id"] or "root", names, action.strip("/"))


def unknown(path: str) -> Refused:
    """The refusal of an address that means nothing."""
    segment = path.strip("/").split("/")[0]
    return Refused(400, "BadRequest", f"Resource not found for the segment '{segment}'.")
