"""Signposts: in a sealed area, a text and a shortcut in each top folder say where everything is now.

Intent is stored before a file is put up, so that a scan, `unseal` and `retire` know it as ours after any crash.
"""

from datetime import date

from filrydd.catalog import seals, signposts
from filrydd.catalog.connection import Catalog
from filrydd.catalog.signposts import Signpost, TopFolder
from filrydd.lang import _, days, speaking
from filrydd.model import names
from filrydd.model.department import Part, Person
from filrydd.model.entry import Reason
from filrydd.policy import Department
from filrydd.quickxor import QuickXor
from filrydd.sources import Source
from filrydd.sources.source import AlreadyThere, ChangedSince, EntryTrouble
from filrydd.stages import grace
from filrydd.stages.work import Work

NAME = "FLYTTET - les dette"
"""What every signpost is called. In Norwegian whatever the language of the command: it is read by those who work there."""
_TRIES = 9  # names that are tried where somebody else's file has the name
_MOST_PLACES = 10
_READ = 1 << 16


def put_up(work: Work, catalog: Catalog, source: Source, seal: seals.Seal) -> int:
    """Put up what is missing; returns how many signposts stand. What prevents one is told, and no reason to stop."""
    department = work.department()
    parts = department.parts(work.area)
    until = grace.last_day(work, catalog, seal)
    standing = {post.path: post for post in signposts.in_force(catalog)}
    for top in list(signposts.top_folders(catalog)):
        whom = _part_of(parts, top.path).contact
        for ending, content in (
            (".txt", text(top, department, until, whom)),
            (".url", shortcut(top)),
        ):
            post = standing.get(names.join(top.path, NAME + ending))
            if not content or (post is not None and post.file_id is not None and post.hash == _hash(content)):
                continue
            # One that says something else by now, such as an earlier day, makes room.
            if post is None or take_one(work, catalog, source, post):
                _put(work, catalog, source, seal, names.join(top.path, NAME), ending, content)
    return sum(post.file_id is not None for post in signposts.in_force(catalog))


def take_down(work: Work, catalog: Catalog, source: Source, *, at_last: bool = True) -> None:
    """Take every signpost away that is still as we left it; one that somebody has changed stays and is told.

    What a run that was killed had asked for may still be on its way: unless it is looked for `at_last`, one that nobody has
    seen yet is looked for again.
    """
    for post in signposts.in_force(catalog):
        take_one(work, catalog, source, post, at_last=at_last)


def take_one(work: Work, catalog: Catalog, source: Source, post: Signpost, *, at_last: bool = True) -> bool:
    """Take one away; whether it is gone."""
    try:
        file_id = source.look(post.path).file_id if post.file_id is None else post.file_id
        source.retire(post.path, size=post.size, hash=post.hash, file_id=file_id)
    except ChangedSince:
        # Somebody else's file, or ours changed by somebody: not ours to delete.
        work.progress.say(_("{path} is not as it was put up, so it stays.").format(path=post.path))
    except EntryTrouble as trouble:
        if trouble.reason is not Reason.VANISHED:
            work.progress.say(
                _("{path} could not be taken away: {why}").format(path=post.path, why=trouble.detail or trouble.reason)
            )
            return False
        if post.file_id is None and not at_last:
            return True
    signposts.taken(catalog, post.id, work.now())
    return True


def _part_of(parts: tuple[Part, ...], path: str) -> Part:
    """The part whose contact is asked about a top folder: the smallest one around it."""
    fitting = [part for part in parts if not part.path or path == part.path or path.startswith(f"{part.path}/")]
    return max(fitting, key=lambda part: len(part.path))


def _put(
    work: Work, catalog: Catalog, source: Source, seal: seals.Seal, stem: str, ending: str, content: bytes
) -> None:
    for number in range(1, _TRIES + 1):
        path = f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}"
        post = signposts.intend(catalog, seal.id, path, len(content), _hash(content), work.now())
        try:
            seen = source.leave(path, content)
        except EntryTrouble as trouble:
            found = _same(source, path, content)
            if found is None:
                signposts.taken(catalog, post, work.now())
                if isinstance(trouble, AlreadyThere):
                    continue
                work.progress.say(
                    _("No signpost could be put up at {path}: {why}").format(
                        path=path, why=trouble.detail or trouble.reason
                    )
                )
                return
            signposts.stands(catalog, post, found)
        else:
            signposts.stands(catalog, post, seen.file_id)
        return


def _same(source: Source, path: str, content: bytes) -> int | None:
    """The id of the file at that path when it holds just that: ours, put up by a run that was interrupted."""
    try:
        with source.open(path) as reader:
            found = b""
            while len(found) <= len(content) and (piece := reader.read(_READ)):
                found += piece
            return reader.seen.file_id if found == content else None
    except EntryTrouble:
        return None


def _hash(content: bytes) -> str:
    hasher = QuickXor()
    hasher.update(content)
    return hasher.base64()


def text(top: TopFolder, department: Department, until: date, whom: Person) -> bytes:
    """The text, as Windows' own editor reads it: UTF-8 with its mark, lines that end in CR LF."""
    with speaking("nb"):
        day = days.day(until)
    lines = ["Filene herfra er flyttet til SharePoint.", "", "Du finner dem her:"]
    lines += [f"  {place}" for place in top.places[:_MOST_PLACES]]
    if len(top.places) > _MOST_PLACES:
        lines.append(f"  og {len(top.places) - _MOST_PLACES} steder til")
    lines += [
        "",
        f"Her kan du lese de gamle filene til og med {day}. Ingen kan endre dem.",
        "Etter den dagen blir det som er flyttet, slettet her.",
        "",
        f"Finner du ikke en fil? Spør {whom.name}{f' ({whom.email})' if whom.email else ''}.",
        f"Området hører til {department.name.nb}.",
    ]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def shortcut(top: TopFolder) -> bytes:
    """A shortcut that the browser opens; nothing where files went to several places that share none, or to no web address."""
    if len(top.places) != 1 or not top.places[0].startswith(("https://", "http://")):
        return b""
    return f"[InternetShortcut]\r\nURL={top.places[0]}\r\n".encode("ascii", "ignore")
