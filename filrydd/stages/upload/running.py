"""How far an upload is: what it has done, at which rate, and when it will be over."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from filrydd.catalog.forecasts import Actual, ToSend
from filrydd.model.hours import Hours
from filrydd.stages.upload.forecast import Cost, Forecast, Limit, Limits, after, cost, cost_of, forecast
from filrydd.targets.tenant import Meter

_MINUTE = 60.0
# Samples are this far apart, and the rate is that of so many of them: ten minutes, in which a throttle comes and goes.
_EVERY, _KEPT = 5.0, 120
# Before that much work nothing is known of the rate, and the forecast stands.
_KNOWN_AFTER = 30.0
# What a byte weighs beside a unit in the share that is done: a line of 100 MB/s.
_NOMINAL_LINE = 100e6
# Of the time that the present rate asks for, as much as a limit must explain to be named.
_EXPLAINS = 0.8


@dataclass(frozen=True, slots=True)
class Running:
    """An upload at one moment. Bytes and files are those done, sent or not; `units` of the run, `units_minute` those of the
    last minute, `minute_limit` what the tenant allows in one. `waited`: seconds in which calls stood waiting; `closed_for`: how
    many more all of them wait because the tenant asked for it; `opens_in`: seconds until the timetable opens, 0 within it.
    `finishing`: every file was tried; columns, or what an interrupted upload held up, are left. `left_seconds` is None for
    over ten years."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    units: float
    units_minute: float
    minute_limit: int
    requests: int
    throttled: int
    waited: float
    closed_for: float
    opens_in: float
    at_once: int
    finishing: bool
    bytes_second: float
    files_second: float
    seconds: float
    left_seconds: float | None
    ends: datetime | None
    binding: str


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    units: float
    files: int
    bytes: int
    done: float  # the share of all the work that is done
    working: float  # seconds within the timetable so far


class Pace:
    """Counts what an upload does, and tells how it stands. Used in one event loop.

    `done` is told of every file once; the meter is the tenant's own. `clock` gives the time (UTC or aware), `ticks` seconds
    that never go back.
    """

    def __init__(
        self,
        ahead: ToSend,
        limits: Limits,
        hours: Hours | None,
        meter: Meter,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits, self._hours, self._meter = limits, hours, meter
        # Folders are made before the first file goes.
        self._whole = cost(replace(ahead, folders=0, restricted=0, invitations=0)) + Cost(bytes=ahead.copy_bytes)
        self._files, self._own = ahead.files + ahead.copies, ahead.files
        # Columns are filled when the last file has arrived, and before copies are read.
        self._filling = self._whole.less(cost(replace(ahead, filled=0)))
        self._sent_at: float | None = None  # the meter's units when nothing but the columns was left
        self._filled = not ahead.filled
        self._clock, self._ticks = clock, ticks
        self._begun = ticks()
        # Meters count from the tenant's opening on.
        self._before = replace(meter)
        self._done, self._done_files = Cost(), 0
        self._working, self._looked = 0.0, self._local()
        self._samples: deque[_Sample] = deque([self._sample(self._begun)], maxlen=_KEPT)
        self._minute: deque[_Sample] = deque(self._samples)
        self._ahead: tuple[float, Forecast] | None = None
        self._closed = ((meter.closed_for, meter.throttled), self._begun)

    def done(self, size: int, *, copy: bool = False) -> None:
        """One more file is done, sent or not, but for its columns; a `copy` is only read."""
        self._done_files += 1
        self._done += Cost(bytes=size) if copy else cost_of(size)
        self._filled |= copy
        if self._done_files == self._own:
            self._sent_at = self._meter.units

    def end(self) -> None:
        """Nothing more is done."""
        self._filled = True

    def state(self) -> Running:
        """How it stands now."""
        now = self._ticks()
        self._keep_time()
        sample = self._sample(now)
        if now - self._samples[-1].at >= _EVERY:
            self._samples.append(sample)
        self._minute.append(sample)
        while len(self._minute) > 2 and now - self._minute[1].at >= _MINUTE:
            self._minute.popleft()
        first = self._minute[0]
        span = max(now - first.at, 1e-9)
        ahead = self._left(sample)
        local = self._local()
        meter = self._meter
        return Running(
            files=self._done_files,
            files_total=max(self._files, self._done_files),
            bytes=self._done.bytes,
            bytes_total=max(self._whole.bytes, self._done.bytes),
            units=sample.units,
            units_minute=(sample.units - first.units) * min(1.0, _MINUTE / span),
            minute_limit=meter.minute_limit or self._limits.minute,
            requests=meter.requests - self._before.requests,
            throttled=meter.throttled - self._before.throttled,
            waited=meter.waited - self._before.waited,
            closed_for=self._closed_for(now),
            opens_in=0.0 if self._hours is None else self._hours.wait(local).total_seconds(),
            at_once=meter.at_once,
            finishing=self._sent_at is not None and not self._filled,
            bytes_second=(sample.bytes - first.bytes) / span,
            files_second=(sample.files - first.files) / span,
            seconds=now - self._begun,
            left_seconds=None if ahead.seconds is None else ahead.seconds,
            ends=ahead.ends,
            binding=ahead.binding,
        )

    def actual(self, files: int, size: int, failed: int) -> Actual:
        """What the run came to, with what the catalog says it sent."""
        self._keep_time()
        meter, before = self._meter, self._before
        return Actual(
            files=files,
            bytes=size,
            failed=failed,
            requests=meter.requests - before.requests,
            units=round(meter.units - before.units),
            throttled=meter.throttled - before.throttled,
            waited=round(meter.waited - before.waited),
            seconds=round(self._ticks() - self._begun),
            working=round(self._working),
        )

    def _closed_for(self, now: float) -> float:
        """How much longer all calls wait: the meter says how long from when it was last set, and each time counts one more."""
        told = (self._meter.closed_for, self._meter.throttled)
        if told != self._closed[0]:
            self._closed = (told, now)
        return max(0.0, self._meter.closed_for - (now - self._closed[1]))

    def _local(self) -> datetime:
        return self._clock().astimezone() if self._hours is not None else self._clock()

    def _keep_time(self) -> None:
        """Count the seconds within the timetable since it was last asked."""
        now = self._local()
        if now <= self._looked:
            return
        if self._hours is None:
            self._working += (now - self._looked).total_seconds()
        else:
            self._working += self._hours.open_seconds(self._looked, now)
        self._looked = now

    def _sample(self, now: float) -> _Sample:
        whole = self._weight(self._whole)
        over = (self._done_files >= self._files and self._filled) or not whole
        share = 1.0 if over else min(1.0, self._weight(self._so_far()) / whole)
        # A meter that does not count units leaves what the files cost.
        units = self._meter.units - self._before.units or float(self._done.units)
        return _Sample(now, units, self._done_files, self._done.bytes, share, self._working)

    def _so_far(self) -> Cost:
        """What is done, columns too: of those only the meter tells, so what they cost beyond the forecast is not seen."""
        if self._filled and self._sent_at is not None:
            return self._done + self._filling
        if self._sent_at is None:
            return self._done
        return self._done + Cost(min(self._filling.units, round(self._meter.units - self._sent_at)))

    def _weight(self, cost: Cost) -> float:
        return cost.units * _MINUTE / self._limits.minute + cost.bytes / _NOMINAL_LINE

    def _left(self, now: _Sample) -> Forecast:
        """What is left, as fast as in the last ten minutes and never faster than the limits let it; looked at now and then."""
        if self._ahead is not None and now.at - self._ahead[0] < _EVERY and now.done < 1:
            passed = now.at - self._ahead[0]
            found = self._ahead[1]
            seconds = None if found.seconds is None else max(0.0, found.seconds - passed)
            return replace(found, seconds=seconds)
        limits = self._limits
        if self._meter.minute_limit:
            limits = replace(limits, minute=self._meter.minute_limit)
        if self._meter.day_limit:
            limits = replace(limits, day=self._meter.day_limit)
        left = self._whole.less(self._so_far()) if now.done < 1 else Cost()
        begin = self._local()
        bound = forecast(left, limits, self._hours, begin)
        found = bound
        first = self._samples[0]
        worked, share = now.working - first.working, now.done - first.done
        if worked >= _KNOWN_AFTER and share > 0 and now.done < 1:
            found = self._no_faster(bound, after(self._hours, begin, worked * (1 - now.done) / share), begin)
        self._ahead = (now.at, found)
        return found

    def _no_faster(self, bound: Forecast, ends: datetime | None, begin: datetime) -> Forecast:
        """The later of what the limits allow and when it ends at the present rate; the limit is named where it explains it."""
        seconds = None if ends is None else (ends - begin).total_seconds()
        if bound.seconds is None:
            return bound
        if seconds is not None and seconds * _EXPLAINS <= bound.seconds:
            return bound if seconds < bound.seconds else replace(bound, seconds=seconds, ends=ends)
        by_bytes = bound.cost.bytes / _NOMINAL_LINE > bound.cost.units * _MINUTE / self._limits.minute
        return Forecast(bound.cost, seconds, ends, Limit.LINE if by_bytes else Limit.ANSWERS)


@contextlib.asynccontextmanager
async def told(progress: object, pace: Pace, every: float = 1.0) -> AsyncIterator[None]:
    """Tell the progress how it stands, every second and at the end, as long as the block runs; one that has no `tell` is not
    told. What `tell` raises comes out of the block's end."""
    tell: Callable[[Running], None] | None = getattr(progress, "tell", None)
    if tell is None:
        yield
        return

    async def again_and_again() -> None:
        while True:
            tell(pace.state())
            await asyncio.sleep(every)

    teller = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        teller.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await teller
    pace.end()
    tell(pace.state())
