"""Two machines that would upload one area: only one at a time can, whatever happens on the way."""

import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from filrydd.catalog import leases
from filrydd.errors import Busy, TenantError, TenantGone, TenantRefused
from filrydd.lang import speaking
from filrydd.stages.lease import Pace, lease
from filrydd.targets import open_rehearsal
from tests.rehearsal.bad_day import Day, bad_day
from tests.stages.leasing import AREA, FILE, Hands, Town, run, taker, until, weather
from tests.targets.front import Answer, Request, front_before


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("lease")
    (folder / "tenant").mkdir()
    (folder / "tenant" / "labels.csv").write_text(
        "name,kind,libraries\nArkivverdig,record,\nKasseres,retention,\n", encoding="utf-8"
    )
    with bad_day(folder, "faults: []\n", label_seconds=0.05) as one:
        yield one


_libraries = itertools.count()


@pytest.fixture
def town(day: Day, tmp_path: Path) -> Iterator[Town]:
    async def made() -> str:
        tenant = open_rehearsal(day.ready.graph)
        site = await tenant.site("https://kommune.sharepoint.com/sites/rehearsal")
        drive = await tenant.make_library(site, f"Felles {next(_libraries)}")
        await tenant.close()
        return drive.id

    upstream = day.ready.graph.removeprefix("http://").removesuffix("/v1.0")
    with speaking("en"), front_before(upstream) as front:
        town = Town(day, front, tmp_path, asyncio.run(made()))
        yield town
        town.tenancy.clock.move(0)


def test_while_one_machine_uploads_another_is_told_who_does(town: Town) -> None:
    async def steps() -> None:
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as one, town.tenant() as other:
            async with lease(kari, one, town.drive):
                with pytest.raises(Busy) as refused:
                    async with lease(ola, other, town.drive):
                        raise AssertionError("two at once")
                assert f"by kari on {leases.machine()}, since 20" in refused.value.message
                assert "go on after 20" in refused.value.next
                assert await town.holds("kari")
            # Given back: nothing is there, and the other one comes at once.
            assert await one.record(town.drive, "_filrydd", f"{AREA}.lease.json") is None
            async with lease(ola, other, town.drive):
                assert await town.holds("ola")

    run(steps)
    assert town.told.said == []


def test_of_several_that_come_in_the_same_moment_one_gets_through(town: Town) -> None:
    async def steps() -> None:
        works = [town.machine(f"m{number}") for number in range(4)]
        async with contextlib.AsyncExitStack() as stack:
            tenants = [await stack.enter_async_context(town.tenant()) for _ in works]
            for _round in range(3):
                ran_out = Hands().pace()
                takers = [taker(work, tenant, town.drive, ran_out) for work, tenant in zip(works, tenants, strict=True)]
                came = await asyncio.gather(*(one.take() for one in takers), return_exceptions=True)
                assert sorted(type(one).__name__ for one in came) == ["Busy", "Busy", "Busy", "NoneType"]
                # In the next round all find a lease that has run out.
                town.later(ran_out.lasts + ran_out.margin + 2)

    run(steps)


def test_the_killed_machine_goes_on_at_once_and_a_copy_of_its_catalog_does_not(town: Town) -> None:
    async def steps() -> None:
        kari = town.machine("kari")
        async with town.tenant() as tenant:
            await taker(kari, tenant, town.drive, Pace()).take()
            copy = town.copied(kari, "copy")
            with kari.catalog() as one, copy.catalog() as other:
                assert leases.own(one)[0] == leases.own(other)[0]
            with pytest.raises(Busy, match="by kari on pc"):
                async with lease(copy, tenant, town.drive):
                    raise AssertionError("two at once")
            async with lease(kari, tenant, town.drive):
                assert await town.holds("kari")

    run(steps)


CHILD = """
import asyncio, sys
from pathlib import Path
from filrydd.stages.lease import lease
from filrydd.stages.work import Work
from filrydd.targets import open_rehearsal

async def upload(graph, workspace, drive):
    async with lease(Work(Path(workspace), "felles", "kari"), open_rehearsal(graph), drive):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(upload(*sys.argv[1:]))
"""


def test_after_kill_9_the_same_workspace_goes_on_at_once(town: Town) -> None:
    kari, ola = town.machine("kari"), town.machine("ola")
    command = [sys.executable, "-c", CHILD, town.graph, str(kari.workspace), town.drive]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stdout.readline() == "held\n"
        child.kill()

    async def steps() -> None:
        assert await town.holds("kari")
        async with town.tenant() as tenant:
            with pytest.raises(Busy, match="by kari on"):
                async with lease(ola, tenant, town.drive):
                    raise AssertionError("two at once")
            async with lease(kari, tenant, town.drive):
                assert await town.holds("kari")
            assert not await town.holds("kari")

    run(steps)


def test_another_machine_comes_only_when_the_lease_has_run_out_by_the_tenants_clock(town: Town) -> None:
    async def steps() -> None:
        # This machine's own clock is a day wrong, either way.
        works = [town.machine("early", clock=timedelta(-1)), town.machine("late", clock=timedelta(1))]
        kari = town.machine("kari")
        async with town.tenant() as tenant:
            for work in works:
                await taker(kari, tenant, town.drive, Pace()).take()
                for seconds in (0, Pace().lasts, Pace().margin - 5):
                    town.later(seconds)
                    with pytest.raises(Busy):
                        async with lease(work, tenant, town.drive):
                            raise AssertionError("two at once")
                town.later(7)
                async with lease(work, tenant, town.drive):
                    assert await town.holds(work.actor)

    run(steps)


def test_who_was_away_too_long_stops_and_leaves_the_other_ones_lease_alone(town: Town) -> None:
    async def steps() -> None:
        hands, stopped = Hands(), False
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as one, town.tenant() as other:
            with pytest.raises(Busy) as refused:
                async with lease(kari, one, town.drive, hands.pace()):
                    town.later(2 * Pace().lasts)
                    taking = taker(ola, other, town.drive, Pace())
                    await taking.take()
                    hands.pass_by(2 * Pace().lasts, asleep=True)
                    try:
                        await asyncio.sleep(20)
                    except asyncio.CancelledError:
                        stopped = True
                        raise
            assert stopped
            assert refused.value.message.startswith(f"ola on pc has taken over the area {AREA}, since 20")
            assert await town.holds("ola")
            # It is whole, and still the other one's to give back.
            await taking.give_back()
            assert not await town.holds("ola")

    run(steps)


def test_it_is_renewed_well_before_it_runs_out_and_seldom(town: Town) -> None:
    async def steps() -> None:
        hands = Hands()
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as one, town.tenant() as other, lease(kari, one, town.drive, hands.pace()):
            for hour in range(4):
                # Ten minutes at a time; the stage waits for something meanwhile.
                town.later(600)
                hands.pass_by(600)

                async def renewed(expected: int = hour + 2) -> bool:
                    return await town.versions() == expected

                await until(renewed)
            with pytest.raises(Busy):
                await taker(ola, other, town.drive, Pace()).take()
            assert await town.versions() == 5

    run(steps)


@pytest.mark.parametrize(("method", "times"), [("PUT", 1), ("PUT", 3), ("DELETE", 2)])
def test_an_answer_that_is_lost_does_no_harm(town: Town, method: str, times: int) -> None:
    async def steps() -> None:
        hands = Hands()
        kari = town.machine("kari")
        async with town.tenant(through=True) as tenant:
            town.front.lose_answer(method, FILE if method == "PUT" else "/items/", times)
            async with lease(kari, tenant, town.drive, hands.pace()) as held:
                assert await town.holds("kari")
                if method == "PUT":
                    town.front.lose_answer(method, FILE, times)
                before = await town.versions()
                hands.pass_by(Pace().renew + 1)

                async def renewed() -> bool:
                    return await town.versions() > before

                await until(renewed)
                await held.sure()
            assert await tenant.record(town.drive, "_filrydd", f"{AREA}.lease.json") is None
        # Each lost answer was asked for again.
        assert len(town.front.seen("PUT", FILE)) >= (2 + 2 * times if method == "PUT" else 2)
        assert len(town.front.seen("DELETE", "/items/")) >= (1 + times if method == "DELETE" else 1)

    run(steps)
    assert town.told.said == []


def test_somebody_who_deletes_or_touches_the_file_stops_nobody(town: Town) -> None:
    async def steps() -> None:
        hands = Hands()
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as tenant:
            async with lease(kari, tenant, town.drive, hands.pace()):
                there = await tenant.record(town.drive, "_filrydd", f"{AREA}.lease.json")
                assert there
                await tenant.give_up(town.drive, there.item.id, there.item.etag)
                hands.pass_by(Pace().renew + 1)
                await until(lambda: town.holds("kari"))
                again = await tenant.record(town.drive, "_filrydd", f"{AREA}.lease.json")
                assert again and again.item.id != there.item.id
                touched = await tenant.set_times(town.drive, again.item.id, 0, again.item.modified)

                async def renewed() -> bool:
                    found = await tenant.record(town.drive, "_filrydd", f"{AREA}.lease.json")
                    return found is not None and found.item.etag != touched.etag

                hands.pass_by(Pace().renew + 1)
                await until(renewed)
                await tenant.set_times(town.drive, again.item.id, 0, again.item.modified)
            assert not await town.holds("kari")
            # Deleted and taken by another one meanwhile is another matter.
            with pytest.raises(Busy, match="ola on pc has taken over"):
                async with lease(kari, tenant, town.drive, hands.pace()):
                    there = await tenant.record(town.drive, "_filrydd", f"{AREA}.lease.json")
                    assert there
                    await tenant.give_up(town.drive, there.item.id, there.item.etag)
                    await taker(ola, tenant, town.drive, Pace()).take()
                    hands.pass_by(Pace().renew + 1)
                    await asyncio.sleep(20)

    run(steps)


@pytest.mark.parametrize("status", [423])
def test_a_renewal_that_fails_is_tried_again_while_the_lease_lasts(town: Town, status: int) -> None:
    async def steps() -> None:
        hands = Hands()
        kari = town.machine("kari")
        async with town.tenant(through=True) as tenant:
            async with lease(kari, tenant, town.drive, hands.pace()) as held:
                town.front.answer("PUT", FILE, *[Answer(status, {}, {"error": {"code": "no", "message": ""}})] * 3)
                hands.pass_by(Pace().renew + 1)

                async def renewed() -> bool:
                    return await town.versions() == 2

                await until(renewed)
                await held.sure()
                assert len(town.front.seen("PUT", FILE)) == 5
            with pytest.raises(TenantRefused, match=f"could not be written: {status}"):
                async with lease(kari, tenant, town.drive, hands.pace()) as held:
                    town.front.rules.append(lambda one: Answer(status) if one.method == "PUT" else None)
                    hands.pass_by(Pace().renew + 1)
                    await asyncio.sleep(0.1)
                    hands.pass_by(Pace().lasts)
                    await asyncio.sleep(20)

    run(steps)


def test_a_tenant_that_does_not_answer_stops_the_stage_when_the_lease_has_run_out(town: Town) -> None:
    async def steps() -> None:
        hands = Hands()
        kari = town.machine("kari")
        async with town.tenant(through=True) as tenant:
            with pytest.raises(TenantGone):
                async with lease(kari, tenant, town.drive, hands.pace()):
                    town.front.rules.append(lambda one: Answer(drop=True))
                    hands.pass_by(Pace().renew + 1)
                    await asyncio.sleep(0.2)
                    hands.pass_by(Pace().lasts)
                    await asyncio.sleep(20)
        assert town.told.said and "could not be removed" in town.told.said[0]
        # It is ours all the same: the same machine goes on at once.
        async with town.tenant() as tenant, lease(kari, tenant, town.drive):
            assert await town.holds("kari")

    run(steps)


def test_after_a_sleep_nothing_is_sent_before_it_is_known_that_nobody_came(town: Town) -> None:
    async def steps() -> None:
        hands = Hands()
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as tenant:
            pace = Pace(look=1000, patience=2, clock=lambda: hands.clock, wall=lambda: hands.wall)
            with pytest.raises(Busy, match="ola on pc has taken over"):
                async with lease(kari, tenant, town.drive, pace) as held:
                    await held.sure()
                    assert await town.versions() == 1
                    hands.pass_by(Pace().lasts, asleep=True)
                    # Nobody came: it is renewed, once for all that ask.
                    await asyncio.gather(*(held.sure() for _ in range(8)))
                    assert await town.versions() == 2
                    town.later(2 * Pace().lasts)
                    await taker(ola, tenant, town.drive, Pace()).take()
                    hands.pass_by(2 * Pace().lasts, asleep=True)
                    await held.sure()
                    raise AssertionError("two at once")

    run(steps)


def test_who_ends_without_knowing_that_another_one_came_leaves_that_ones_lease_alone(town: Town) -> None:
    async def steps() -> None:
        kari, ola = town.machine("kari"), town.machine("ola")
        async with town.tenant() as tenant:
            async with lease(kari, tenant, town.drive):
                town.later(2 * Pace().lasts)
                await taker(ola, tenant, town.drive, Pace()).take()
            assert await town.holds("ola")

    run(steps)


def test_the_time_that_the_answer_takes_counts_as_past(town: Town) -> None:
    async def steps() -> None:
        hands, waits = Hands(), [Pace().lasts, 0]
        kari = town.machine("kari")

        def slow(request: Request) -> None:
            if request.method == "PUT":
                hands.pass_by(waits.pop(0))

        town.front.rules.append(slow)
        pace = Pace(look=1000, clock=lambda: hands.clock, wall=lambda: hands.wall)
        async with town.tenant(through=True) as tenant, lease(kari, tenant, town.drive, pace) as held:
            await held.sure()
            await held.sure()
            assert (waits, await town.versions()) == ([], 2)

    run(steps)


def test_a_file_that_is_no_lease_is_respected_until_one_would_have_run_out(town: Town) -> None:
    nonsense = [b" ", b"{}", b"[1]", b"\xff", b"[" * 5000, b'{"area": "felles", "id": 1}', b'{"seconds": "nan"}']

    async def steps() -> None:
        kari = town.machine("kari")
        async with town.tenant() as tenant:
            for content in nonsense:
                await tenant.deposit(town.drive, "_filrydd", f"{AREA}.lease.json", content)
                with pytest.raises(Busy, match="should say who uploads the area felles, and says something else"):
                    async with lease(kari, tenant, town.drive):
                        raise AssertionError("two at once")
            town.later(Pace().lasts + Pace().margin + 2)
            async with lease(kari, tenant, town.drive):
                assert await town.holds("kari")

    run(steps)


def test_what_somebody_wrote_into_the_file_cannot_lock_an_area_for_ever_or_draw_on_the_screen(town: Town) -> None:
    async def steps() -> None:
        kari = town.machine("kari")
        said = {"area": AREA, "id": "x", "place": "x", "machine": "\x1b[2J", "who": "ola\n" * 999, "since": "?"}
        async with town.tenant() as tenant:
            content = json.dumps({**said, "seconds": 1e300}).encode()
            await tenant.deposit(town.drive, "_filrydd", f"{AREA}.lease.json", content)
            with pytest.raises(Busy) as refused:
                async with lease(kari, tenant, town.drive):
                    raise AssertionError("two at once")
            assert refused.value.message.isprintable()
            assert len(refused.value.message) < 600
            town.later(24 * 3600 + Pace().margin + 2)
            async with lease(kari, tenant, town.drive):
                assert await town.holds("kari")

    run(steps)


def test_a_folder_of_that_name_and_a_record_label_are_refusals_that_say_what_to_do(town: Town) -> None:
    async def steps() -> None:
        kari = town.machine("kari")
        async with town.tenant() as tenant:
            root = (await tenant.deposit(town.drive, "_filrydd", "x.json", b"{}")).parent
            await tenant.make_folder(town.drive, root, f"{AREA}.lease.json")
            town.later(Pace().lasts + Pace().margin + 2)
            with pytest.raises(TenantRefused, match="501") as refused:
                async with lease(kari, tenant, town.drive):
                    raise AssertionError("without a lease")
            assert "take off the file what holds it" in refused.value.next

    run(steps)


class Stop(Exception):
    pass


@pytest.mark.parametrize("error", [Stop, TenantError, KeyboardInterrupt])
def test_what_the_stage_raises_comes_through_and_the_lease_is_given_back(
    town: Town, error: type[BaseException]
) -> None:
    async def steps() -> None:
        kari = town.machine("kari")
        async with town.tenant() as tenant:
            with pytest.raises(error) as raised:
                async with lease(kari, tenant, town.drive):
                    raise error("as it was")
            assert type(raised.value) is error
            assert str(raised.value) == "as it was"
            assert not await town.holds("kari")

    run(steps)


def test_who_is_interrupted_gives_the_lease_back(town: Town) -> None:
    async def steps() -> None:
        kari = town.machine("kari")
        begun = asyncio.Event()

        async def stage() -> None:
            async with town.tenant() as tenant, lease(kari, tenant, town.drive):
                begun.set()
                await asyncio.sleep(20)

        task = asyncio.create_task(stage())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not await town.holds("kari")

    run(steps)


def test_in_any_weather_no_two_machines_are_sure_of_the_area_at_once(town: Town) -> None:
    run(lambda: weather(town, seed=3, steps=24))
