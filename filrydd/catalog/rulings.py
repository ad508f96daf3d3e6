"""What every file's ruling is: publishing what `catalog.judging` worked out, and reading it."""

from collections.abc import Iterator

from filrydd.catalog import rules as kept
from filrydd.catalog import shares, tallies
from filrydd.catalog.connection import Catalog
from filrydd.catalog.judging import Judged, Total
from filrydd.model.rule import Fate, Rule

__all__ = ["Total", "by_rule", "fates", "publish", "rule_of", "unjudged"]

# Files that one transaction publishes: the pages never wait for more than that.
_PORTION = 20_000


def publish(catalog: Catalog, outcome: Judged, policy: str, now: int) -> None:
    """Make the outcome the rulings: only what differs is written, in short transactions, what it was before goes into the
    history, and the figures are stored at the end.

    Interrupted, the rulings are partly the former ones and the run has no end (`unjudged` then tells so); the next
    classification sees what still differs. `policy` is the digest of the files that ruled.
    """
    with catalog.writing():
        run = catalog.run("INSERT INTO run (stage, begun) VALUES ('classify', ?)", (now,))
        _store(catalog, outcome)
    portion = _publish_portion if outcome.judged_before else _publish_first
    for table in outcome.tables:
        first, last = (catalog.value(f"SELECT {end}(file) FROM {table}") for end in ("MIN", "MAX"))
        for begun in range(first, last + 1, _PORTION) if first is not None else ():
            portion(catalog, run, table, begun, begun + _PORTION - 1)
    if catalog.value("SELECT COUNT(*) FROM ruling") > sum(total.files for total in outcome.totals.values()):
        _forget_the_gone(catalog, run)
    with catalog.writing():
        stored: list[tuple[str, str, int | str]] = [("classify", "policy", policy)]
        for fate, total in outcome.fates().items():
            stored += [("classify", f"{fate}_files", total.files), ("classify", f"{fate}_bytes", total.bytes)]
        catalog.run_many("INSERT OR REPLACE INTO figure (stage, name, value) VALUES (?, ?, ?)", stored)
        tallies.keep_rules(catalog, {code // 4: total for code, total in outcome.totals.items()})
        catalog.run("UPDATE run SET ended = ? WHERE id = ?", (now, run))
    shares.drop(catalog)


def _store(catalog: Catalog, outcome: Judged) -> None:
    """Store the rules that rule something and were not stored, under the numbers that the outcome gave them."""
    for code in outcome.totals:
        number, found = code // 4, outcome.verdict(code)
        if number in outcome.new:
            kept.store(catalog, found.rule, block=found.block, number=number)
        if found.base is not None:
            base = kept.store(catalog, outcome.verdict(found.base).rule, number=found.base // 4)
            catalog.run("INSERT OR REPLACE INTO answered_rule (rule, base) VALUES (?, ?)", (number, base))


def _publish_first(catalog: Catalog, _run: int, table: str, first: int, last: int) -> None:
    """Where nothing was ruled before there is nothing to compare with, and the history begins from here."""
    with catalog.writing():
        catalog.run(
            f"INSERT INTO ruling (file, rule) SELECT file, code >> 2 FROM {table} WHERE file BETWEEN ? AND ?",
            (first, last),
        )


def _publish_portion(catalog: Catalog, run: int, table: str, first: int, last: int) -> None:
    catalog.run("DROP TABLE IF EXISTS temp.portion")
    catalog.run(
        f"CREATE TEMP TABLE portion AS SELECT j.file, r.rule AS old, j.code >> 2 AS new FROM {table} j"
        " LEFT JOIN ruling r ON r.file = j.file WHERE j.file BETWEEN ? AND ? AND r.rule IS NOT j.code >> 2",
        (first, last),
    )
    if not catalog.value("SELECT EXISTS (SELECT 1 FROM temp.portion)"):
        return
    with catalog.writing():
        # A file's first ruling changes nothing: that is what its history begins from.
        catalog.run(
            "INSERT INTO ruling_change (run, file, old, new) SELECT ?, file, old, new FROM temp.portion"
            " WHERE old IS NOT NULL",
            (run,),
        )
        catalog.run("INSERT OR REPLACE INTO ruling (file, rule) SELECT file, new FROM temp.portion")


def _forget_the_gone(catalog: Catalog, run: int) -> None:
    gone = "file NOT IN (SELECT file FROM temp.judged_all)"
    with catalog.writing():
        catalog.run(
            f"INSERT INTO ruling_change (run, file, old, new) SELECT ?, file, rule, NULL FROM ruling WHERE {gone}",
            (run,),
        )
        catalog.run(f"DELETE FROM ruling WHERE {gone}")


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
    """Files that the scan saw and no run of classify has judged yet: all of them while the last run has no end."""
    last = catalog.row("SELECT ended FROM run WHERE stage = 'classify' ORDER BY id DESC LIMIT 1")
    judged = "" if last is not None and last["ended"] is None else " AND id NOT IN (SELECT file FROM ruling)"
    return int(catalog.value(f"SELECT COUNT(*) FROM file WHERE gone IS NULL{judged}"))


def by_rule(catalog: Catalog, folder: int | None = None) -> Iterator[tuple[Rule, Total]]:
    """The rules that rule something now, in the area or in and under one folder, the largest catch first."""
    where = (
        ""
        if folder is None
        else " AND f.folder IN (SELECT b.id FROM folder t JOIN folder b ON b.lo BETWEEN t.lo AND t.hi"
    )
    where += "" if folder is None else f" WHERE t.id = {folder:d} AND b.gone IS NULL)"
    rows = catalog.rows(
        "SELECT g.rule, COUNT(*) AS files, SUM(f.size) AS bytes FROM ruling g JOIN file f ON f.id = g.file"
        f" WHERE f.gone IS NULL{where} GROUP BY g.rule ORDER BY files DESC, g.rule"
    )
    for row in list(rows):
        yield kept.stored(catalog, row["rule"]), Total(row["files"], row["bytes"])


def rule_of(catalog: Catalog, file: int) -> Rule | None:
    """The rule behind a file's fate; None before classify has seen it."""
    number = catalog.value("SELECT rule FROM ruling WHERE file = ?", (file,))
    return None if number is None else kept.stored(catalog, number)
