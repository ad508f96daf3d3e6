"""What passes by itself is waited out at every call, a bounded number of times, and nothing is begun anew for it."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from filrydd.targets.patience import TRIES
from filrydd.targets.tenant import ItemTrouble
from tests.targets.front import Answer, Front, Request, error
from tests.targets.grants import ANNE, KARI, OLA, STAFF, exactly, folder, invited
from tests.targets.place import Journey, Place, nothing
from tests.targets.test_filling_columns import COLUMNS, SITE

FAULTS = {
    "locked": error(423, "resourceLocked"),
    "modified": error(409, "resourceModified"),
    "hidden": error(404, "itemNotFound"),
}
YEAR = COLUMNS[2]
LEASE = ("_filrydd", "a.lease.json")
PATIENT = re.compile(r"/items/|/lists$|/columns$|/list$|/drive$|/root$")
KNOWN = re.compile(r"^GET .*(_filrydd|/permissions$|/versions$)|^POST .*/lists$")
"""Calls whose `not found` is believed at once: nothing there was just made."""


async def _library(place: Place) -> None:
    made = await place.tenant.make_library(await place.tenant.site(SITE), f"{place.drive} 2")
    assert (await place.tenant.item(made.id, made.root, just_made=True)).folder


async def _folder(place: Place) -> None:
    made = [await place.tenant.make_folder(place.drive, place.root, "Mappe") for _twice in range(2)]
    assert made[0] == made[1] == await place.tenant.child(place.drive, place.root, "Mappe")


async def _restrict(place: Place) -> None:
    id = await folder(place)
    assert (await place.tenant.permissions(place.drive, id)).inherited
    await place.tenant.restrict(place.drive, id, [KARI, STAFF])
    assert await place.tenant.permissions(place.drive, id) == exactly(KARI, STAFF)
    assert (await place.tenant.labelled(place.drive, id)).id == id


async def _fields(place: Place) -> None:
    await place.tenant.make_columns(await place.tenant.site(SITE), place.drive, [YEAR])
    item = await place.tenant.send(place.sending("a.txt", b"text"), nothing)
    await place.tenant.set_fields(place.drive, item.id, {"FilryddYear": 2019})
    assert (await place.tenant.fields(place.drive, item.id))["FilryddYear"] == 2019
    assert len(await place.tenant.versions(place.drive, item.id)) == 3
    there = await place.tenant.item(place.drive, item.id)
    assert (there.created, there.modified) == (item.created, item.modified)


async def _record(place: Place) -> None:
    drive, tenant = place.drive, place.tenant
    for data in (b"first", b"second"):
        await tenant.deposit(drive, "_filrydd", "a.json", data)
    made = await tenant.claim(drive, *LEASE, b"mine")
    changed = await tenant.claim(drive, *LEASE, b"next", made.etag)
    read = await tenant.record(drive, *LEASE)
    assert read and (read.item.etag, read.data) == (changed.etag, b"next")
    await tenant.give_up(drive, changed.id, changed.etag)
    assert await tenant.record(drive, *LEASE) is None


def _struck(front: Front, fault: str) -> Counter[tuple[str, str]]:
    """From now on each call is refused when it is made for the first time; what was asked how often."""
    asked: Counter[tuple[str, str]] = Counter()

    def rule(request: Request) -> Answer | None:
        path = request.path.partition("?")[0]
        read_as_a_stream = request.method == "GET" and path.endswith("/content")
        if (
            read_as_a_stream
            or not PATIENT.search(path)
            or (fault == "hidden" and KNOWN.search(f"{request.method} {path}"))
        ):
            return None
        asked[request.method, path] += 1
        return FAULTS[fault] if asked[request.method, path] == 1 else None

    front.rules.append(rule)
    return asked


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("act", [_library, _folder, _restrict, _fields, _record])
def test_what_passes_by_itself_is_waited_out_at_every_call(
    front: Front, through: Journey, act: Callable[[Place], Awaitable[None]], fault: str
) -> None:
    async def steps(place: Place) -> None:
        asked = _struck(front, fault)
        await act(place)
        assert len(asked) >= 2 and min(asked.values()) >= 2

    through(steps)


def test_what_does_not_pass_is_told_after_a_few_tries(front: Front, through: Journey) -> None:
    async def steps(place: Place) -> None:
        id, grants, tenant = await folder(place), [KARI], place.tenant
        made = await tenant.claim(place.drive, *LEASE, b"mine")
        front.rules.append(lambda request: FAULTS["locked"] if "/items/" in request.path else None)
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: tenant.make_folder(place.drive, id, "Under"),
            lambda: tenant.restrict(place.drive, id, grants),
            lambda: tenant.permissions(place.drive, id),
            lambda: tenant.labelled(place.drive, id),
            lambda: tenant.set_label(place.drive, id, "Bevares"),
            lambda: tenant.set_fields(place.drive, id, {"FilryddYear": 2019}, created=1, modified=1),
            lambda: tenant.set_times(place.drive, id, 1, 1),
            lambda: tenant.versions(place.drive, id),
            lambda: tenant.deposit(place.drive, "_filrydd", "a.json", b"x"),
            lambda: tenant.claim(place.drive, *LEASE, b"next", made.etag),
            lambda: tenant.record(place.drive, *LEASE),
            lambda: tenant.give_up(place.drive, made.id, made.etag),
        ]
        for act in acts:
            asked = len(front.requests)
            with pytest.raises(ItemTrouble) as trouble:
                await act()
            assert trouble.value.status == 423 and len(front.requests) - asked == TRIES

    through(steps)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_folder_is_restricted_though_every_third_call_is_refused_and_nothing_is_asked_twice_for_it(
    front: Front, through: Journey, fault: str
) -> None:
    async def steps(place: Place) -> None:
        calls = []
        for every in (0, 3):
            id = await folder(place, f"Mappe {every}")
            for who in (KARI, ANNE):
                await invited(place, id, who.entra_id, who.role)
            asked = Counter[str]()

            def rule(request: Request, every: int = every, asked: Counter[str] = asked) -> Answer | None:
                if fault == "hidden" and request.method == "DELETE":
                    # What is not found, is deleted.
                    return None
                asked[""] += 1
                return FAULTS[fault] if every and asked[""] % every == 0 else None

            front.rules = [rule]
            before = len(front.requests)
            await place.tenant.restrict(place.drive, id, [OLA, STAFF])
            front.rules = []
            calls.append(len(front.requests) - before)
            assert await place.tenant.permissions(place.drive, id) == exactly(OLA, STAFF)
        assert calls[0] < calls[1] <= calls[0] * 3 // 2 + 1

    through(steps)
