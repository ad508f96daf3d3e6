"""Every file and what verification last said of it, for reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from filrydd.catalog.connection import Catalog
from filrydd.catalog.findings import noted
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.model.finding import Verdict
from filrydd.stages.verify.wording import meaning, what_to_do


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of a report, in the language of the moment. `verdict` is the stored word (`Verdict`; empty: not compared yet),
    `outcome` how it is said, `detail` what was seen, `to_do` what a person does about it; empty for what is whole."""

    path: str
    verdict: str
    outcome: str
    detail: str
    to_do: str


def outcomes(catalog: Catalog) -> Iterator[Outcome]:
    """Every file with a receipt in the order of the tree, streamed, and then folders and items that no file stands for.

    A file with several findings comes once for each.
    """
    # Nearly all lines say one of two things, and wording takes longer than reading a row.
    usual: dict[str, tuple[str, str, str]] = {}
    for one in noted.stored(catalog):
        told = usual.get(one.verdict) if not one.detail else None
        if told is None:
            told = _told(catalog.area, one.verdict, one.detail)
            if not one.detail:
                usual[one.verdict] = told
        yield Outcome(one.path, one.verdict, *told)


def _told(area: str, verdict: str, detail: str) -> tuple[str, str, str]:
    outcome = said(verdict) if verdict else _("not compared yet")
    return outcome, meaning(verdict, detail), what_to_do(verdict, detail, area)


def is_whole(outcome: Outcome) -> bool:
    """Whether the file arrived whole."""
    return outcome.verdict in (Verdict.OK, Verdict.REWRITTEN)
