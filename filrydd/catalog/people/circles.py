"""The people and groups of an area as `layout.audience` needs them, and the lists that it judges."""

from collections.abc import Collection
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.people.principals import shown_name
from filrydd.layout.access import Sid
from filrydd.layout.audience import Judging
from filrydd.layout.circle import Circle
from filrydd.model import descriptor as security
from filrydd.model import wellknown
from filrydd.model.descriptor import BadDescriptor, Descriptor, sid_from_text


@dataclass(frozen=True, slots=True)
class Principal:
    """A row of `principal`; `name` as people read it, `entra_id` as the directory told it."""

    id: int
    sid: str
    name: str
    kind: str
    state: str
    entra_id: str


def principals(catalog: Catalog) -> dict[Sid, Principal]:
    """Everybody the area knows, by identifier."""
    rows = catalog.rows("SELECT id, sid, name, kind, state, entra_id FROM principal ORDER BY id")
    return {
        sid_from_text(row["sid"]): Principal(
            row["id"], row["sid"], shown_name(row["sid"], row["name"], row["kind"]), *row[3:]
        )
        for row in rows
    }


def circle(catalog: Catalog, known: dict[Sid, Principal]) -> Circle:
    """Who is in which group. A group is one of known members when somebody told of a person in it, all whom it holds are
    known to be persons or groups, and it is no domain's own group: these hold people as their first group besides."""
    sids = {one.id: sid for sid, one in known.items()}
    groups_of: dict[Sid, list[Sid]] = {}
    open_groups: set[Sid] = set()
    for owning, member in catalog.rows("SELECT owning, member FROM member"):
        group, inside = known[sids[owning]], known[sids[member]]
        groups_of.setdefault(sids[member], []).append(sids[owning])
        told = inside.state == "vanished" or inside.kind in ("user", "computer", "group")
        if not told or _fills_itself(group) or (inside.kind == "group" and _fills_itself(inside)):
            open_groups.add(sids[owning])
    return Circle(
        [sid for sid, one in known.items() if one.kind in ("user", "computer")],
        groups_of,
        open_groups,
        [sid for sid, one in known.items() if one.state == "vanished"],
    )


def judging(catalog: Catalog, circle: Circle, left_out: Collection[str] = ()) -> Judging | None:
    """What judges the area's lists; None when the share's list cannot be understood, so that it may keep anybody out."""
    try:
        share = parsed(catalog.value("SELECT d.content FROM area a JOIN descriptor d ON d.id = a.descriptor"))
    except BadDescriptor:
        return None
    return Judging(circle, share, [sid_from_text(sid) for sid in left_out])


def parsed(content: bytes | None) -> Descriptor | None:
    """A stored list. Raises BadDescriptor."""
    return None if content is None else security.parse(content)


def _fills_itself(one: Principal) -> bool:
    return one.kind == "well-known" or wellknown.speaks_for_itself(one.sid)
