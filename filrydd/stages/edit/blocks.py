"""The blocks of a structure file: which folder each is about, under which it stands, and what it says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from filrydd.lang import _
from filrydd.model.structure import Edit
from filrydd.policy.wording import unknown_word
from filrydd.policy.yaml_lines import Loc, Parsed, Place, Tree
from filrydd.stages.edit import form
from filrydd.stages.edit.finding import Folders, NotFound


@dataclass(frozen=True, slots=True)
class Block:
    """What the file says of one folder. `under` is the folder of the block around it, None where that cannot be told."""

    loc: Loc
    folder: int
    under: int | None
    words: dict[str, str]
    is_top: bool = False


@dataclass(slots=True)
class Page:
    """A file that is being read: its lines, what is wrong with them, and the folders of the area.

    `numbered` finds an edit; `older`: it was written of another proposal than the present one, so that folders may be gone since.
    """

    parsed: Parsed
    lines: Sequence[str]
    folders: Folders
    numbered: Callable[[int], Edit | None]
    older: bool = False
    problems: list[tuple[Place, str]] = field(default_factory=list)

    def object_to(self, loc: Loc, message: str, *, key: bool = False) -> None:
        """Note a problem at a value or its key."""
        self.problems.append((self.parsed.place(loc, key=key), message))

    def mark(self, loc: Loc) -> str:
        """What the comment behind a value says stood there."""
        line = self.parsed.place(loc)[0]
        return form.mark(self.lines[line - 1]) if line <= len(self.lines) else ""

    def earlier(self, loc: Loc) -> Edit | None:
        """The edit whose number stands behind a value, also if it was taken back since."""
        mark = self.mark(loc)
        # More digits than SQLite's numbers have name nothing.
        return self.numbered(int(mark)) if mark.isascii() and mark.isdigit() and len(mark) < 16 else None

    def mapping(self, loc: Loc, node: Tree, known: Sequence[str]) -> dict[str, Tree]:
        """A mapping with no keys but the known ones; a problem for all else."""
        if not isinstance(node, dict):
            self.object_to(loc, _("Keys and values belong here, one on each line."))
            return {}
        for key in node:
            if key not in known:
                self.object_to((*loc, key), unknown_word(key, tuple(known)), key=True)
        return node

    def items(self, loc: Loc, node: Tree) -> Iterator[tuple[Loc, Tree]]:
        """The items of a list."""
        if not isinstance(node, list):
            self.object_to(loc, _("A list belongs here, each item with a dash."))
            return
        for number, item in enumerate(node):
            yield (*loc, number), item

    def texts(self, loc: Loc, node: dict[str, Tree], keys: Sequence[str]) -> dict[str, str]:
        """The texts of a mapping under these keys, without empty ones."""
        found = {}
        for key in keys:
            value = node.get(key, "")
            if not isinstance(value, str):
                self.object_to((*loc, key), _("A text belongs here."))
            elif value.strip():
                found[key] = value if key in form.PATH_KEYS else value.strip()
        return found

    def folder(self, loc: Loc, text: str, number: str = "") -> int | None:
        """The folder that a value names; a problem when there is none or several."""
        try:
            return self.folders.find(text, number)
        except NotFound as wrong:
            self.object_to(loc, str(wrong))
            return None


def blocks(page: Page, tree: Tree) -> list[Block]:
    """The blocks under `parts`, outer ones first."""
    found: list[Block] = []
    for loc, item in page.items(("parts",), tree):
        part = page.mapping(loc, item, form.PART_KEYS)
        words = page.texts(loc, part, form.PART_KEYS[:-1])
        name = words.pop("part", "")
        top = page.folders.tops.get(name)
        if name and top is None:
            page.object_to((*loc, "part"), unknown_word(name, tuple(page.folders.tops)))
        elif not name and isinstance(item, dict):
            page.object_to(loc, _('"{key}" is missing here.').format(key="part"))
        if top is not None:
            written = words.pop("folder", None)
            if written is not None and page.folder((*loc, "folder"), written, words.pop("number", "")) not in (
                top,
                None,
            ):
                page.object_to((*loc, "folder"), _("This is not the part's folder. Parts are divided in the policy."))
            found.append(Block(loc, top, None, words, is_top=True))
        _below(page, loc, part, top, found)
    _refuse_twice(page, found)
    return found


def _below(page: Page, loc: Loc, node: dict[str, Tree], under: int | None, found: list[Block]) -> None:
    for inner, item in page.items((*loc, "folders"), node.get("folders", [])):
        block = page.mapping(inner, item, form.BLOCK_KEYS)
        words = page.texts(inner, block, form.BLOCK_KEYS[:-1])
        written, number = words.pop("folder", None), words.pop("number", "")
        folder = None
        if written is None:
            if isinstance(item, dict):
                page.object_to(inner, _('"{key}" is missing here.').format(key="folder"))
        elif not (page.older and _says_nothing(page, inner, words)):
            folder = page.folder((*inner, "folder"), written, number)
        else:
            folder = _if_there(page, written, number)
        if folder is not None:
            found.append(Block(inner, folder, under, words))
        _below(page, inner, block, folder, found)


def _says_nothing(page: Page, loc: Loc, words: dict[str, str]) -> bool:
    """Whether a block is as it was written; where it stands does not count."""
    for key, word in words.items():
        mark = page.mark((*loc, key))
        if mark != word and not mark.isdigit():
            return False
    return True


def _if_there(page: Page, written: str, number: str) -> int | None:
    try:
        return page.folders.find(written, number)
    except NotFound:
        # Written of an earlier proposal and not changed since: it says nothing of anything that is there.
        return None


def _refuse_twice(page: Page, found: Sequence[Block]) -> None:
    first: dict[int, Block] = {}
    for block in found:
        before = first.setdefault(block.folder, block)
        if before is not block:
            line = page.parsed.place((*before.loc, "folder"))[0]
            page.object_to(
                (*block.loc, "folder"),
                _("This folder stands here twice. The first one is on line {line}.").format(line=line),
            )
