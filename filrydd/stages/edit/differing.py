"""What a block says otherwise than was written there, is computed, or is said already."""

from collections.abc import Mapping, Sequence

from filrydd.lang import _
from filrydd.layout.edits import CHOICES, kind
from filrydd.model.structure import Choice, Edit, What
from filrydd.policy.wording import unknown_word
from filrydd.stages.edit import form
from filrydd.stages.edit.blocks import Block, Page
from filrydd.stages.masking import shown


class Differing:
    """Compares blocks with what was there. `open` are the edits that hold, by number and in that order; `computed` the choice
    of each old folder in the present proposal."""

    def __init__(self, page: Page, open: Mapping[int, Edit], computed: Mapping[int, str]) -> None:
        self._page, self._computed = page, computed
        self._last = {(kind(edit.what), edit.path): edit for edit in open.values()}

    def edits(self, blocks: Sequence[Block]) -> list[Edit]:
        """The edits, block after block."""
        listed = {block.folder for block in blocks}
        found = []
        for block in blocks:
            told = [*self._choice(block), *self._name(block), *self._place(block, listed)]
            found += [edit for edit in told if not self._is_said(edit)]
        return found

    def _choice(self, block: Block) -> list[Edit]:
        word, library = block.words.get("choice", ""), block.words.get("library", "")
        loc, path = (*block.loc, "choice"), self._path(block)
        if library and word != Choice.LIBRARY:
            message = _("`library` belongs to `choice: own library`.")
            self._page.object_to((*block.loc, "library"), message, key=True)
            return []
        if not word:
            return []
        before, its_library = self._before(block, loc)
        if word == before and (word != Choice.LIBRARY or library == its_library):
            return []
        if word in form.CHOSEN:
            return [Edit(form.CHOSEN[word], path, library)]
        if word == Choice.MERGE:
            self._page.object_to(loc, _("Say with which folder: `merge with: PATH`, and leave `choice` as it was."))
        elif word == Choice.GATHER:
            self._page.object_to(loc, _("This choice is only ever computed. Say where it is to lie: `move to: PATH`."))
        else:
            self._page.object_to(loc, unknown_word(word, tuple(form.CHOSEN)))
        return []

    def _before(self, block: Block, loc: tuple[str | int, ...]) -> tuple[str, str]:
        """The choice that stood there, and the library that it named."""
        mark = self._page.mark(loc)
        if mark in form.COMPUTED:
            return mark, ""
        earlier = self._page.earlier(loc)
        if earlier is not None and earlier.what in CHOICES and self._is_about(earlier, block):
            return CHOICES[earlier.what], earlier.value
        return self._computed.get(block.folder, ""), ""

    def _name(self, block: Block) -> list[Edit]:
        name, earlier = block.words.get("name", ""), self._page.earlier((*block.loc, "name"))
        if earlier is not None and earlier.what is What.RENAME and self._is_about(earlier, block):
            name = "" if shown(earlier.value) == name else name
        return [Edit(What.RENAME, self._path(block), name)] if name else []

    def _place(self, block: Block, listed: set[int]) -> list[Edit]:
        """Where it is to lie: said in words, or by where the block stands."""
        moves = self._to_other(block, "move to", What.MOVE)
        merges = self._to_other(block, "merge with", What.MERGE)
        if block.is_top or block.under is None or block.under == self._own_place(block.folder, listed):
            return [*moves, *merges]
        stands = Edit(What.MOVE, self._path(block), self._page.folders.paths[block.under])
        if moves and moves[0].value != stands.value:
            message = _("The block stands under {path}, but `move to` names another folder. Keep one of them.").format(
                path=form.place(stands.value)
            )
            self._page.object_to((*block.loc, "move to"), message)
        elif self._fits((*block.loc, "folder"), block.folder, block.under):
            return [stands, *merges]
        return []

    def _to_other(self, block: Block, key: str, what: What) -> list[Edit]:
        loc = (*block.loc, key)
        written, earlier = block.words.get(key, ""), self._page.earlier(loc)
        if earlier is not None and earlier.what is what and self._is_about(earlier, block):
            written = "" if form.place(earlier.value) == written else written
        if not written:
            return []
        other = self._page.folder(loc, written)
        if other is None or not self._fits(loc, block.folder, other):
            return []
        return [Edit(what, self._path(block), self._page.folders.paths[other])]

    def _fits(self, loc: tuple[str | int, ...], folder: int, other: int) -> bool:
        folders = self._page.folders
        if folders.lies_in(other, folder):
            self._page.object_to(loc, _("A folder cannot lie in itself or in one below it."))
        elif folders.parts[folder] != folders.parts[other]:
            self._page.object_to(loc, _("This leads into another part. Parts are divided in the policy."))
        else:
            return True
        return False

    def _own_place(self, folder: int, listed: set[int]) -> int | None:
        """The folder under whose block a folder's own stands if nobody moves it: the nearest above that the file lists."""
        folders = self._page.folders
        top = folders.tops.get(folders.parts[folder])
        step = folders.parents[folder]
        while step is not None and step != top:
            if step in listed and folders.depth(step) <= form.DEEPEST_PARENT:
                return step
            step = folders.parents[step]
        return step

    def _is_said(self, edit: Edit) -> bool:
        last = self._last.get((kind(edit.what), edit.path))
        return last is not None and _same(last, edit)

    def _is_about(self, edit: Edit, block: Block) -> bool:
        return edit.path == self._path(block)

    def _path(self, block: Block) -> str:
        return self._page.folders.paths[block.folder]


def _same(one: Edit, other: Edit) -> bool:
    return (one.what, one.path, one.value) == (other.what, other.path, other.value)
