"""A call to the tenant and its answer, wherever they come from: the wire or a batch."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from filrydd.rehearsal.clock import moment
from filrydd.rehearsal.refusal import Refused, bad
from filrydd.rehearsal.rules.apps import ANYBODY, App
from filrydd.rehearsal.store.changes import Times

JSON_LIMIT = 4 << 20
BEHAVIOURS = ("fail", "replace", "rename")
_CONFLICT = ("@microsoft.graph.conflictBehavior", "@name.conflictBehavior")
# OData's own options; without their dollar they mean the same to Graph.
_OPTIONS = {"select", "expand", "filter", "orderby", "top", "skip", "skiptoken", "search", "count", "format", "apply"}

Body = Callable[[], AsyncIterator[bytes]]


async def no_body() -> AsyncIterator[bytes]:
    """The body of a call that has none."""
    nothing: tuple[bytes, ...] = ()
    for piece in nothing:
        yield piece


@dataclass(slots=True)
class Call:
    """`path` is decoded and begins after the API's root, which `root` holds; header names in lower case."""

    method: str
    root: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body = no_body
    app: App = ANYBODY

    def options(self, *allowed: str) -> dict[str, str]:
        """The OData options of the query, without dollars. Raises Refused (400) for any but the allowed ones."""
        options: dict[str, str] = {}
        for name, value in self.query.items():
            plain = name.removeprefix("$").lower()
            if name.startswith("$") or plain in _OPTIONS:
                if plain not in allowed:
                    raise bad(f"The query option '{name}' is not supported here.")
                options[plain] = value
        return options

    def top(self, default: int, most: int) -> int:
        """The size of a page. Raises Refused (400)."""
        text = self.query.get("$top", self.query.get("top", str(default)))
        if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
            raise bad(f"Invalid value '{text}' for $top.")
        return min(int(text), most)

    async def json(self) -> dict[str, Any]:
        """The body as a JSON object; empty for no body. Raises Refused (400, 413)."""
        raw = bytearray()
        async for piece in self.body():
            raw += piece
            if len(raw) > JSON_LIMIT:
                raise Refused(413, "requestTooLarge", "The request is too large.")
        if not raw.strip():
            return {}
        try:
            value = json.loads(raw, object_pairs_hook=_object, parse_constant=_no_json)
            # Half a surrogate pair can be written in JSON, and nothing else here can hold it.
            json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Refused(400, "BadRequest", "Unable to read JSON request payload.")
        return value

    def conflict(self, body: Mapping[str, Any], default: str) -> str:
        """The conflict behaviour of query or body, in either spelling. Raises Refused (400)."""
        for name in _CONFLICT:
            if wish := body.get(name, self.query.get(name)):
                if wish not in BEHAVIOURS:
                    raise bad(f"The conflict behaviour '{wish}' is not known.")
                return str(wish)
        return default


@dataclass(slots=True)
class Answer:
    """What goes back. `body` is JSON, or None for nothing."""

    status: int = 200
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


def once(options: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The options of a query. Raises Refused (400) for one of OData's that comes twice."""
    found: dict[str, str] = {}
    for name, value in options:
        if name in found and name.startswith("$"):
            message = f"Query option '{name}' was specified more than once, but it must be specified at most once."
            raise Refused(400, "BadRequest", message)
        found[name] = value
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Which of the two is meant cannot be known. That Graph refuses it too is our inference.
        raise ValueError("A property comes twice.")
    return found


def _no_json(constant: str) -> object:
    # Python reads NaN and Infinity; JSON has no such numbers.
    raise ValueError(constant)


def only(body: Mapping[str, Any], *known: str) -> None:
    """Refuse (400) properties that the tenant does not take; annotations of OData pass."""
    for name in body:
        if name not in known and name not in _CONFLICT and not name.startswith("@odata."):
            raise bad(f"The property '{name}' is not supported here.")


def times(body: Mapping[str, Any]) -> Times:
    """The fileSystemInfo of a body. Raises Refused (400)."""
    info = body.get("fileSystemInfo")
    if info is None:
        return Times()
    if not isinstance(info, dict):
        raise bad("fileSystemInfo must be an object.")
    only(info, "createdDateTime", "lastModifiedDateTime", "lastAccessedDateTime")
    created, modified = info.get("createdDateTime"), info.get("lastModifiedDateTime")
    return Times(
        created=None if created is None else moment(created), modified=None if modified is None else moment(modified)
    )
