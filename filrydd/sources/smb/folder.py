"""One folder of a share as the contract's listing, and the way down to it, on which loops show."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from filrydd.model.entry import Kind, Listing, Reason, Seen, Trouble
from filrydd.model.names import join, split, stored
from filrydd.model.times import from_filetime
from filrydd.sources.local.facts import reason_for
from filrydd.sources.place import signed
from filrydd.sources.smb.page import Told, entries, kind_of

NOT_IN_A_NAME = "/\\\0:"
"""Letters that no name on a share has, and that would lead elsewhere: to another folder, or another stream of a file."""

_REMEMBERED = 50_000


def read_folder(path: str, pages: Iterable[bytes], passed: frozenset[int]) -> Listing:
    """The pages of a folder as its listing. Raises BadPage.

    `passed` holds the ids of the folders above and of this one. A name that no share can have is kept with its letters
    escaped, so that it is counted and can never be opened.
    """
    found: dict[str, Seen] = {}
    troubles: list[Trouble] = []
    for page in pages:
        for told in entries(page):
            bad = not told.name or any(letter in told.name for letter in NOT_IN_A_NAME)
            name = escaped(told.name) if bad else stored(told.name)
            kind = kind_of(told.attributes, told.tag)
            reason = None if kind in (Kind.FILE, Kind.FOLDER) else reason_for(kind)
            detail = f"reparse tag 0x{told.tag:08X}" if reason else ""
            number = signed(told.file_id)
            if kind is Kind.FOLDER and number and number in passed:
                # A way back up, as a server's own links make: recorded as a link, which nobody follows.
                kind, reason = Kind.LINK, Reason.LOOP
            if bad:
                reason, detail = Reason.BAD_NAME, ""
            if name in found:
                reason, detail = Reason.FAULT, "the server listed this name twice"
            else:
                found[name] = _seen(name, kind, number, told)
            if reason:
                troubles.append(Trouble(join(path, name), kind, reason, detail))
    return Listing(path, tuple(found.values()), tuple(troubles))


def escaped(name: str) -> str:
    """The stored form of a name that no share can have: what would lead elsewhere is escaped, too."""
    kept_out = "." if name in (".", "..") else NOT_IN_A_NAME
    return "".join(f"\\u{ord(letter):04x}" if letter in kept_out else stored(letter) for letter in name or "\0")


def _seen(name: str, kind: Kind, number: int, told: Told) -> Seen:
    return Seen(
        name=name,
        kind=kind,
        size=0 if kind is Kind.FOLDER else told.size,
        modified=from_filetime(told.modified),
        created=from_filetime(told.created),
        changed=from_filetime(told.changed),
        attributes=told.attributes,
        file_id=number,
    )


class FolderIds:
    """The ids of folders passed on the way down: bounded, and asked for again when they were forgotten."""

    def __init__(self, ask: Callable[[str], int]) -> None:
        self._ask = ask
        self._known: OrderedDict[str, int] = OrderedDict()

    def remember(self, path: str, number: int) -> None:
        self._known[path] = number
        self._known.move_to_end(path)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def above(self, path: str) -> frozenset[int]:
        """The ids of all folders above that path, those of 0 left out: a file system without ids gives it to all."""
        numbers = set()
        while path:
            path, _name = split(path)
            if path not in self._known:
                self.remember(path, self._ask(path))
            self._known.move_to_end(path)
            numbers.add(self._known[path])
        return frozenset(numbers - {0})
