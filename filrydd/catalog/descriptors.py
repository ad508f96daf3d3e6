"""Permissions as the source gave them: opaque bytes, equal ones stored once."""

from filrydd.catalog.connection import Catalog


def descriptor_id(catalog: Catalog, content: bytes) -> int:
    """The row of a descriptor, made when it is new. Only inside `writing`."""
    found = catalog.value("SELECT id FROM descriptor WHERE content = ?", (content,))
    return int(found) if found is not None else catalog.run("INSERT INTO descriptor (content) VALUES (?)", (content,))


def keep_share_descriptor(catalog: Catalog, content: bytes) -> None:
    """Store the permissions of the area's share; empty: nobody tells them, and those told before hold no longer."""
    with catalog.writing():
        number = descriptor_id(catalog, content) if content else None
        catalog.run("UPDATE area SET descriptor = ?1 WHERE descriptor IS NOT ?1", (number,))
