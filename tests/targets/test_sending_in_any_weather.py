"""Whatever passes between us and the tenant, a file is there whole in the end."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from filrydd.errors import TenantGone
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front, Request
from tests.targets.place import LARGE, SMALL, Journey, Place, kept_in

SESSION = r"^/to/"
CREATE = "createUploadSession"
pytestmark = pytest.mark.usefixtures("small_fragments")


FAULTS = {
    "d": Answer(drop=True),
    "5": Answer(500),
    "t": Answer(429, {"Retry-After": "7"}),
    "b": Answer(503),
    "l": None,  # the answer is lost, the act is done
    " ": None,
}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.text(some.sampled_from(sorted(FAULTS)), max_size=16))
def test_whatever_passes_in_between_the_file_is_there_whole_once_it_is_sent_again(
    front: Front, through: Journey, weather: str
) -> None:
    """Each letter is the weather for one request of the sending; the second time the sun shines."""
    data = LARGE[: SMALL + 1000]

    async def steps(place: Place) -> None:
        coming = iter(weather)
        losing = False

        def rule(request: Request) -> Answer | None:
            nonlocal losing
            letter = next(coming, " ")
            losing = letter == "l"
            return FAULTS[letter]

        front.rules[:] = [rule]
        front.after[:] = [lambda request, answer: Answer(drop=True) if losing else answer]
        sessions = [""]
        sending = place.sending("a.bin", data)
        item = trouble = None
        try:
            item = await place.tenant.send(sending, kept_in(sessions))
        except (ItemTrouble, TenantGone) as error:
            trouble = error
        front.rules.clear()
        front.after.clear()
        there = await place.tenant.child(place.drive, place.root, "a.bin")
        if item is None:
            assert trouble is not None
            if "l" in weather and sessions == [""]:
                # The address of an open session was lost: the tenant refuses the name for a while.
                assert there is None
                return
            item = await place.tenant.send(replace(sending, session=sessions[-1]), kept_in(sessions))
            assert there in (None, item)
        else:
            assert there == item
        assert b"".join([piece async for piece in place.tenant.content(place.drive, item.id)]) == data

    through(steps)
