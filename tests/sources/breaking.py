"""Connections that break in the moments in which a job is in none of their lists."""

from typing import Any

import pytest

from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.pace import Pace

MOMENTS = ("answers just taken", "the other connection has just answered")
_MOST = 10
# Of at most 64 jobs on their way, with three rounds at most, some is over by then.
_BETWEEN = 3 * 64


def break_now_and_then(monkeypatch: pytest.MonkeyPatch, moment: str) -> list[str]:
    """Let a look at a connection break it, if it is such a moment, ten times at most and with enough answers between that
    some job was over; what is returned has a line for each."""
    # Both connections have answered by the next look, so that one can break after the other was heard.
    monkeypatch.setattr(Pace, "gathering", lambda self, flying: 0.005)
    receive = Lane.receive
    heard: list[Lane[Any]] = []
    breaks: list[str] = []
    taken = 0  # rounds that were answered since the last break

    def breaking(self: Lane[Any]) -> list[Any]:
        nonlocal taken
        due = taken > _BETWEEN and len(breaks) < _MOST
        other = bool(heard) and heard[-1] is not self
        done = [] if due and other and moment == MOMENTS[1] else receive(self)
        if due and (done if moment == MOMENTS[0] else other):
            breaks.append(moment)
            heard.clear()
            taken = 0
            raise Dropped("as if it broke")
        taken += len(done)
        heard[:] = [self] if done else []
        return done

    monkeypatch.setattr(Lane, "receive", breaking)
    return breaks
