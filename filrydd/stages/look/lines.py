"""What a look found: a list of lines, each in order, not in order, or not known."""

from dataclasses import dataclass
from typing import Literal

from filrydd.errors import FilryddError

State = Literal["ok", "not ok", "not known"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `what` is a fixed word for scripts; `detail` says it in a sentence, and `next` what to do
    where it is not in order or not known."""

    what: str
    state: State
    detail: str
    next: str = ""


class Lines:
    """Collects what a look finds."""

    def __init__(self) -> None:
        self.found: list[Line] = []

    def fine(self, what: str, detail: str) -> None:
        """Something is in order."""
        self._add(Line(what, "ok", detail))

    def wrong(self, what: str, detail: str, next: str) -> None:
        """Something is not."""
        self._add(Line(what, "not ok", detail, next))

    def unknown(self, what: str, detail: str, next: str) -> None:
        """The tenant does not tell."""
        self._add(Line(what, "not known", detail, next))

    def failed(self, what: str, error: FilryddError) -> None:
        """Something is not in order, as an error says it."""
        self.wrong(what, error.message, error.next)

    def _add(self, line: Line) -> None:
        # Two libraries of one site have the same to say of it.
        if line not in self.found:
            self.found.append(line)
