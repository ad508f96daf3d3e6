"""A reader of the benchmark of the pages: somebody at a browser, who clicks, answers, takes back and looks."""

import asyncio
import random
import time

import httpx

from tests.benchmarks.pages_child import TOKEN
from tests.benchmarks.pages_clicks import Clicks
from tests.web.reader import forms

BETWEEN = 5.0
"""Seconds between two clicks, on the average."""
_ANSWER, _UNDO, _LOOK = "POST an answer", "POST an undo", "POST a look"
_PORTION = "/area/{area}/part/{name}/portion/{number}"
_GROUP = f"{_PORTION}/group/{{key}}"
_ACTS = 0.3
"""How often a contact or manager answers something instead of opening the next page."""


class Reader:
    """Somebody at a browser."""

    def __init__(self, who: str, cookie: tuple[str, str], base: str, clicks: Clicks, chance: random.Random) -> None:
        self._who, self._clicks, self._chance = who, clicks, chance
        self._client = httpx.AsyncClient(
            base_url=base, cookies=dict([cookie]), timeout=120, headers={"origin": base, "accept-language": "nb"}
        )
        self.waited: list[float] = []

    async def read(self, until: float) -> None:
        """Click until then, about BETWEEN seconds between two clicks."""
        async with self._client:
            await self._pause(self._chance.random() * BETWEEN)
            while time.monotonic() < until:
                if self._who in ("kari", "berit") and self._chance.random() < _ACTS:
                    await self._act()
                    continue
                click = self._clicks.next(self._who)
                await self._ask("GET", click.page, click.address)
                await self._pause()

    async def _act(self) -> None:
        """Answer a group, go on, take it back, and look at a file of a portion."""
        group = self._clicks.address(_GROUP)
        shown = await self._ask("GET", _GROUP, group)
        await self._pause()
        if (form := forms(shown.text).get(group)) is None:
            return
        led = await self._ask("POST", _ANSWER, group, {**form, "agree": "as suggested"})
        there = led.headers.get("location", "").partition("#")[0]
        if not there:
            return
        shown = await self._ask("GET", _GROUP if "/group/" in there else _PORTION, there)
        await self._pause()
        for address, form in forms(shown.text).items():
            if address.endswith("/undo"):
                await self._ask("POST", _UNDO, address, form)
                await self._pause()
        portion = group.partition("/group/")[0]
        shown = await self._ask("GET", _PORTION, portion)
        await self._pause()
        for address, form in forms(shown.text).items():
            if address.endswith("/look"):
                await self._ask("POST", _LOOK, address, {**form, "verdict": "fine"})
                await self._pause()

    async def _ask(self, method: str, page: str, address: str, form: dict[str, str] | None = None) -> httpx.Response:
        headers = {"x-page": page}
        if page == "/metrics":
            headers["authorization"] = f"Bearer {TOKEN}"
        begun = time.perf_counter()
        answer = await self._client.request(method, address, data=form, headers=headers)
        self.waited.append(time.perf_counter() - begun)
        return answer

    async def _pause(self, seconds: float | None = None) -> None:
        await asyncio.sleep(self._chance.expovariate(1 / BETWEEN) if seconds is None else seconds)
