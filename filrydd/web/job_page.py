"""The page of a piece of work that runs beside the pages: how far it is, what came of it, or what stopped it."""

from starlette.requests import Request
from starlette.responses import Response

from filrydd.errors import FilryddError
from filrydd.model.department import Role
from filrydd.web import refusals, templates
from filrydd.web.access import at
from filrydd.web.identity import Identity
from filrydd.web.jobs import Job
from filrydd.web.roles import roles_in
from filrydd.web.service import Service
from filrydd.web.superuser import words
from filrydd.web.superuser.running import Running, address_of, sentences

_EVERY = 3


class JobPages:
    """The page of any job."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running

    def page(self, request: Request) -> Response:
        """The job, for whoever started it and for superusers of its area."""
        job = self._service.jobs.find(str(request.path_params["id"]))
        identity = at(request).identity
        if job is None or not self._may_see(job, identity):
            return refusals.not_yours(request)
        again = self._running.may_go_on(job)
        still = "still" in request.query_params
        answer = templates.page(
            request,
            "job.html",
            job=job,
            percent=None if job.share is None else round(job.share * 100),
            told=sentences(job),
            step=words.step(job.next) if job.next else "",
            then=address_of(job) if job.state == "done" and self._running.asked(job.id) else job.then,
            again=again,
            still=still,
        )
        if job.state == "running" and not still:
            # By a header and not by markup: the reader can stop it with a link (WCAG 2.2.1), which no checker of
            # markup can see.
            answer.headers["Refresh"] = str(_EVERY)
        return answer

    def _may_see(self, job: Job, identity: Identity) -> bool:
        try:
            department = self._service.policies.of(job.area)
        except FilryddError:
            # Its file may have been broken since; whoever started the job still sees what became of it.
            return job.who == identity.who
        roles = roles_in(department, identity)
        return Role.SUPERUSER in roles or (bool(roles) and job.who == identity.who)
