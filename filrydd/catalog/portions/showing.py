"""Groups as pages show them: with the rule's reason, some names, the answer in force, and the files that ask to be looked at.

Of single files only a bounded number is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from filrydd.catalog import rules
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.catalog.portions.answering import Look, Said
from filrydd.catalog.portions.collecting import OWN, RULED
from filrydd.catalog.portions.reading import Portion, Rows, alike, in_numbers, rows_of
from filrydd.catalog.rulings import Total
from filrydd.model import names
from filrydd.model.rule import Fate, Rule
from filrydd.portions.sums import files_of

# Of a group's files so many are gone through for examples.
_STRETCH = 5_000


@dataclass(frozen=True, slots=True)
class Example:
    """A file of a group by its number and old path; `fate` is what the policy's own rule says of it."""

    file: int
    path: str
    fate: Fate
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs since a group was answered: how many files there were and are; `content`: the same files, but some of them
    were changed."""

    before: int
    now: int
    content: bool


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A group as it is asked about.

    `path` is the old folder that all of it lies in or under; `rule` the policy's own rule of most of its files, of
    `rules` in all; `fate` what is suggested. `risks` are words of `portions.risk`; `others` who else uses it, by name,
    of `other_count`. `said` is the answer in force, which `holds` unless the group `changed` since. `alike` other groups
    can be answered with this one. `content` goes back with the answer.
    """

    key: str
    portion: int
    place: int
    kind: Literal["folder", "chain", "copies", "rule"]
    path: str
    rule: Rule
    rules: int
    fate: Literal["move", "destroy", "hold", "mixed"]
    allowed: tuple[Fate, ...]
    total: Total
    oldest: int
    newest: int
    risk: int
    risks: tuple[str, ...]
    others: tuple[str, ...]
    other_count: int
    examples: tuple[Example, ...]
    coarse: bool
    content: str
    said: Said | None
    changed: Changed | None
    alike: int

    @property
    def holds(self) -> bool:
        """Whether an answer is in force and is about the group as it is now."""
        return self.said is not None and self.changed is None


@dataclass(frozen=True, slots=True)
class LookShown:
    """A file that asks to be looked at, of the group `key`; `look` is what somebody said of it as it is now. `open`: nobody
    has, or it was found wrong and its group was not answered since."""

    file: int
    path: str
    key: str
    size: int
    modified: int
    look: Look | None
    open: bool


@dataclass(frozen=True, slots=True)
class PortionShown:
    """A portion with its groups in order and the files to look at."""

    portion: Portion
    groups: tuple[GroupShown, ...]
    looks: tuple[LookShown, ...]


def portion(catalog: Catalog, part: str, number: int) -> PortionShown | None:
    """One portion with its groups and the files to look at; number 0 are those that stay. None when there is none."""
    rows = rows_of(catalog, part)
    inside = [row for row in rows.groups if row["portion"] == number]
    if not inside:
        return None
    return PortionShown(
        portion=in_numbers(rows, number),
        groups=tuple(_shown(catalog, rows, row, _listed(catalog, row["examples"])) for row in inside),
        looks=tuple(
            LookShown(
                file=row["file"],
                path=path_of_file(catalog, row["file"]),
                key=row["key"],
                size=row["size"],
                modified=row["modified"],
                look=rows.looks.get(row["file"]),
                open=rows.is_open(row),
            )
            for row in rows.to_look
            if row["portion"] == number
        ),
    )


def group(catalog: Catalog, part: str, key: str, *, most: int = 50) -> GroupShown | None:
    """One group, with up to `most` of its files by name. None when the current edition has none of that key."""
    rows = rows_of(catalog, part)
    row = next((one for one in rows.groups if one["key"] == key), None)
    if row is None:
        return None
    return _shown(catalog, rows, row, _more(catalog, row["id"], row["edition"], most) if row["examples"] else ())


def group_of_file(catalog: Catalog, file: int) -> tuple[str, str, int] | None:
    """The group that a file is in: (part, key, portion). None for one in no group: gone, or come since."""
    shown = "q.name, n.key, n.portion"
    of_group = "JOIN review_edition e ON e.id = n.edition AND e.current JOIN part q ON q.id = n.part AND q.present"
    row = catalog.row(
        f"SELECT {shown} FROM review_member m JOIN review_group n ON n.id = m.grp {of_group} WHERE m.file = ?1 UNION ALL"
        f" SELECT * FROM (SELECT {shown} FROM file f {RULED} JOIN review_place p ON p.folder = f.folder AND p.rule = {OWN}"
        f" JOIN review_group n ON n.id = p.grp {of_group} WHERE f.id = ?1 AND f.gone IS NULL) LIMIT 1",
        (file,),
    )
    return None if row is None else (row[0], row[1], row[2])


def _shown(catalog: Catalog, rows: Rows, row: Row, examples: tuple[Example, ...]) -> GroupShown:
    said = rows.said.get(row["key"])
    return GroupShown(
        key=row["key"],
        portion=row["portion"],
        place=row["place"],
        kind=row["kind"],
        path=path_of_folder(catalog, row["folder"]),
        rule=rules.stored(catalog, row["rule"]),
        rules=row["rules"].count(" ") + 1,
        fate=row["fate"],
        allowed=tuple(Fate(word) for word in row["allowed"].split()),
        total=Total(row["files"], row["bytes"]),
        oldest=row["oldest"],
        newest=row["newest"],
        risk=row["risk"],
        risks=tuple(row["risks"].split()),
        others=tuple(row["others"].splitlines()),
        other_count=row["other_count"],
        examples=examples,
        coarse=bool(row["coarse"]),
        content=row["content"],
        said=said,
        changed=None if said is None or rows.holds(row) else changed(said.content, row["content"]),
        alike=len(alike(rows, row)),
    )


def changed(before: str, now: str) -> Changed:
    """What differs between two contents of a group."""
    return Changed(files_of(before), files_of(now), before.partition(":")[0] == now.partition(":")[0])


def _listed(catalog: Catalog, numbers: str) -> tuple[Example, ...]:
    return _examples(catalog, [int(number) for number in numbers.split()])


def _more(catalog: Catalog, group: int, edition: int, most: int) -> tuple[Example, ...]:
    rows = catalog.rows(
        "SELECT m.file FROM review_member m WHERE m.grp = ?1 UNION ALL SELECT * FROM (SELECT y.id FROM (SELECT f.id, p.rule,"
        " f.gone FROM review_place p JOIN file f ON f.folder = p.folder WHERE p.grp = ?1 LIMIT ?3) y JOIN ruling g"
        " ON g.file = y.id LEFT JOIN answered_rule a ON a.rule = g.rule WHERE y.gone IS NULL"
        f" AND {OWN} = y.rule AND NOT EXISTS (SELECT 1 FROM review_member m JOIN review_group n ON n.id = m.grp"
        " AND n.edition = ?2 WHERE m.file = y.id)) LIMIT ?4",
        (group, edition, _STRETCH, most),
    )
    return _examples(catalog, [row[0] for row in rows])


def _examples(catalog: Catalog, files: Sequence[int]) -> tuple[Example, ...]:
    found = []
    paths: dict[int, str] = {}
    for file in files:
        row = catalog.row(
            f"SELECT f.folder, f.name, f.size, f.modified, r.fate FROM file f {RULED} JOIN rule r ON r.id = {OWN}"
            " WHERE f.id = ? AND f.gone IS NULL",
            (file,),
        )
        if row is not None:
            if row["folder"] not in paths:
                paths[row["folder"]] = path_of_folder(catalog, row["folder"])
            path = names.join(paths[row["folder"]], row["name"])
            found.append(Example(file, path, Fate(row["fate"]), row["size"], row["modified"]))
    return tuple(found)
