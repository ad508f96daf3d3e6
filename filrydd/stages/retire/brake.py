"""The brake: what would go in one run is compared with what a run may take without anybody saying so.

Every file that goes has its proof; the brake is for the superuser whose policy, or whose area's name, was wrong all the way.
Two things stop a run: more files than `MOST_FILES`, whatever they are; and more documents destroyed without a copy than the
policy's own `limits: stop_above`, a share of all files that the area has and had. That is the very limit at which `classify`
stops for a rule that takes too much, so a person finds one number in the policy and no second one. Junk counts for nothing
there, and a handful of documents in a small area does not stop. What was stopped goes when the number of files that the plan
shows is typed in: it lets exactly that run go, and no later one with another number.
"""

from filrydd.catalog import retirements
from filrydd.catalog.connection import Catalog
from filrydd.catalog.proofs import Going
from filrydd.errors import TooManyAffected
from filrydd.lang import _, figures
from filrydd.stages.work import Work

MOST_FILES = 100_000
_FEW = 20


def why(work: Work, catalog: Catalog, going: Going) -> str:
    """Why so much does not go by itself; empty when it does."""
    if going.files > MOST_FILES:
        return _("{count} files would go at once, more than {limit}.").format(
            count=figures.number(going.files), limit=figures.number(MOST_FILES)
        )
    limit = work.department().stop_above
    share = going.documents / max(retirements.known(catalog), 1)
    if going.documents >= _FEW and share > limit:
        return _(
            "{count} documents would be deleted without a copy, {share:.0%} of the area; the policy stops above {limit:.0%}."
        ).format(count=figures.number(going.documents), share=share, limit=limit)
    return ""


def check(work: Work, catalog: Catalog, going: Going, allow: int | None) -> None:
    """Raises TooManyAffected, unless `allow` is just the number of files that may go, or nothing stops them.

    A number that is not the plan's stops as well: what it was said of is not what would go.
    """
    stops = why(work, catalog, going)
    if (allow is None and not stops) or allow == going.files:
        return
    if allow is not None:
        stops = _("{count} files may go, and not {allowed}.").format(
            count=figures.number(going.files), allowed=figures.number(allow)
        )
    raise TooManyAffected(
        stops,
        next=_("Look at the policy and the list. If it is right: {step}").format(
            step=f"filrydd retire {work.area} --allow {going.files} --execute"
        ),
    )
