"""What a review has come to, as far as it must not depend on where it was interrupted."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any

from filrydd.catalog import audit, ledger, reminders, standings
from filrydd.catalog.connection import Catalog, open_catalog
from filrydd.model import times
from filrydd.policy import load
from filrydd.stages import portions
from tests.crashing import CRASHED, Crasher
from tests.reviewing import AGAIN, AREAS, MONDAY, begin

# Times, and what is numbered by run: a step that is done again is a run of its own.
TABLES = {
    "answers about groups": "SELECT id, part, key, content, answer, detail, to_name, to_id, note, name, who, how,"
    " undone IS NOT NULL, undone_by FROM group_answer ORDER BY id",
    "looks": "SELECT id, part, file, portion, verdict, name, who FROM looked ORDER BY id",
    "answers about files": "SELECT file, fate, name, note FROM answer ORDER BY file",
    "taken in": "SELECT 'file', file, answer FROM taken_in UNION ALL SELECT part, key, answer FROM taken_answer",
    "sign-offs": "SELECT id, part, digest, name, role, how, note, destroys, files, who, as_manager, signers FROM signoff",
    "second signatures": "SELECT id, signoff, digest, name, role, who, how, as_manager, note FROM cosign",
    "withdrawn": "SELECT signoff, name, note FROM withdrawal",
    "signed": "SELECT * FROM signed ORDER BY file",
    "signed sums": "SELECT * FROM signed_total ORDER BY signoff, kind",
    "rulings": "SELECT f.name, r.name, r.fate FROM ruling g JOIN file f ON f.id = g.file JOIN rule r ON r.id = g.rule"
    " ORDER BY f.id",
    "changes of rulings": "SELECT file, old, new FROM ruling_change ORDER BY rowid",
    "proposal": "SELECT digest FROM proposal UNION ALL SELECT digest FROM part WHERE present",
    "placements": "SELECT * FROM placement ORDER BY file",
    "groups": "SELECT part, key, portion, place, kind, rules, fate, allowed, files, risks, content FROM review_group"
    " ORDER BY part, portion, place",
    "places of groups": "SELECT p.folder, p.rule, g.key FROM review_place p JOIN review_group g ON g.id = p.grp"
    " UNION ALL SELECT m.file, '', g.key FROM review_member m JOIN review_group g ON g.id = m.grp ORDER BY 1, 2, 3",
    "files to look at": "SELECT part, portion, file FROM review_look ORDER BY part, portion, file",
    "editions": "SELECT digest, current FROM review_edition",
    "figures of parts": "SELECT * FROM standing_count UNION ALL SELECT part, list, lines, count, 0 FROM standing_list",
    "figures": "SELECT stage, name, value FROM figure WHERE name NOT IN ('policy', 'file_changes') ORDER BY stage, name",
    "what rules catch": "SELECT part, word, files, bytes FROM tally WHERE about = 'rule' ORDER BY word",
    "freezes": "SELECT path, matter, name, lifted IS NOT NULL, lifted_by FROM freeze ORDER BY id",
    "unended": "SELECT stage, ended IS NULL FROM run WHERE id IN (SELECT MAX(id) FROM run GROUP BY stage) ORDER BY stage",
}
_DAY = 86_400 * times.TICKS_A_SECOND


def end_state(folder: Path) -> dict[str, Any]:
    """Everything that matters afterwards, by what it is."""
    found: dict[str, Any] = {}
    for area in AREAS:
        path = folder / "workspace" / "scans" / f"{area}.db"
        with open_catalog(path) as catalog:
            found[f"{area}: wrong in the ledger"] = audit.broken(catalog)
            found[f"{area}: ledger"] = [(row.kind, row.actor, _said(row.body)) for row in ledger.rows(catalog)]
            found[f"{area}: counted"] = standings.is_current(catalog, times.from_datetime(MONDAY))
            for part in ("bilag", "felles"):
                found[f"{area}: portions of {part}"] = portions.overview(catalog, part)
                found[f"{area}: open in {part}"] = portions.open_items(catalog, part)
            found[f"{area}: not taken in"] = portions.not_taken_in(catalog)
        with closing(sqlite3.connect(path)) as opened:
            for what, sql in TABLES.items():
                found[f"{area}: {what}"] = opened.execute(sql).fetchall()
    policies = folder / "workspace" / "policies"
    found["policies"] = {path.name: path.read_bytes() for path in policies.iterdir() if not path.name.startswith(".")}
    return found


def _said(body: str) -> dict[str, Any]:
    """What a row of the ledger says, but for when a move list was written."""
    return {word: value for word, value in json.loads(body).items() if word != "exported"}


def told(folder: Path) -> tuple[Counter[tuple[str, str, str, int]], Counter[tuple[str, str]], int]:
    """What was attempted by part, address, kind and day; the messages by day and address; and attempts that may have left."""
    with open_catalog(folder / "workspace" / "scans" / "felles.db") as catalog:
        tried = reminders.history(catalog)
    letters = [
        (path.name[:10], str(message_from_bytes(path.read_bytes())["To"])) for path in (folder / "post").glob("*.eml")
    ]
    unsure = {(one.email, one.at // _DAY) for one in tried if one.sent is None}
    return Counter((one.part, one.email, one.kind, one.at // _DAY) for one in tried), Counter(letters), len(unsure)


def whole(folder: Path) -> list[str]:
    """What must hold at any moment, also when nobody goes on: sentences about what does not."""
    wrong = []
    confirmed = next(
        one.written.confirmed_on
        for one in load(folder / "workspace" / "policies", "regnskap").dated_rules
        if one.written.name == "drafts"
    )
    for area in AREAS:
        with open_catalog(folder / "workspace" / "scans" / f"{area}.db") as catalog:
            wrong += audit.broken(catalog)
            kinds = [row.kind for row in ledger.rows(catalog)]
            if confirmed is not None and "confirmation" not in kinds:
                wrong.append(f"a rule deletes in {area}, and no ledger says who confirmed it")
            wrong += _shown(catalog)
    return wrong


def _shown(catalog: Catalog) -> list[str]:
    """What pages would show of each part that is proposed, or that they could not."""
    wrong = []
    for row in list(catalog.rows("SELECT name FROM part WHERE present")):
        seen = portions.overview(catalog, row["name"])
        edition = catalog.value("SELECT COUNT(*) FROM review_edition WHERE current")
        if edition > 1:
            wrong.append(f"{edition} editions at once")
        if edition and not seen.portions:
            wrong.append(f"nothing is asked about {row['name']}")
        portions.open_items(catalog, row["name"])
    return wrong


def crash_and_go_on(crashing: Crasher, made: Path, folder: Path, crash_at: int) -> dict[str, Any]:
    """The end of a review that crashed before its n-th event; what is wrong on the way is an AssertionError."""
    folder.mkdir()
    begin(made, folder)
    code, events = crashing.go(folder, crash_at)
    assert code == CRASHED, f"no crash at {crash_at}: {events[-3:]}: {(folder / 'error').read_text()}"
    assert not (wrong := whole(folder)), wrong
    code, _events = crashing.go(folder)
    assert code == 0, f"crash before event {crash_at}, {events[-1]}: " + (folder / "error").read_text()
    return end_state(folder)


def refused(folder: Path) -> list[str]:
    """The forms that were sent again though they were done, and refused: by name."""
    kept = folder / "refused"
    found = [line.partition(":")[0] for line in kept.read_text().splitlines()] if kept.exists() else []
    assert set(found) <= set(AGAIN)
    return found


def compare(folder: Path, expected: dict[str, Any], found: dict[str, Any], undisturbed: Path) -> list[str]:
    """What differs from the undisturbed review, a line each; a message that may have left counts as told."""
    differs = [f"{what}: {_difference(state, found[what])}" for what, state in expected.items() if found[what] != state]
    attempts, letters, unsure = told(folder)
    attempts_then, letters_then, _unsure = told(undisturbed)
    if attempts != attempts_then:
        differs.append(f"attempts to remind: {attempts - attempts_then}, missing {attempts_then - attempts}")
    if letters - letters_then or (letters_then - letters).total() > unsure or unsure > 1:
        differs.append(f"messages: {letters} and {unsure} that nobody knows of, not {letters_then}")
    return differs


def _difference(expected: Any, found: Any) -> str:
    if isinstance(expected, list) and isinstance(found, list):
        more = [one for one in found if one not in expected]
        less = [one for one in expected if one not in found]
        return f"{len(found)} instead of {len(expected)}; new {more[:4]}, missing {less[:4]}"
    return f"{found} instead of {expected}"
