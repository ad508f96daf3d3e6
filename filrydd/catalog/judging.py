"""Ruling every file in one pass: the policy's rules, answers, blocks, freezes and what could not be read, as one CASE.

The outcome lies beside the catalog and touches nothing: tables with (file, code, size) for each present file.
`catalog.rulings` publishes it, `policy what-if` compares it, `explain` asks the same SQL about one file.

A code is the number of the rule in the catalog, or the one that it will get, times four, plus one when it destroys, plus two
when it moves; so a block asks for the fate it forbids by a bit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from filrydd.catalog import answers, freezes, shares
from filrydd.catalog import rules as kept
from filrydd.catalog.connection import Catalog
from filrydd.catalog.predicates import COLUMN, Rendering, is_certain
from filrydd.model.rule import FROZEN, NO_RULE, UNREADABLE, Block, Fate, Noark, Predicate, Rule, undecided

FROM_WHICH_SHARED = 100_000
"""Files from which on two connections share the pass; fewer are judged before the second has begun."""

_COLUMNS = "file INTEGER PRIMARY KEY, code INTEGER NOT NULL, size INTEGER NOT NULL"
_TOTALS = "SELECT code, COUNT(*), SUM(size) FROM {table} GROUP BY code"
_FATE_BIT = {Fate.HOLD: 0, Fate.DESTROY: 1, Fate.MOVE: 2}


@dataclass(frozen=True, slots=True)
class Total:
    """A number of files and their bytes."""

    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Total") -> "Total":
        return Total(self.files + other.files, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can become of a file: `rule` decides; `block`: because it forbids what another said; `base`: the code of the
    policy's own rule that an answer stands in for."""

    rule: Rule
    block: bool = False
    base: int | None = None


@dataclass(slots=True)
class Judged:
    """The outcome of a pass, not yet published. `totals` is by code, for those codes that some file has; `tables` hold
    (file, code, size), each a stretch of the files by number. `verdicts` is by the number of the rule, `new` those that the
    catalog does not hold yet."""

    free: int = 1
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    totals: dict[int, Total] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    changed: int = 0
    newly_destroyed: int = 0
    judged_before: int = 0

    def take(self, verdict: Verdict, stored: int | None) -> int:
        """The code for one more verdict, whose rule has the number `stored` or gets the next free one."""
        number = self.free if stored is None else stored
        if stored is None:
            self.new.add(number)
            self.free += 1
        self.verdicts[number] = verdict
        return number * 4 + _FATE_BIT[verdict.rule.fate]

    def verdict(self, code: int) -> Verdict:
        """The verdict behind a code."""
        return self.verdicts[code // 4]

    def codes(self) -> Iterator[tuple[int, Verdict]]:
        """Every verdict with its code."""
        return ((number * 4 + _FATE_BIT[one.rule.fate], one) for number, one in self.verdicts.items())

    def fates(self) -> dict[Fate, Total]:
        """Files and bytes for each fate; together all that the scan saw."""
        found = dict.fromkeys(Fate, Total())
        for code, total in self.totals.items():
            fate = self.verdict(code).rule.fate
            found[fate] = found[fate] + total
        return found


@dataclass(frozen=True, slots=True)
class Beside:
    """More rules and blocks as SQL of the same pass, which decide nothing by themselves: the arms of a CASE over a file, the
    blocks with `{said}` for the code that they may forbid."""

    rules: str
    blocks: str


class Pass:
    """The rules and blocks of a policy as SQL, over all files or over the one file `only`. `beside`: more of them to ask about
    in the same pass."""

    def __init__(
        self,
        catalog: Catalog,
        rules: Sequence[Rule],
        blocks: Sequence[Block],
        *,
        only: int | None = None,
        beside: Sequence[tuple[Sequence[Rule], Sequence[Block]]] = (),
    ) -> None:
        self.outcome = Judged(free=(catalog.value("SELECT MAX(id) FROM rule") or 0) + 1)
        self._catalog = catalog
        self._rendering = Rendering(catalog, only=only)
        take = self.take
        self.unreadable = take(Verdict(UNREADABLE))
        self.frozen = take(Verdict(FROZEN, block=True))
        arms = [self._arm(rule.when, take(Verdict(rule)), rule) for rule in rules]
        self._rules = "".join(arms) or " WHEN 0 THEN 0"
        self._no_rule = take(Verdict(NO_RULE))
        self._blocks = "".join(self._block(block) for block in blocks)
        self.beside = tuple(
            Beside(
                "".join(self._arm(rule.when, take(Verdict(rule)), rule) for rule in more),
                "".join(self._block(block) for block in also),
            )
            for more, also in beside
        )
        self._silent = self._rendering.folders(
            "SELECT below.id FROM unreadable u JOIN folder top ON top.id = u.folder"
            " JOIN folder below ON below.lo BETWEEN top.lo AND top.hi WHERE u.name IS NULL AND below.gone IS NULL"
        )
        _list_closed(catalog)
        freezes.list_frozen(catalog, only=only)
        self._rendering.fill()

    def answer(self, rule: Rule, base: int) -> int:
        """The code for a rule that a person's answer made of the rule behind the code `base`."""
        return self.take(Verdict(rule, base=base))

    def take(self, verdict: Verdict) -> int:
        """The code for one more verdict. Two of the same wording are one."""
        number = kept.known(self._catalog, verdict.rule, block=verdict.block)
        twice = next((n for n in self.outcome.new if self.outcome.verdicts[n] == verdict), None)
        return self.outcome.take(verdict, twice if number is None else number)

    @property
    def values(self) -> dict[str, object]:
        """What the SQL binds."""
        return self._rendering.values

    def by_rules(self, more: str = "") -> str:
        """The files with the code `said` that the policy's rules alone give them; `more` is SQL that is asked of them too."""
        said = f"CASE{self._rules} ELSE {self._no_rule} END"
        beyond = self.ruled("f.said") + " f.size " + more
        kept = "".join(f", f.{word}" for word in sorted(set(COLUMN.findall(beyond)) - {"id", "said"}))
        return f"SELECT f.id{kept}, {said} AS said FROM {self._rendering.files_for(said, beyond)} f"

    def ruled(self, said: str, before: str = "0", more: str = "") -> str:
        """The expression for a file's code, given what the rules or an answer `said`: what beats them comes first.

        `before` is what the rules said before an answer: what a block forbids of it stays forbidden, and the block is what
        people are told, also when the answer only asks for what the block does. `more` are blocks beside the policy's.
        """
        blocks = (self._blocks + more).replace("{said}", f"({said} | {before})")
        return (
            f"CASE WHEN f.id IN temp.frozen THEN {self.frozen}"
            f" WHEN {self._silent} OR f.id IN temp.closed THEN {self.unreadable}{blocks} ELSE {said} END"
        )

    @property
    def tables(self) -> tuple[str, ...]:
        """The TEMP tables that the SQL reads beside `frozen` and `closed`."""
        return self._rendering.tables

    @property
    def files(self) -> str:
        """The files alone, for what an answer said of them."""
        return self._rendering.files

    def _arm(self, when: Predicate, code: int, of: Rule | Block) -> str:
        sql = self._rendering.render(when)
        if is_certain(when):
            return f" WHEN {sql} THEN {code}"
        unknown = self.take(Verdict(undecided(of)))
        return f" WHEN {sql} THEN {code} WHEN {sql} IS NULL THEN {unknown}"

    def _block(self, block: Block) -> str:
        bits = sum(_FATE_BIT[fate] for fate in block.forbids)
        code = self.take(Verdict(_as_rule(block), block=True))
        sql = self._rendering.render(block.when)
        arm = f" WHEN {{said}} & {bits} AND {sql} THEN {code}"
        if not is_certain(block.when):
            unknown = self.take(Verdict(undecided(block), block=True))
            arm += f" WHEN {{said}} & {bits} AND {sql} IS NULL THEN {unknown}"
        return arm


def judge(
    catalog: Catalog,
    rules: Sequence[Rule],
    blocks: Sequence[Block],
    day: date,
    allowed: frozenset[Fate] = frozenset(Fate),
) -> Judged:
    """Rule every present file; the outcome names the tables that hold it.

    The first rule that matches wins; one that nobody can answer for a file holds it (`model.rule.undecided`); a person's
    answer beats a rule where it may (`catalog.answers`, `allowed` by the policy); a block turns the fate that it forbids
    into hold; what a case has frozen and what is unreadable is held whatever else was said.
    """
    shares.drop(catalog)
    catalog.run("DROP VIEW IF EXISTS temp.judged_all")
    last = catalog.value("SELECT MAX(id) FROM file") or 0
    with shares.standing_by(last >= FROM_WHICH_SHARED) as other:
        one = Pass(catalog, rules, blocks)
        sql = f"INSERT INTO {{table}} SELECT f.id, {one.ruled('f.said')}, f.size FROM ({one.by_rules()} LIMIT -1) f"
        filling = shares.Filling(_COLUMNS, sql, _TOTALS, one.values, (*one.tables, "frozen", "closed"))
        filled = shares.shared(catalog, filling, other, last=last) if other else shares.alone(catalog, filling)
    outcome = one.outcome
    outcome.tables, totals = filled.tables, filled.rows
    if catalog.value("SELECT EXISTS (SELECT 1 FROM answer)"):
        _answer(catalog, one, day, allowed)
        totals = tuple(tuple(row) for table in outcome.tables for row in catalog.rows(_TOTALS.format(table=table)))
    for code, files, size in totals:
        outcome.totals[code] = outcome.totals.get(code, Total()) + Total(files, size)
    every = " UNION ALL ".join(f"SELECT file, code, size FROM {table}" for table in outcome.tables)
    catalog.run(f"CREATE TEMP VIEW judged_all AS {every}")
    _compare(catalog, outcome)
    return outcome


def _answer(catalog: Catalog, one: Pass, day: date, allowed: frozenset[Fate]) -> None:
    """Let people's answers beat the rules, for the files that have one, and ask again what beats an answer."""
    answered = "f.id IN (SELECT file FROM answer)"
    catalog.run("DROP TABLE IF EXISTS temp.matched")
    catalog.run("CREATE TEMP TABLE matched (file INTEGER PRIMARY KEY, code INTEGER NOT NULL, said INTEGER NOT NULL)")
    catalog.run(
        f"INSERT INTO temp.matched SELECT f.id, f.said, f.said FROM ({one.by_rules()} LIMIT -1) f WHERE {answered}",
        one.values,
    )
    answers.overrule(catalog, one, day, allowed)
    catalog.run("DROP TABLE IF EXISTS temp.rejudged")
    catalog.run("CREATE TEMP TABLE rejudged (file INTEGER PRIMARY KEY, code INTEGER NOT NULL)")
    catalog.run(
        f"INSERT INTO temp.rejudged SELECT f.id, {one.ruled('m.code', 'm.said')} FROM {one.files} f"
        " JOIN temp.matched m ON m.file = f.id",
        one.values,
    )
    for table in one.outcome.tables:
        name = table.partition(".")[2]
        catalog.run(f"UPDATE {table} SET code = r.code FROM temp.rejudged r WHERE r.file = {name}.file")


def _compare(catalog: Catalog, outcome: Judged) -> None:
    outcome.judged_before = catalog.value("SELECT COUNT(*) FROM ruling")
    if not outcome.judged_before:
        outcome.changed = sum(total.files for total in outcome.totals.values())
        return
    for table in outcome.tables:
        row = catalog.row(
            f"SELECT COUNT(*), SUM((j.code & 3) = 1 AND old.fate <> 'destroy') FROM {table} j"
            " LEFT JOIN ruling r ON r.file = j.file LEFT JOIN rule old ON old.id = r.rule WHERE r.rule IS NOT j.code >> 2"
        )
        if row:
            outcome.changed += row[0]
            outcome.newly_destroyed += row[1] or 0


def _list_closed(catalog: Catalog) -> None:
    """The TEMP table `closed`: files that were listed and could not be read."""
    catalog.run("DROP TABLE IF EXISTS temp.closed")
    catalog.run("CREATE TEMP TABLE closed (file INTEGER PRIMARY KEY)")
    catalog.run(
        "INSERT OR IGNORE INTO temp.closed SELECT f.id FROM unreadable u JOIN file f ON f.folder = u.folder AND f.name = u.name"
    )
    catalog.run(
        "INSERT OR IGNORE INTO temp.closed SELECT file FROM finding"
        " WHERE kind = 'unreadable' AND closed IS NULL AND file IS NOT NULL"
    )


def _as_rule(block: Block) -> Rule:
    return Rule(block.name, Fate.HOLD, block.when, block.reason, block.basis, Noark.KEEP, instead=block.instead)
