"""Links that were given new addresses in documents in the tenant: intents before the act, what came of it after it.

An item's links belong to the content that was sent (its receipt): where another content is sent, nothing of it is mended yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings import comparisons
from filrydd.catalog.findings.comparisons import Compared
from filrydd.model.item import Item


@dataclass(frozen=True, slots=True)
class Mended:
    """What an item's content may have in place of what was sent: old target -> new one, what is sure to be there as `done`,
    with what may have arrived as `all`. `ctag` of the item when it was last mended, empty for never."""

    done: Mapping[str, str]
    all: Mapping[str, str]
    ctag: str

    @property
    def ways(self) -> tuple[Mapping[str, str], ...]:
        """The links by which the item may be whole, the likeliest first; none where nothing was mended."""
        return tuple(links for links in (self.all, self.done if self.done != self.all else {}) if links)


@dataclass(frozen=True, slots=True)
class Open:
    """A mending that was begun, and of which nobody knows whether it arrived."""

    id: int
    drive: str
    item: str
    before: str
    session: str
    links: Mapping[str, str]


_LINKS = (
    "FROM mending m JOIN current_receipt r ON r.id = m.receipt AND r.item = m.item JOIN mended_link l ON l.mending = m.id"
    " WHERE m.item = ? AND m.drive = ?"
)


def of_item(catalog: Catalog, drive: str, item: str) -> Mended:
    """What became of an item's links."""
    done: dict[str, str] = {}
    maybe: dict[str, str] = {}
    for row in catalog.rows(f"SELECT l.old, l.new, m.done {_LINKS} ORDER BY m.id", (item, drive)):
        maybe[row["old"]] = row["new"]
        if row["done"] is not None:
            done[row["old"]] = row["new"]
    if not maybe:
        return Mended({}, {}, "")
    ctag = catalog.value(f"SELECT m.ctag {_LINKS} AND m.done IS NOT NULL ORDER BY m.id DESC LIMIT 1", (item, drive))
    return Mended(done, maybe, str(ctag or ""))


def opened(catalog: Catalog, item: str) -> Open | None:
    """The mending of an item that was begun and not ended."""
    row = catalog.row("SELECT id, drive, item, before, session FROM mending WHERE item = ? AND done IS NULL", (item,))
    if row is None:
        return None
    links = {
        each["old"]: each["new"] for each in catalog.rows("SELECT * FROM mended_link WHERE mending = ?", (row["id"],))
    }
    return Open(row["id"], row["drive"], row["item"], row["before"], row["session"], links)


def intend(
    catalog: Catalog, run: int, file: int, receipt: int, drive: str, item: Item, links: Mapping[str, str], now: int
) -> int:
    """Store, durably, that a version with these links is about to follow the item as it is; returns the mending's number."""
    with catalog.writing(durable=True):
        number = catalog.run(
            "INSERT INTO mending (run, file, receipt, drive, item, before, begun) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (run, file, receipt, drive, item.id, item.etag, now),
        )
        catalog.run_many(
            "INSERT INTO mended_link VALUES (?, ?, ?)", [(number, *pair) for pair in sorted(links.items())]
        )
    return number


def keep_session(catalog: Catalog, mending: int, session: str) -> None:
    """Store, durably, the uploadUrl under which the version is about to be sent."""
    with catalog.writing(durable=True):
        catalog.run("UPDATE mending SET session = ? WHERE id = ?", (session, mending))


def give_up(catalog: Catalog, mending: int) -> None:
    """Take an intent back: the version was not sent, or is not what it was meant to be."""
    with catalog.writing(durable=True):
        catalog.run(
            "DELETE FROM mended_link WHERE mending = (SELECT id FROM mending WHERE id = ? AND done IS NULL)", (mending,)
        )
        catalog.run("DELETE FROM mending WHERE id = ? AND done IS NULL", (mending,))


@dataclass(frozen=True, slots=True)
class Sharing:
    """A file whose item this is: its latest version, or a copy of it."""

    file: int
    receipt: int
    source_hash: str


def sharing(catalog: Catalog, drive: str, item: str) -> list[Sharing]:
    """The files whose content lies in an item as its latest version, and are still in the old area."""
    rows = catalog.rows(
        "SELECT r.file, r.id, r.source_hash FROM receipt x JOIN current_receipt r ON r.id = x.id JOIN file f ON f.id = r.file"
        " WHERE x.item = ? AND x.drive = ? AND r.version = '' AND f.gone IS NULL ORDER BY r.file",
        (item, drive),
    )
    return [Sharing(row["file"], row["id"], row["source_hash"]) for row in rows]


def end(
    catalog: Catalog,
    mending: int,
    run: int,
    item: Item,
    proof: int,
    compared: Sequence[Compared],
    seal: int | None,
    now: int,
) -> None:
    """Store, in one durable transaction, that the version is there as meant, as which item it was compared, and the comparisons
    of the run `proof`; the item's eTag then stands for what we sent, as that of its receipt did."""
    with catalog.writing(durable=True):
        catalog.run(
            "UPDATE mending SET run = ?, etag = ?, ctag = ?, size = ?, hash = ?, session = '', done = ? WHERE id = ?",
            (run, item.etag, item.ctag, item.size, item.hash, now, mending),
        )
        for one in compared:
            comparisons.add(catalog, proof, one, seal, now)
            catalog.run(
                "INSERT INTO filled (receipt, fields, etag) VALUES (?1, '', ?2)"
                " ON CONFLICT (receipt) DO UPDATE SET etag = excluded.etag",
                (one.receipt, item.etag),
            )


def count(catalog: Catalog, run: int) -> tuple[int, int]:
    """How many documents a run has mended, and how many different links in them."""
    row = catalog.row(
        "SELECT COUNT(DISTINCT m.id), COUNT(*) FROM mending m JOIN mended_link l ON l.mending = m.id"
        " WHERE m.run = ? AND m.done IS NOT NULL",
        (run,),
    )
    return (0, 0) if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True)
class There:
    """Where something that is pointed to lies in the tenant whose API has that `address`."""

    address: str
    drive: str
    item: str


def there(catalog: Catalog, file: int) -> There | None:
    """Where a file lies that has arrived; None for one that has not, or is no more than an earlier version of another one."""
    row = catalog.row(
        "SELECT d.address, r.drive, r.item FROM current_receipt r JOIN destination d WHERE r.file = ? AND r.version = ''",
        (file,),
    )
    return None if row is None else There(*row)
