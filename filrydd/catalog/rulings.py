"""Ruling every file: one CASE pass into a TEMP table, and only the difference is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from filrydd.catalog import answers
from filrydd.catalog import rules as kept
from filrydd.catalog.connection import Catalog
from filrydd.catalog.predicates import Rendering
from filrydd.model.rule import NO_RULE, UNREADABLE, Block, Fate, Noark, Rule


@dataclass(frozen=True, slots=True)
class Total:
    """A number of files and their bytes."""

    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome of the pass, not yet published: what changes, and how much of it would newly be destroyed."""

    changed: int
    newly_destroyed: int
    judged_before: int


def judge(catalog: Catalog, rules: Sequence[Rule], blocks: Sequence[Block], day: date) -> Judged:
    """Rule every present file into the TEMP table `judged` (file, rule).

    The first rule that matches wins; a person's answer beats it where it may (`catalog.answers`); a block turns the fate
    that it forbids into hold; what is unreadable is held whatever else was said.
    """
    rendering = Rendering(catalog)
    with catalog.writing():
        no_rule, unreadable = kept.store(catalog, NO_RULE), kept.store(catalog, UNREADABLE)
        stored = [kept.store(catalog, rule) for rule in rules]
        stored_blocks = [kept.store(catalog, _as_rule(block), block=True) for block in blocks]
    _list_unreadable(catalog)
    chosen = "".join(
        f" WHEN {rendering.render(rule.when)} THEN {number}" for rule, number in zip(rules, stored, strict=True)
    )
    catalog.run("DROP TABLE IF EXISTS temp.matched")
    catalog.run("DROP TABLE IF EXISTS temp.judged")
    catalog.run(
        f"CREATE TEMP TABLE matched AS SELECT f.id AS file, CASE{chosen or ' WHEN 0 THEN 0'} ELSE {no_rule} END AS rule"
        f" FROM {rendering.files} f",
        rendering.values,
    )
    fates = [(rule.fate, number) for rule, number in zip(rules, stored, strict=True)]
    fates += [
        (rule.fate, number) for rule, number in answers.overrule(catalog, lambda made: kept.store(catalog, made), day)
    ]
    arms = ["WHEN f.folder IN temp.silent OR f.id IN temp.closed THEN " + str(unreadable)]
    for block, number in zip(blocks, stored_blocks, strict=True):
        forbidden = [str(n) for fate, n in fates if fate in block.forbids]
        if forbidden:
            arms.append(f"WHEN j.rule IN ({', '.join(forbidden)}) AND {rendering.render(block.when)} THEN {number}")
    catalog.run("CREATE TEMP TABLE judged (file INTEGER PRIMARY KEY, rule INTEGER NOT NULL)")
    catalog.run(
        f"INSERT INTO judged SELECT j.file, CASE {' '.join(arms)} ELSE j.rule END"
        f" FROM temp.matched j JOIN {rendering.files} f ON f.id = j.file",
        rendering.values,
    )
    catalog.run("DROP TABLE temp.matched")
    return Judged(
        changed=catalog.value(
            "SELECT COUNT(*) FROM temp.judged j LEFT JOIN ruling r ON r.file = j.file WHERE r.rule IS NOT j.rule"
        ),
        newly_destroyed=catalog.value(
            "SELECT COUNT(*) FROM temp.judged j JOIN rule new ON new.id = j.rule JOIN ruling r ON r.file = j.file"
            " JOIN rule old ON old.id = r.rule WHERE new.fate = 'destroy' AND old.fate <> 'destroy'"
        ),
        judged_before=catalog.value("SELECT COUNT(*) FROM ruling"),
    )


def _list_unreadable(catalog: Catalog) -> None:
    """TEMP tables of what cannot be judged: `silent` folders (under one that could not be listed), `closed` files."""
    catalog.run("DROP TABLE IF EXISTS temp.silent")
    catalog.run("DROP TABLE IF EXISTS temp.closed")
    catalog.run("CREATE TEMP TABLE silent (folder INTEGER PRIMARY KEY)")
    catalog.run("CREATE TEMP TABLE closed (file INTEGER PRIMARY KEY)")
    catalog.run(
        "INSERT OR IGNORE INTO temp.silent SELECT below.id FROM unreadable u JOIN folder top ON top.id = u.folder"
        " JOIN folder below ON below.lo BETWEEN top.lo AND top.hi WHERE u.name IS NULL AND below.gone IS NULL"
    )
    catalog.run(
        "INSERT OR IGNORE INTO temp.closed SELECT f.id FROM unreadable u JOIN file f ON f.folder = u.folder AND f.name = u.name"
    )
    catalog.run(
        "INSERT OR IGNORE INTO temp.closed SELECT file FROM finding"
        " WHERE kind = 'unreadable' AND closed IS NULL AND file IS NOT NULL"
    )


def publish(catalog: Catalog, policy: str, now: int) -> None:
    """Make the TEMP table `judged` the rulings, with the difference kept as history and the figures stored.

    `policy` is the digest of the files that ruled.
    """
    with catalog.writing():
        run = catalog.run("INSERT INTO run (stage, begun, ended) VALUES ('classify', ?1, ?1)", (now,))
        catalog.run(
            "INSERT INTO ruling_change (run, file, old, new) SELECT ?, j.file, r.rule, j.rule FROM temp.judged j"
            " LEFT JOIN ruling r ON r.file = j.file WHERE r.rule IS NOT j.rule",
            (run,),
        )
        catalog.run(
            "INSERT INTO ruling_change (run, file, old, new) SELECT ?, file, rule, NULL FROM ruling"
            " WHERE file NOT IN (SELECT file FROM temp.judged)",
            (run,),
        )
        catalog.run(
            "INSERT OR REPLACE INTO ruling (file, rule) SELECT file, new FROM ruling_change WHERE run = ? AND new IS NOT NULL",
            (run,),
        )
        catalog.run(
            "DELETE FROM ruling WHERE file IN (SELECT file FROM ruling_change WHERE run = ? AND new IS NULL)", (run,)
        )
        figures: list[tuple[str, str, int | str]] = [("classify", "policy", policy)]
        for fate, total in fates(catalog).items():
            figures += [("classify", f"{fate}_files", total.files), ("classify", f"{fate}_bytes", total.bytes)]
        catalog.run_many("INSERT OR REPLACE INTO figure (stage, name, value) VALUES (?, ?, ?)", figures)
        catalog.run("DROP TABLE temp.judged")


def fates(catalog: Catalog) -> dict[Fate, Total]:
    """Files and bytes for each fate; together they are all that the scan saw."""
    totals = dict.fromkeys(Fate, Total())
    for row in catalog.rows(
        "SELECT r.fate, COUNT(*) AS files, SUM(f.size) AS bytes FROM ruling g JOIN rule r ON r.id = g.rule"
        " JOIN file f ON f.id = g.file WHERE f.gone IS NULL GROUP BY r.fate"
    ):
        totals[Fate(row["fate"])] = Total(row["files"], row["bytes"])
    return totals


def unjudged(catalog: Catalog) -> int:
    """Files that the scan saw and no run of classify has judged yet."""
    return int(catalog.value("SELECT COUNT(*) FROM file WHERE gone IS NULL AND id NOT IN (SELECT file FROM ruling)"))


def by_rule(catalog: Catalog) -> Iterator[tuple[Rule, Total]]:
    """The rules that rule something now, the largest catch first."""
    rows = catalog.rows(
        "SELECT g.rule, COUNT(*) AS files, SUM(f.size) AS bytes FROM ruling g JOIN file f ON f.id = g.file"
        " WHERE f.gone IS NULL GROUP BY g.rule ORDER BY files DESC, g.rule"
    )
    for row in list(rows):
        yield kept.stored(catalog, row["rule"]), Total(row["files"], row["bytes"])


def rule_of(catalog: Catalog, file: int) -> Rule | None:
    """The rule behind a file's fate; None before classify has seen it."""
    number = catalog.value("SELECT rule FROM ruling WHERE file = ?", (file,))
    return None if number is None else kept.stored(catalog, number)


def _as_rule(block: Block) -> Rule:
    return Rule(block.name, Fate.HOLD, block.when, block.reason, block.basis, Noark.KEEP)
