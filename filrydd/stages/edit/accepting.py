"""What somebody accepts by name in a structure file: who stands for whom, who is left out, whose readers a folder gets."""

from collections.abc import Collection

from filrydd.lang import _
from filrydd.model.structure import Edit, What
from filrydd.policy.yaml_lines import Loc, Tree
from filrydd.stages.edit import form
from filrydd.stages.edit.blocks import Page

# Each begins with one of these keys, and needs the others.
_KINDS = {
    "open": (What.OPEN, ("as",)),
    "leave out": (What.LEAVE_OUT, ()),
    "principal": (What.STANDS_FOR, ("stands for",)),
}


def accepted(page: Page, tree: Tree, open: Collection[Edit], note: str) -> list[Edit]:
    """The entries under `accept` that are not said already; `note` is for those without one of their own."""
    known = {(edit.what, edit.path, edit.value) for edit in open}
    found = []
    for loc, item in page.items(("accept",), tree):
        node = page.mapping(loc, item, form.ACCEPT_KEYS)
        edit = _entry(page, loc, page.texts(loc, node, form.ACCEPT_KEYS), note) if isinstance(item, dict) else None
        if edit is None or (edit.what, edit.path, edit.value) in known:
            continue
        if not edit.note:
            page.object_to(loc, _("This needs a `note` that says why."))
        found.append(edit)
    return found


def _entry(page: Page, loc: Loc, words: dict[str, str], note: str) -> Edit | None:
    own_note = words.pop("note", note)
    first = next((key for key in _KINDS if key in words), None)
    if first is None:
        page.object_to(loc, _("Write `open` and `as`, `principal` and `stands for`, or `leave out`."))
        return None
    what, others = _KINDS[first]
    for key in others:
        if key not in words:
            page.object_to(loc, _('"{key}" is missing here.').format(key=key))
            return None
    for key in words:
        if key != first and key not in others:
            page.object_to((*loc, key), _("`{key}` does not go with `{first}`.").format(key=key, first=first), key=True)
            return None
    path, value = words[first], words[others[0]] if others else ""
    earlier = page.earlier((*loc, first))
    if earlier is not None and _as_written(earlier) == (what, path, value):
        return None
    if what is not What.OPEN:
        return Edit(what, path.upper(), value, note=own_note)
    folder, other = page.folder((*loc, first), path), page.folder((*loc, "as"), value)
    if folder is None or other is None:
        return None
    return Edit(what, page.folders.paths[folder], page.folders.paths[other], note=own_note)


def _as_written(edit: Edit) -> tuple[What, str, str]:
    of_folders = edit.what is What.OPEN
    path, value = (form.place(edit.path), form.place(edit.value)) if of_folders else (edit.path, edit.value)
    return edit.what, path, value
