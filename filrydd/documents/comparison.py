"""What a comparison of two documents came to. The words are stored; the sentence is made when it is shown."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from filrydd.lang import _

Outcome = Literal["equal", "rewritten", "different", "not examined"]
OUTCOMES: tuple[Outcome, ...] = ("equal", "rewritten", "different", "not examined")


class Why(StrEnum):
    """The reason for an outcome."""

    SAME_BYTES = "same bytes"
    PROPERTIES = "properties"
    APPENDED = "appended"
    BYTES = "bytes"
    PART_MISSING = "part missing"
    PART_ADDED = "part added"
    PART_DIFFERS = "part differs"
    FOUND_BROKEN = "found broken"
    MALFORMED = "malformed"
    PROTECTED = "protected"
    DOUBLE_PART = "double part"
    TOO_LARGE = "too large"
    NO_FILE = "no file"
    TOO_SLOW = "too slow"
    NO_MEMORY = "no memory"
    DIED = "died"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether the document found is the document sent.

    `equal`: byte for byte. `rewritten`: all content is there unchanged, only properties such as SharePoint writes differ.
    `different`: something else differs, is missing or was added. `not examined`: that could not be found out; it proves
    nothing either way. `detail` names the part or the fault, in the format's or the system's own words.
    """

    outcome: Outcome
    reason: Why
    detail: str = ""

    @property
    def why(self) -> str:
        """The sentence for people, in the language of the moment."""
        sentence = {
            Why.SAME_BYTES: _("The two files are the same, byte for byte."),
            Why.PROPERTIES: _("Only properties differ, as SharePoint writes them. All content is the same."),
            Why.APPENDED: _("All bytes sent are there. SharePoint appended to them."),
            Why.BYTES: _("The content is not the same."),
            Why.PART_MISSING: _("A part of the document is missing: {detail}"),
            Why.PART_ADDED: _("The document has a part that was not sent: {detail}"),
            Why.PART_DIFFERS: _("A part of the document is not the same: {detail}"),
            Why.FOUND_BROKEN: _("The file found cannot be read as the document it was: {detail}"),
            Why.MALFORMED: _("The document does not follow its format, so it was not compared: {detail}"),
            Why.PROTECTED: _("The document is encrypted, so it was not compared part by part."),
            Why.DOUBLE_PART: _("The document has two parts of one name, so it was not compared: {detail}"),
            Why.TOO_LARGE: _("The document unpacks to more than is safe to read: {detail}"),
            Why.NO_FILE: _("One of the two is not a file: {detail}"),
            Why.TOO_SLOW: _("Comparing took longer than {detail} seconds and was stopped."),
            Why.NO_MEMORY: _("Comparing needed more memory than it may use."),
            Why.DIED: _("The process that compared ended before it answered: {detail}"),
            Why.FAULT: _("The document could not be compared: {detail}"),
        }[self.reason]
        return sentence.format(detail=self.detail)


class NotReadable(Exception):
    """One of the two documents cannot be read as what it should be. `path` is that document."""

    def __init__(self, path: Path, reason: Why, detail: str = "") -> None:
        super().__init__(f"{path}: {reason} {detail}".strip())
        self.path = path
        self.reason = reason
        self.detail = detail


def rewritten(reason: Why = Why.PROPERTIES) -> Comparison:
    return Comparison("rewritten", reason)


def different(reason: Why = Why.BYTES, detail: str = "") -> Comparison:
    return Comparison("different", reason, detail)


def not_examined(reason: Why, detail: str = "") -> Comparison:
    return Comparison("not examined", reason, detail)
