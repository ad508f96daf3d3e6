"""Whether a catalog is built as the migrations build it, and whole.

Who can write a database can also make a view answer otherwise, hang a trigger on a table, or leave an index that does not
agree with its table: the rows under a root would all be right, and the queries over them would not.
"""

import contextlib
import sqlite3
from functools import cache

from sqlite_utils import Database

from filrydd.catalog.connection import Catalog
from filrydd.catalog.migrations import migrations
from filrydd.lang import _

# SQLite's own tables and those that sqlite-utils counts migrations in.
_OTHERS = "sqlite\\_%", "\\_sqlite\\_%"
_BUILT = (
    "SELECT type, name, iif(type IN ('view', 'trigger'), sql, '') FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')"
    f" AND name NOT LIKE '{_OTHERS[0]}' ESCAPE '\\' AND name NOT LIKE '{_OTHERS[1]}' ESCAPE '\\'"
)
_MOST_TOLD = 5


def wrong(catalog: Catalog) -> list[str]:
    """What is not as it should be, a sentence each. Reads every page of the database.

    Tables that somebody added harm nobody and are left alone; views and triggers are not.
    """
    found = {tuple(row) for row in catalog.rows(_BUILT)}
    expected = _expected()
    strange = {(kind, name) for kind, name, _sql in expected - found}
    strange |= {(kind, name) for kind, name, _sql in found - expected if kind != "table"}
    sentences = [
        _("The catalog's {name} is not as filrydd made it.").format(name=name) for _kind, name in sorted(strange)
    ]
    damage = [str(row[0]) for row in catalog.rows(f"PRAGMA integrity_check({_MOST_TOLD})")]
    sentences += [_("The catalog is damaged: {why}").format(why=why) for why in damage if why != "ok"]
    return sentences


@cache
def _expected() -> frozenset[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        migrations.apply(Database(connection))
        return frozenset(tuple(row) for row in connection.execute(_BUILT))
