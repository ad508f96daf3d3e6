"""What the file of a lease says, and reading it: anybody may have written it."""

import json
from dataclasses import asdict, dataclass

LONGEST = 24 * 3600.0
"""Seconds: what is believed of a lease that says more."""
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Said:
    """Who holds the lease of an area: the catalog's `id` and a digest of its `place`, for the machine itself; the others for
    people. `since` as the tenant's clock said when it was taken; `seconds`: how long it lasts from when the file was written."""

    area: str
    id: str
    place: str
    machine: str
    who: str
    since: str
    seconds: float

    def written(self) -> bytes:
        """As the file has it."""
        return json.dumps(asdict(self), indent=1).encode()

    def is_by_the_same(self, other: "Said | None") -> bool:
        """Whether the other one was written for the same catalog in the same place."""
        return other is not None and (self.area, self.id, self.place) == (other.area, other.id, other.place)


def read(content: bytes) -> Said | None:
    """What a file says; None for one that is no lease."""
    try:
        said = json.loads(content)
        words = {name: _word(said[name]) for name in ("area", "id", "place", "machine", "who", "since")}
        seconds = float(said["seconds"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Said(**words, seconds=min(seconds, LONGEST)) if 0 <= seconds < float("inf") else None


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return "".join(each if each.isprintable() else "?" for each in value[:_LONGEST_WORD])
