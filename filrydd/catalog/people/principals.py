"""Who the identifiers in owners and access lists are, and who is in which group, as far as somebody told.

What a directory or a list of people tells is first heard into TEMP tables (`begin`, `hear`), which holds up nobody, and
then taken over as a difference (`take_over`) in one short transaction.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.model import wellknown
from filrydd.model.names import fold


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one: `kind` is user, group or computer; `entra_id` and `mail` (user principal name or mail address)
    are empty when not told."""

    sid: str
    name: str
    kind: str
    disabled: bool
    entra_id: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Those who had to be told (`principals_to_tell`): `named` (`disabled` of them), `vanished` and `unknown` are all."""

    named: int
    disabled: int
    vanished: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who owns files or folders. `state` is active, disabled or vanished; empty: nobody could be asked."""

    sid: str
    name: str
    kind: str
    state: str
    files: int
    bytes: int


def id_of(catalog: Catalog, sid: str) -> int:
    """The row of a security identifier (`S-1-...`), made when it is new. Only inside `writing`."""
    found = catalog.value("SELECT id FROM principal WHERE sid = ?", (sid,))
    if found is not None:
        return int(found)
    known = wellknown.speaks_for_itself(sid)
    return catalog.run(
        "INSERT INTO principal (sid, name, kind, state) VALUES (?, ?, ?, ?)",
        (sid, wellknown.name_of(sid) if known else "", wellknown.kind_of(sid), "active" if known else ""),
    )


def shown_name(sid: str, name: str, kind: str) -> str:
    """What somebody is called for people: as told, else by the form of the identifier, else the identifier itself."""
    # The stored name of a well-known one is in the language of whoever scanned.
    by_form = wellknown.name_of(sid)
    return (by_form or name if kind == "well-known" else name or by_form) or sid


def called(catalog: Catalog, sids: Collection[str]) -> dict[str, tuple[str, str]]:
    """What these identifiers are called, and their kind; of those that the area knows."""
    rows = catalog.rows("SELECT sid, name, kind FROM principal")
    return {row["sid"]: (row["name"], row["kind"]) for row in rows if row["sid"] in sids}


def names(catalog: Catalog) -> dict[int, str]:
    """What every principal is called for people, as far as anything is known but its identifier."""
    rows = catalog.rows("SELECT id, sid, name, kind FROM principal")
    shown = {row["id"]: (row["sid"], shown_name(row["sid"], row["name"], row["kind"])) for row in rows}
    return {number: name for number, (sid, name) in shown.items() if name != sid}


def principals_to_tell(catalog: Catalog) -> list[str]:
    """The identifiers of owners and lists that do not speak for themselves, those included that were told before."""
    # Who is here only as a member of some group is told with that group.
    rows = catalog.rows(
        "SELECT sid FROM principal WHERE kind <> 'well-known' AND (id NOT IN (SELECT member FROM member)"
        " OR id IN (SELECT principal FROM access) OR id IN (SELECT owner FROM file WHERE gone IS NULL AND owner > 0))"
        " ORDER BY sid"
    )
    return [row["sid"] for row in rows if not wellknown.speaks_for_itself(row["sid"])]


def unresolved(catalog: Catalog) -> list[str]:
    """The identifiers of which nobody knows who they are."""
    return [row["sid"] for row in catalog.rows("SELECT sid FROM principal WHERE state = '' ORDER BY sid")]


def sids(catalog: Catalog) -> frozenset[str]:
    """Every identifier that the area names."""
    return frozenset(row["sid"] for row in catalog.rows("SELECT sid FROM principal"))


def begin(catalog: Catalog) -> None:
    """Make room for what is going to be told; what was heard and not taken over is forgotten."""
    for table, columns in (
        ("told", "sid TEXT PRIMARY KEY, name TEXT, kind TEXT, state TEXT, entra_id TEXT, mail TEXT"),
        ("told_group", "sid TEXT PRIMARY KEY"),
        ("told_member", "owning TEXT, member TEXT, PRIMARY KEY (owning, member)"),
    ):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
        catalog.run(f"CREATE TEMP TABLE {table} ({columns}) WITHOUT ROWID")


def hear(catalog: Catalog, told: Iterable[Told]) -> None:
    """Hear who somebody is; who is told twice is what was said last."""
    catalog.run_many(
        "INSERT OR REPLACE INTO temp.told (sid, name, kind, state, entra_id, mail) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (one.sid, one.name, one.kind, "disabled" if one.disabled else "active", one.entra_id, one.mail)
            for one in told
        ),
    )


def hear_members(catalog: Catalog, group: str, members: Iterable[str]) -> None:
    """Hear who is in a group, also through other groups: all of them, since whoever is not told is no longer in it."""
    catalog.run("INSERT OR IGNORE INTO temp.told_group (sid) VALUES (?)", (group,))
    catalog.run_many(
        "INSERT OR IGNORE INTO temp.told_member (owning, member) VALUES (?, ?)", ((group, member) for member in members)
    )


def take_over(catalog: Catalog) -> Tally:
    """Store what was heard. Only inside `writing`; afterwards `reach.judge` has to look again.

    Somebody of whom nothing was told has vanished when others of the same domain are told; of other domains nobody knows.
    Only the groups that the area names are kept, with their members.
    """
    asked = principals_to_tell(catalog)
    _take_over_people(catalog)
    _mark_vanished(catalog, asked)
    _take_over_members(catalog)
    counts = dict.fromkeys(("active", "disabled", "vanished", ""), 0)
    for sid in asked:
        counts[str(catalog.value("SELECT state FROM principal WHERE sid = ?", (sid,)))] += 1
    return Tally(counts["active"] + counts["disabled"], counts["disabled"], counts["vanished"], counts[""])


def owners(catalog: Catalog) -> list[Owner]:
    """Who owns how many present files and bytes, most bytes first; files whose owner was not asked for do not count."""
    rows = catalog.rows(
        "SELECT p.sid, p.name, p.kind, p.state, COUNT(*) AS files, SUM(f.size) AS bytes FROM file f"
        " JOIN principal p ON p.id = f.owner WHERE f.gone IS NULL GROUP BY p.id"
    )
    found = [
        Owner(row["sid"], shown_name(row["sid"], row["name"], row["kind"]), row["kind"], row["state"], *row[4:])
        for row in rows
    ]
    return sorted(found, key=lambda owner: (-owner.bytes, fold(owner.name), owner.sid))


def _take_over_people(catalog: Catalog) -> None:
    # Members are kept with their names even when no list names them: they are whom people ask for.
    wanted = (
        "SELECT m.member FROM temp.told_member m JOIN principal g ON g.sid = m.owning"
        " WHERE m.member NOT IN (SELECT sid FROM principal)"
    )
    for sid in [row[0] for row in catalog.rows(f"SELECT DISTINCT member FROM ({wanted})")]:
        id_of(catalog, sid)
    catalog.run(
        "UPDATE principal SET name = t.name, kind = t.kind, state = t.state, entra_id = t.entra_id,"
        " mail = COALESCE(NULLIF(t.mail, ''), principal.mail) FROM temp.told t"
        " WHERE t.sid = principal.sid AND principal.kind <> 'well-known'"
        " AND (principal.name, principal.kind, principal.state, principal.entra_id, principal.mail)"
        " IS NOT (t.name, t.kind, t.state, t.entra_id, COALESCE(NULLIF(t.mail, ''), principal.mail))"
    )


def _mark_vanished(catalog: Catalog, asked: Iterable[str]) -> None:
    told = {row["sid"] for row in catalog.rows("SELECT sid FROM temp.told")}
    domains = {wellknown.domain_of(sid) for sid in told if wellknown.is_made_account(sid)}
    # Whoever is in a told group, or has somebody in it, is still there, though nobody said who it is.
    told |= {
        row[0] for row in catalog.rows("SELECT owning FROM temp.told_member UNION SELECT member FROM temp.told_member")
    }

    def gone() -> Iterator[tuple[str]]:
        for sid in asked:
            if sid not in told and wellknown.is_made_account(sid) and wellknown.domain_of(sid) in domains:
                yield (sid,)

    catalog.run_many("UPDATE principal SET state = 'vanished' WHERE sid = ? AND state <> 'vanished'", gone())
    # Nobody is in a group that is no more.
    catalog.run("INSERT OR IGNORE INTO temp.told_group (sid) SELECT sid FROM principal WHERE state = 'vanished'")


def _take_over_members(catalog: Catalog) -> None:
    for table in ("heard_member", "former_member"):
        catalog.run(f"DROP TABLE IF EXISTS temp.{table}")
    catalog.run(
        "CREATE TEMP TABLE heard_member AS SELECT g.id AS owning, p.id AS member FROM temp.told_member m"
        " JOIN principal g ON g.sid = m.owning JOIN principal p ON p.sid = m.member WHERE g.id <> p.id"
    )
    catalog.run(
        "CREATE TEMP TABLE former_member AS SELECT m.owning, m.member FROM member m JOIN principal g ON g.id = m.owning"
        " WHERE g.sid IN (SELECT sid FROM temp.told_group)"
    )
    heard, former = ("SELECT owning, member FROM temp." + table for table in ("heard_member", "former_member"))
    # Whoever came into a group or left one is judged anew, everywhere he is named.
    changed = f"SELECT member FROM ({heard} EXCEPT {former}) UNION SELECT member FROM ({former} EXCEPT {heard})"
    catalog.run(
        f"DELETE FROM access WHERE descriptor IN (SELECT descriptor FROM access WHERE principal IN ({changed}))"
    )
    catalog.run(f"DELETE FROM member WHERE (owning, member) IN ({former} EXCEPT {heard})")
    catalog.run(f"INSERT OR IGNORE INTO member (owning, member) {heard}")
