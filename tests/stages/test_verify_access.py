"""Who gained and who lost, and findings in sentences."""

import pytest

from filrydd.model.finding import Verdict
from filrydd.stages.verify.access import Difference, difference
from filrydd.stages.verify.wording import meaning, what_to_do
from filrydd.targets.tenant import Grant, Permissions


def who(*grants: tuple[str, str], others: tuple[str, ...] = ()) -> Permissions:
    return Permissions(False, tuple(Grant(id, "write" if role == "write" else "read") for id, role in grants), others)


@pytest.mark.parametrize(
    ("wanted", "found", "gained", "lost"),
    [
        (who(("a", "read"), ("b", "write")), who(("B", "write"), ("A", "read")), (), ()),
        (who(("a", "read")), who(("a", "write")), (("a", "write"),), ()),
        (who(("a", "write")), who(("a", "read")), (), (("a", "write"),)),
        (who(("a", "write")), who(("b", "read")), (("b", "read"),), (("a", "write"),)),
        (who(("a", "read")), who(), (), (("a", "read"),)),
        (
            who(others=("Owners (owner)",)),
            who(("a", "read"), others=("link (read)",)),
            (("a", "read"), ("link (read)", "")),
            (("Owners (owner)", ""),),
        ),
    ],
)
def test_a_difference_names_who_gained_and_who_lost(
    wanted: Permissions, found: Permissions, gained: tuple[tuple[str, str], ...], lost: tuple[tuple[str, str], ...]
) -> None:
    different = difference(wanted, found)
    assert different == Difference(gained, lost)
    assert bool(different) == bool(gained or lost)


def test_findings_are_said_with_what_they_tell_of() -> None:
    detail = "differs\t+write:Kari\t+read:Ola\t-read:Berit\t-:Owners (owner)"
    assert meaning(Verdict.ACCESS, detail) == (
        "Can open it, and should not: Kari (edit), Ola (read). Should be able to, and cannot: Berit (read), Owners (owner)."
    )
    assert meaning(Verdict.MISMATCH, "part differs\tword/document.xml").endswith("word/document.xml")
    assert meaning(Verdict.MISMATCH, "other place\tFelles/x") != meaning(Verdict.MISMATCH, "rotten")


@pytest.mark.parametrize("kind", [*Verdict, ""])
def test_every_verdict_is_worded_also_with_details_of_an_earlier_version(kind: str) -> None:
    for detail in ("", "Notat/a.txt", "a sentence of an earlier version.", "differs\t", "unheard of\tx"):
        assert meaning(kind, detail)
        assert bool(what_to_do(kind, detail, "felles")) == (kind not in (Verdict.OK, Verdict.REWRITTEN))
