"""A new department's policy by questions, one on a page. What was answered is kept in the session until the file is
written."""

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.model.department import Role
from filrydd.model.names import fold
from filrydd.policy import departments
from filrydd.policy.drafting import scalar
from filrydd.policy.questions import is_a_name
from filrydd.policy.questions_asked import Known, Sight
from filrydd.policy.written import set_before
from filrydd.stages import policy_file
from filrydd.stages import policy_new as stage
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.door import Session
from filrydd.web.drafts import REFUSED, back_to_form, draft_of, filled, led_before, once, seen_other
from filrydd.web.form import Mistake
from filrydd.web.roles import roles_in
from filrydd.web.service import Service
from filrydd.web.superuser import words
from filrydd.web.superuser.interview import (
    TASKS,
    Interview,
    choices,
    chosen,
    given_in,
    interview,
    read_back,
    short,
    wrong_with,
)

START = "/new-department"
_GIVEN = "answer "


class Asking:
    """The pages of the questions. Whoever is a superuser anywhere may begin a department."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def start_page(self, request: Request) -> Response:
        """What the department's file is to be called, and the scanned area that is asked about."""
        if not self._may(request):
            return refusals.not_yours(request)
        draft = draft_of(request)
        wrong = self._started(draft)[1] if draft else ()
        return templates.page(
            request, "superuser_new.html", form=filled(request, draft, wrong), areas=self._without_department()
        )

    def start(self, request: Request) -> Response:
        """Begin the questions."""
        if not self._may(request):
            return refusals.not_yours(request)
        sent: dict[str, str] = dict(request.state.form)
        begun, wrong = self._started(sent)
        if wrong:
            return back_to_form(request, START, sent)
        token, identity = secrets.token_urlsafe(16), at(request).identity
        here = f"{START}/questions?draft={token}"
        begun["by"] = identity.name
        if begun["area"]:
            # Looking at every file of an area takes longer than a page may.
            title = _("Looking at {area}").format(area=begun["area"])
            job = self._service.jobs.start(
                self._service.work(begun["area"], identity), identity.who, title, here, stage.look
            )
            begun["job"] = job.id
            here = here if job.state == "done" else f"/job/{job.id}"
        self._session(request).keep(token, begun)
        return seen_other(here)

    def question_page(self, request: Request) -> Response:
        """The question that comes next; all answers when every one has its answer."""
        token, draft = self._draft(request, request.query_params.get("draft", ""))
        if draft is None:
            return self._over(request)
        looking = self._service.jobs.find(draft.get("job", ""))
        if looking is not None and looking.state == "running":
            return seen_other(f"/job/{looking.id}")
        talk = self._talk(draft, request.query_params.get("again", ""))
        if talk.open is None:
            return templates.page(
                request,
                "superuser_answers.html",
                draft=token,
                department=draft["department"],
                asked=[(one.word, short(one.question), read_back(one)) for one in talk.asked],
                form=filled(request, {**draft_of(request)}, (), "write"),
            )
        back = talk.asked[-1].word if talk.asked else ""
        sent = draft_of(request)
        return templates.page(
            request,
            "superuser_question.html",
            draft=token,
            back=back,
            number=talk.number,
            open=talk.open,
            lines=talk.open.question.text.split("\n"),
            choices=choices(talk.open.question),
            several=talk.open.question.key == TASKS,
            form=filled(
                request,
                {"answer": chosen(talk.open), **sent},
                wrong_with(talk.open.question, sent) if sent else (),
            ),
        )

    def answer(self, request: Request) -> Response:
        """Keep an answer that can be read, and go on; else the question again, with what is wrong."""
        sent: dict[str, str] = dict(request.state.form)
        token, draft = self._draft(request, sent.get("draft", ""))
        if draft is None:
            return self._over(request)
        word = sent.get("question", "")
        talk = self._talk(draft, word)
        here = f"{START}/questions?draft={token}"
        if talk.open is None or talk.open.word != word:
            return seen_other(here)
        given = given_in(talk.open.question, sent)
        if wrong_with(talk.open.question, {"answer": given}):
            return back_to_form(request, f"{here}&again={word}", {**sent, "answer": given})
        self._session(request).keep(token, {**draft, _GIVEN + word: given})
        return seen_other(here)

    def write(self, request: Request) -> Response:
        """Draft the file from the answers and put it in its place, once for each form."""
        sent: dict[str, str] = dict(request.state.form)
        if (led := led_before(request)) is not None:
            return led
        token, draft = self._draft(request, sent.get("draft", ""))
        if draft is None:
            # A first click may have come to its end meanwhile.
            return led_before(request) or self._over(request)
        try:
            talk = self._talk(draft)
        except FilryddError:
            if (led := led_before(request)) is not None:
                return led
            raise
        if talk.answers is None:
            return seen_other(f"{START}/questions?draft={token}")
        answers = talk.answers

        def act() -> str:
            policies = self._service.workspace / "policies"
            stage.write(policies, answers)
            self._let_in(request, answers.department)
            self._session(request).drafts.pop(token, None)
            return f"{START}/written?department={answers.department}"

        try:
            return once(request, act)
        except FilryddError as error:
            said = " ".join(filter(None, (error.message, *error.details[:3], words.step(error.next))))
            return back_to_form(
                request, f"{START}/questions?draft={token}", {"once": sent.get("once", ""), REFUSED: said}
            )

    def written(self, request: Request) -> Response:
        """What was written, and what comes next."""
        name = request.query_params.get("department", "")
        department = self._service.policies.department(name)
        if department is None or Role.SUPERUSER not in roles_in(department, at(request).identity):
            return refusals.not_yours(request)
        return templates.page(request, "superuser_written.html", department=department)

    def _let_in(self, request: Request, department: str) -> None:
        """Whoever made the file is its superuser, or nobody could go on with it on these pages."""
        identity = at(request).identity
        made = self._service.policies.department(department)
        if made is None or not identity.object_id or Role.SUPERUSER in roles_in(made, identity):
            return
        line = f"superusers: [{{name: {scalar(identity.name or identity.who)}, id: {scalar(identity.object_id)}}}]"
        policy_file.replace(
            self._service.workspace / "policies",
            department,
            lambda data: set_before(data, "superusers", line, "areas"),
            was=made.digest,
        )

    def _may(self, request: Request) -> bool:
        identity = at(request).identity
        if self._service.only:
            # The pages of one area have no place for another department.
            return False
        return not identity.is_openid or any(
            Role.SUPERUSER in roles_in(one, identity) for one in self._service.policies.all()
        )

    def _started(self, sent: Mapping[str, str]) -> tuple[dict[str, str], tuple[Mistake, ...]]:
        name, area = sent.get("department", "").strip(), sent.get("area", "")
        policies = self._service.workspace / "policies"
        if not is_a_name(name):
            wrong = _("Use letters, digits, hyphens and underscores, like plan-og-bygg.")
        elif any(fold(one) == fold(name) for one in departments(policies)):
            wrong = _("{department} has a policy already. Choose another name.").format(department=name)
        else:
            wrong = ""
        mistakes = (Mistake("department", wrong),) if wrong else ()
        return {"department": name, "area": area if area in self._without_department() else ""}, mistakes

    def _without_department(self) -> tuple[str, ...]:
        named = {fold(area) for one in self._service.policies.all() for area in one.areas()}
        return tuple(area for area in self._service.areas() if fold(area) not in named and is_a_name(area))

    def _draft(self, request: Request, token: str) -> tuple[str, Mapping[str, str] | None]:
        draft = self._session(request).drafts.get(token) if self._may(request) else None
        return token, draft if draft is not None and "department" in draft and "area" in draft else None

    def _talk(self, draft: Mapping[str, str], again: str = "") -> Interview:
        policies = self._service.workspace / "policies"
        known: Known = stage.known(
            policies, draft["department"], draft["area"], draft.get("by", ""), self._service.clock().date()
        )
        looked = self._service.jobs.find(draft.get("job", ""))
        sights: tuple[Sight, ...] = (looked.result or ()) if looked is not None and looked.state == "done" else ()
        given = {word.removeprefix(_GIVEN): said for word, said in draft.items() if word.startswith(_GIVEN)}
        return interview(draft["department"], known, sights, given, again)

    def _over(self, request: Request) -> Response:
        return templates.page(
            request,
            "refusal.html",
            404 if self._may(request) else 403,
            title=_("These questions are over"),
            sentence=_("The answers are gone: you were away for long, or the file is written. Begin again."),
        )

    def _session(self, request: Request) -> Session:
        session: Session = request.state.session
        return session
