"""What keeps a part from being signed, what somebody else must decide, and answers that wait to be taken in."""

from dataclasses import dataclass

from filrydd.catalog import proposals
from filrydd.catalog.connection import Catalog, Row
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.catalog.portions import reading
from filrydd.catalog.portions.answering import Said
from filrydd.catalog.portions.reading import Rows
from filrydd.model import names
from filrydd.model.reviewed import Answer, Looked

_SOME = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is open: the portion and group that it is about, an old path, and who is waited for."""

    portion: int
    key: str
    path: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """How many things of a kind are open, and some of them."""

    count: int = 0
    some: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What keeps a part from being signed: groups that nobody answered; answers that hold no more, since the group
    changed; files that nobody looked at; files found wrong whose group was not answered since; groups that somebody
    else must decide; and answers that are not in the proposal yet."""

    unanswered: Items
    reopened: Items
    unlooked: Items
    wrong: Items
    passed_on: Items
    not_taken_in: Items

    @property
    def count(self) -> int:
        """All of them; 0: the part can be signed, as far as the portions go."""
        kinds = (self.unanswered, self.reopened, self.unlooked, self.wrong, self.passed_on, self.not_taken_in)
        return sum(items.count for items in kinds)


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A group of a part that was passed on to somebody, and the answer that says so."""

    part: str
    portion: int
    said: Said


def open_items(catalog: Catalog, part: str) -> OpenItems:
    """Everything of a part that is still open."""
    rows = reading.rows_of(catalog, part)
    asked = [row for row in rows.groups if row["portion"]]
    open_looks = [look for look in rows.to_look if rows.is_open(look)]
    wrong = {file for file, look in rows.looks.items() if look.verdict is Looked.WRONG}

    def groups(found: list[tuple[int, str, int, str]]) -> Items:
        return Items(
            len(found),
            tuple(
                Item(portion, key, path_of_folder(catalog, folder), who) for portion, key, folder, who in found[:_SOME]
            ),
        )

    def listed(condition: str) -> list[tuple[int, str, int, str]]:
        return [(row["portion"], row["key"], row["folder"], "") for row in asked if _how(rows, row) == condition]

    def files(found: list[int]) -> Items:
        some = [look for look in open_looks if look["file"] in set(found[:_SOME])]
        return Items(
            len(found),
            tuple(Item(look["portion"], look["key"], path_of_file(catalog, look["file"])) for look in some),
        )

    where = {row["key"]: row for row in asked}
    return OpenItems(
        unanswered=groups(listed("unanswered")),
        reopened=groups(listed("reopened")),
        unlooked=files([look["file"] for look in open_looks if look["file"] not in wrong]),
        wrong=files([look["file"] for look in open_looks if look["file"] in wrong]),
        passed_on=groups(
            [
                (row["portion"], row["key"], row["folder"], rows.said[row["key"]].to_name)
                for row in asked
                if _how(rows, row) == "passed on"
            ]
        ),
        not_taken_in=groups(
            [
                (where[key]["portion"], key, where[key]["folder"], "") if key in where else (0, key, 1, "")
                for key in _waiting(catalog, part, rows)
            ]
        ),
    )


def passed_to(catalog: Catalog, somebody: str) -> tuple[PassedOn, ...]:
    """The groups of all parts that were passed on to somebody, by identity or by name, and that nobody has answered
    since."""
    found = []
    for part in proposals.parts(catalog):
        rows = reading.rows_of(catalog, part.name)
        for row in rows.groups:
            said = rows.said.get(row["key"])
            if row["portion"] and said is not None and said.answer is Answer.PASSED_ON and _is(said, somebody):
                found.append(PassedOn(part.name, row["portion"], said))
    return tuple(found)


def asked_ids(catalog: Catalog) -> frozenset[str]:
    """The identities that something was ever passed on to and not taken back: those whom `passed_to` may find
    anything for."""
    rows = catalog.rows(
        "SELECT DISTINCT to_id FROM group_answer WHERE answer = 'passed on' AND undone IS NULL AND to_id <> ''"
    )
    return frozenset(row["to_id"] for row in rows)


def not_taken_in(catalog: Catalog) -> int:
    """How many answers about groups are not yet in the answers about their files, taken-back ones included."""
    return sum(
        len(_waiting(catalog, part.name, reading.rows_of(catalog, part.name))) for part in proposals.parts(catalog)
    )


def _is(said: Said, somebody: str) -> bool:
    wanted = names.fold(somebody.strip())
    return bool(wanted) and (said.to_id == somebody or names.fold(said.to_name) == wanted)


def _how(rows: Rows, row: Row) -> str:
    said = rows.said.get(row["key"])
    if said is None:
        return "unanswered"
    if not rows.holds(row):
        return "reopened"
    return "passed on" if said.answer is Answer.PASSED_ON else "answered"


def _waiting(catalog: Catalog, part: str, rows: Rows) -> list[str]:
    """The keys of the groups whose files' answers are to be made anew."""
    made = {
        row["key"]: Answer(row["answer"]).fate
        for row in catalog.rows(
            "SELECT t.key, x.answer FROM taken_answer t JOIN group_answer x ON x.id = t.answer WHERE t.part = ?",
            (part,),
        )
    }
    from_which = {
        row["key"]: row["answer"]
        for row in catalog.rows("SELECT key, answer FROM taken_answer WHERE part = ?", (part,))
    }
    found = []
    for row in rows.groups:
        said = rows.said.get(row["key"])
        if said is None or not rows.holds(row) or said.id == from_which.get(row["key"]):
            continue
        if said.answer.fate is not None or made.get(row["key"]) is not None:
            found.append(row["key"])
    for key, fate in made.items():
        if fate is not None and key not in rows.said:
            found.append(key)
    return found
