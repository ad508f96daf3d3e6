"""The kinds of call that a rule can be about."""

from enum import StrEnum

from filrydd.rehearsal.rules.throttle import Cost


class Kind(StrEnum):
    """What a call asks for."""

    GET = "get"
    LIST = "list"
    """Children, versions, search."""
    DELTA = "delta"
    DOWNLOAD = "download"
    """`GET content`, which leads to the other port."""
    CONTENT = "content"
    """The bytes of a download."""
    FOLDER = "folder"
    """A new folder."""
    CHANGE = "change"
    """Another name, folder or time."""
    COPY = "copy"
    DELETE = "delete"
    UPLOAD = "upload"
    """`PUT content`."""
    SESSION = "session"
    """A new upload session."""
    FRAGMENT = "fragment"
    COMMIT = "commit"
    """The end of a session that waits for it."""
    STATUS = "status"
    """What a session has received."""
    CANCEL = "cancel"
    FIELDS = "fields"
    """Filling columns."""
    LABEL = "label"
    """Setting or taking off a retention label."""
    PERMISSIONS = "permissions"
    SITE = "site"
    """Sites, lists, columns, drives."""
    PEOPLE = "people"
    """Users, groups, teams."""
    BATCH = "batch"
    """A batch as a whole; the calls in it meet the throttle one by one, and no rule."""


GROUPS: dict[str, frozenset[Kind]] = {
    "any": frozenset(Kind),
    "read": frozenset({Kind.GET, Kind.LIST, Kind.DELTA, Kind.DOWNLOAD, Kind.CONTENT}),
    "write": frozenset({Kind.FOLDER, Kind.CHANGE, Kind.COPY, Kind.DELETE, Kind.FIELDS, Kind.LABEL}),
    "session_calls": frozenset({Kind.FRAGMENT, Kind.COMMIT, Kind.STATUS, Kind.CANCEL}),
}
"""Names for several kinds at once."""

ARRIVALS = frozenset({Kind.UPLOAD, Kind.FRAGMENT, Kind.COMMIT})
"""What a file can be there after."""
WRITES = ARRIVALS | {Kind.FOLDER, Kind.CHANGE}
"""What is answered with an item, and after which people may have been there too."""

COSTS: dict[Kind, Cost] = {
    Kind.GET: Cost.GET,
    Kind.LIST: Cost.LIST,
    Kind.DELTA: Cost.LIST,
    Kind.DOWNLOAD: Cost.DOWNLOAD,
    Kind.UPLOAD: Cost.UPLOAD,
    Kind.FRAGMENT: Cost.FRAGMENT,
    Kind.COMMIT: Cost.FRAGMENT,
    Kind.CANCEL: Cost.FRAGMENT,
    Kind.STATUS: Cost.GET,
    Kind.PERMISSIONS: Cost.PERMISSIONS,
    Kind.SITE: Cost.GET,
    Kind.PEOPLE: Cost.LIST,
    Kind.FOLDER: Cost.WRITE,
    Kind.CHANGE: Cost.WRITE,
    Kind.COPY: Cost.WRITE,
    Kind.DELETE: Cost.WRITE,
    Kind.SESSION: Cost.WRITE,
    Kind.FIELDS: Cost.WRITE,
    Kind.LABEL: Cost.WRITE,
}
"""What a call that a fault refused is counted as; kinds that are not here cost nothing."""
