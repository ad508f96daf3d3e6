"""Many jobs over a few connections, in one thread: what is asked, what is waited for, and what happens when a connection
breaks."""

import selectors
import time
from typing import Generic, Protocol, TypeVar

from filrydd.errors import SourceError, SourceGone
from filrydd.lang import _
from filrydd.sources.smb.lane import Job, Lane
from filrydd.sources.smb.lanes import Lanes
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.pace import Pace

J = TypeVar("J", bound=Job)

LANES = 2
"""Connections: a server works on each in a process of its own, and more than two gain little (measured on Samba)."""

# A new job needs credits for its longest round and for closing what it opens.
_ROUND = 5


class Work(Protocol[J]):
    """Where jobs come from."""

    def draw(self) -> J | None:
        """The next one, or None when there is none now."""

    def back(self, job: J) -> None:
        """One whose connection broke, to be drawn again."""

    def plenty(self) -> bool:
        """Whether there is so much to do that another connection is worth its price."""


class Flight(Generic[J]):
    """Jobs on their way, at most `most` at a time; their number follows the server's pace. `first` is the lane to begin
    with. No wait for an answer is longer than the lanes' `seconds`."""

    def __init__(self, lanes: Lanes, first: Lane[J], work: Work[J], most: int) -> None:
        self.pace = Pace(most)
        self._source = lanes
        self._work = work
        self._lanes: list[Lane[J]] = []
        self._most_lanes = LANES if most > 1 else 1
        self._selector = selectors.DefaultSelector()
        self._breaks = 0
        # Every job from when it was drawn until it is over. What a broken connection leaves is told from this alone: a job
        # may be in none of its lane's lists in that moment.
        self._aloft: dict[J, None] = {}
        self._over: list[J] = []
        self._add(first)

    def fill(self) -> bool:
        """Ask as much as may be on its way; False when nothing is, and nothing is left to be asked.

        Raises SourceGone, SourceRefused when the connection does not come back.
        """
        while True:
            try:
                return self._filled()
            except Dropped as dropped:
                self._broke(dropped)

    def wait(self) -> list[J]:
        """The jobs that are over, once there are any or a while has passed. Raises SourceGone, SourceRefused."""
        try:
            self._wait()
        except Dropped as dropped:
            self._broke(dropped)
        # One connection may break after another has told of some.
        over, self._over = self._over, []
        return over

    def close(self) -> None:
        """Drop the connections."""
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            self._selector.unregister(lane.stream)
            lane.close()

    def end(self) -> None:
        """Drop the connections for good."""
        self.close()
        self._selector.close()

    def _filled(self) -> bool:
        if not self._lanes:
            self._add(self._source.another())
        elif len(self._lanes) < self._most_lanes and self._work.plenty():
            self._add_another()
        now = time.monotonic()
        lanes = self._lanes
        for lane in lanes:
            if lane.closing:
                lane.close_handles()
            while lane.again and lane.credits > 0:
                job = lane.again.pop()
                job.sent = now
                job.ask(lane)
        more = self._start_jobs(now)
        for lane in lanes:
            if lane.unsent:
                lane.flush()
        return more or bool(self._aloft)

    def _start_jobs(self, now: float) -> bool:
        """Ask new jobs; whether there may be more of them."""
        draw = self._work.draw
        lanes = self._lanes
        room = self.pace.window - sum(lane.flying for lane in lanes)
        while room > 0:
            lane = lanes[0] if len(lanes) == 1 or lanes[0].flying <= lanes[1].flying else lanes[1]
            if lane.credits < _ROUND and (lane.flying or lane.waiting or lane.credits < 1):
                lane = next((other for other in lanes if other.credits >= _ROUND), lane)
                if lane.credits < _ROUND:
                    return True
            job = draw()
            if job is None:
                return False
            job.sent = now
            lane.flying += 1
            self._aloft[job] = None
            job.ask(lane)
            room -= 1
        return True

    def _wait(self) -> None:
        selector = self._selector
        for lane in self._lanes:
            if lane.again and not lane.waiting:
                raise Dropped("the server gives no credits")
            if lane.unsent:
                selector.modify(lane.stream, selectors.EVENT_READ | selectors.EVENT_WRITE, lane)
        if not any(lane.waiting for lane in self._lanes):
            raise Dropped("the server gives no credits")
        began = time.monotonic()
        if gathering := self.pace.gathering(sum(lane.flying for lane in self._lanes)):
            time.sleep(gathering)
        ready = selector.select(self._source.seconds)
        now = time.monotonic()
        for lane in self._lanes:
            lane.silent = lane.silent + now - began if lane.waiting else 0.0
        for key, events in ready:
            lane = key.data
            if events & selectors.EVENT_WRITE:
                lane.flush()
                selector.modify(lane.stream, selectors.EVENT_READ, lane)
            if events & selectors.EVENT_READ:
                self._sort(lane, lane.receive(), now)
        self.pace.gathered(len(self._over))
        if any(lane.silent >= self._source.seconds for lane in self._lanes):
            raise Dropped(_("no answer in {seconds:g} seconds").format(seconds=self._source.seconds))

    def _sort(self, lane: Lane[J], done: list[J], now: float) -> None:
        for job in done:
            self.pace.answered(now - job.sent)
            if job.over():
                lane.flying -= 1
                if job.handle:
                    lane.closing.append(job.handle)
                del self._aloft[job]
                self._over.append(job)
                self._breaks = 0
            else:
                lane.again.append(job)

    def _add(self, lane: Lane[J]) -> None:
        self._lanes.append(lane)
        self._selector.register(lane.stream, selectors.EVENT_READ, lane)

    def _add_another(self) -> None:
        try:
            self._add(self._source.another())
        except (SourceError, Dropped) as error:
            # A server may allow one connection only. That one goes on.
            self._most_lanes = 1
            self._source.remarks.append(
                _("The server {server} gave no second connection, so the scan is slower: {detail}").format(
                    server=self._source.server, detail=error
                )
            )

    def _broke(self, dropped: Dropped) -> None:
        """Take back what was on its way, and begin on a new connection; the second time without any answer in between,
        give up."""
        jobs, self._aloft = self._aloft, {}
        self.close()
        self._breaks += 1
        if self._breaks > 1:
            raise SourceGone(
                _("The connection to {server} broke twice: {detail}").format(
                    server=self._source.server, detail=dropped
                ),
                next=_("Check the network, then run this again. It goes on where it stopped."),
            ) from dropped
        for job in jobs:
            job.forget()
            self._work.back(job)
