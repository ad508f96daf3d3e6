"""Answers about groups made answers about their files, set by set.

What is written is the table `answer`, as a move list that came back writes it; `taken_in` says which of its rows came from an
answer about a group. Of an answer about the group and one about the file the later act wins. What was taken in stays until
that answer is taken back or another one takes its place, also when its group is asked about again meanwhile.
"""

from dataclasses import dataclass

from filrydd.catalog import answers
from filrydd.catalog.connection import Catalog
from filrydd.catalog.portions import reading
from filrydd.catalog.portions.answering import is_strict
from filrydd.catalog.portions.collecting import CONTENT, OWN, RULED
from filrydd.catalog.proposals import parts
from filrydd.model.rule import Fate
from filrydd.portions import Sums, same_content

# A row of `answer` that is still the one that was made from the answer about its group.
_OURS = "SELECT 1 FROM group_answer x WHERE x.id = t.answer AND x.at = y.at AND x.name = y.name"


@dataclass(frozen=True, slots=True)
class Staged:
    """What would be taken in: files that get an answer, by fate, files that lose one, and groups left out since their files
    are not those that were proposed (rescanned or ruled anew meanwhile)."""

    given: dict[Fate, int]
    removed: int
    left_out: tuple[tuple[str, str], ...]  # part, key
    said: tuple[tuple[str, str, int], ...]  # part, key, the answer that is taken in

    @property
    def changed(self) -> int:
        """Files whose answer changes."""
        return sum(self.given.values()) + self.removed


def stage(catalog: Catalog) -> Staged:
    """Fill the TEMP tables `taking` (file, fate, name, note, at, answer) and `letting_go` (file) with what differs."""
    _list_said(catalog)
    _list_files(catalog)
    left_out = _leave_out(catalog)
    catalog.run("DROP TABLE IF EXISTS temp.taking")
    catalog.run("DROP TABLE IF EXISTS temp.letting_go")
    catalog.run("CREATE TEMP TABLE taking (file INTEGER PRIMARY KEY, fate, name, note, at, answer)")
    # What the policy says itself needs no answer, unless another one stands in its way.
    catalog.run(
        "INSERT INTO temp.taking SELECT i.file, s.fate, s.name, s.note, s.at, s.answer FROM temp.in_group i"
        f" JOIN temp.said s ON s.grp = i.grp JOIN file f ON f.id = i.file {RULED} JOIN rule r ON r.id = {OWN}"
        " LEFT JOIN answer y ON y.file = i.file LEFT JOIN taken_in t ON t.file = i.file WHERE"
        " CASE WHEN y.file IS NULL THEN r.fate <> s.fate"
        " ELSE (y.fate, y.name, y.note, y.at) IS NOT (s.fate, s.name, s.note, s.at)"
        f"  AND (y.at <= s.at OR EXISTS ({_OURS})) END"
    )
    catalog.run("CREATE TEMP TABLE letting_go (file INTEGER PRIMARY KEY)")
    catalog.run(
        "INSERT INTO temp.letting_go SELECT t.file FROM taken_in t JOIN answer y ON y.file = t.file"
        f" WHERE EXISTS ({_OURS}) AND t.file NOT IN (SELECT file FROM temp.in_group)"
        " AND (t.answer NOT IN (SELECT MAX(id) FROM group_answer WHERE undone IS NULL GROUP BY part, key)"
        f" OR t.file IN (SELECT f.id FROM taken_in o JOIN file f ON f.id = o.file {RULED}"
        f"  JOIN review_place p ON p.folder = f.folder AND p.rule = {OWN} JOIN temp.said s ON s.grp = p.grp"
        "  WHERE s.fate IS NULL AND f.id NOT IN (SELECT file FROM temp.member)"
        "  UNION SELECT m.file FROM temp.member m JOIN temp.said s ON s.grp = m.grp WHERE s.fate IS NULL))"
    )
    given = {Fate(row[0]): int(row[1]) for row in catalog.rows("SELECT fate, COUNT(*) FROM temp.taking GROUP BY fate")}
    removed = int(catalog.value("SELECT COUNT(*) FROM temp.letting_go"))
    said = tuple((row[0], row[1], row[2]) for row in catalog.rows("SELECT part, key, answer FROM temp.said"))
    return Staged(given, removed, left_out, said)


def root(catalog: Catalog) -> str:
    """The root over all answers as they will be once `keep` has stored what `stage` found. It is made before, so that nobody
    waits for it; answers of a move list are kept out meanwhile by the lock of the review."""
    return answers.root_over(
        catalog.rows(
            "SELECT * FROM (SELECT file, fate, name, note, at FROM answer WHERE file NOT IN (SELECT file FROM temp.letting_go)"
            " AND file NOT IN (SELECT file FROM temp.taking) UNION ALL SELECT file, fate, name, note, at FROM temp.taking)"
            " ORDER BY file"
        )
    )


def keep(catalog: Catalog) -> None:
    """Store what `stage` found. Only inside a durable `writing`, with the ledger's row over `root`."""
    catalog.run("DELETE FROM answer WHERE file IN (SELECT file FROM temp.letting_go)")
    catalog.run("DELETE FROM taken_in WHERE file IN (SELECT file FROM temp.letting_go)")
    catalog.run(
        "INSERT OR REPLACE INTO answer (file, fate, name, note, at) SELECT file, fate, name, note, at FROM temp.taking"
    )
    catalog.run("INSERT OR REPLACE INTO taken_in (file, answer) SELECT file, answer FROM temp.taking")


def remember(catalog: Catalog, staged: Staged) -> None:
    """Store from which answer each group's files were last answered, as `stage` found it. Only inside `writing`."""
    catalog.run_many("INSERT OR REPLACE INTO taken_answer (part, key, answer) VALUES (?, ?, ?)", staged.said)
    catalog.run(
        "UPDATE taken_answer SET answer = NULL WHERE NOT EXISTS (SELECT 1 FROM group_answer x WHERE x.part = taken_answer.part"
        " AND x.key = taken_answer.key AND x.undone IS NULL)"
    )


def _list_said(catalog: Catalog) -> None:
    """The TEMP table `said`: the answers in force that hold, each with its group."""
    catalog.run("DROP TABLE IF EXISTS temp.said")
    catalog.run(
        "CREATE TEMP TABLE said (grp INTEGER PRIMARY KEY, part, key, answer, fate, name, note, at, strict, content)"
    )
    for part in parts(catalog):
        rows = reading.rows_of(catalog, part.name)
        for group in rows.groups:
            if group["portion"] and rows.holds(group):
                said = rows.said[group["key"]]
                note = "; ".join(text for text in (said.detail, said.note) if text)
                strict = is_strict(group["fate"], said.answer)
                values = (part.name, said.key, said.id, said.answer.fate, said.by.name, note, said.at, strict)
                catalog.run(
                    "INSERT INTO temp.said VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (group["id"], *values, group["content"]),
                )


def _list_files(catalog: Catalog) -> None:
    """The TEMP tables `member` (file, grp), and `in_group` (file, grp) of the groups whose answer gives a fate."""
    for table in ("member", "in_group"):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(f"CREATE TEMP TABLE {table} (file INTEGER PRIMARY KEY, grp INTEGER NOT NULL)")
    catalog.run(
        "INSERT INTO temp.member SELECT m.file, m.grp FROM review_member m JOIN review_group g ON g.id = m.grp"
        " JOIN review_edition e ON e.id = g.edition AND e.current"
    )
    catalog.run(
        "INSERT INTO temp.in_group SELECT f.id, s.grp FROM temp.said s JOIN review_place p ON p.grp = s.grp"
        f" JOIN file f ON f.folder = p.folder {RULED} WHERE s.fate IS NOT NULL AND f.gone IS NULL AND {OWN} = p.rule"
        " AND f.id NOT IN (SELECT file FROM temp.member)"
    )
    catalog.run(
        "INSERT INTO temp.in_group SELECT m.file, m.grp FROM temp.member m JOIN temp.said s ON s.grp = m.grp"
        " JOIN file f ON f.id = m.file WHERE s.fate IS NOT NULL AND f.gone IS NULL"
    )


def _leave_out(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """Take the groups out whose files are not, or not as, they were answered."""
    found = {
        row["grp"]: Sums(*row[1:8]).content
        for row in catalog.rows(
            f"SELECT i.grp, {CONTENT} FROM temp.in_group i JOIN file f ON f.id = i.file GROUP BY i.grp"
        )
    }
    out = []
    for row in list(catalog.rows("SELECT grp, part, key, strict, content FROM temp.said WHERE fate IS NOT NULL")):
        if not same_content(found.get(row["grp"], Sums().content), row["content"], strict=bool(row["strict"])):
            out.append((row["part"], row["key"]))
            catalog.run("DELETE FROM temp.in_group WHERE grp = ?", (row["grp"],))
            catalog.run("DELETE FROM temp.said WHERE grp = ?", (row["grp"],))
    return tuple(out)
