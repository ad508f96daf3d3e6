"""A rule that destroys, what it would delete, and an archivist's confirmation of it."""

from itertools import islice
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import Guard
from filrydd.lang import _, language, n_
from filrydd.policy import confirming as written
from filrydd.policy.describing import describe
from filrydd.policy.files import COMMON
from filrydd.stages import confirm as stage
from filrydd.web import refusals, templates
from filrydd.web.access import At, at
from filrydd.web.archive import views, words
from filrydd.web.archive.office import office_address, rule_address, works
from filrydd.web.drafts import filled, once
from filrydd.web.service import Service

_MOST_EXAMPLES = 6


class Confirming:
    """The pages."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def page(self, request: Request) -> Response:
        """The rule, what it catches, and the button with the numbers in it."""
        here = at(request)
        rule = _rule(request)
        waits = self._waiting(here, rule)
        if waits is None:
            return refusals.gone(request, office_address(here.department.id))
        dated = next(one for one in here.department.dated_rules if one.written.name == rule)
        # Names are for the archivist of the department alone; a rule of all has sums of other departments besides.
        caught = {area for area, _total in waits.caught}
        own = [work for work in works(self._service, here) if work.area in caught]
        # One area after the other, until there are enough.
        found = ((work.area, path) for work in own for path in views.examples(work, rule, _MOST_EXAMPLES))
        return templates.page(
            request,
            "archive_rule.html",
            rule=dated.written,
            reason=dated.written.reason.read_in(language()),
            about=describe(dated.when(self._service.clock().date())),
            period=words.period(dated.period) if dated.period is not None else "",
            waits=waits,
            examples=list(islice(found, _MOST_EXAMPLES)),
            cannot=self._cannot(here, waits),
            ask=_asked(waits),
            form=filled(request, {}),
            back_to=office_address(here.department.id),
            here=rule_address(here.department.id, rule),
        )

    def confirm(self, request: Request) -> Response:
        """Confirm, once for each form, and on to the department's page."""
        here = at(request)
        rule, sent = _rule(request), request.state.form

        def act() -> str:
            waits = self._waiting(here, rule)
            if waits is None:
                raise Guard(
                    _("The rule {rule} does not wait for a confirmation any more.").format(rule=rule),
                    next=_("Look at the rules again."),
                )
            if cannot := self._cannot(here, waits):
                raise Guard(cannot)
            if (sent.get("seen"), sent.get("files"), sent.get("bytes")) != (
                waits.seen,
                str(waits.total.files),
                str(waits.total.bytes),
            ):
                raise Guard(
                    _(
                        "What the rule {rule} is about has changed since the page was made. Nothing was confirmed."
                    ).format(rule=rule),
                    next=_("Look at it again."),
                )
            areas = self._areas(here, rule)
            stage.confirm(
                self._service.workspace, here.department.id, waits, here.identity.by, areas, self._service.clock
            )
            return f"{office_address(here.department.id)}?{urlencode({'confirmed': rule})}"

        return once(request, act)

    def _waiting(self, here: At, rule: str) -> stage.Waiting | None:
        return stage.waiting(self._service.workspace, here.department, rule, self._areas(here, rule))

    def _areas(self, here: At, rule: str) -> list[str]:
        """The areas that a rule may have files in: a rule of `common.yaml` is about every department's."""
        if written.written(self._service.workspace / "policies", here.department.id).stem(rule, "") != COMMON:
            return [work.area for work in works(self._service, here)]
        named = {area for one in self._service.policies.all() for area in one.areas()}
        return [area for area in self._service.areas() if area in named]

    def _cannot(self, here: At, waits: stage.Waiting) -> str:
        """Why whoever is here cannot confirm it; empty when they can."""
        identity = here.identity
        if not identity.is_openid:
            return _(
                "A link on this computer does not say who you are, so it confirms nothing. Log in to the shared service with your"
                " own account, or edit the file {file} instead."
            ).format(file=f"{waits.stem}.yaml")
        if waits.stem != COMMON:
            return ""
        named = written.written(self._service.workspace / "policies", here.department.id).common_archivists
        if any(map(identity.is_one_of, named)):
            return ""
        return _(
            "The rule is of common.yaml and holds for every department. Only an archivist whom that file names confirms it."
        )


def _rule(request: Request) -> str:
    return unquote(request.path_params["rule"])


def _asked(waits: stage.Waiting) -> str:
    """The button: what is confirmed, with the numbers in it."""
    files = waits.total.files
    if not files:
        return _("Confirm the rule, which catches no file today")
    return n_("Confirm that {count} file may be deleted", "Confirm that {count} files may be deleted", files)
