"""Private folders, and what was done about each: the owner was told, and after the deadline somebody was let in by name.

FOR-2018-07-02-1108 sections 1-3: an employer looks into an employee's own area only on conditions, and with notice.
Nothing here reads a file; only where it lies and who owns it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from filrydd.catalog import ledger
from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.people.principals import shown_name
from filrydd.catalog.predicates import Rendering
from filrydd.model import names
from filrydd.model.rule import All, Either, Like, Not, Predicate, Under


@dataclass(frozen=True, slots=True)
class PrivateFolder:
    """The topmost folder of what is somebody's own, with all below it. `owner` owns most of its files ("" when nobody
    asked), `state` is how the directory knows that account, `owners` how many own files there."""

    folder: int
    path: str
    owner: str
    state: str
    owners: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that was done: `name` told the owner, who has until `deadline`; or `name` was let in, because of `note`."""

    id: int
    path: str
    owner: str
    what: Literal["told", "opened"]
    name: str
    note: str
    at: int
    deadline: date | None


def folders(catalog: Catalog, private: Sequence[Predicate]) -> list[PrivateFolder]:
    """The private folders, in the order of the tree; a folder within another is part of that one."""
    _list_tops(catalog, _list_private(catalog, private))
    return _described(catalog)


def folder(catalog: Catalog, number: int) -> PrivateFolder | None:
    """One folder, as if it were the topmost private one; None when it is gone."""
    _list_tops(catalog, [number])
    return next(iter(_described(catalog)), None)


def _described(catalog: Catalog) -> list[PrivateFolder]:
    rows = catalog.rows(
        "SELECT top.id, COALESCE(SUM(o.files), 0) AS files, COALESCE(SUM(o.bytes), 0) AS bytes, COUNT(o.owner) AS owners,"
        " (SELECT f.owner FROM folder d JOIN file f ON f.folder = d.id WHERE d.lo BETWEEN top.lo AND top.hi"
        "  AND d.gone IS NULL AND f.gone IS NULL AND f.owner IS NOT NULL GROUP BY f.owner ORDER BY COUNT(*) DESC, f.owner"
        "  LIMIT 1) AS owner"
        " FROM temp.private_top t JOIN folder top ON top.id = t.folder"
        " LEFT JOIN (SELECT t.folder, f.owner, COUNT(*) AS files, SUM(f.size) AS bytes FROM temp.private_top t"
        "  JOIN folder top ON top.id = t.folder JOIN folder d ON d.lo BETWEEN top.lo AND top.hi AND d.gone IS NULL"
        "  JOIN file f ON f.folder = d.id AND f.gone IS NULL GROUP BY t.folder, f.owner) o ON o.folder = top.id"
        " WHERE top.gone IS NULL GROUP BY top.id ORDER BY top.lo"
    )
    people = {row["id"]: row for row in catalog.rows("SELECT id, sid, name, kind, state FROM principal")}
    found = []
    for row in list(rows):
        who = people.get(row["owner"])
        found.append(
            PrivateFolder(
                folder=row["id"],
                path=path_of_folder(catalog, row["id"]),
                owner="" if who is None else shown_name(who["sid"], who["name"], who["kind"]),
                state="" if who is None else who["state"],
                owners=row["owners"],
                files=row["files"],
                bytes=row["bytes"],
            )
        )
    return found


def _list_tops(catalog: Catalog, tops: Sequence[int]) -> None:
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS private_top (folder INTEGER PRIMARY KEY)")
    catalog.run("DELETE FROM temp.private_top")
    catalog.run_many("INSERT INTO temp.private_top (folder) VALUES (?)", [(top,) for top in tops])


def _list_private(catalog: Catalog, private: Sequence[Predicate]) -> list[int]:
    """The private folders that lie in no other."""
    rendering = Rendering(catalog)
    by_place = [rendering.render(one) for one in private if _asks_only_where(one)]
    by_file = [rendering.render(one) for one in private if not _asks_only_where(one)]
    rendering.fill()
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS private_folder (folder INTEGER PRIMARY KEY)")
    catalog.run("DELETE FROM temp.private_folder")
    for sql in by_place:
        # A folder is private by its place also when no file lies right in it.
        catalog.run(
            f"INSERT OR IGNORE INTO temp.private_folder SELECT f.folder FROM temp.place_bits f WHERE {sql}",
            rendering.values,
        )
    for sql in by_file:
        catalog.run(
            f"INSERT OR IGNORE INTO temp.private_folder SELECT f.folder FROM {rendering.files} f WHERE {sql}",
            rendering.values,
        )
    reach = -1
    tops: list[int] = []
    for row in catalog.rows(
        "SELECT d.id, d.lo, d.hi FROM temp.private_folder p JOIN folder d ON d.id = p.folder WHERE d.gone IS NULL ORDER BY d.lo"
    ):
        if row["lo"] > reach:
            tops.append(row["id"])
            reach = row["hi"]
    return tops


def _asks_only_where(when: Predicate) -> bool:
    match when:
        case Under() | Like(of="path"):
            return True
        case All(of) | Either(of):
            return all(_asks_only_where(inner) for inner in of)
        case Not(of):
            return _asks_only_where(of)
        case _:
            return False


def notices(catalog: Catalog) -> list[Notice]:
    """Everything that was done about private folders, the oldest first."""
    rows = catalog.rows("SELECT id, path, owner, what, name, note, at, deadline FROM private_notice ORDER BY id")
    return [
        Notice(
            id=row["id"],
            path=row["path"],
            owner=row["owner"],
            what=row["what"],
            name=row["name"],
            note=row["note"],
            at=row["at"],
            deadline=None if row["deadline"] is None else date.fromisoformat(row["deadline"]),
        )
        for row in rows
    ]


def about(found: Sequence[Notice], path: str) -> list[Notice]:
    """Those notices that are about a path, a folder above it, or something within it."""
    return [one for one in found if _is_in(path, one.path) or _is_in(one.path, path)]


def answer_by(found: Sequence[Notice], path: str) -> date | None:
    """The last day that an owner of something at the path was given to answer; None when the path has no notice.

    Of several days the latest counts, also one given for a folder within: a promise is not taken back by another notice.
    """
    told = [one for one in about(found, path) if one.what == "told"]
    if not any(_is_in(path, one.path) for one in told):
        return None
    return max((one.deadline for one in told if one.deadline is not None), default=None)


def tell(catalog: Catalog, path: str, owner: str, name: str, note: str, deadline: date, now: int) -> bool:
    """Store, durably and in the ledger, that `name` told the owner; False when just that is stored. Raises ClockMoved."""
    with catalog.writing(durable=True):
        if catalog.value(
            "SELECT EXISTS (SELECT 1 FROM private_notice WHERE (path, what, name, deadline) = (?, 'told', ?, ?))",
            (path, name, deadline.isoformat()),
        ):
            return False
        number = _insert(catalog, path, owner, "told", name, note, deadline, now)
        body = {
            "of": number,
            "what": "told",
            "path": path,
            "owner": owner,
            "deadline": deadline.isoformat(),
            "note": note,
        }
        ledger.append(catalog, "private", name, body, ledger.root_of(catalog, "private", number), now)
    return True


def open_to(catalog: Catalog, path: str, owner: str, let_in: str, reason: str, granted_by: str, now: int) -> ledger.Row:
    """Store, durably and in the ledger, who was let in, by whom and why. The caller has seen that the deadline is over.

    Raises ClockMoved.
    """
    with catalog.writing(durable=True):
        number = _insert(catalog, path, owner, "opened", let_in, reason, None, now)
        body = {"of": number, "what": "opened", "path": path, "owner": owner, "let_in": let_in, "reason": reason}
        return ledger.append(catalog, "private", granted_by, body, ledger.root_of(catalog, "private", number), now)


def _insert(
    catalog: Catalog, path: str, owner: str, what: str, name: str, note: str, deadline: date | None, now: int
) -> int:
    return catalog.run(
        "INSERT INTO private_notice (path, owner, what, name, note, at, deadline) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (path, owner, what, name, note, now, None if deadline is None else deadline.isoformat()),
    )


def _is_in(path: str, above: str) -> bool:
    folded, top = names.fold(path), names.fold(above)
    return not top or folded == top or folded.startswith(f"{top}/")
