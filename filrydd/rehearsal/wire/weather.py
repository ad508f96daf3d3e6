"""The weather of a bad day: an ASGI application around the guard, where what a fault file says happens to requests.

Around the guard and not within it: what is struck here has met no rule of ours yet, or all of them. Refusals go through a
guard of their own, so that they look like any other.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filrydd.rehearsal.calls import uploads
from filrydd.rehearsal.faults.faults import Faults
from filrydd.rehearsal.faults.kinds import COSTS, WRITES, Kind
from filrydd.rehearsal.faults.refusals import REFUSING, refusal
from filrydd.rehearsal.faults.rule import Fault, Rule
from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.rules.chance import dice
from filrydd.rehearsal.rules.tokens import audiences
from filrydd.rehearsal.store import sessions
from filrydd.rehearsal.tenancy import Tenancy
from filrydd.rehearsal.wire.aftermath import aftermath
from filrydd.rehearsal.wire.answers import BrokenOff, DropByDrop, Held
from filrydd.rehearsal.wire.asked import Asked, Asking, OfTransfers, of_front
from filrydd.rehearsal.wire.connection import cut
from filrydd.rehearsal.wire.guard import APP, Guard, check_token
from filrydd.rehearsal.wire.peek import half_of, name_in

_REFUSAL = "rehearsal.refusal"
_SLOW = 5.0
_OFFICE = ("docx", "xlsx", "pptx", "doc", "xls", "ppt", "docm", "xlsm", "pptm", "dotx", "xltx", "potx", "ppsx", "xlsb")
_AFTER = frozenset({Fault.NOT_FOUND_AT_FIRST, Fault.CORRUPTED_ITEM, Fault.LOST_ITEM})
_NEW = frozenset({Kind.UPLOAD, Kind.SESSION, Kind.FRAGMENT, Kind.COMMIT, Kind.FOLDER})
"""Calls that make what they are about: they do not have to find it."""


class Weather:
    """One port's weather. `lead` is told where downloads lead."""

    def __init__(
        self, tenancy: Tenancy, faults: Faults, app: ASGIApp, asking: Asking, lead: Callable[[str, Asked], None]
    ) -> None:
        self._tenancy = tenancy
        self._faults = faults
        self._app = app
        self._asking = asking
        self._lead = lead
        self._refusing = Guard(tenancy, _refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asking(self._tenancy, scope) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        if asked.kind is Kind.FOLDER:
            receive, name = await name_in(scope, receive)
            asked = asked.below(name)
        times = self._faults.asked(asked.kind, asked.target)
        rules = self._faults.rules(asked.kind, asked.target, asked.path, times)
        rules = [rule for rule in rules if rule.fault is not Fault.OFFICE_NOT_FOUND or _office(asked)]

        def given(rule: Rule) -> bool:
            return self._faults.give(rule.fault, rule.number, rule.when, asked.kind, asked.target, times)

        if asked.kind not in _NEW and self._knows(scope) and self._faults.hidden(asked.place):
            await self._refuse(scope, receive, send, asked, not_found())
            return
        for rule in rules:
            if rule.fault is Fault.SLOW_ANSWER and given(rule):
                await asyncio.sleep(_SLOW if rule.seconds is None else rule.seconds)
            elif rule.fault in REFUSING and self._knows(scope) and given(rule):
                if asked.session and rule.fault in (Fault.SESSION_GONE, Fault.OFFICE_NOT_FOUND):
                    await self._end(asked.session)
                chance = dice(self._faults.seed, rule.fault, rule.number, asked.kind, asked.target, times)
                await self._refuse(scope, receive, send, asked, refusal(rule, chance))
                return
            elif rule.fault is Fault.DROP_BEFORE and given(rule):
                await cut(scope, receive)
                return
            elif rule.fault is Fault.HALF_WRITTEN and given(rule):
                receive = half_of(scope, receive, rule.size)
        dropping = any(rule.fault is Fault.DROP_AFTER and given(rule) for rule in rules)
        after = [rule for rule in rules if rule.fault in _AFTER]
        people = asked.kind in WRITES and self._faults.setting.people
        send = _outwards(scope, receive, send, rules, given)
        if after or people or asked.kind is Kind.DOWNLOAD:
            await self._looked_at(scope, receive, _nowhere if dropping else send, asked, times, after)
        else:
            await self._app(scope, receive, _nowhere if dropping else send)
        if dropping:
            await cut(scope, receive)

    async def _looked_at(
        self, scope: Scope, receive: Receive, send: Send, asked: Asked, times: int, after: list[Rule]
    ) -> None:
        """The work, what happens after it, and only then the answer."""
        held = Held()
        try:
            await self._app(scope, receive, held.send)
        except Exception:
            await held.release(send)
            raise
        if location := held.header(b"location") if asked.kind is Kind.DOWNLOAD else "":
            self._lead(location, asked)
        if item := held.item() if asked.kind in WRITES else "":
            await aftermath(self._tenancy, self._faults, asked, times, item, held.status, after)
        await held.release(send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, asked: Asked, refused: Refused) -> None:
        if asked.kind in COSTS:
            try:
                # Calls that are refused count too; the throttle may have more to say than the fault.
                self._tenancy.throttle.spend(COSTS[asked.kind], self._app_of(scope))
            except Refused as throttled:
                refused = throttled
        scope[_REFUSAL] = refused
        await self._refusing(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        """Whether the call comes from an app that may ask at all: others hear that first."""
        try:
            self._app_of(scope)
        except Refused:
            return False
        return True

    def _app_of(self, scope: Scope) -> str:
        request = Request(scope)
        path = str(scope["path"])
        if path == "/uploadSession":
            app = uploads.asker(self._tenancy, dict(request.query_params))
        elif path.startswith("/download/"):
            return ""
        else:
            wanted = audiences(path, self._tenancy.ways.host)
            app = check_token(self._tenancy, request.headers.get("authorization"), wanted).id
        scope[APP] = app
        return app

    async def _end(self, session: str) -> None:
        try:
            await self._tenancy.store.write(lambda con: sessions.end(con, session))
        except Refused:
            # Another call ended it meanwhile.
            return
        uploads.part(self._tenancy, session).unlink(missing_ok=True)


def weather(tenancy: Tenancy, front: Guard, transfers: Guard) -> tuple[Guard | Weather, Guard | Weather]:
    """The two ports' applications, with the weather around them if the tenant has a fault file."""
    if tenancy.faults is None:
        return front, transfers
    second = OfTransfers()
    return (
        Weather(tenancy, tenancy.faults, front, of_front, second.lead),
        Weather(tenancy, tenancy.faults, transfers, second, lambda location, asked: None),
    )


def _office(asked: Asked) -> bool:
    return asked.start == 0 and asked.over.lower().rpartition(".")[2] in _OFFICE


def _outwards(scope: Scope, receive: Receive, send: Send, rules: list[Rule], given: Callable[[Rule], bool]) -> Send:
    """The way that an answer goes, with what is on it."""
    for rule in rules:
        if rule.fault is Fault.SLOW_STREAM and given(rule):
            send = DropByDrop(send, _SLOW if rule.seconds is None else rule.seconds).send
        elif rule.fault is Fault.TRUNCATED_ANSWER:

            async def break_off(rule: Rule = rule) -> bool:
                if not given(rule):
                    return False
                await cut(scope, receive, after_what_was_sent=True)
                return True

            send = BrokenOff(send, rule.size, break_off).send
    return send


async def _refuse(request: Request) -> Response:
    raise request.scope[_REFUSAL]


async def _nowhere(message: Message) -> None:
    return None
