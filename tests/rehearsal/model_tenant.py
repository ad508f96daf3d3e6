"""A library in memory: what the state machine holds the rehearsal tenant against.

It says what Graph would answer and what is there afterwards, in the plainest way: a tree of entries with their children by
folded name. It shares nothing with the tenant's code. Times are seconds since 1970; None: the tenant's own, learnt from what
it answers, as ids and whole eTags (`tag`) are; `etag` and `ctag` are the numbers in them.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

SEGMENT, PATH = 255, 400
RESERVED = {".lock", "con", "prn", "aux", "nul", "desktop.ini"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}


class Refusal(Exception):
    """What Graph answers instead."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


@dataclass(eq=False)
class Entry:
    """A folder or a file. `versions` are contents, the oldest first; `gone` when it was deleted."""

    name: str
    parent: "Entry | None"
    folder: bool
    content: bytes = b""
    created: int | None = None
    modified: int | None = None
    id: str = ""
    tag: str = ""
    etag: int = 1
    ctag: int = 1
    versions: list[bytes] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    children: "dict[str, Entry]" = field(default_factory=dict)
    gone: bool = False

    def __repr__(self) -> str:
        return f"<{'/'.join(self.path) or 'root'}{' (gone)' if self.gone else ''}>"

    @property
    def path(self) -> list[str]:
        return [] if self.parent is None else [*self.parent.path, self.name]

    @property
    def size(self) -> int:
        return sum(child.size for child in self.children.values()) if self.folder else len(self.content)

    def below(self) -> "Iterator[Entry]":
        """Everything in it, at any depth."""
        for child in self.children.values():
            yield child
            yield from child.below()

    def changed(self, *, version: bool) -> None:
        self.etag += 1
        if version:
            self.versions.append(self.content)


@dataclass(eq=False)
class Session:
    """An upload under way; `data` is all that the client means to send."""

    parent: Entry
    name: str
    conflict: str
    data: bytes
    times: dict[str, int | None]
    url: str = ""
    received: int = 0
    over: bool = False


def fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).lower()


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class ModelTenant:
    """One library. `path` is its server-relative path, which counts in the length of paths."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root = Entry("root", None, True)
        self.sessions: list[Session] = []

    def all(self) -> list[Entry]:
        return list(self.root.below())

    def make_folder(self, parent: Entry, name: str, conflict: str, times: dict[str, int | None]) -> tuple[Entry, bool]:
        self._there(parent)
        self._check_place(parent, name, folder=True)
        if there := parent.children.get(fold(name)):
            if conflict == "replace" and there.folder:
                return there, False
            if conflict != "rename":
                raise Refusal(409, "nameAlreadyExists")
            name = self._free(parent, name, folder=True)
            self._check_place(parent, name, folder=True)
        return self._add(parent, name, None, times), True

    def put(self, start: Entry, names: list[str], content: bytes, conflict: str, tag: str = "") -> tuple[Entry, bool]:
        """A whole file at a path from an entry; no names: over the entry itself."""
        self._there(start)
        here, missing = start, list(names)
        while missing and fold(missing[0]) in here.children:
            here = here.children[fold(missing.pop(0))]
        if missing:
            if not here.folder:
                raise Refusal(404, "itemNotFound")
            self._check_tag(None, tag)
            for position, name in enumerate(missing[:-1]):
                self._check_place(here, name, folder=True, between=missing[:position])
        else:
            if here.folder:
                raise Refusal(501, "notSupported")
            self._check_tag(here, tag)
            assert here.parent
            here, missing = here.parent, [here.name]
        if len(missing) == 1 and self.uploading(here, missing[0]):
            raise Refusal(409, "nameAlreadyExists")
        self._check_place(here, missing[-1], folder=False, between=missing[:-1])
        for name in missing[:-1]:
            here = self._add(here, name, None, {})
        return self._put(here, missing[-1], content, conflict, {})

    def alter(
        self, entry: Entry, name: str | None, to: Entry | None, times: dict[str, int | None], conflict: str, tag: str
    ) -> Entry:
        self._there(entry)
        self._check_tag(entry, tag)
        if to is not None:
            self._there(to)
        if entry.parent is None:
            raise Refusal(400, "invalidRequest")
        to = to or entry.parent
        wish = entry.name if name is None else name
        self._check_name(wish, folder=entry.folder, top=to.parent is None)
        renamed, moved = wish != entry.name, to is not entry.parent
        if renamed or moved:
            if moved and (to is entry or to in entry.below()):
                raise Refusal(400, "invalidRequest")
            self._check_place(to, wish, folder=entry.folder)
            there = to.children.get(fold(wish))
            if there and there is not entry:
                if conflict == "replace" and not there.folder and not entry.folder:
                    self.remove(there)
                elif conflict == "rename":
                    wish = self._free(to, wish, folder=entry.folder)
                    self._check_place(to, wish, folder=entry.folder)
                else:
                    raise Refusal(409, "nameAlreadyExists")
            deeper = max((units("/".join(each.path)) for each in entry.below()), default=0)
            if deeper:
                deeper += units("/".join([*to.path, wish])) - units("/".join(entry.path))
                if units(self.path) + 1 + deeper > PATH:
                    raise Refusal(400, "pathIsTooLong")
            del entry.parent.children[fold(entry.name)]
            entry.name, entry.parent = wish, to
            to.children[fold(wish)] = entry
        self._tell(entry, times)
        entry.changed(version=not entry.folder and (renamed or bool(times)))
        return entry

    def copy(self, entry: Entry, to: Entry, name: str, conflict: str) -> Entry:
        """A copy of an entry and all in it, under `fail` or `rename`; new in everything but content."""
        self._there(entry)
        self._there(to)
        if entry.parent is None or to is entry or to in entry.below():
            raise Refusal(400, "invalidRequest")
        self._check_place(to, name, folder=entry.folder)
        if fold(name) in to.children:
            if conflict == "fail":
                raise Refusal(409, "nameAlreadyExists")
            name = self._free(to, name, folder=entry.folder)
        return self._copied(entry, to, name)

    def deepest(self, entry: Entry, to: Entry, name: str) -> int:
        """The length of the longest path that a copy would have."""
        below = [each.path[len(entry.path) :] for each in (entry, *entry.below())]
        return max(units("/".join([self.path, *to.path, name, *path])) for path in below)

    def _copied(self, entry: Entry, to: Entry, name: str) -> Entry:
        made = self._add(to, name, None if entry.folder else entry.content, {})
        for child in list(entry.children.values()):
            self._copied(child, made, child.name)
        return made

    def remove(self, entry: Entry, tag: str = "") -> None:
        self._there(entry)
        self._check_tag(entry, tag)
        if entry.parent is None:
            raise Refusal(400, "invalidRequest")
        del entry.parent.children[fold(entry.name)]
        for each in (entry, *entry.below()):
            each.gone = True

    def fill(self, entry: Entry, values: dict[str, str | None]) -> Entry:
        self._there(entry)
        entry.fields |= {name: value for name, value in values.items() if value is not None}
        for name in (name for name, value in values.items() if value is None):
            entry.fields.pop(name, None)
        entry.modified = None
        entry.changed(version=not entry.folder)
        return entry

    def open_session(
        self, start: Entry, names: list[str], conflict: str, data: bytes, times: dict[str, int | None]
    ) -> Session:
        """By path the parent must be there; by id (no names) the file itself."""
        self._there(start)
        parent: Entry | None = start if names else start.parent
        for name in names[:-1]:
            parent = parent and parent.children.get(fold(name))
        if names and parent is None:
            raise Refusal(404, "itemNotFound")
        name = names[-1] if names else start.name
        there = parent.children.get(fold(name)) if names and parent else start
        if there and there.folder:
            raise Refusal(501, "notSupported")
        assert parent
        self._check_place(parent, name, folder=False)
        if there and conflict == "fail":
            raise Refusal(409, "nameAlreadyExists")
        if self.uploading(parent, name):
            raise Refusal(409, "nameAlreadyExists")
        session = Session(parent, name, conflict, data, times)
        self.sessions.append(session)
        return session

    def finish(self, session: Session) -> tuple[Entry, bool]:
        """The last fragment came. The session is over only if the file could be put."""
        if session.parent.gone:
            raise Refusal(404, "itemNotFound")
        done = self._put(session.parent, session.name, session.data, session.conflict, session.times)
        self.end(session)
        return done

    def end(self, session: Session) -> None:
        session.over = True
        self.sessions.remove(session)

    def uploading(self, parent: Entry, name: str) -> bool:
        return any(each.parent is parent and fold(each.name) == fold(name) for each in self.sessions)

    def _put(
        self, parent: Entry, name: str, content: bytes, conflict: str, times: dict[str, int | None]
    ) -> tuple[Entry, bool]:
        there = parent.children.get(fold(name))
        if there and conflict == "replace":
            if there.folder:
                raise Refusal(501, "notSupported")
            there.content = content
            there.ctag += 1
            there.modified = None
            self._tell(there, times)
            there.changed(version=True)
            return there, False
        if there and conflict == "fail":
            raise Refusal(409, "nameAlreadyExists")
        if there:
            name = self._free(parent, name, folder=False)
            self._check_place(parent, name, folder=False)
        return self._add(parent, name, content, times), True

    def _add(self, parent: Entry, name: str, content: bytes | None, times: dict[str, int | None]) -> Entry:
        made = Entry(name, parent, content is None, content or b"", versions=[] if content is None else [content])
        self._tell(made, times)
        parent.children[fold(name)] = made
        return made

    @staticmethod
    def _tell(entry: Entry, times: dict[str, int | None]) -> None:
        entry.created = times.get("created", entry.created)
        entry.modified = times.get("modified", entry.modified)

    @staticmethod
    def _there(entry: Entry) -> None:
        if entry.gone:
            raise Refusal(404, "itemNotFound")

    @staticmethod
    def _check_tag(entry: Entry | None, tag: str) -> None:
        """`tag`: "" for none, `now` for the one that it has, anything else for an old one."""
        if tag and (entry is None or tag != "now"):
            raise Refusal(412, "resourceModified")

    @staticmethod
    def _free(parent: Entry, name: str, *, folder: bool) -> str:
        stem, dot, extension = name.rpartition(".")
        if folder or not stem:
            stem, dot, extension = name, "", ""
        number = 1
        while fold(f"{stem} {number}{dot}{extension}") in parent.children:
            number += 1
        return f"{stem} {number}{dot}{extension}"

    def _check_place(self, parent: Entry, name: str, *, folder: bool, between: list[str] | None = None) -> None:
        if not parent.folder:
            raise Refusal(404, "itemNotFound")
        self._check_name(name, folder=folder, top=parent.parent is None and not between)
        if units("/".join([self.path, *parent.path, *(between or []), name])) > PATH:
            raise Refusal(400, "pathIsTooLong")

    @staticmethod
    def _check_name(name: str, *, folder: bool, top: bool) -> None:
        low = fold(name)
        wrong = (
            name in ("", ".", "..")
            or any(letter in '"*:<>?/\\|' or letter < " " or letter == "\x7f" for letter in name)
            or name != name.strip(" ")
            or low in RESERVED
            or "_vti_" in low
            or name.startswith("~$")
            or (top and low == "forms")
            or (folder and (name.startswith("~") or name.endswith(".") or low.endswith(("_files", "_file"))))
            or units(name) > SEGMENT
        )
        if wrong:
            raise Refusal(400, "invalidRequest")


def seconds(text: str) -> int:
    """A time of Graph's as seconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp())
