"""Folders that are somebody's own, told from their names: private ones, and home folders under a name such as `Users`.

What is private is never read (FOR-2018-07-02-1108 §§ 1-3). A policy decides that; this tells which folders to ask about, and
whom. In doubt a folder is nobody's: `Private barnehager` is about kindergartens, `Personal` is the personnel department's,
and `Brukere/Ola Nordmann` is a client of the social services.
"""

import re
from itertools import pairwise, product

from filrydd.model import names

_OWN = ("privat", "private", "privata", "personlig", "personlige", "personleg", "mine private", "mine personlige")
_THINGS = (
    *("mappe", "mapper", "filer", "dokumenter", "dokument", "bilder", "ting", "område", "omraade", "katalog"),
    *("files", "folder", "documents", "pictures", "stuff"),
)
_PRIVATE = frozenset(
    {
        *("privat", "private", "privata", "personlig", "personlege", "personleg", "mitt", "mitt område", "min mappe"),
        *("mine filer", "mine dokumenter", "mine bilder", "bare for meg", "kun for meg", "only me", "my files"),
        *("my documents", "my pictures", "my private files", "personal files", "personal documents", "personal folder"),
        *(f"{own} {thing}" for own, thing in product(_OWN, _THINGS)),
        *(
            f"{own}{thing}"
            for own, thing in product(("privat", "private", "personlig"), ("mappe", "område", "omraade"))
        ),
    }
)
# `01 Privat`, `_Privat_`, `(privat)`, `Privat!`: what people put around a word so that it stands first or out.
_AROUND = " _-.,!#~()[]0123456789"
_BREAKS = re.compile(r"[ _-]+")

_HOMES = re.compile(
    r"hjemmeområde(?:r|ne)?|hjemmeomraade(?:r|ne)?|hjemmemapper?|hjemmekatalog(?:er)?|brukermapper?|brukerområde[rt]?"
    r"|brukerkatalog(?:er)?|home ?dir(?:s|ectory|ectories)?|home ?folders?|user ?home(?:s|dirs?)?|user ?folders?"
)
"""Names that mean home folders and nothing else; what lies in them is somebody's."""
_MAYBE_HOMES = frozenset({"home", "homes", "users", "user"})
_CLIENTS_PERHAPS = frozenset({"brukere", "brukarar"})

# What IT gives out as user names: initials with a number, first.last. `sak2020` is a year, `rom12` could be a room.
_NUMBERED = re.compile(r"[a-zæøå]{1,5}(?!(?:19|20)[0-9]{2}$)[0-9]{3,7}|[a-z][0-9]{5,7}")
_DOTTED = re.compile(r"[a-zæøåäöéü-]{2,20}\.(?:[a-zæøå]\.)?[a-zæøåäöéü-]{2,25}")
_INITIALS = re.compile(r"[a-zæøå]{2,4}")
_WORD = re.compile(r"[a-zæøåäöéü]{2,20}(?:[ .-][a-zæøåäöéü]{2,20}){0,3}")
_NOBODY = frozenset(
    {
        *(
            "public",
            "default",
            "all users",
            "default user",
            "shared",
            "felles",
            "fellesmappe",
            "common",
            "guest",
            "gjest",
        ),
        *("administrator", "admin", "adm", "system", "root", "test", "mal", "maler", "template", "templates", "arkiv"),
        *(
            "archive",
            "backup",
            "old",
            "gammel",
            "gamle",
            "slettet",
            "sluttet",
            "temp",
            "tmp",
            "alle",
            "annet",
            "diverse",
        ),
        *(
            "div",
            "it",
            "ikt",
            "hr",
            "nav",
            "ppt",
            "dok",
            "doc",
            "docs",
            "bin",
            "log",
            "logg",
            "data",
            "info",
            "nye",
            "ny",
        ),
        *("office", "windows", "program", "programmer", "scan", "skann", "skriver", "desktop", "profiles", "profiler"),
        *(
            "page",
            "care",
            "improvement",
            "manual",
            "manuals",
            "guide",
            "guides",
            "groups",
            "grupper",
            "media",
            "web",
            "www",
        ),
    }
)


def says_private(name: str) -> bool:
    """Whether a folder's name (stored form) says by itself that the folder is somebody's own."""
    core = names.fold(name).strip(_AROUND)
    return core in _PRIVATE or _BREAKS.sub(" ", core) in _PRIVATE


def home_owner(path: str) -> str | None:
    """The user, as the folder is called, whose home folder the folder `path` is or lies in; None where it is no such folder.

    The name is as it stands in the path (stored form).
    """
    home = _home(path)
    return None if home is None else names.split(home)[1]


def own_folder(path: str) -> str | None:
    """The topmost folder, `path` itself or one above it, that seems to be somebody's own; None where there is none."""
    above = ""
    home = _home(path)
    for name in path.split("/") if path else ():
        above = names.join(above, name)
        if says_private(name) or above == home:
            return above
    return None


def _home(path: str) -> str | None:
    segments = path.split("/")
    for number, (container, name) in enumerate(pairwise(segments)):
        if _is_somebody(names.fold(name), _BREAKS.sub(" ", names.fold(container).strip(_AROUND + "$"))):
            return "/".join(segments[: number + 2])
    return None


def _is_somebody(name: str, container: str) -> bool:
    sure = bool(_HOMES.fullmatch(container))
    if not (sure or container in _MAYBE_HOMES or container in _CLIENTS_PERHAPS) or name in _NOBODY:
        return False
    if _NUMBERED.fullmatch(name) or _DOTTED.fullmatch(name):
        return True
    if container in _CLIENTS_PERHAPS:
        return False
    return bool(_INITIALS.fullmatch(name) or (sure and _WORD.fullmatch(name)))
