"""Access before and after by person and file, and how many places have permissions of their own: from the tables alone."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from tests.benchmarks.judge_names import same
from tests.benchmarks.judge_people import People, people

NOT_KNOWN = -1
_HELD_BY = ("not expressible", "access not known")


@dataclass(frozen=True)
class Told:
    """Person-files gained and lost (`gained`, `lost`) that nobody accepted; `accepted` ones; `held`: files whose list nobody
    knows or grants cannot say, so that their part must not be signed. `scopes` against `copied`, had the tree been copied."""

    gained: int
    lost: int
    accepted: int
    held: int
    scopes: int
    copied: int
    faults: tuple[tuple[str, str], ...]


def told(catalog: Catalog, stands_for: Mapping[str, str]) -> Told:
    """Judge the access of all placed files."""
    who = people(catalog, stands_for)
    folders = {
        row["id"]: row
        for row in catalog.rows("SELECT id, parent, name, lo, hi, descriptor FROM folder WHERE gone IS NULL")
    }
    lists = {number: _known(row["descriptor"], who) for number, row in folders.items()}
    lists_told = any(row["descriptor"] is not None for row in folders.values())
    opened = _opened(catalog, folders)
    held_parts = {
        row[0] for row in catalog.rows(f"SELECT DISTINCT part FROM problem WHERE kind IN {_HELD_BY} AND file IS NULL")
    }
    part_of = {row[0]: row[1] for row in catalog.rows("SELECT folder, part FROM folder_part")}
    sums: Counter[str] = Counter()
    faults: list[tuple[str, str]] = []
    known: dict[tuple[int, int, bool], tuple[int, int]] = {}

    def changed(number: int, scope: int, copy: bool) -> tuple[int, int]:
        key = number, scope, copy
        if key not in known:
            known[key] = _changed(who, number, scope, copy)
        return known[key]

    for folder, scope, copy, files in _placed(catalog):
        if not lists_told or folder not in folders:
            continue
        path, number = _path(folders, folder), lists[folder]
        accepted = [lists[other] for other in opened.get(folder, ()) if lists[other] != NOT_KNOWN]
        if scope is not None and any(changed(one, scope, copy) == (0, 0) for one in accepted):
            sums["accepted"] += files
        elif number == NOT_KNOWN:
            sums["held"] += files
            if part_of.get(folder) not in held_parts:
                faults.append(("nothing holds this up", f"{files} files of {path}"))
        elif scope is None:
            faults.append(("no permissions at all", f"{files} files of {path}"))
        else:
            gained, lost = changed(number, scope, copy)
            for what, count in (("gained", gained), ("lost", lost)):
                sums[what] += count * files
                if count:
                    faults.append((f"access {what}", f"{count} people, {files} files of {path}, scope {scope}"))
    scopes = int(catalog.value("SELECT COUNT(*) FROM target WHERE present AND scope IS NOT NULL"))
    copied = _copied(catalog, folders, lists, who)
    return Told(sums["gained"], sums["lost"], sums["accepted"], sums["held"], scopes, copied, tuple(faults))


def _known(descriptor: int | None, who: People) -> int:
    if descriptor is None or not who.share_understood or who.lists.get(descriptor) is None:
        return NOT_KNOWN
    return descriptor if who.says(descriptor) else NOT_KNOWN


def _changed(who: People, number: int, scope: int, copy: bool) -> tuple[int, int]:
    """How many people have more and less by the scope than by the list. Whoever reads the file that a copy equals reads
    nothing that he could not read before, so of a copy only what is lost counts."""
    gained = lost = 0
    for token, count in who.kinds.items():
        after = who.after(scope, token)
        gained += count * (after > who.may(number, token) and not copy)
        lost += count * (after < who.needs(number, token))
    return gained, lost


def _placed(catalog: Catalog) -> Iterator[tuple[int, int | None, bool, int]]:
    """(old folder, scope that holds for its files, whether they are copies, files)."""
    holds: dict[int, int | None] = {}
    for row in catalog.rows(
        "SELECT id, parent, scope FROM target WHERE present ORDER BY length(path), parent IS NOT NULL"
    ):
        holds[row["id"]] = row["scope"] if row["scope"] is not None else holds.get(row["parent"])
    counts: Counter[tuple[int, int | None, bool]] = Counter()
    for folder, target, copy, files in catalog.rows(
        "SELECT f.folder, COALESCE(o.target, p.target), p.role = 'copy', COUNT(*) FROM placement p"
        " JOIN file f ON f.id = p.file LEFT JOIN placement o ON o.file = p.of GROUP BY 1, 2, 3"
    ):
        counts[folder, holds.get(target), bool(copy)] += files
    for (folder, scope, copy), files in counts.items():
        yield folder, scope, copy, files


def _opened(catalog: Catalog, folders: Mapping[int, Mapping[str, int]]) -> dict[int, list[int]]:
    """Folders at and below those that somebody opened by name -> the folders whose readers they may get."""
    edits = list(catalog.rows("SELECT path, value FROM edit WHERE undone IS NULL AND what = 'open'"))
    if not edits:
        return {}
    exact = {_path(folders, number): number for number in folders}
    numbers = {same(path): number for path, number in exact.items()}
    found: dict[int, list[int]] = {}
    for path, value in edits:
        top, other = (exact.get(one, numbers.get(same(one))) for one in (path, value))
        if top is not None and other is not None:
            for number, row in folders.items():
                if folders[top]["lo"] <= row["lo"] <= folders[top]["hi"]:
                    found.setdefault(number, []).append(other)
    return found


def _path(folders: Mapping[int, Mapping[str, object]], folder: int) -> str:
    words: list[str] = []
    row = folders[folder]
    while row["parent"] is not None:
        words.append(str(row["name"]))
        row = folders[int(str(row["parent"]))]
    return "/".join(reversed(words))


def _copied(catalog: Catalog, folders: Mapping[int, Mapping[str, int]], lists: Mapping[int, int], who: People) -> int:
    """How many folders would need permissions of their own if the tree were copied: those with moves in them or below whose
    audience is another than that of the folder above; the top counts one."""
    moving = moving_or_above(catalog, folders)
    audiences: dict[int, int] = {}
    numbers: dict[tuple[int, ...], int] = {}

    def audience(number: int) -> int:
        if number not in audiences:
            levels = tuple(who.needs(number, token) for token in who.everyone)
            audiences[number] = numbers.setdefault(levels, len(numbers))
        return audiences[number]

    holds: dict[int, int] = {}
    count = 0
    for folder in sorted(moving, key=lambda number: folders[number]["lo"]):
        above = folders[folder]["parent"]
        inherited = NOT_KNOWN if above is None else holds[above]
        # Where nobody knows, nobody would know what else to give it.
        own = inherited if lists[folder] == NOT_KNOWN else audience(lists[folder])
        count += above is None or own != inherited
        holds[folder] = own
    return count


def moving_or_above(catalog: Catalog, folders: Mapping[int, Mapping[str, int]]) -> set[int]:
    """The folders with files that move in them or below."""
    found: set[int] = set()
    for (folder,) in catalog.rows(
        "SELECT DISTINCT f.folder FROM file f JOIN ruling g ON g.file = f.id JOIN rule r ON r.id = g.rule"
        " WHERE r.fate = 'move' AND f.gone IS NULL"
    ):
        at: int | None = folder
        while at is not None and at not in found:
            found.add(at)
            at = folders[at]["parent"]
    return found
