"""Connections that break in the moments in which a job is in none of their lists."""

from typing import Any

import pytest

from filrydd.sources.smb.lane import Lane
from filrydd.sources.smb.link import Dropped
from filrydd.sources.smb.pace import Pace

MOMENTS = ("answers just taken", "the other connection has just answered")
_MOST = 10


def break_now_and_then(monkeypatch: pytest.MonkeyPatch, moment: str) -> list[str]:
    """Let a look at a connection break it, if it is such a moment, ten times at most and with some looks between; what is
    returned has a line for each."""
    # Both connections have answered by the next look, so that one can break after the other was heard.
    monkeypatch.setattr(Pace, "gathering", lambda self, flying: 0.005)
    receive = Lane.receive
    heard: list[Lane[Any]] = []
    breaks: list[str] = []
    looks = 0  # since the last break

    def breaking(self: Lane[Any]) -> list[Any]:
        nonlocal looks
        looks += 1
        due = looks > 4 and len(breaks) < _MOST
        other = bool(heard) and heard[-1] is not self
        done = [] if due and other and moment == MOMENTS[1] else receive(self)
        if due and (done if moment == MOMENTS[0] else other):
            breaks.append(moment)
            heard.clear()
            looks = 0
            raise Dropped("as if it broke")
        heard[:] = [self] if done else []
        return done

    monkeypatch.setattr(Lane, "receive", breaking)
    return breaks
