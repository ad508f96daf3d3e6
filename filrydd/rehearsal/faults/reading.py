"""Values of a fault file, each checked where it stands. All that is wrong is kept, so that it can be told at once."""

import math
from collections.abc import Collection
from typing import Any

from filrydd.lang import _
from filrydd.rehearsal.faults.yaml_tree import Problem, Way


class Reading:
    """A file's values, their lines, and what was found wrong so far."""

    def __init__(self, lines: dict[Way, int]) -> None:
        self._lines = lines
        self.problems: list[Problem] = []

    def wrong(self, way: Way, what: str) -> None:
        """Keep a problem."""
        line = next((self._lines[way[:end]] for end in range(len(way), -1, -1) if way[:end] in self._lines), 1)
        place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")
        self.problems.append((line, f"{place}: {what}" if place else what))

    def keys(self, value: Any, way: Way, *known: str) -> "Keys":
        """A mapping with no other keys than the known ones; an empty one where the value is none."""
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.wrong(way, _("It must have keys: {known}.").format(known=", ".join(known)))
            value = {}
        for key in value:
            if key not in known:
                self.wrong(
                    (*way, str(key)), _("The key is not known here. Known: {known}.").format(known=", ".join(known))
                )
        return Keys(self, value, way)

    def items(self, value: Any, way: Way) -> list[tuple[Any, Way]]:
        """The items of a list, each with its way."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(way, _("It must be a list."))
            return []
        return [(item, (*way, position)) for position, item in enumerate(value)]


class Keys:
    """The values of one mapping. What is wrong or not there comes back as the default."""

    def __init__(self, reading: Reading, value: dict[Any, Any], way: Way) -> None:
        self.reading = reading
        self.way = way
        self._value = value

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def raw(self, key: str) -> Any:
        """The value as it is."""
        return self._value.get(key)

    def wrong(self, key: str, what: str) -> None:
        """Keep a problem with a key's value."""
        self.reading.wrong((*self.way, key), what)

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number from `low` to `high`."""
        value = self._value.get(key)
        if key not in self._value:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not (math.isfinite(value) and low <= value <= high)
        ):
            self.wrong(key, _("It must be a number from {low} to {high}.").format(low=f"{low:g}", high=f"{high:g}"))
            return None
        return value

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        if key not in self._value:
            return None
        value = self._value[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(key, _("It must be a whole number from {low} to {high}.").format(low=low, high=high))
            return None
        return value

    def choice(self, key: str, allowed: Collection[str]) -> str | None:
        """One of the allowed words."""
        if key not in self._value:
            return None
        # YAML reads 429 as a number.
        value = self._value[key]
        word = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if word not in allowed:
            self.wrong(key, _("It must be one of: {allowed}.").format(allowed=", ".join(allowed)))
            return None
        return word

    def text(self, key: str, longest: int) -> str | None:
        """A text that is not empty."""
        if key not in self._value:
            return None
        value = self._value[key]
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            self.wrong(key, _("It must be a text of 1 to {longest} characters.").format(longest=longest))
            return None
        return value
