"""Lists of people and of groups' members, as an administrator exports them: read, and refused with every fault at once.

They come as Excel and PowerShell write them: comma, semicolon or tabulator between the columns, UTF-8 with or without a
mark, UTF-16 with one, or Windows-1252. What is read is text: a name that a spreadsheet would take for a formula is a fault.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from filrydd.catalog.people.principals import Told
from filrydd.errors import BadUsage
from filrydd.lang import _, n_
from filrydd.model.descriptor import BadDescriptor, sid_from_text, sid_to_text

MOST_BYTES = 256 << 20
"""Bytes of a list: a million people have some 100 MB."""
MOST_BYTES_IN_A_LINE = 64 << 10

PEOPLE = ("sid", "name", "kind", "disabled")
MEMBERS = ("group", "member")
_SHOWN = 20
_SID = re.compile(r"S-1(-[0-9]+){2,16}", re.IGNORECASE | re.ASCII)
_KINDS = {
    "user": "user",
    "bruker": "user",
    "group": "group",
    "gruppe": "group",
    "computer": "computer",
    "maskin": "computer",
}
_YES = frozenset({"true", "1", "yes", "ja", "sann", "x"})
_NO = frozenset({"false", "0", "no", "nei", "usann", ""})
_GUID = re.compile(r"(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})?", re.IGNORECASE | re.ASCII)
_FORMULA = ("=", "+", "-", "@")


class _Faults:
    """What is wrong with a list, each with its line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0
        self._lines: list[str] = []

    def add(self, line: int, what: str) -> None:
        self._count += 1
        if len(self._lines) < _SHOWN:
            self._lines.append(_("line {line}: {what}").format(line=line, what=what))

    def refuse(self) -> None:
        """Raises BadUsage when anything was wrong."""
        if not self._count:
            return
        rest = self._count - len(self._lines)
        raise BadUsage(
            n_(
                "{path} has {count} fault, so nothing was stored.",
                "{path} has {count} faults, so nothing was stored.",
                self._count,
            ).format(path=self._path, count=self._count),
            next=_("Mend the list and run the same command again."),
            details=(*self._lines, *((_("... and {count} more").format(count=rest),) if rest else ())),
        )


def read_people(path: Path, advance: Callable[[int], None]) -> list[Told]:
    """The people of a list. `disabled` may be empty for no. Raises BadUsage."""
    faults = _Faults(path)
    found: dict[str, tuple[int, Told]] = {}
    for line, row in _rows(path, PEOPLE, faults):
        advance(1)
        sid = _sid(row["sid"])
        name, kind, disabled = row["name"], _KINDS.get(row["kind"].casefold()), row["disabled"].casefold()
        entra_id, mail = row.get("entra_id", ""), row.get("mail", "")
        if sid is None:
            faults.add(line, _("{text} is no security identifier").format(text=_shown(row["sid"])))
        elif _bad_name(name):
            faults.add(line, _("{text} cannot be a name").format(text=_shown(name)))
        elif kind is None:
            faults.add(line, _("the kind {text} is not user, group or computer").format(text=_shown(row["kind"])))
        elif disabled not in _YES | _NO:
            faults.add(line, _("disabled is {text}, not true or false").format(text=_shown(row["disabled"])))
        elif not _GUID.fullmatch(entra_id):
            faults.add(line, _("{text} is no identifier of Entra ID").format(text=_shown(entra_id)))
        elif mail and (_bad_name(mail) or "@" not in mail):
            faults.add(line, _("{text} is no mail address").format(text=_shown(mail)))
        else:
            told = Told(sid, name, kind, disabled in _YES, entra_id, mail)
            first, before = found.setdefault(sid, (line, told))
            if before != told:
                faults.add(line, _("{sid} is somebody else on line {line}").format(sid=sid, line=first))
    faults.refuse()
    return [told for _line, told in found.values()]


def read_members(path: Path, advance: Callable[[int], None]) -> dict[str, list[str]]:
    """Who is in each group of a list directly. Raises BadUsage."""
    faults = _Faults(path)
    found: dict[str, list[str]] = {}
    same: dict[str, str] = {}
    for line, row in _rows(path, MEMBERS, faults):
        advance(1)
        group, member = _sid(row["group"]), _sid(row["member"])
        for text, sid in ((row["group"], group), (row["member"], member)):
            if sid is None:
                faults.add(line, _("{text} is no security identifier").format(text=_shown(text)))
        if group is not None and member is not None:
            found.setdefault(group, []).append(same.setdefault(member, member))
    faults.refuse()
    return found


def _rows(path: Path, needed: tuple[str, ...], faults: _Faults) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number of its last line, its values without spaces around; raises BadUsage for no such list."""
    lines = _lines(path)
    first = next(lines, "")
    if told := re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE):
        separator, skipped, first = told[1], 1, next(lines, "")
    else:
        separator, skipped = max(";,\t", key=first.count), 0

    def all_lines() -> Iterator[str]:
        yield first
        yield from lines

    reader = csv.reader(all_lines(), delimiter=separator, strict=True)
    try:
        columns = [name.strip().casefold() for name in next(reader, [])]
        lacking = [name for name in needed if columns.count(name) != 1]
        if lacking:
            raise BadUsage(
                _("{path} does not have the columns {names}, each once.").format(path=path, names=", ".join(lacking)),
                next=_("The first line must name the columns: {names}.").format(names=separator.join(needed)),
            )
        for values in reader:
            line = reader.line_num + skipped
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(columns):
                faults.add(
                    line, _("{count} values for {columns} columns").format(count=len(values), columns=len(columns))
                )
                continue
            yield line, {name: value.strip() for name, value in zip(columns, values, strict=True)}
    except csv.Error as error:
        # A quotation mark that is never closed takes all that follows; no line after it can be believed.
        faults.add(reader.line_num + skipped, _("the line cannot be read ({detail})").format(detail=error))


def _lines(path: Path) -> Iterator[str]:
    """The lines of a list as text. Raises BadUsage for one that is not there, too large, or no text."""
    try:
        size = path.stat().st_size
        encoding = _encoding(path) if path.is_file() and size <= MOST_BYTES else ""
    except OSError as error:
        raise BadUsage(
            _("{path} cannot be read: {detail}.").format(path=path, detail=error.strerror or error),
            next=_("Check the name of the list."),
        ) from error
    if not encoding:
        raise _no_list(path)
    with path.open(encoding=encoding, newline="") as text:
        while line := text.readline(MOST_BYTES_IN_A_LINE):
            if len(line) >= MOST_BYTES_IN_A_LINE:
                raise _no_list(path)
            yield line


def _encoding(path: Path) -> str:
    """In which of the usual ways a file is written; empty when it is no text, or has a line that is too long."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16" if _decodes(path, "utf-16") else ""
        file.seek(0)
        while line := file.readline(MOST_BYTES_IN_A_LINE):
            if len(line) >= MOST_BYTES_IN_A_LINE:
                return ""
    return next((one for one in ("utf-8-sig", "cp1252") if _decodes(path, one)), "")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as text:
            while text.read(1 << 20):
                pass
    except UnicodeError:
        return False
    return True


def _no_list(path: Path) -> BadUsage:
    return BadUsage(
        _("{path} is no list of people or members.").format(path=path),
        next=_("Give a text file with one person or member on each line."),
    )


def _sid(text: str) -> str | None:
    try:
        return sid_to_text(sid_from_text(text)) if _SID.fullmatch(text) else None
    except BadDescriptor:
        return None


def _bad_name(name: str) -> bool:
    return not name or name.startswith(_FORMULA) or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)


def _shown(text: str) -> str:
    """A value in a message: short, and without what would move a terminal's cursor."""
    return "'" + "".join(letter if letter.isprintable() else "?" for letter in text[:60]) + "'"
