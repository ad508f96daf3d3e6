"""What makes a version is done once, also where its answer is lost."""

import re

import pytest

from filrydd.errors import TenantGone
from tests.targets.front import Answer, Front, Request, error
from tests.targets.place import Journey, Place, nothing
from tests.targets.test_filling_columns import FIELDS, SITE, YEAR, said


@pytest.mark.parametrize("how", ["dropped", "failed", "never arrived", "locked after"])
@pytest.mark.parametrize("call", [FIELDS, r"/items/[^/:]+$"])
def test_an_answer_that_is_lost_makes_no_needless_version(front: Front, through: Journey, call: str, how: str) -> None:
    """One version as the file arrives, one for the fields, one for the times, whichever of the answers is lost; the second
    file is filled when it is known that the tenant moves times."""

    async def steps(place: Place) -> None:
        await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, [YEAR])
        for name in ("a.txt", "b.txt"):
            item = await place.tenant.send(place.sending(name, b"text"), nothing)
            if how == "never arrived":
                front.answer("PATCH", call, *[Answer(drop=True)] * 2)
            else:
                _lose(front, call, error(502, "badGateway") if how == "failed" else Answer(drop=True))
            if how == "locked after":
                front.answer("PATCH", call, None, error(423, "resourceLocked"))
            after = await place.tenant.set_fields(place.drive, item.id, {"FilryddYear": 2019})
            assert await said(place, item.id) == {"FilryddYear": 2019}
            assert (after.created, after.modified) == (item.created, item.modified)
            assert after == await place.tenant.item(place.drive, item.id)
            assert len(await place.tenant.versions(place.drive, item.id)) == 3

    through(steps)


def _lose(front: Front, call: str, instead: Answer) -> None:
    """Do the next PATCH, and give another answer."""
    left = [instead]

    def turn(request: Request, answer: Answer) -> Answer:
        return left.pop() if left and request.method == "PATCH" and re.search(call, request.path) else answer

    front.after.append(turn)


def test_times_whose_answer_is_lost_are_given_once(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        item = await place.tenant.send(place.sending("rapport.txt", b"text"), nothing)
        front.lose_answer("PATCH", rf"/items/{item.id}$")
        when = 17_000_000_000_000_000
        after = await place.tenant.set_times(place.drive, item.id, when, when)
        assert (after.created, after.modified) == (when, when)
        assert len(await place.tenant.versions(place.drive, item.id)) == 2
        front.rules.append(lambda request: Answer(drop=True) if request.method == "PATCH" else None)
        with pytest.raises(TenantGone):
            await place.tenant.set_times(place.drive, item.id, when, when + 10**8)

    through(steps)
