"""Whether names and addresses are such that SharePoint takes them, and no two are one; written from its published limits.

Microsoft's "Restrictions and limitations in OneDrive and SharePoint": 400 characters, decoded, of the path from the server's
root; 255 a segment. Characters are counted as UTF-16 code units, the stricter reading.
"""

import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from filrydd.catalog.connection import Catalog

_REFUSED = frozenset('"*:<>?/\\|')
_RESERVED = frozenset(
    {".lock", "con", "prn", "aux", "nul", "desktop.ini"} | {f"{word}{n}" for word in ("com", "lpt") for n in range(10)}
)
LONGEST_ADDRESS, LONGEST_SEGMENT = 400, 255


def same(name: str) -> str:
    """Equal for names that SharePoint holds for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def refused(name: str, *, folder: bool, at_root: bool) -> str:
    """Why SharePoint refuses a name; empty when it takes it."""
    lowered = name.lower()
    if not name:
        return "empty"
    if _REFUSED.intersection(name) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return "illegal character"
    if name != name.strip(" "):
        return "space at the edge"
    if lowered in _RESERVED or (at_root and lowered == "forms"):
        return "reserved name"
    if name.startswith("~$") or "_vti_" in lowered:
        return "reserved text"
    if folder and (name.startswith("~") or name.endswith(".") or lowered.endswith(("_file", "_files"))):
        return "reserved for folders"
    return "" if units(name) <= LONGEST_SEGMENT else "longer than a segment"


def faults(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """What is wrong with names: the kind, and where."""
    libraries = {
        row["id"]: _way(row["site"], row["name"]) for row in catalog.rows("SELECT id, site, name FROM library")
    }
    paths: dict[int, str] = {}
    roots: set[int] = set()
    below: dict[int, set[str]] = {}
    for target in catalog.rows(
        "SELECT id, library, parent, name, path FROM target WHERE present ORDER BY length(path)"
    ):
        address = f"{libraries[target['library']]}/{target['path']}".rstrip("/")
        paths[target["id"]] = address
        if target["parent"] is None:
            roots.add(target["id"])
            continue
        if why := refused(target["name"], folder=True, at_root=target["parent"] in roots):
            yield "illegal name", f"{address}: {why}"
        if units(address) > LONGEST_ADDRESS:
            yield "address too long", address
        beside = below.setdefault(target["parent"], set())
        if same(target["name"]) in beside:
            yield "two of one name", address
        beside.add(same(target["name"]))
    yield from _files(catalog, paths, roots, below)


def _files(
    catalog: Catalog, paths: dict[int, str], roots: set[int], below: dict[int, set[str]]
) -> Iterator[tuple[str, str]]:
    here, seen = None, set[str]()
    room = 0
    for target, name in catalog.rows(
        "SELECT p.target, COALESCE(p.name, f.name) FROM placement p JOIN file f ON f.id = p.file WHERE p.role = ''"
        " AND p.target IN (SELECT id FROM target WHERE present) ORDER BY p.target"
    ):
        if target != here:
            here, seen = target, set(below.get(target, ()))
            room = LONGEST_ADDRESS - units(paths[target]) - 1
        if why := refused(name, folder=False, at_root=target in roots):
            yield "illegal name", f"{paths[target]}/{name}: {why}"
        if units(name) > room:
            yield "address too long", f"{paths[target]}/{name}"
        folded = same(name)
        if folded in seen:
            yield "two of one name", f"{paths[target]}/{name}"
        seen.add(folded)


def _way(site: str, library: str) -> str:
    return f"{unquote(urlsplit(site).path).strip('/')}/{library}"
