"""What suggested rules would decide: passes that are not published compared with the policy as it is, and the outcome
stored.

Stored as figures of `suggest`, bound to the scan and the policy that they were worked out by. Folders stand in them by
their rows: no figure has a name in it.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Pass, Total
from filrydd.catalog.paths import path_of_folder
from filrydd.model.rule import Block, Fate, Rule

SAMPLES = 3
# What the name of a rule ends with that nobody can answer for a file (`model.rule.undecided`).
_UNKNOWN = ": unknown"
_FATES = (Fate.HOLD, Fate.DESTROY, Fate.MOVE)
_LAST_SCAN = "SELECT MAX(id) FROM scan WHERE state = 'done'"


@dataclass(frozen=True, slots=True)
class Shift:
    """Files that the suggestion's rule `rule` would decide: from which fate to which, how much, and the folders (rows)
    with most of it. `awaits`: they would be destroyed once an archivist has confirmed the rule."""

    rule: str
    old: Fate
    new: Fate
    files: int
    bytes: int
    folders: tuple[int, ...]
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What one suggestion (`key`) would decide; never empty."""

    key: str
    shifts: tuple[Shift, ...]

    @property
    def total(self) -> Total:
        """All files that it would decide."""
        return Total(sum(one.files for one in self.shifts), sum(one.bytes for one in self.shifts))


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found when somebody last looked. `digest` is that of the policy (`Department.digest`), `at` in ticks.

    `is_current`: the area has not been scanned since. `paths` has the folders by row.
    """

    digest: str
    at: int
    found: tuple[Found, ...]
    is_current: bool
    paths: dict[int, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A suggestion to try: its rules and blocks ready for a day, and the names of the policy's rules that are asked
    before its."""

    key: str
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    before: frozenset[str]


def look(
    catalog: Catalog, rules: Sequence[Rule], blocks: Sequence[Block], tried: Sequence[Tried], done: Callable[[], None]
) -> Iterator[Found]:
    """What each suggestion by itself would decide, beside the policy's rules and blocks, most bytes first in each.
    `done` is called for every one.

    Files that somebody has answered for are left out: their answer stands. The files are looked at twice, however many
    suggestions there are: once for those that any of them matches, once for what becomes of those.
    """
    one = Pass(catalog, rules, blocks, beside=[(each.rules, each.blocks) for each in tried])
    _match(catalog, one, tried)
    _decide(catalog, one)
    for number, each in enumerate(tried):
        if shifts := tuple(_shifts(catalog, one, number, each)):
            yield Found(each.key, shifts)
        done()


def _match(catalog: Catalog, one: Pass, tried: Sequence[Tried]) -> None:
    """The TEMP table `matched`: files that some suggestion has a say about, with the code `said` of the policy's rules and,
    for each suggestion, the code that its rules say (or the policy's, where only its blocks have a say)."""
    columns = []
    for number, (each, beside) in enumerate(zip(tried, one.beside, strict=True)):
        earlier = ", ".join(
            str(code)
            for code, verdict in one.outcome.codes()
            if not verdict.block and verdict.rule.name.removesuffix(_UNKNOWN) in each.before
        )
        says = f"CASE WHEN f.said NOT IN ({earlier}) THEN CASE{beside.rules} END END"
        if beside.blocks:
            forbidden = beside.blocks.replace("{said}", "f.said")
            says = f"COALESCE({says}, CASE WHEN CASE{forbidden} END THEN f.said END)"
        columns.append(f"{says} AS s{number}")
    any_of = " OR ".join(f"s{number} IS NOT NULL" for number in range(len(tried))) or "0"
    listed = ", ".join(["f.id AS file", "f.said", *columns])
    catalog.run("DROP TABLE IF EXISTS temp.matched")
    catalog.run(
        f"CREATE TEMP TABLE matched AS SELECT * FROM (SELECT {listed} FROM ({one.by_rules(listed)} LIMIT -1) f LIMIT -1)"
        f" WHERE ({any_of}) AND file NOT IN (SELECT file FROM answer)",
        one.values,
    )
    catalog.run("CREATE UNIQUE INDEX temp.matched_file ON matched (file)")


def _decide(catalog: Catalog, one: Pass) -> None:
    """The TEMP table `decided`: for those files the fate that they have now and the code that each suggestion would give."""
    columns = [
        f"CASE WHEN m.s{number} IS NOT NULL THEN {one.ruled(f'm.s{number}', more=beside.blocks)} END AS n{number}"
        for number, beside in enumerate(one.beside)
    ]
    listed = ", ".join([f"{one.ruled('m.said')} & 3 AS old", "f.size", "f.folder", *columns])
    catalog.run("DROP TABLE IF EXISTS temp.decided")
    catalog.run(
        f"CREATE TEMP TABLE decided AS SELECT {listed} FROM {one.files} f JOIN temp.matched m ON m.file = f.id",
        one.values,
    )


def _shifts(catalog: Catalog, one: Pass, number: int, tried: Tried) -> Iterator[Shift]:
    names = {rule.name for rule in tried.rules} | {block.name for block in tried.blocks}
    deciding = {
        code: verdict.rule for code, verdict in one.outcome.codes() if verdict.rule.name.removesuffix(_UNKNOWN) in names
    }
    codes, column = ", ".join(map(str, deciding)), f"n{number}"
    rows = list(
        catalog.rows(
            f"SELECT old, {column}, COUNT(*), SUM(size) FROM temp.decided WHERE {column} IN ({codes})"
            " GROUP BY 1, 2 ORDER BY 4 DESC, 3 DESC, 1, 2"
        )
    )
    for old, code, files, size in rows:
        folders = catalog.rows(
            f"SELECT folder FROM temp.decided WHERE old = ? AND {column} = ? GROUP BY 1"
            f" ORDER BY SUM(size) DESC, COUNT(*) DESC, 1 LIMIT {SAMPLES}",
            (old, code),
        )
        rule, rows_of = deciding[code], tuple(row[0] for row in folders)
        yield Shift(rule.name, _FATES[old], rule.fate, files, size, rows_of, rule.awaits_confirmation)


def keep(catalog: Catalog, found: Collection[Found], digest: str, at: int) -> None:
    """Store what was found, instead of what was there. Only inside `writing`; a handful of rows."""
    catalog.run("DELETE FROM figure WHERE stage = 'suggest'")
    whole = json.dumps([asdict(one) for one in found])
    catalog.run_many(
        "INSERT INTO figure (stage, name, value) VALUES ('suggest', ?, ?)",
        [("found", whole), ("policy", digest), ("at", at), ("scan", catalog.value(_LAST_SCAN) or 0)],
    )


def read(catalog: Catalog) -> Looked | None:
    """What was stored last; None when nobody has looked."""
    stored = {
        row["name"]: row["value"] for row in catalog.rows("SELECT name, value FROM figure WHERE stage = 'suggest'")
    }
    if "found" not in stored:
        return None
    found = tuple(
        Found(one["key"], tuple(_shift(**shift) for shift in one["shifts"])) for one in json.loads(stored["found"])
    )
    rows = {folder for one in found for shift in one.shifts for folder in shift.folders}
    return Looked(
        str(stored["policy"]),
        int(stored["at"]),
        found,
        int(stored["scan"]) == (catalog.value(_LAST_SCAN) or 0),
        {row: path_of_folder(catalog, row) for row in rows},
    )


def _shift(old: str, new: str, folders: list[int], **rest: object) -> Shift:
    return Shift(old=Fate(old), new=Fate(new), folders=tuple(folders), **rest)  # type: ignore[arg-type]
