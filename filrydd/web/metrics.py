"""What a monitoring system asks for, in Prometheus' text format: totals of areas, jobs, log-ins and requests. No
person, no name of a file or folder, and nothing without the token that whoever runs the service has set."""

import secrets
from collections.abc import Iterable, Iterator, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from filrydd.model.rule import Fate
from filrydd.web.counting import UP_TO, Counted, Requests
from filrydd.web.door import Door
from filrydd.web.service import Service
from filrydd.web.totals import Standing, Statuses

_MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_Sample = tuple[Mapping[str, str], float]


class Metrics:
    """The answer at `/metrics`."""

    def __init__(self, service: Service, door: Door, statuses: Statuses, requests: Requests) -> None:
        self._service = service
        self._door = door
        self._statuses = statuses
        self._requests = requests

    def page(self, request: Request) -> Response:
        """The figures, for whoever has the token. Without one set there is no such address."""
        token = self._service.metrics_token
        if not token:
            raise HTTPException(404)
        scheme, _blank, given = request.headers.get("authorization", "").partition(" ")
        # Starlette reads a header's bytes as Latin-1, which gives them back as they came.
        if scheme.lower() != "bearer" or not secrets.compare_digest(given.strip().encode("latin-1"), token.encode()):
            return PlainTextResponse("Not allowed.\n", 401, {"WWW-Authenticate": "Bearer"})
        jobs = sum(self._service.jobs.running(area) is not None for area in self._service.areas())
        lines = [
            *_of_areas(self._statuses.all(), self._departments()),
            *_metric("filrydd_jobs_running", "gauge", "Work that runs beside the pages.", [({}, jobs)]),
            *_metric("filrydd_sessions", "gauge", "People who are logged in.", [({}, self._door.count())]),
            *_of_requests(self._requests.so_far()),
        ]
        return Response("\n".join(lines) + "\n", media_type=_MEDIA_TYPE)

    def _departments(self) -> dict[str, str]:
        """The department of each area that a policy without mistakes names."""
        return {area: one.id for one in self._service.policies.all() for area in one.areas()}


def _of_areas(standing: Standing, departments: Mapping[str, str]) -> Iterator[str]:
    areas = standing.areas
    labels = [{"area": one.area, "department": departments.get(one.area, "")} for one in areas]

    def gauge(name: str, says: str, values: Iterable[float]) -> list[str]:
        return _metric(f"filrydd_area_{name}", "gauge", says, list(zip(labels, values, strict=True)))

    yield from _metric(
        "filrydd_area_stage",
        "gauge",
        "1 for the last stage that has left something.",
        [({**label, "stage": one.stage or "none"}, 1) for label, one in zip(labels, areas, strict=True)],
    )
    yield from gauge("files", "Files that the last scan saw.", (one.files for one in areas))
    yield from gauge("bytes", "Their bytes.", (one.bytes for one in areas))
    for word, says in (("files", "Files by what becomes of them."), ("bytes", "Bytes by what becomes of them.")):
        samples: list[_Sample] = [
            ({**label, "fate": fate.value}, getattr(one.fates[fate], word))
            for label, one in zip(labels, areas, strict=True)
            for fate in Fate
        ]
        yield from _metric(f"filrydd_area_fate_{word}", "gauge", says, samples)
    yield from gauge("signed_files", "Files that somebody has signed for.", (one.signed for one in areas))
    yield from gauge("uploaded_files", "Files that have arrived.", (one.uploaded for one in areas))
    yield from gauge("failed_files", "Files that could not be sent.", (one.failed for one in areas))
    yield from gauge("verified_files", "Files that were compared in full.", (one.verified for one in areas))
    yield from gauge("deleted_files", "Files deleted from the old area.", (one.deleted for one in areas))
    yield from gauge("findings", "Open findings of the verification.", (sum(one.findings.values()) for one in areas))
    yield from gauge("unreadable", "Entries that could not be read.", (one.unreadable for one in areas))
    yield from gauge("sealed", "1 when the old area is read-only.", (int(one.sealed) for one in areas))
    yield from _metric(
        "filrydd_areas_not_readable", "gauge", "Areas whose catalog cannot be read.", [({}, len(standing.troubles))]
    )


def _of_requests(counted: Counted) -> Iterator[str]:
    name = "filrydd_request_seconds"
    yield from _metric(
        "filrydd_requests_total",
        "counter",
        "Requests that were answered, by status.",
        [({"status": str(status)}, count) for status, count in sorted(counted.by_status.items())],
    )
    yield f"# HELP {name} Seconds until a request was answered."
    yield f"# TYPE {name} histogram"
    for end, count in zip(UP_TO, counted.at_most, strict=True):
        yield _sample(f"{name}_bucket", {"le": f"{end:g}"}, count)
    yield _sample(f"{name}_bucket", {"le": "+Inf"}, counted.requests)
    yield _sample(f"{name}_sum", {}, counted.seconds)
    yield _sample(f"{name}_count", {}, counted.requests)


def _metric(name: str, kind: str, says: str, samples: Iterable[_Sample]) -> list[str]:
    return [f"# HELP {name} {says}", f"# TYPE {name} {kind}", *(_sample(name, *sample) for sample in samples)]


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    shown = repr(round(value, 6)) if isinstance(value, float) else str(value)
    return f"{name}{{{said}}} {shown}" if said else f"{name} {shown}"


def _escaped(text: str) -> str:
    """A label's value (Prometheus, "Text format details")."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
