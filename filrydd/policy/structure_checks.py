"""What must hold under `structure` beyond the form: where things go, and words that lead to words.

As in `checks`, the tree as written is looked at, so that one mistake does not hide others.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from filrydd.lang import _
from filrydd.model.names import fold, tidy_path
from filrydd.policy.file_forms import DepartmentForm
from filrydd.policy.form import MOST
from filrydd.policy.structure_form import MOST_LIBRARIES, LibraryForm
from filrydd.policy.wording import Complaint, unintended
from filrydd.policy.yaml_lines import Loc, Parsed, Tree, mapping

_Words = Mapping[str, str]
"""Folded word -> the folded word to write instead."""


class _Address(NamedTuple):
    """Where something goes, folded: site and library, or team and channel. `folder` None: each area's own."""

    of_team: bool
    place: str
    within: str
    folder: str | None


def check_structure(parsed: Parsed, shared: Mapping[str, Tree]) -> Iterator[Complaint]:
    """All that is wrong under `structure` in one file; `shared` is the tree of the common one."""
    tree = mapping(parsed.tree)
    areas = mapping(tree.get("areas"))
    places: list[tuple[dict[str, Tree], Loc]] = [(mapping(tree.get("structure")), ("structure",))]
    places += [(mapping(mapping(area).get("structure")), ("areas", name, "structure")) for name, area in areas.items()]
    for structure, loc in places:
        for raw, where in _libraries(structure, loc):
            yield from _one_address(raw, where, parsed)
        yield from _twice(structure, loc)
    if len(areas) <= MOST:
        yield from _circles(places, _words(mapping(shared.get("structure"))))
        yield from _one_area_each(tree, areas)


def _one_address(raw: dict[str, Tree], loc: Loc, parsed: Parsed) -> Iterator[Complaint]:
    """A library says where it is in one way: by its name (and site), or by a team and a channel."""

    def lacks(key: str) -> bool:
        return unintended(raw, loc, key, parsed, LibraryForm)

    if "team" in raw:
        if "site" in raw:
            message = _("Both `site` and `team` are given. A team has a site of its own.")
            yield Complaint((*loc, "site"), True, message)
        if "library" in raw:
            message = _("Both `library` and `team` are given. A channel has a library already.")
            yield Complaint((*loc, "library"), True, message)
        if lacks("channel"):
            yield Complaint((*loc, "team"), True, _("Which channel of the team? Name it under `channel`."))
    elif "channel" in raw and lacks("team"):
        yield Complaint((*loc, "channel"), True, _("Which team has this channel? Name it under `team`."))
    elif lacks("library") and lacks("team"):
        yield Complaint(loc, True, _("Where is this? Name a `library`, or a `team` and its `channel`."))


def _twice(structure: dict[str, Tree], loc: Loc) -> Iterator[Complaint]:
    """Keys that are one key to everybody but the file, and columns that are listed again."""
    stands_for = mapping(mapping(structure.get("access")).get("stands for"))
    for held, where in ((mapping(structure.get("words")), "words"), (stands_for, "stands for")):
        seen: set[str] = set()
        way = (*loc, "access", where) if where == "stands for" else (*loc, where)
        for key in held:
            if (folded := fold(key.strip())) in seen:
                message = _('"{word}" is here already; capital letters make no difference.').format(word=key[:60])
                yield Complaint((*way, key), True, message)
            seen.add(folded)
    columns = structure.get("columns")
    named: set[str] = set()
    for number, column in enumerate(columns if isinstance(columns, list) else ()):
        if isinstance(column, str):
            if column.strip() in named:
                message = _('"{word}" is here already.').format(word=column[:60])
                yield Complaint((*loc, "columns", number), False, message)
            named.add(column.strip())


def _circles(places: list[tuple[dict[str, Tree], Loc]], common: _Words) -> Iterator[Complaint]:
    """One complaint for each circle, at its first word in the department's words, or in those of the area that closes it.

    A word that leads to itself is none: with it a department keeps a word that is written otherwise elsewhere.
    """
    beneath = common
    for number, (structure, loc) in enumerate(places):
        own = _words(structure)
        written = {fold(key.strip()): key for key in reversed(mapping(structure.get("words")))}
        done: set[str] = set()
        for start in own if max(len(own), len(beneath)) <= 2 * MOST else ():
            ring = _ring(start, own, beneath, done)
            # A circle without a word of this place is told where its words are.
            if first := next((word for word in own if word in ring), None) if ring else None:
                begun = ring.index(first)
                shown = [word[:40] for word in (*ring[begun:], *ring[:begun])]
                shown = [*(shown if len(shown) <= 6 else [*shown[:5], "..."]), shown[0]]
                message = _("These words lead to each other in a circle: {way}.").format(way=" -> ".join(shown))
                yield Complaint((*loc, "words", written[first]), True, message)
        if number == 0:
            beneath = {**common, **own}


def _ring(start: str, own: _Words, beneath: _Words, done: set[str]) -> list[str]:
    """The circle that a word leads into; empty for none and for one that was found before. `done` grows by the way there."""
    way: list[str] = []
    word = start
    while word not in done:
        done.add(word)
        way.append(word)
        better = own.get(word) or beneath.get(word) or word
        if better == word:
            return []
        word = better
    return way[way.index(word) :] if word in way else []


def _one_area_each(tree: dict[str, Tree], areas: dict[str, Tree]) -> Iterator[Complaint]:
    """No list has an address twice, and no address belongs to two areas: what is proposed for one knows nothing of another."""
    site = tree.get("site") if isinstance(tree.get("site"), str) else ""
    usual = tree.get("library", DepartmentForm.model_fields["library"].default)
    folders: dict[str, str] = {}
    takes: dict[_Address, str] = {}
    for name, area in areas.items():
        written = mapping(area).get("folder", name)
        folders[name] = fold(tidy_path(written)) if isinstance(written, str) else fold(name)
        own = _Address(False, _site(site), _folded(mapping(area).get("library", usual)), folders[name])
        if (other := takes.setdefault(own, name)) != name:
            message = _('The area "{area}" goes to the same place. Give each its own `folder`.').format(area=other)
            yield Complaint(("areas", name, "folder") if "folder" in mapping(area) else ("areas", name), True, message)
    of_department = _listed(mapping(tree.get("structure")), ("structure",), site)
    told: set[Loc] = set()
    for name, area in areas.items():
        structure = mapping(mapping(area).get("structure"))
        here = of_department
        if "libraries" in structure:
            here = _listed(structure, ("areas", name, "structure"), site)
        seen: set[_Address] = set()
        for written_address, loc in here:
            address = written_address
            if address.folder is None:
                address = address._replace(folder=folders[name])
            other = takes.setdefault(address, name)
            if loc not in told and address in seen:
                told.add(loc)
                yield Complaint(loc, True, _("This place is in the list already. Put all its paths together."))
            elif loc not in told and other != name:
                told.add(loc)
                message = _('The areas "{one}" and "{other}" would both go here. Give each its own `folder`.')
                yield Complaint((*loc, "folder"), True, message.format(one=other, other=name))
            seen.add(address)


def _listed(structure: dict[str, Tree], loc: Loc, site: Tree | None) -> list[tuple[_Address, Loc]]:
    """The addresses of a list that say where they are in one way, with their places."""
    found: list[tuple[_Address, Loc]] = []
    libraries = _libraries(structure, loc)
    for raw, where in libraries if len(libraries) <= MOST_LIBRARIES else ():
        written = raw.get("folder")
        folder = fold(tidy_path(written)) if isinstance(written, str) else None
        if "team" in raw:
            address = _Address(True, _folded(raw["team"]), _folded(raw.get("channel")), folder)
        else:
            address = _Address(False, _site(raw.get("site", site)), _folded(raw.get("library")), folder)
        if address.within:
            found.append((address, where))
    return found


def _libraries(structure: dict[str, Tree], loc: Loc) -> list[tuple[dict[str, Tree], Loc]]:
    written = structure.get("libraries")
    pairs = enumerate(written) if isinstance(written, list) else ()
    return [(raw, (*loc, "libraries", number)) for number, raw in pairs if isinstance(raw, dict)]


def _words(structure: dict[str, Tree]) -> _Words:
    written = mapping(structure.get("words"))
    return {fold(word.strip()): fold(better.strip()) for word, better in written.items() if isinstance(better, str)}


def _site(written: Tree | None) -> str:
    return _folded(written).rstrip("/")


def _folded(written: Tree | None) -> str:
    return fold(written.strip()) if isinstance(written, str) else ""
