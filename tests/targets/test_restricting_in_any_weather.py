"""Whatever passes while a folder is restricted, in the end exactly the named ones can open it."""

import pytest

from filrydd.targets.tenant import Grant, ItemTrouble
from tests.targets.front import Answer, Front, Request, error
from tests.targets.grants import ANNE, KARI, OLA, STAFF, exactly, folder, invited
from tests.targets.place import Journey, Place


@pytest.mark.parametrize("fault", [Answer(429, {"Retry-After": "7"}), Answer(503), Answer(drop=True), None])
@pytest.mark.parametrize("at", [0, 1, 2, 4, 8])
def test_bad_weather_at_any_call_changes_nothing_in_the_end(
    front: Front, through: Journey, fault: Answer | None, at: int
) -> None:
    """None: the call is done, and its answer is lost."""

    async def steps(place: Place) -> None:
        id = await folder(place)
        await prepare_all_kinds(place, id)
        wanted = [Grant(KARI.entra_id, "read"), OLA, STAFF]
        weather = [fault or Answer(drop=True), *[None] * at]
        if fault:
            front.rules.append(lambda request: weather.pop() if weather else None)
        else:
            front.after.append(lambda request, answer: (weather.pop() if weather else None) or answer)
        await place.tenant.restrict(place.drive, id, wanted)
        assert not weather
        assert await place.tenant.permissions(place.drive, id) == exactly(*wanted)

    through(steps)


@pytest.mark.parametrize("at", range(10))
def test_an_interruption_at_any_call_is_mended_by_the_next_run(front: Front, through: Journey, at: int) -> None:
    """That call and those after it are done, but we end there: a refusal that nobody repeats stands for that."""

    async def steps(place: Place) -> None:
        id = await folder(place)
        await prepare_all_kinds(place, id)
        wanted = [Grant(KARI.entra_id, "read"), OLA, STAFF]
        left = [None] * at

        def turn(request: Request, answer: Answer) -> Answer:
            if left:
                left.pop()
                return answer
            return error(418, "ended")

        front.after.append(turn)
        with pytest.raises(ItemTrouble, match="ended"):
            await place.tenant.restrict(place.drive, id, wanted)
        front.after.clear()
        await place.tenant.restrict(place.drive, id, wanted)
        assert await place.tenant.permissions(place.drive, id) == exactly(*wanted)

    through(steps)


async def prepare_all_kinds(place: Place, id: str) -> None:
    """All kinds of work: a writer who is to read, somebody who is to go, and what was inherited, kept."""
    for who in (KARI, ANNE):
        await invited(place, id, who.entra_id, who.role)
