"""Whether an edit is in force in a proposal, judged from what is decided of the folders and from the new folders alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from filrydd.catalog.paths import folder_paths
from filrydd.model import names
from filrydd.model.structure import Edit, What
from filrydd.stages.work import Work

_OF_PRINCIPALS = (What.STANDS_FOR, What.LEAVE_OUT)
_OF_TWO = (What.MOVE, What.MERGE, What.OPEN)


@dataclass(frozen=True)
class Proposal:
    """What the tables say: present folders by path, what is decided of them, new folders, and which scope holds in each.

    `files` are the moving ones directly in a folder, `lies` the new folders in which they lie, `grants` scope -> identifier ->
    Entra object, `lists` each folder's old access list.
    """

    folders: Mapping[str, int]
    decisions: Mapping[int, Any]
    targets: Mapping[int, Any]
    holds: Mapping[int, int | None]
    grants: Mapping[int, Mapping[str, str]]
    files: Mapping[str, int]
    lies: Mapping[int, set[int]]
    lists: Mapping[int, int]

    @classmethod
    def read(cls, work: Work) -> "Proposal":
        with work.catalog() as catalog:
            paths = folder_paths(catalog)
            decisions = {row["folder"]: row for row in catalog.rows("SELECT folder, choice, why, target FROM decision")}
            targets = {
                row["id"]: row
                for row in catalog.rows(
                    "SELECT t.id, t.parent, t.name, t.path, t.scope, l.name AS library FROM target t"
                    " JOIN library l ON l.id = t.library WHERE t.present ORDER BY length(t.path), t.parent IS NOT NULL"
                )
            }
            holds: dict[int, int | None] = {}
            for number, row in targets.items():
                holds[number] = row["scope"] if row["scope"] is not None else holds.get(row["parent"])
            grants: dict[int, dict[str, str]] = {}
            for scope, sid, entra in catalog.rows(
                "SELECT g.scope, p.sid, g.entra_id FROM scope_grant g JOIN principal p ON p.id = g.principal"
            ):
                grants.setdefault(scope, {})[sid] = entra
            files, lies = dict.fromkeys(paths.values(), 0), dict[int, set[int]]()
            for folder, target, count in catalog.rows(
                "SELECT f.folder, p.target, COUNT(*) FROM placement p JOIN file f ON f.id = p.file GROUP BY 1, 2"
            ):
                files[paths[folder]] += count
                lies.setdefault(folder, set()).add(target)
            lists = {row[0]: row[1] for row in catalog.rows("SELECT id, descriptor FROM folder")}
        folders = {path: folder for folder, path in paths.items()}
        return cls(folders, decisions, targets, holds, grants, files, lies, lists)

    def decided(self, folder: int) -> bool:
        """Whether something moves out of it or what is below."""
        return folder in self.decisions

    def choice(self, path: str) -> str:
        """What becomes of the folder."""
        return str(self.decisions[self.folders[path]]["choice"])

    def access(self, path: str) -> int:
        """Its old access list."""
        return self.lists[self.folders[path]]

    def as_open_as_above(self, path: str) -> bool:
        """Whether its old list is that of the folder above."""
        return not path or self.access(path) == self.access(names.split(path)[0])

    def inner(self, path: str) -> bool:
        """Whether it has a new folder in which its files lie."""
        return self.target(path) is not None

    def target(self, path: str) -> Any:
        """The new folder in which its files lie; None when there is none, or one a year."""
        decision = self.decisions.get(self.folders[path])
        return None if decision is None or decision["target"] is None else self.targets[decision["target"]]

    def above(self, path: str) -> Any:
        """The new folder in which those of the folder above lie."""
        return self.target(names.split(path)[0])

    def principals(self, beginning: str) -> list[str]:
        """Who of them is granted something."""
        return sorted({sid for inside in self.grants.values() for sid in inside if sid.startswith(beginning)})

    def in_use(self) -> list[Mapping[str, str]]:
        """The grants of all scopes that new folders have."""
        return [self.grants.get(row["scope"], {}) for row in self.targets.values() if row["scope"] is not None]

    def knows(self, edit: Edit) -> bool:
        """Whether the folders that it names are still there."""
        return all(path in self.folders for path in _paths(edit))

    def has(self, edit: Edit) -> bool:
        """Whether they are, each with something to move in it or below."""
        return self.knows(edit) and all(self.decided(self.folders[path]) for path in _paths(edit))


def _paths(edit: Edit) -> list[str]:
    return [] if edit.what in _OF_PRINCIPALS else [edit.path, *([edit.value] if edit.what in _OF_TWO else [])]


def why_not(now: Proposal, edit: Edit) -> str:
    """What is otherwise than the edit says; empty when it is in force."""
    if edit.what in _OF_PRINCIPALS:
        return "" if _CHECKS[edit.what](now, edit) else f"grants are {sorted(map(dict, now.in_use()), key=str)[:3]}"
    if _CHECKS[edit.what](now, edit):
        return ""
    decision, target = now.decisions[now.folders[edit.path]], now.target(edit.path)
    lies = "in several" if target is None else f"in {target['path'] or '/'}"
    return f"{decision['choice']} ({decision['why']}), {lies}"


def _keeps(now: Proposal, edit: Edit) -> bool:
    # Where a path would be too long the folder may lie further up than the one above it.
    target, name = now.target(edit.path), names.split(edit.path)[1]
    own = target is not None and target != now.above(edit.path) and name in target["name"]
    return own and now.choice(edit.path) in ("keep", "restrict")


def _lifts(now: Proposal, edit: Edit) -> bool:
    return now.choice(edit.path) == "lift" and now.target(edit.path) == now.above(edit.path) is not None


def _splits(now: Proposal, edit: Edit) -> bool:
    lies = [now.targets[number] for number in now.lies.get(now.folders[edit.path], ())]
    above = {now.targets[row["parent"]]["name"] for row in lies}
    by_year = all(row["name"].isdigit() for row in lies) and len(above) == 1
    return by_year and names.split(edit.path)[1] in above.pop() and now.choice(edit.path) == "split by year"


def _goes_to_library(now: Proposal, edit: Edit) -> bool:
    target = now.target(edit.path)
    return target is not None and target["library"] == edit.value and now.choice(edit.path) == "own library"


def _restricts(now: Proposal, edit: Edit) -> bool:
    target = now.target(edit.path)
    return _keeps(now, edit) and target["scope"] is not None and now.choice(edit.path) == "restrict"


def _renames(now: Proposal, edit: Edit) -> bool:
    target = now.target(edit.path)
    return target is not None and target["name"] == edit.value


def _moves(now: Proposal, edit: Edit) -> bool:
    target, other = now.target(edit.path), now.target(edit.value)
    return target is not None and other is not None and target["parent"] == other["id"]


def _merges(now: Proposal, edit: Edit) -> bool:
    target, other = now.target(edit.path), now.target(edit.value)
    return target is not None and target == other and now.choice(edit.path) == "merge"


def _opens(now: Proposal, edit: Edit) -> bool:
    target, other = now.target(edit.path), now.target(edit.value)
    return target is not None and other is not None and now.holds[target["id"]] == now.holds[other["id"]]


def _stands_for(now: Proposal, edit: Edit) -> bool:
    found = [grants[edit.path] for grants in now.in_use() if edit.path in grants]
    return bool(found) and set(found) == {edit.value}


def _leaves_out(now: Proposal, edit: Edit) -> bool:
    return not any(edit.path in grants for grants in now.in_use())


_CHECKS: Mapping[What, Callable[[Proposal, Edit], bool]] = {
    What.KEEP: _keeps,
    What.LIFT: _lifts,
    What.SPLIT: _splits,
    What.LIBRARY: _goes_to_library,
    What.RESTRICT: _restricts,
    What.RENAME: _renames,
    What.MOVE: _moves,
    What.MERGE: _merges,
    What.OPEN: _opens,
    What.STANDS_FOR: _stands_for,
    What.LEAVE_OUT: _leaves_out,
}
