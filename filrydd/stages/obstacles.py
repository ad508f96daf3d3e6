"""Open problems of a proposal in sentences: where, what it is, what to do."""

from collections.abc import Iterable

from filrydd.catalog.connection import Catalog
from filrydd.catalog.paths import path_of_folder
from filrydd.catalog.proposals import OpenProblem
from filrydd.lang import _
from filrydd.layout.problems import about, explain


def told(catalog: Catalog, problems: Iterable[OpenProblem]) -> tuple[str, ...]:
    """Each problem in a sentence or three."""
    return tuple(_told(path_of_folder(catalog, problem.folder), problem) for problem in problems)


def _told(path: str, problem: OpenProblem) -> str:
    what, to_do = explain(problem.kind)
    where = path or _("The whole area")
    detail = f" ({about(problem.kind, problem.detail)})" if problem.detail else ""
    return f"{where}: {what}{detail} {to_do}"
