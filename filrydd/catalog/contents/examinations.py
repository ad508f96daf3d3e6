"""Which files are worth examining, and what examining them told.

`choose` says which files there are to examine and which are left alone, `begin` queues those that are not known as they are
now in the order of the tree (`readings.batches` hands the queue out), `keep` stores what was told. A row of `examination`
counts only while the file has that size and that time of change (`followed.settle`).
"""

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from filrydd.catalog.connection import Catalog
from filrydd.catalog.contents.followed import drop_orphans
from filrydd.catalog.contents.readings import AWAY, BLOCKED, ENCODED, PRIVATE, RECALLED, UNREADABLE, Refusal, Unread
from filrydd.catalog.predicates import Rendering
from filrydd.model.entry import ENCRYPTED
from filrydd.model.finding import BY_READING, Examination, Found, Outcome
from filrydd.model.rule import All, Either, Has, Not, Predicate

UNJUDGED, LARGE = "nobody knows whether it is private", "too large"

# Folders that could not be listed and all below them, and files that the scan could not see properly.
_UNSEEN = (
    "(f.folder IN (SELECT below.id FROM unreadable u JOIN folder top ON top.id = u.folder"
    " JOIN folder below ON below.lo BETWEEN top.lo AND top.hi WHERE u.name IS NULL)"
    " OR f.id IN (SELECT x.id FROM unreadable u JOIN main.file x ON x.folder = u.folder AND x.name = u.name"
    " WHERE u.found_by = 'scan'))"
)
# Refused when it was read before, by whatever reading: asked again.
_REFUSED_BEFORE = (
    "EXISTS (SELECT 1 FROM unreadable u JOIN main.file x ON x.folder = u.folder AND x.name = u.name"
    " WHERE u.found_by = 'content' AND x.id = {})"
)
_AS_IT_IS = "e.file = f.id AND (e.size, e.modified) = (f.size, f.modified)"


class Told(NamedTuple):
    """What examining one file told. `links`: what points, the text of the target, and the kind of place that it names
    (`web`, `outside`, `inside`); whether a place inside is there is settled later (`links.place`). `streams`: the detail of
    the finding of that name, empty when there is none."""

    unread: Unread
    examination: Examination
    links: Sequence[tuple[str, str, str]] = ()
    streams: str = ""


def any_read(catalog: Catalog) -> bool:
    """Whether any file of the area has been examined."""
    return bool(catalog.value("SELECT EXISTS (SELECT 1 FROM examination)"))


def asks_for_reading(predicate: Predicate) -> bool:
    """Whether only examining can tell if the predicate matches: then nobody can be kept from examining by it."""
    match predicate:
        case All(of) | Either(of):
            return any(map(asks_for_reading, of))
        case Not(of):
            return asks_for_reading(of)
        case Has(kinds, as_far_as_read):
            return bool(BY_READING & set(kinds)) and not as_far_as_read
        case _:
            return False


def choose(
    catalog: Catalog,
    private: Sequence[Predicate],
    blocked: Sequence[Predicate],
    *,
    extensions: Collection[str],
    most: int,
    now: int,
) -> dict[str, int]:
    """Work out which files with these extensions and at most `most` bytes are to be examined, into the TEMP table
    `candidate`, and drop what is known of those that nobody is to read.

    Returns how many of them are left alone, each counted by the first reason: private, of which nobody can tell whether it
    is private or blocked, blocked, lying elsewhere, encrypted, unreadable, too large. What is too large is known without
    opening it.
    """
    rendering = Rendering(catalog)
    own = rendering.render(Either(tuple(private)))
    shut = rendering.render(Either(tuple(one for one in blocked if not asks_for_reading(one))))
    rendering.fill()
    left = [
        (f"({own})", PRIVATE),
        (f"({own}) IS NULL", UNJUDGED),
        (f"({shut})", BLOCKED),
        (f"({shut}) IS NULL", UNJUDGED),
        (f"f.attributes & {RECALLED:d}", AWAY),
        (f"f.attributes & {ENCRYPTED:d}", ENCODED),
        (_UNSEEN, UNREADABLE),
        (f"f.size > {most:d}", LARGE),
    ]
    case = "CASE " + " ".join(f"WHEN {condition} THEN '{word}'" for condition, word in left) + " END"
    catalog.run("DROP TABLE IF EXISTS temp.candidate")
    catalog.run("CREATE TEMP TABLE candidate (file INTEGER PRIMARY KEY, size INTEGER NOT NULL, left_for TEXT)")
    columns = rendering.files_for(f"{case} f.extension f.size f.modified")
    catalog.run(
        f"INSERT INTO temp.candidate SELECT f.id, f.size, {case} FROM {columns} f"
        " WHERE f.extension IN (SELECT value FROM json_each(:extensions))",
        {**rendering.values, "extensions": json.dumps(sorted(extensions))},
    )
    _forget_closed(catalog, f"({own}) IS NOT 0 OR ({shut}) IS NOT 0", rendering, now)
    _note_unopened(catalog)
    counted = catalog.rows("SELECT left_for, COUNT(*) FROM temp.candidate WHERE left_for IS NOT NULL GROUP BY left_for")
    return dict.fromkeys((word for _condition, word in left), 0) | {row[0]: row[1] for row in counted}


def _forget_closed(catalog: Catalog, closed: str, rendering: Rendering, now: int) -> None:
    """What is private or blocked now may have been read when it was not; what was found there is nobody's business."""
    with catalog.writing():
        catalog.run(
            "DELETE FROM examination WHERE file IN (SELECT f.id FROM examination e"
            f" JOIN {rendering.files_for(closed)} f ON f.id = e.file WHERE {closed})",
            rendering.values,
        )
        drop_orphans(catalog, now)


def _note_unopened(catalog: Catalog) -> None:
    with catalog.writing():
        catalog.run(
            "INSERT OR REPLACE INTO examination (file, size, modified, outcome, detail)"
            " SELECT f.id, f.size, f.modified, ?, '' FROM temp.candidate c JOIN main.file f ON f.id = c.file"
            f" WHERE c.left_for = ? AND NOT EXISTS (SELECT 1 FROM examination e WHERE {_AS_IT_IS})",
            (Outcome.TOO_LARGE.value, LARGE),
        )


def begin(catalog: Catalog) -> int:
    """Queue the candidates that are not known as they are now, and those that refused before. Returns the bytes to be
    read."""
    catalog.run("DROP TABLE IF EXISTS temp.to_read")
    catalog.run("CREATE TEMP TABLE to_read (place INTEGER PRIMARY KEY, file INTEGER NOT NULL)")
    catalog.run(
        "INSERT INTO temp.to_read (file) SELECT f.id FROM temp.candidate c JOIN main.file f ON f.id = c.file"
        " JOIN main.folder d ON d.id = f.folder WHERE c.left_for IS NULL"
        f" AND (NOT EXISTS (SELECT 1 FROM examination e WHERE {_AS_IT_IS}) OR {_REFUSED_BEFORE.format('f.id')})"
        " ORDER BY d.lo, f.name"
    )
    return int(catalog.value("SELECT COALESCE(SUM(f.size), 0) FROM temp.to_read t JOIN main.file f ON f.id = t.file"))


def keep(catalog: Catalog, told: Sequence[Told], refused: Sequence[Refusal], now: int) -> None:
    """Store what some files told, in one transaction: their findings and links are these and no others. What refused is
    unreadable, and what was unreadable and is not now is so no longer."""
    touched = [one.unread for one in told] + [one.unread for one in refused]
    with catalog.writing():
        catalog.run_many(
            "DELETE FROM unreadable WHERE found_by = 'content' AND folder = ? AND name = ?",
            [(unread.folder, unread.name) for unread in touched],
        )
        catalog.run_many(
            "INSERT INTO unreadable (folder, name, kind, reason, detail, found_by)"
            " VALUES (?, ?, 'file', ?, ?, 'content')",
            [(one.unread.folder, one.unread.name, one.reason, one.detail) for one in refused],
        )
        catalog.run_many("DELETE FROM examination WHERE file = ?", [(one.unread.file,) for one in refused])
        catalog.run_many(
            "INSERT OR REPLACE INTO examination (file, size, modified, outcome, detail, likeness) VALUES (?, ?, ?, ?, ?, ?)",
            [(one.unread.file, one.unread.size, one.unread.modified, *_stored(one.examination)) for one in told],
        )
        catalog.run_many("DELETE FROM link WHERE file = ?", [(unread.file,) for unread in touched])
        catalog.run_many(
            "INSERT INTO link (file, kind, target, place) VALUES (?, ?, ?, ?)",
            [(one.unread.file, *link) for one in told for link in one.links],
        )
        _replace_findings(
            catalog, [unread.file for unread in touched], [one for each in told for one in _findings(each)], now
        )


def _stored(examination: Examination) -> tuple[str, str, int | None]:
    return examination.outcome.value, examination.detail, examination.likeness


def _findings(told: Told) -> list[tuple[int, str, str]]:
    """(file, kind, detail) of what was found in one file."""
    found: list[tuple[int, str, str]] = []
    file, examination = told.unread.file, told.examination
    # A number that no word speaks for may be anything: it is no finding by itself.
    numbers = [f"{word}: {count}" for word, count in sorted(examination.numbers) if word and count]
    if numbers:
        found.append((file, Found.NUMBER.value, ", ".join(numbers)))
    kinds = sorted({kind for kind, _target, place in told.links if place != "web"})
    if kinds:
        found.append((file, Found.LINKS.value, ", ".join(kinds)))
    if examination.outcome is Outcome.PROTECTED:
        found.append((file, Found.PROTECTED.value, examination.detail))
    if told.streams:
        found.append((file, Found.STREAMS.value, told.streams))
    return found


def _replace_findings(catalog: Catalog, files: Sequence[int], found: Sequence[tuple[int, str, str]], now: int) -> None:
    """Make these the open findings of these files, but for `linked`, which other files tell."""
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS examined (file INTEGER PRIMARY KEY)")
    catalog.run("CREATE TEMP TABLE IF NOT EXISTS told (file INTEGER, kind TEXT, detail TEXT)")
    catalog.run("DELETE FROM temp.examined")
    catalog.run("DELETE FROM temp.told")
    catalog.run_many("INSERT OR IGNORE INTO temp.examined VALUES (?)", [(file,) for file in files])
    catalog.run_many("INSERT INTO temp.told VALUES (?, ?, ?)", found)
    catalog.run(
        "UPDATE finding SET closed = ? WHERE stage = 'examine' AND closed IS NULL AND kind <> 'linked'"
        " AND file IN temp.examined AND NOT EXISTS (SELECT 1 FROM temp.told t"
        "  WHERE (t.file, t.kind, t.detail) = (finding.file, finding.kind, finding.detail))",
        (now,),
    )
    catalog.run(
        "INSERT INTO finding (stage, file, kind, detail, found) SELECT 'examine', file, kind, detail, ? FROM temp.told t"
        " WHERE NOT EXISTS (SELECT 1 FROM finding o WHERE o.stage = 'examine' AND o.closed IS NULL"
        "  AND (o.file, o.kind) = (t.file, t.kind))",
        (now,),
    )


def outcomes(catalog: Catalog) -> dict[Outcome, int]:
    """How the examinations that are known ended."""
    rows = catalog.rows("SELECT outcome, COUNT(*) FROM examination GROUP BY outcome ORDER BY outcome")
    return {Outcome(row[0]): row[1] for row in rows}


def found(catalog: Catalog) -> dict[Found, int]:
    """Files with each finding that examining told."""
    rows = catalog.rows(
        "SELECT kind, COUNT(DISTINCT file) FROM finding WHERE stage = 'examine' AND closed IS NULL GROUP BY kind ORDER BY kind"
    )
    return {Found(row[0]): row[1] for row in rows}
