"""By what a catalog knows a lease in the tenant as its own, also after the process that took it was killed.

An id that the catalog keeps is not enough: a copy of the catalog has it too. So the lease also names where the catalog lies:
machine, path, and the file's number on its disk, all of which a copy shares only with a machine that was cloned whole. A catalog
that is moved, or put back from a backup, is another one by this; it then waits until the lease has run out.
"""

import hashlib
import secrets
import socket

from filrydd.catalog.connection import Catalog


def machine() -> str:
    """The name of this machine."""
    return socket.gethostname()


def own(catalog: Catalog) -> tuple[str, str]:
    """The catalog's id, kept durably before it is told, and a digest of where the catalog lies."""
    id = catalog.value("SELECT id FROM lease")
    if id is None:
        with catalog.writing(durable=True):
            catalog.run("INSERT OR IGNORE INTO lease (one, id) VALUES (1, ?)", (secrets.token_hex(16),))
        id = catalog.value("SELECT id FROM lease")
    path = catalog.path.resolve()
    said = "\0".join((machine(), str(path), str(path.stat().st_ino)))
    return str(id), hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
