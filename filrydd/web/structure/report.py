"""Old and new structure of every part, as one HTML file that can be sent and opened anywhere."""

import base64
import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from filrydd.catalog import kept_trees, overview, proposals, structure_lines, structures
from filrydd.catalog.connection import Catalog
from filrydd.catalog.overview import Some
from filrydd.catalog.structure_lines import Line, Listed
from filrydd.catalog.structures import Tree, Trees
from filrydd.lang import language
from filrydd.stages.work import Work
from filrydd.web import templates
from filrydd.web.structure import views as structure_views
from filrydd.web.structure import words
from filrydd.web.structure.views import Branch, Seen

_LINES = 1_500
"""Folders that are listed of each tree of the area."""
_LEVELS, _MENDED = 40, 200


@dataclass(frozen=True, slots=True)
class Anchors:
    """Addresses within the report: of the folders that it lists, empty for all others."""

    old: frozenset[int]
    new: frozenset[int]
    base: str = ""

    def old_at(self, folder: int, first: int | None = None) -> str:
        return f"#o-{folder}" if folder in self.old and first is None else ""

    def new_at(self, target: int, first: int | None = None) -> str:
        return f"#n-{target}" if target in self.new and first is None else ""

    def change_at(self, folder: int) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class PartReport:
    """One part in the report."""

    name: str
    seen: Seen
    mended: Some


def report(work: Work) -> str:
    """The file, in the language of the moment, for those who may see the area's names. Raises NoSuchArea, PolicyInvalid."""
    stands_for = structure_views.stood_for(work)
    with work.catalog() as catalog:
        parts = proposals.parts(catalog)
        old_listed, new_listed = set[int](), set[int]()
        found = []
        most = _LINES // max(1, len(parts))
        for part in parts:
            trees = kept_trees.read(catalog, part) or structures.trees(catalog, part)
            old, old_ids = _branches(catalog, trees, trees.old, most)
            new, new_ids = _branches(catalog, trees, trees.new, most)
            old_listed |= old_ids
            new_listed |= new_ids
            found.append(
                PartReport(
                    part.name,
                    structure_views.seen_with(catalog, trees, old, new, stands_for),
                    overview.mended(catalog, part.id, most=_MENDED),
                )
            )
    style = templates.text("style.css")
    return (
        templates.environment()
        .get_template("structure_report.html")
        .render(
            language=language(),
            area=work.area,
            made=work.now(),
            parts=found,
            to=Anchors(frozenset(old_listed), frozenset(new_listed)),
            words=words,
            style=style,
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )


def _branches(catalog: Catalog, trees: Trees, tree: Tree, most: int) -> tuple[tuple[Branch, ...], set[int]]:
    """The upper `most` folders of a tree, level by level; what lies below is counted."""
    tops = structure_lines.tops(catalog, trees, tree)
    listed: dict[int, Listed] = {}
    ids = {line.id for line in tops}
    waiting = deque((line, 1) for line in tops)
    while waiting and len(ids) < most:
        line, level = waiting.popleft()
        if not line.folders or level >= _LEVELS:
            continue
        some = structure_lines.children(catalog, trees, tree, line.id, most=most - len(ids))
        listed[line.id] = some
        ids |= {child.id for child in some.lines}
        waiting.extend((child, level + 1) for child in some.lines)
    return tuple(_branch(line, listed) for line in tops), ids


def _branch(line: Line, listed: Mapping[int, Listed]) -> Branch:
    some = listed.get(line.id)
    if some is None:
        return Branch(line)
    return Branch(line, listed=some, below=tuple(_branch(child, listed) for child in some.lines))
