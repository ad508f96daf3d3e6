"""Where permissions begin, as a drive's own listing tells it."""

from tests.targets.front import Answer, Front
from tests.targets.grants import KARI, folder
from tests.targets.place import Journey, Place

ROOT = {"id": "r", "name": "root", "root": {}}


def test_the_listing_marks_where_permissions_begin_and_its_root(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        closed, beside = await folder(place), await folder(place, "Åpent")
        below = await folder(place, "Under", closed)
        await place.tenant.restrict(place.drive, closed, [KARI])
        marks = {item.id: item.shared async for item in place.tenant.listing(place.drive)}
        assert marks == {place.root: True, closed: True, beside: False, below: False}

    journey(steps)


def test_a_tenant_that_refuses_the_preference_is_listed_without_it(script: Front, alone: Journey) -> None:
    refused = Answer(403, {}, {"error": {"code": "accessDenied", "message": "no"}})
    end = Answer(200, {}, {"value": [ROOT], "@odata.deltaLink": "x"})
    script.answer("GET", "/delta", refused, end)

    async def steps(place: Place) -> None:
        assert [(item.id, item.shared) async for item in place.tenant.listing("d")] == [("r", False)]
        asked = ["hierarchicalsharing" in request.headers.get("prefer", "") for request in script.requests]
        assert asked == [True, False]

    alone(script.address + "/v1.0", steps)
