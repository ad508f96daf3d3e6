"""The page that shows a part's old and new structure side by side."""

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog.connection import Catalog
from filrydd.catalog.structure_access import Obstacle
from filrydd.catalog.structures import Trees
from filrydd.layout import problems
from filrydd.web import templates
from filrydd.web.access import ANSWERS, at
from filrydd.web.addresses import part_address
from filrydd.web.door import Session
from filrydd.web.refusals import no_part
from filrydd.web.structure import views as structure_views
from filrydd.web.structure import words
from filrydd.web.structure.shelf import Shelf
from filrydd.web.structure.views import Place

ACCEPTED = frozenset(
    {
        problems.NO_COUNTERPART,
        problems.NOT_EXPRESSIBLE,
        problems.NOBODY,
        problems.ACCESS_NOT_KNOWN,
        problems.ACCESS_CHANGES,
    }
)
"""Problems that somebody can solve by accepting something by name."""
_CHANGED = frozenset(
    {problems.PATH_TOO_LONG, problems.FOLDER_TOO_FULL, problems.LIBRARY_TOO_LARGE, problems.ALIKE_BUT_FOR_CASE}
)


class Structure:
    """The page, of any area."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def page(self, request: Request) -> Response:
        """Both trees, with the folders open that the address names; problems, changes, access, maps."""
        session: Session = request.state.session
        here = at(request)
        with here.work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            base = part_address(here.area, trees.part.name, "structure")
            place = Place(base, *(number(request, name) for name in ("old", "new", "old_first", "new_first")))
            said = session.drafts.get(request.query_params.get("said", ""), {}).get("changes", "")

            def solve_at(obstacle: Obstacle) -> str:
                if obstacle.kind in ACCEPTED:
                    return f"{base}/accept?problem={obstacle.id}"
                if obstacle.kind in _CHANGED:
                    return place.change_at(obstacle.folder)
                return "#edits" if obstacle.kind.startswith("edit") else ""

            return templates.page(
                request,
                "structure.html",
                may_change=not here.roles.isdisjoint(ANSWERS),
                part=trees.part.name,
                back_to=part_address(here.area, trees.part.name),
                seen=structure_views.seen(catalog, trees, place, here.department.wishes(here.area).stands_for),
                signed=structure_views.is_signed(catalog, trees.part.name),
                to=place,
                words=words,
                said=said.split("\n") if said else (),
                solve_at=solve_at,
            )


def part_trees(catalog: Catalog, shelf: Shelf, request: Request) -> Trees | None:
    """The trees of the part that the address names; None when there is no such part. Raises Busy, as `Shelf.trees` does."""
    here = at(request)
    return shelf.trees(here.work, catalog, here.part) if here.part else None


def number(request: Request, name: str) -> int | None:
    """A number in the address; None for anything else."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
