"""Who can read and write the old folders, as classes and scopes, and what somebody must accept by name about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from filrydd.catalog import scopes
from filrydd.catalog.bundles import STAGED
from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents import examinations
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people import asking, audiences, gains
from filrydd.catalog.people.asking import Question
from filrydd.catalog.people.audiences import Classes
from filrydd.catalog.people.gains import Change
from filrydd.catalog.people.principals import names as principals_names
from filrydd.catalog.proposing import Partition
from filrydd.catalog.remarks import Shifted
from filrydd.catalog.shaping import FolderRow
from filrydd.lang import speaking
from filrydd.layout import problems as words
from filrydd.layout.programme.shape import Problem
from filrydd.model.structure import NOT_KNOWN, Wishes
from filrydd.stages.propose.wanted import Asked, with_opened
from filrydd.stages.scan.closed import closed_by
from filrydd.stages.work import Work

# Security identifiers of the users and groups of one machine ([MS-DTYP] 2.4.2.4, Samba's S-1-22), and everybody.
_OF_ONE_MACHINE = ("S-1-22-", "S-1-1-0")
# More folders of one kind of trouble than this in one part are counted with the last one named.
_MOST_NAMED = 20
# Changes of access and questions that are kept for pages; all changes that nobody accepted are problems besides.
_MOST_SHIFTED, _MOST_ASKED = 2_000, 500


@dataclass(frozen=True, slots=True)
class Readers:
    """The access classes of an area, the class of every folder with what was accepted by name, each class's scope (number),
    each principal's identifier and Entra object, and what principals are called. `accepted`: folders whose class is another
    folder's by name; `in_vain`: folders that somebody opened to the readers of another one, which nobody knows."""

    classes: Classes
    access: dict[int, int]
    accepted: frozenset[int]
    in_vain: Mapping[int, int]
    scopes: list[int]
    objects: Mapping[int, tuple[str, str]]
    names: Mapping[int, str]


def readers(catalog: Catalog, folders: Sequence[FolderRow], wishes: Wishes, asked: Asked) -> Readers:
    """Work out who reads what, and keep the scopes that say so."""
    stands_for = {**wishes.stands_for, **asked.stands_for}
    # Folders are named in the customer's language, whoever computes the proposal, or its digest would depend on that.
    with speaking("nb"):
        classes = audiences.classes(catalog, stands_for=stands_for, left_out=asked.left_out)
    objects = scopes.objects(catalog, stands_for)
    if _says_nothing(classes, folders, objects):
        classes = Classes(folders=dict.fromkeys((row.id for row in folders), NOT_KNOWN))
    with catalog.writing():
        numbers = [scopes.keep(catalog, grants, objects) for grants in classes.grants]
    access, accepted = with_opened(folders, classes.folders, asked.opened)
    in_vain = {folder: other for folder, other in asked.opened.items() if classes.of_folder(other) == NOT_KNOWN}
    return Readers(classes, access, accepted, in_vain, numbers, objects, principals_names(catalog))


def _says_nothing(classes: Classes, folders: Sequence[FolderRow], objects: Mapping[int, tuple[str, str]]) -> bool:
    """Whether all that moves is open to everybody, or to the same users of one machine, as on a local disk: that tells nobody
    apart, and nobody who could be found in Entra. What nobody at all can open says a lot."""
    used = {classes.folders[row.id] for row in folders if row.moves}
    if len(used) > 1 or NOT_KNOWN in used:
        return False
    granted = [objects[number][0] for one in used for number, _role in classes.grants[one]]
    return bool(granted) and all(sid.startswith(_OF_ONE_MACHINE) for sid in granted)


def problems(
    catalog: Catalog, readers: Readers, folders: Sequence[FolderRow], partition: Partition
) -> Iterator[Problem]:
    """What somebody must accept by name, once for each part that it concerns."""
    if not readers.classes.told:
        return
    for folder, other in sorted(readers.in_vain.items()):
        yield Problem(words.ACCESS_NOT_KNOWN, folder, path_of_folder(catalog, other) or "/")
    concerned: dict[tuple[str, int], list[int]] = {}
    for row in folders:
        if row.moves:
            concerned.setdefault((partition.folders[row.id], readers.access[row.id]), []).append(row.id)
    yield from _without_counterpart(readers, concerned)
    for (_part, number), inside in concerned.items():
        if number == NOT_KNOWN:
            yield from _not_known(readers, inside)
            continue
        if not readers.classes.grants[number]:
            yield Problem(words.NOBODY, inside[0], str(len(inside)))
        yield from _not_said(readers, inside)


def _without_counterpart(readers: Readers, concerned: Mapping[tuple[str, int], Sequence[int]]) -> Iterator[Problem]:
    lacking: dict[tuple[str, int], list[int]] = {}
    for (part, number), inside in concerned.items():
        for principal, _role in readers.classes.grants[number] if number != NOT_KNOWN else ():
            if not readers.objects[principal][1]:
                lacking.setdefault((part, principal), []).extend(inside)
    for (_part, principal), inside in lacking.items():
        sid, name = readers.objects[principal][0], readers.names.get(principal, "")
        yield Problem(words.NO_COUNTERPART, min(inside), f"{sid} {name}".strip())


def _not_known(readers: Readers, inside: Sequence[int]) -> Iterator[Problem]:
    for folder in inside[:_MOST_NAMED]:
        kind, why = readers.classes.why(folder)
        yield Problem(kind, folder, why)
    if len(inside) > _MOST_NAMED:
        yield Problem(words.ACCESS_NOT_KNOWN, inside[_MOST_NAMED], str(len(inside) - _MOST_NAMED))


def _not_said(readers: Readers, inside: Sequence[int]) -> Iterator[Problem]:
    """What the old lists say and no grant can, where the rest of the list has a class and nobody has accepted another's."""
    said = set[str]()
    for folder in inside:
        if folder in readers.accepted:
            continue
        for detail in readers.classes.unsaid(folder):
            if detail not in said:
                said.add(detail)
                yield Problem(words.NOT_EXPRESSIBLE, folder, detail)


def changes(
    catalog: Catalog, readers: Readers, stands_for: Mapping[str, str], partition: Partition
) -> tuple[list[Shifted], list[Problem]]:
    """Whose access the staged proposal changes, and a problem for what nobody has accepted of it: worked out anew from the old
    lists and the new grants, so that it also finds what the programme itself did wrong."""
    shifted: list[Shifted] = []
    unaccepted: list[Problem] = []
    if not readers.classes.told:
        return shifted, unaccepted
    for change in gains.changes(catalog, stands_for=stands_for, tables=STAGED, parts=partition.folders):
        if len(shifted) < _MOST_SHIFTED:
            shifted += _alike(change)
        missing = [shift for shift in change.shifts if not shift.accepted]
        if missing:
            who = ", ".join(dict.fromkeys(one.name or one.sid for one in missing[:_MOST_NAMED]))
            unaccepted.append(Problem(words.ACCESS_CHANGES, change.folder, f"{who} ({change.folders})"))
    return shifted, unaccepted


def _alike(change: Change) -> Iterator[Shifted]:
    """The people of a change, those together whose access changes in the same way."""
    ways: dict[tuple[str, str, str], list[str]] = {}
    for shift in change.shifts:
        ways.setdefault((shift.before, shift.after, shift.accepted), []).append(shift.name or shift.sid)
    for (before, after, accepted), names in ways.items():
        yield Shifted(
            change.part,
            change.folder,
            change.folders,
            change.files,
            before,
            after,
            accepted,
            len(names),
            tuple(names[:_MOST_NAMED]),
        )


def questions(work: Work, catalog: Catalog, readers: Readers, asked: Asked) -> list[Question]:
    """The folders of which the owner is asked whether more people should read them, but for those of which somebody said it."""
    if not readers.classes.told or not examinations.any_read(catalog):
        return []
    private = closed_by(work.department(), work.day()).private
    found = asking.questions(catalog, private, readers.classes)
    return [one for one in found if one.folder not in asked.opened][:_MOST_ASKED]
