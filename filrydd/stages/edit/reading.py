"""From a structure file that somebody changed to what was changed. The file may come from anywhere, and says so little that
all its mistakes are told at once, each with its line."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from filrydd.catalog import edits as kept
from filrydd.catalog import figures
from filrydd.catalog.connection import Catalog
from filrydd.errors import BadUsage, NotApproved
from filrydd.lang import _, n_
from filrydd.model.names import fold
from filrydd.model.structure import Edit
from filrydd.policy.yaml_lines import LARGEST, Parsed, parse
from filrydd.stages.edit import form
from filrydd.stages.edit.accepting import accepted
from filrydd.stages.edit.blocks import Page, blocks
from filrydd.stages.edit.differing import Differing
from filrydd.stages.edit.finding import Folders
from filrydd.stages.typed import free
from filrydd.stages.work import Work

_MOST_TOLD = 50
# Without a value these say nothing; a person may have taken it out.
_MAY_BE_EMPTY = frozenset(("name", "note", "folders", "accept", "parts", "choice", "library", "move to", "merge with"))


def read(work: Work, file: Path) -> list[Edit]:
    """What the file says otherwise than is computed or said already.

    Raises BadUsage with every mistake and its line, NotApproved when nothing is proposed yet, NoSuchArea.
    """
    data = _bytes_of(file)
    if len(data) > LARGEST:
        raise _refusal(file, [((1, 1), _("The file is over 1 MiB. No structure file is that large."))])
    parsed = parse(data)
    mistakes = _mistakes(parsed)
    if not isinstance(parsed.tree, dict):
        wrong = _("A structure file has keys and values, like `area: {area}`.").format(area=work.area)
        raise _refusal(file, mistakes or [((1, 1), wrong)])
    with work.catalog() as catalog:
        digest = proposal_of(work, catalog)
        lines = data.decode("utf-8-sig").splitlines()
        page = Page(parsed, lines, Folders(catalog), partial(_numbered, catalog), problems=mistakes)
        tree = page.mapping((), parsed.tree, form.FILE_KEYS)
        head = page.texts((), tree, ("area", "proposal", "name", "note"))
        _check_area(page, work.area, head)
        page.older = bool(head.get("proposal")) and not digest.startswith(head["proposal"])
        known = {one.id: one.edit for one in kept.said(catalog)}
        differing = Differing(page, known, {one.folder: one.choice for one in kept.subjects(catalog)})
        edits = differing.edits(blocks(page, tree.get("parts", [])))
        edits += accepted(page, tree.get("accept", []), known.values(), head.get("note", ""))
    if edits and not head.get("name"):
        page.object_to(("name",), _("Write who changes this, behind `name`."))
    if page.problems:
        raise _refusal(file, page.problems)
    if page.older:
        work.progress.say(
            _("The file {file} is of an earlier proposal. Its changes hold for the same folders.").format(
                file=file.name
            )
        )
    return [_signed(edit, head) for edit in edits]


def proposal_of(work: Work, catalog: Catalog) -> str:
    """The digest of the present proposal. Raises NotApproved without one."""
    digest = figures.figures(catalog).get("propose", {}).get("digest")
    if not digest:
        raise NotApproved(
            _("Nothing is proposed for {area} yet.").format(area=work.area), next=f"filrydd propose {work.area}"
        )
    return str(digest)


def _numbered(catalog: Catalog, number: int) -> Edit | None:
    stored = kept.find(catalog, number)
    return None if stored is None else stored.edit


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as trouble:
        raise BadUsage(
            _("The structure file {path} cannot be read: {detail}.").format(path=file, detail=trouble.strerror),
            next=_("Give yourself access to the file, then try again."),
        ) from trouble


def _mistakes(parsed: Parsed) -> list[tuple[tuple[int, int], str]]:
    """What is wrong with the text, but for keys without a value that need none."""
    spared = {
        parsed.keys[loc]: _("There is no value here. Give it one, or remove the line.")
        for loc in parsed.empty
        if loc and loc[-1] in _MAY_BE_EMPTY and loc in parsed.keys
    }
    return [(place, message) for place, message in parsed.mistakes if spared.get(place) != message]


def _check_area(page: Page, area: str, head: Mapping[str, str]) -> None:
    if "area" not in head:
        page.object_to((), _('"{key}" is missing here.').format(key="area"))
    elif fold(head["area"]) != fold(area):
        page.object_to(("area",), _("This file is for {other}, not for {area}.").format(other=head["area"], area=area))


def _signed(edit: Edit, head: Mapping[str, str]) -> Edit:
    return Edit(edit.what, edit.path, edit.value, free(head["name"]), free(edit.note or head.get("note", "")))


def _refusal(file: Path, problems: list[tuple[tuple[int, int], str]]) -> BadUsage:
    lines = [f"{file.name}:{line}: {message}" for (line, _column), message in sorted(problems)]
    count = len(lines)
    message = n_("The structure file has {count} problem.", "The structure file has {count} problems.", count)
    return BadUsage(
        message.format(count=count),
        next=_("Mend the lines above, then run the same command again. Nothing was changed."),
        details=tuple(lines[:_MOST_TOLD]),
    )
