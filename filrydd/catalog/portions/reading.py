"""A part's portions in numbers: what is asked, what was answered, and whether that still holds. All of it is read from the
current edition, and nothing is per file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.portions import answering
from filrydd.catalog.portions.answering import Look, Said
from filrydd.catalog.rulings import Total
from filrydd.model.reviewed import Looked

_CURRENT = (
    "FROM review_group g JOIN review_edition e ON e.id = g.edition AND e.current JOIN part q ON q.id = g.part AND q.present"
    " WHERE q.name = ?"
)


class State(StrEnum):
    """How far a portion is."""

    NOT_BEGUN = "not begun"
    BEGUN = "begun"
    DONE = "done"
    MISSING = "something is missing"  # all is answered, but a file is not looked at, or an answer holds no more


@dataclass(frozen=True, slots=True)
class Portion:
    """A portion in numbers. `answered` groups have an answer in force that holds, `reopened` one that holds no more; `looked`
    of `looks` files are looked at and found fine, or answered since."""

    number: int
    groups: int
    answered: int
    reopened: int
    looks: int
    looked: int
    total: Total
    state: State


@dataclass(frozen=True, slots=True)
class Overview:
    """The portions of a part; `stays` is what stays whatever anybody answers, in so many `stays_groups`. `next` is the first
    portion that is not done. `coarse`: some groups are large since there was no room to tell them apart."""

    portions: tuple[Portion, ...]
    stays: Total
    stays_groups: int
    coarse: bool
    next: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one part, read once: its groups, answers and looks."""

    groups: tuple[Row, ...]
    said: dict[str, Said]
    looks: dict[int, Look]
    to_look: tuple[Row, ...]

    def holds(self, group: Row) -> bool:
        """Whether the group has an answer that holds."""
        said = self.said.get(group["key"])
        return said is not None and said.holds(group["content"], group["fate"])

    def is_open(self, look: Row) -> bool:
        """Whether a file still is to be looked at, or was found wrong and its group was not answered since."""
        seen = self.looks.get(look["file"])
        if seen is None:
            return True
        said = self.said.get(look["key"])
        return seen.verdict is Looked.WRONG and (said is None or said.at <= seen.at)


def rows_of(catalog: Catalog, part: str) -> Rows:
    """What the current edition has of a part, with what was said about it."""
    return Rows(
        groups=tuple(catalog.rows(f"SELECT g.* {_CURRENT} ORDER BY g.portion, g.place", (part,))),
        said=answering.in_force(catalog, part),
        looks=answering.looks(catalog, part),
        to_look=tuple(
            catalog.rows(
                "SELECT l.portion, l.file, g.key, f.size, f.modified FROM review_look l JOIN review_edition e"
                " ON e.id = l.edition AND e.current JOIN part q ON q.id = l.part AND q.present"
                " JOIN review_group g ON g.id = l.grp JOIN file f ON f.id = l.file AND f.gone IS NULL"
                " WHERE q.name = ? ORDER BY l.portion, l.file",
                (part,),
            )
        ),
    )


def overview(catalog: Catalog, part: str) -> Overview:
    """The portions of a part, in numbers."""
    rows = rows_of(catalog, part)
    numbers = sorted({row["portion"] for row in rows.groups} - {0})
    portions = tuple(in_numbers(rows, number) for number in numbers)
    stays = [row for row in rows.groups if not row["portion"]]
    return Overview(
        portions=portions,
        stays=_total(stays),
        stays_groups=len(stays),
        coarse=any(row["coarse"] for row in rows.groups if row["portion"]),
        next=next((portion.number for portion in portions if portion.state is not State.DONE), None),
    )


def alike(rows: Rows, group: Row) -> list[Row]:
    """The other groups that may be answered together with this one: nothing in any of them is risky, they have the same rules
    and suggestion, and no answer that holds. None for a group in which something is risky."""
    if group["risk"] or not group["portion"]:
        return []
    same = ("rules", "fate", "allowed", "risk")
    return [
        row
        for row in rows.groups
        if row["portion"]
        and row["key"] != group["key"]
        and all(row[word] == group[word] for word in same)
        and not rows.holds(row)
    ]


def in_numbers(rows: Rows, number: int) -> Portion:
    """One portion of what was read."""
    groups = [row for row in rows.groups if row["portion"] == number]
    looks = [row for row in rows.to_look if row["portion"] == number]
    answered = sum(rows.holds(row) for row in groups)
    said = sum(row["key"] in rows.said for row in groups)
    looked = sum(not rows.is_open(row) for row in looks)
    if said < len(groups):
        state = State.BEGUN if said or looked else State.NOT_BEGUN
    else:
        state = State.DONE if answered == len(groups) and looked == len(looks) else State.MISSING
    return Portion(number, len(groups), answered, said - answered, len(looks), looked, _total(groups), state)


def _total(groups: Sequence[Row]) -> Total:
    return Total(sum(row["files"] for row in groups), sum(row["bytes"] for row in groups))
