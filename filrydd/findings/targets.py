"""Where a link points, told from its text alone: inside the area, outside, on the web, or to no place at all.

A target is whatever a program wrote: `\\\\server\\share\\x`, `F:\\x`, `file:///F:/x`, `..\\x%20y.xlsx`, `[Book.xlsx]Sheet1`.
Whether something lies at a place inside is the catalog's affair.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from filrydd.model import names

Kind = Literal["inside", "outside", "web", "nothing"]


@dataclass(frozen=True, slots=True)
class Place:
    """`path`: the area's path (stored form) of a place `inside`, `""` for its top and for every other kind."""

    kind: Kind
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    """An absolute place: the root is `("server", "share")`, `("f:",)` or `("",)` where the path names neither."""

    root: tuple[str, ...]
    way: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What leads into an area.

    `addresses`: those of its top in any spelling (`\\\\server\\share\\path`, `smb://server/share/path`, a folder's path).
    `drives`: drive letter -> the folder of the area that it points to (`""`: the top).
    """

    addresses: tuple[str, ...] = ()
    drives: Mapping[str, str] = field(default_factory=dict)
    tops: tuple[_Spot, ...] = field(init=False, repr=False)
    folders: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tops = (_absolute(_without_scheme(address)) for address in self.addresses)
        object.__setattr__(self, "tops", tuple(top for top in tops if top))
        folders = {letter[:1].lower() + ":": tuple(names.raw_segments(path)) for letter, path in self.drives.items()}
        object.__setattr__(self, "folders", folders)


_NO_ROOT = ("",)
_OUTSIDE, _WEB, _NOTHING = Place("outside"), Place("web"), Place("nothing")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_WEB_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "sftp", "onenote", "ms-appx", "sharepoint"})
# `ms-excel:ofe|u|https://...`: an address for an Office program ("Office URI schemes").
_OFFICE = re.compile(r"ms-[a-z]+:(?:[a-z]{3}\|[a-z]\|)?", re.IGNORECASE)
_DRIVE = re.compile(r"([a-z])[:|](.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r":[0-9]*$")
_SHEET = re.compile(r"(.*?)\[([^\[\]/]+\.[a-z]{2,4}[0-9]?)\][^/]*", re.IGNORECASE | re.DOTALL)
_EXTENSION_THEN_MARK = re.compile(r"(.*?\.[a-z][a-z0-9]{1,4})#.*", re.IGNORECASE | re.DOTALL)
# Beside the script itself: batch files, PowerShell, and what AutoIt and installers write.
_HERE = re.compile(r"(?:%~dp0|\$PSScriptRoot|@ScriptDir)/*", re.IGNORECASE)
_UNTOLD = re.compile(r'[*?<>"|:]|%\w+%|%~|\$\w*[({]')
_LONGEST = 4_000


def resolve(target: str, folder: str, known: Known) -> Place:
    """The place that `target` names in a file of the folder `folder` (stored form). Never raises.

    A target that is known up to a wildcard or a variable (`F:\\inn\\*.csv`) names the folder before it.
    """
    read = _read(target)
    if isinstance(read, Place):
        return read
    plain, scheme = read
    spot = _absolute(plain)
    if spot is None:
        return _relative(plain, tuple(names.raw_segments(folder)), known)
    if not _is_told(spot):
        return _WEB if _is_network_place(spot) else _NOTHING
    way = _tidy(_told(spot.way))
    if spot.root == _NO_ROOT and not scheme:
        return _rooted(way, folder, known)
    return _seen_from(_Spot(spot.root, way), known)


class Others:
    """What leads into other areas than the one whose files point there."""

    def __init__(self, areas: Mapping[str, Known]) -> None:
        self._by_root: dict[tuple[str, ...], list[tuple[str, Known]]] = {}
        for area, known in areas.items():
            # A server has several names, so that it does not count here.
            roots = {top.root[1:] or top.root for top in known.tops} | {(drive,) for drive in known.folders}
            for root in roots:
                self._by_root.setdefault(root, []).append((area, known))

    def resolve(self, target: str, folder: str, own: Known) -> tuple[str, str] | None:
        """The area and the path in it that a target names which is outside of the pointing file's own area; that lies in the
        folder `folder` of an area with the names `own`. None where no area has the place, or several have. Never raises."""
        read = _read(target)
        if isinstance(read, Place):
            return None
        found = {
            (area, place.path)
            for spot in _spots(*read, tuple(names.raw_segments(folder)), own)
            for area, known in self._by_root.get(spot.root[1:] or spot.root, ())
            if (place := _seen_from(spot, known)).kind == "inside"
        }
        return found.pop() if len(found) == 1 else None


def _spots(plain: str, scheme: bool, folder: tuple[str, ...], own: Known) -> list[_Spot]:
    """The absolute places that a target may mean, as far as they can lie outside of the file's own area."""
    spot = _absolute(plain)
    if spot is not None and not _is_told(spot):
        return []
    if spot is not None and (spot.root != _NO_ROOT or scheme):
        return [_Spot(spot.root, _tidy(_told(spot.way)))]
    way = _told(_names(plain)) if spot is None else _told(spot.way)
    if not way:
        return []
    # Relative to the file itself, or from the root of the share that it lies on.
    return [_Spot(top.root, _tidy((*top.way, *folder, *way) if spot is None else way)) for top in own.tops]


def _read(target: str) -> Place | tuple[str, bool]:
    """The path that a target writes, without marks, and whether it is an address; a place for what is no path."""
    text = target[:_LONGEST].strip(" \t\r\n\0'\"=")
    text = _OFFICE.sub("", text, count=1) if text[:3].lower() == "ms-" else text
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("file", "smb"):
        return _WEB if scheme[1].lower() in _WEB_SCHEMES else _NOTHING
    if text[:4].lower() == "www." and not text.lower().endswith((".lnk", ".url")):
        return _WEB
    if not text or text[0] == "#" or text.startswith("::"):
        return _NOTHING
    return _without_marks(_without_scheme(text), url=bool(scheme)), bool(scheme)


def _is_network_place(spot: _Spot) -> bool:
    r"""SharePoint as a network place: `\\tenant.sharepoint.com@SSL\DavWWWRoot\...`"""
    return spot.root[0].partition("@")[2].startswith("ssl") or spot.root[1:] == ("davwwwroot",)


def _is_told(spot: _Spot) -> bool:
    """Whether its root is a server's or a drive's own name, with nothing left open."""
    return not _is_network_place(spot) and not any(map(_UNTOLD.search, spot.root[spot.root[0].endswith(":") :]))


def _seen_from(spot: _Spot, known: Known) -> Place:
    """An absolute place as an area sees it, by its drive letters and its tops."""
    if (root := known.folders.get(spot.root[0])) is not None:
        return _inside((*root, *spot.way))
    return _below(spot, known)


def _without_scheme(text: str) -> str:
    """The path in a `file:` or `smb:` address, decoded, with `/` between names; any other text likewise."""
    text = text.replace("\\", "/")
    if text[:4].lower() == "smb:":
        authority, _slash, place = text[4:].lstrip("/").partition("/")
        return f"//{_PORT.sub('', authority.rpartition('@')[2])}/{_decoded(place)}"
    if text[:5].lower() != "file:":
        return _decoded(text)
    text = text[5:]
    slashes = len(text) - len(text.lstrip("/"))
    rest = _decoded(text[slashes:])
    if _DRIVE.fullmatch(rest) and rest[2:3] in ("", "/"):
        return rest
    if rest[:10].lower() == "localhost/":
        return rest[10:] if _DRIVE.match(rest[10:]) else rest[9:]
    # file://server/share; file:////server and file://///server, as Office and browsers write; file:///x is a path of Unix.
    return {0: rest, 1: f"/{rest}", 3: f"/{rest}"}.get(slashes, f"//{rest}")


def _decoded(text: str) -> str:
    """`%20` and the like undone: UTF-8, and the Windows code page that old Office wrote. Other `%` stay."""
    if "%" not in text:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return unquote(text, encoding="cp1252", errors="replace")


def _without_marks(text: str, *, url: bool) -> str:
    """The file's own path, without sheet (`[Book.xlsx]Sheet1`) and place in the file (`#Sheet1!A1`)."""
    if text.startswith("//?/"):
        text = re.sub(r"(?i)^//\?/(unc/)?", lambda match: "//" if match[1] else "", text)
    if "[" in text and (sheet := _SHEET.fullmatch(text)):
        text = sheet[1] + sheet[2]
    if "#" in text and (marked := _EXTENSION_THEN_MARK.fullmatch(text)):
        text = marked[1]
    return text.partition("?")[0] if url else text


def _absolute(text: str) -> _Spot | None:
    """The place, when the text begins at a server, a drive or a root that it names."""
    text = text.replace("\\", "/")
    if text.startswith("//"):
        host, *way = [name for name in text.split("/") if name] or [""]
        return _Spot((host.lower(), names.fold(way[0]) if way else ""), tuple(way[1:])) if host else None
    if drive := _DRIVE.fullmatch(text):
        return _Spot((drive[1].lower() + ":",), _names(drive[2]))
    return _Spot(_NO_ROOT, _names(text)) if text.startswith("/") else None


def _relative(text: str, folder: tuple[str, ...], known: Known) -> Place:
    here = _HERE.match(text)
    wanted = _names(text[here.end() :] if here else text)
    told = _told(wanted)
    if not told and wanted:
        return _NOTHING  # %APPDATA%\x: whose, nobody can tell
    whole = _tidy((*folder, *told), keep=True)
    if whole[:1] != ("..",):
        return _inside(whole)
    places = (_below(_Spot(top.root, _tidy((*top.way, *folder, *told))), known) for top in known.tops)
    return next((place for place in places if place.kind == "inside"), _OUTSIDE)


def _rooted(way: tuple[str, ...], folder: str, known: Known) -> Place:
    """A path without server and drive (`\\Kart\\x.xlsx`): from the root of the drive or share that the file itself lies on."""
    own = tuple(map(names.fold, names.raw_segments(folder)))
    above = [top for top in known.folders.values() if own[: len(top)] == tuple(map(names.fold, top))]
    if above:
        return _inside((*max(above, key=len), *way))
    places = (_below(_Spot(top.root, way), known) for top in known.tops)
    return next((place for place in places if place.kind == "inside"), _OUTSIDE)


def _below(spot: _Spot, known: Known) -> Place:
    """The place as seen from the area's tops."""
    for top in known.tops:
        if _same_root(spot.root, top.root):
            way = tuple(map(names.fold, _tidy(top.way)))
            if tuple(map(names.fold, spot.way[: len(way)])) == way:
                return _inside(spot.way[len(way) :])
    return _OUTSIDE


def _same_root(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return one[1:] == other[1:] and _same_host(one[0], other[0])


def _same_host(one: str, other: str) -> bool:
    """`srv` is `srv.kommune.no`; `srv.a.no` is not `srv.b.no`, and numbers of an address are no name."""
    if one == other:
        return True
    short, dotted = sorted((one, other), key=lambda host: "." in host)
    return not short.isdigit() and dotted.partition(".")[0] == short


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split("/") if name)


def _tidy(way: Iterable[str], *, keep: bool = False) -> tuple[str, ...]:
    """The names of a way without `.` and `..`. At a root `..` leads nowhere; `keep` leaves it, to show that it left."""
    tidy: list[str] = []
    for name in way:
        if name == ".." and tidy and tidy[-1] != "..":
            tidy.pop()
        elif name not in ("", ".") and (keep or name != ".."):
            tidy.append(name)
    return tuple(tidy)


def _told(way: tuple[str, ...]) -> tuple[str, ...]:
    """The names before the first that a wildcard or a variable leaves open."""
    for number, name in enumerate(way):
        if _UNTOLD.search(name):
            return way[:number]
    return way


def _inside(way: tuple[str, ...]) -> Place:
    return Place("inside", "/".join(names.stored(name) for name in way))
