"""What a staged proposal would change of the published one, in numbers and words.

All of it is set-based, over the TEMP tables that `staging` filled and the tables that `proposing.publish` will write.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_file, path_of_folder
from filrydd.lang import _, figures, n_
from filrydd.layout.reasons import became
from filrydd.model import names

_EXAMPLES = 5
_PLACED = "FROM temp.new_placement n JOIN main.placement o ON o.file = n.file"
# Most names are the old ones in both proposals, which no file's row has to be looked up for.
_RENAMED = (
    f"{_PLACED} JOIN file f ON f.id = n.file WHERE n.name IS NOT o.name"
    " AND COALESCE(n.name, f.name) <> COALESCE(o.name, f.name)"
)
_MADE = "FROM temp.new_target n LEFT JOIN main.target o ON o.id = n.id AND o.present"
_UNMADE = "FROM main.target o LEFT JOIN temp.new_target n ON n.id = o.id WHERE o.present AND n.id IS NULL"
_DECIDED = "FROM temp.new_decision n JOIN main.decision o ON o.folder = n.folder WHERE o.choice <> n.choice"


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and up to five of them: each a pair of what was and what is to be, one of which may be empty."""

    count: int = 0
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes. Examples are paths: old ones of files and folders of the area, else addresses below a library.

    `moved` files get another folder, `renamed` ones another name; `placed` had no place before, `unplaced` have none any more.
    `made` and `unmade` are new folders that come and go. `closed` folders get permissions of their own, `opened` ones lose
    them, `reopened` ones get others. `decisions` are old folders by (choice before, choice now).
    """

    moved: Count = Count()
    renamed: Count = Count()
    placed: Count = Count()
    unplaced: Count = Count()
    made: Count = Count()
    unmade: Count = Count()
    closed: Count = Count()
    opened: Count = Count()
    reopened: Count = Count()
    decisions: tuple[tuple[str, str, Count], ...] = ()

    def __bool__(self) -> bool:
        return self != Difference()

    def to_json(self) -> str:
        """The difference as JSON text, the same for the same difference."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Difference":
        """The inverse of `to_json`. Raises ValueError for anything else."""
        try:
            found = json.loads(text)
            decisions = tuple((was, now, _count(inner)) for was, now, inner in found.pop("decisions"))
            return cls(**{name: _count(inner) for name, inner in found.items()}, decisions=decisions)
        except (TypeError, KeyError, AttributeError) as wrong:
            raise ValueError("no difference between proposals") from wrong


def difference(catalog: Catalog) -> Difference:
    """What the staged proposal changes of the published one; everything is new when nothing is published."""
    return Difference(
        moved=_files(catalog, f"{_PLACED} WHERE n.target <> o.target"),
        renamed=_files(catalog, _RENAMED, "COALESCE(o.name, f.name)", "COALESCE(n.name, f.name)"),
        placed=_files(
            catalog, "FROM temp.new_placement n WHERE n.file NOT IN (SELECT file FROM main.placement)", old="NULL"
        ),
        unplaced=_files(
            catalog,
            "FROM (SELECT file, target FROM main.placement WHERE file NOT IN (SELECT file FROM temp.new_placement)) o",
            new="NULL",
            file="o.file",
        ),
        made=_targets(catalog, f"{_MADE} WHERE o.id IS NULL AND n.path <> ''", "''", "n.path"),
        unmade=_targets(catalog, f"{_UNMADE} AND o.path <> ''", "o.path", "''"),
        closed=_targets(catalog, f"{_MADE} WHERE n.scope IS NOT NULL AND o.scope IS NULL", "''", "n.path"),
        opened=_targets(
            catalog,
            "FROM main.target o LEFT JOIN temp.new_target n ON n.id = o.id"
            " WHERE o.present AND o.scope IS NOT NULL AND n.scope IS NULL",
            "o.path",
            "''",
        ),
        reopened=_targets(catalog, f"{_MADE} WHERE n.scope <> o.scope", "o.path", "n.path"),
        decisions=_decisions(catalog),
    )


def words(difference: Difference) -> list[str]:
    """The difference in sentences, in the language of the moment; one sentence when nothing changes."""
    found = [_sentence(name, getattr(difference, name).count) for name in _SENTENCES if getattr(difference, name).count]
    scopes = difference.closed.count - difference.opened.count
    if scopes > 0:
        found.append(
            n_(
                "{count} folder more has permissions of its own.",
                "{count} folders more have permissions of their own.",
                scopes,
            ).format(count=figures.number(scopes))
        )
    elif scopes < 0:
        found.append(
            n_(
                "{count} folder fewer has permissions of its own.",
                "{count} folders fewer have permissions of their own.",
                -scopes,
            ).format(count=figures.number(-scopes))
        )
    elif difference.closed.count:
        found.append(_("As many folders as before have permissions of their own, but not the same ones."))
    found += [
        n_("{count} old folder: {now} instead of {before}.", "{count} old folders: {now} instead of {before}.", of.count)
        .format(count=figures.number(of.count), now=became(now), before=became(before))
        for before, now, of in difference.decisions
    ]  # fmt: skip
    return found or [_("Nothing differs from the proposal before.")]


_SENTENCES = ("moved", "renamed", "placed", "unplaced", "made", "unmade", "reopened")


def _sentence(name: str, count: int) -> str:
    sentence = {
        "moved": n_("{count} file gets another address.", "{count} files get another address.", count),
        "renamed": n_("{count} file gets another name.", "{count} files get other names.", count),
        "placed": n_("{count} file has a place that had none.", "{count} files have a place that had none.", count),
        "unplaced": n_("{count} file has no place any more.", "{count} files have no place any more.", count),
        "made": n_("{count} new folder comes.", "{count} new folders come.", count),
        "unmade": n_("{count} new folder goes.", "{count} new folders go.", count),
        "reopened": n_(
            "{count} folder can be opened by others than before.",
            "{count} folders can be opened by others than before.",
            count,
        ),
    }[name]
    return sentence.format(count=figures.number(count))


def _files(
    catalog: Catalog, source: str, old: str = "o.target", new: str = "n.target", *, file: str = "n.file"
) -> Count:
    count = int(catalog.value(f"SELECT COUNT(*) {source}"))
    if not count:
        return Count()
    rows = list(
        catalog.rows(f"SELECT {file} AS file, {old} AS was, {new} AS now {source} ORDER BY 1 LIMIT {_EXAMPLES}")
    )
    return Count(count, tuple(_example(catalog, row["file"], row["was"], row["now"]) for row in rows))


def _example(catalog: Catalog, file: int, was: int | str | None, now: int | str | None) -> tuple[str, str]:
    """Names as they are; for targets the file's old path and its new address, empty without one."""
    if isinstance(was, str) and isinstance(now, str):
        return was, now
    path = path_of_file(catalog, file)
    if now is None:
        return path, ""
    address = str(catalog.value("SELECT path FROM temp.new_target WHERE id = ?", (now,)) or "")
    name = catalog.value(
        "SELECT COALESCE(n.name, f.name) FROM temp.new_placement n JOIN file f ON f.id = n.file WHERE n.file = ?",
        (file,),
    )
    return path, names.join(address, str(name))


def _targets(catalog: Catalog, source: str, was: str, now: str) -> Count:
    count = int(catalog.value(f"SELECT COUNT(*) {source}"))
    rows = catalog.rows(f"SELECT {was} AS was, {now} AS now {source} ORDER BY 1, 2 LIMIT {_EXAMPLES}") if count else ()
    return Count(count, tuple((row["was"], row["now"]) for row in rows))


def _decisions(catalog: Catalog) -> tuple[tuple[str, str, Count], ...]:
    counts = list(
        catalog.rows(
            f"SELECT o.choice AS was, n.choice AS now, COUNT(*) AS folders {_DECIDED} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
        )
    )
    return tuple((row["was"], row["now"], _decided(catalog, row["was"], row["now"], row["folders"])) for row in counts)


def _decided(catalog: Catalog, was: str, now: str, count: int) -> Count:
    rows = list(
        catalog.rows(
            f"SELECT n.folder {_DECIDED} AND o.choice = ? AND n.choice = ? ORDER BY 1 LIMIT {_EXAMPLES}", (was, now)
        )
    )
    return Count(count, tuple((path_of_folder(catalog, row["folder"]), "") for row in rows))


def _count(found: dict[str, int | Sequence[Sequence[str]]]) -> Count:
    count, examples = found["count"], found["examples"]
    if not isinstance(count, int) or isinstance(examples, int):
        raise TypeError("no count")
    return Count(count, tuple((one[0], one[1]) for one in examples))
