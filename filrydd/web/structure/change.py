"""The pages that change the structure: of one folder, by accepting a problem of access by name, and by taking back."""

from collections.abc import Collection, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filrydd.catalog import edits as kept
from filrydd.catalog import remarks, structure_access, structure_lines
from filrydd.catalog.connection import Catalog
from filrydd.catalog.structures import Trees
from filrydd.lang import _
from filrydd.layout import problems
from filrydd.stages import edit
from filrydd.web import templates
from filrydd.web.access import at
from filrydd.web.drafts import Filled, draft_of, filled, led_before, sent_by
from filrydd.web.refusals import no_part
from filrydd.web.service import Service
from filrydd.web.structure import form as forms
from filrydd.web.structure import views as structure_views
from filrydd.web.structure import words
from filrydd.web.structure.page import ACCEPTED, number, part_trees
from filrydd.web.structure.shelf import Shelf
from filrydd.web.structure.taking import again, base_of, take_in

_ABOUT = ("problem", "question")
"""What a form that accepts is about, by its number."""


class Changing:
    """The pages that change, of any area."""

    def __init__(self, service: Service, shelf: Shelf) -> None:
        self._service = service
        self._shelf = shelf

    def change_page(self, request: Request) -> Response:
        """The form for one old folder."""
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            found = structure_lines.old_folder(catalog, trees, number(request, "folder") or 0)
            if found is None:
                return self._gone(request, trees)
            path, line = found
            draft = draft_of(request)
            asked = bool(draft.get("find"))
            wrong = () if asked or not draft else forms.change(catalog, trees, line.id, draft)[1]
            return self._form(
                request,
                catalog,
                trees,
                "structure_change.html",
                filled(request, draft, wrong, "choice"),
                folder=line,
                path=path,
                choices=forms.CHOICES,
                picks={field: forms.pick(catalog, trees, draft, field) for field in ("below", "into")},
            )

    def change(self, request: Request) -> Response:
        """Take the changes of one folder in, propose anew, and back to the trees."""
        sent = sent_by(request)
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            found = structure_lines.old_folder(catalog, trees, _whole(sent.get("folder", "")))
            if found is None:
                return self._gone(request, trees)
            said, wrong = forms.change(catalog, trees, found[1].id, sent)
        here = {"folder": found[1].id}
        if wrong or sent.get("find"):
            return again(request, base_of(request, trees), "change", here, sent)
        return take_in(
            self._service, request, base_of(request, trees), "change", here, lambda: edit.say(at(request).work, said)
        )

    def accept_page(self, request: Request) -> Response:
        """The form that accepts a problem of access by name."""
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            here = {name: number(request, name) or 0 for name in _ABOUT}
            obstacle = self._obstacle(catalog, trees, here)
            if obstacle is None:
                return self._gone(request, trees)
            draft = draft_of(request)
            stands_for = at(request).department.wishes(at(request).area).stands_for
            people = structure_access.about(catalog, trees, obstacle, stands_for)
            suggested = structure_access.suggestions(catalog, people)
            wrong = (
                forms.accepted(catalog, trees, obstacle, people, suggested, draft)[1]
                if draft and not draft.get("find")
                else ()
            )
            like = forms.pick(catalog, trees, draft, "like")
            return self._form(
                request,
                catalog,
                trees,
                "structure_accept.html",
                filled(request, draft, wrong, "how" if obstacle.kind == problems.NO_COUNTERPART else "like"),
                obstacle=obstacle,
                about={name: value for name, value in here.items() if value},
                people=people,
                asks_who=obstacle.kind == problems.NO_COUNTERPART,
                suggestions=suggested,
                like=like,
                holding={one.folder: _open_to(catalog, one.folder, stands_for) for one in like.found},
            )

    def accept(self, request: Request) -> Response:
        """Take in what was accepted, propose anew, and back to the trees."""
        sent = sent_by(request)
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            about = {name: _whole(sent.get(name, "")) for name in _ABOUT}
            obstacle = self._obstacle(catalog, trees, about)
            if obstacle is None:
                return self._gone(request, trees)
            stands_for = at(request).department.wishes(at(request).area).stands_for
            people = structure_access.about(catalog, trees, obstacle, stands_for)
            suggested = structure_access.suggestions(catalog, people)
            said, wrong = forms.accepted(catalog, trees, obstacle, people, suggested, sent)
        here = {name: value for name, value in about.items() if value}
        if wrong or sent.get("find"):
            return again(request, base_of(request, trees), "accept", here, sent)
        return take_in(
            self._service, request, base_of(request, trees), "accept", here, lambda: edit.say(at(request).work, said)
        )

    def take_back_page(self, request: Request) -> Response:
        """The form that takes a change back."""
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            stored = _open(catalog, number(request, "edit") or 0)
            if stored is None:
                return self._gone(request, trees)
            draft = draft_of(request)
            return self._form(
                request,
                catalog,
                trees,
                "structure_take_back.html",
                filled(request, draft, forms.taken_back(draft) if draft else (), "name"),
                stored=stored,
            )

    def take_back(self, request: Request) -> Response:
        """Take a change back, propose anew, and back to the trees."""
        sent = sent_by(request)
        with at(request).work.catalog() as catalog:
            trees = part_trees(catalog, self._shelf, request)
            if trees is None:
                return no_part(request)
            stored = _open(catalog, _whole(sent.get("edit", "")))
        if stored is None:
            # A second click on the same button: it is taken back already.
            return led_before(request) or self._gone(request, trees)
        here = {"edit": stored.id}
        if forms.taken_back(sent):
            return again(request, base_of(request, trees), "take-back", here, sent)
        return take_in(
            self._service,
            request,
            base_of(request, trees),
            "take-back",
            here,
            lambda: edit.undo(at(request).work, stored.id, sent["name"]),
        )

    def _form(
        self, request: Request, catalog: Catalog, trees: Trees, template: str, form: Filled, **shown: Any
    ) -> Response:
        return templates.page(
            request,
            template,
            part=trees.part.name,
            base=base_of(request, trees),
            form=form,
            words=words,
            signed=structure_views.is_signed(catalog, trees.part.name),
            **shown,
        )

    def _obstacle(self, catalog: Catalog, trees: Trees, about: Mapping[str, int]) -> structure_access.Obstacle | None:
        """The problem that somebody can accept, or the question as one."""
        if about["question"]:
            asked = remarks.question(catalog, trees.part.id, about["question"])
            if asked is None:
                return None
            readers = ", ".join(asked.readers)
            return structure_access.Obstacle(asked.id, asked.folder, asked.path, problems.FEW_READERS, readers)
        found = structure_access.obstacle(catalog, trees, about["problem"])
        return found if found is not None and found.kind in ACCEPTED else None

    def _gone(self, request: Request, trees: Trees) -> Response:
        return templates.page(
            request,
            "refusal.html",
            404,
            title=_("That is not here any more"),
            sentence=_("Something has changed since the page was made. Look at the structure again."),
            back=base_of(request, trees),
        )


def _whole(text: str) -> int:
    """A number that a form sent; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _open(catalog: Catalog, id: int) -> kept.Stored | None:
    """The edit of that number, unless it was taken back."""
    return next((one for one in kept.said(catalog) if one.id == id), None)


def _open_to(catalog: Catalog, folder: int, stands_for: Collection[str]) -> tuple[structure_access.Grant, ...]:
    target = structure_access.new_folder_of(catalog, folder)
    return () if target is None else structure_access.holding(catalog, target, stands_for)
