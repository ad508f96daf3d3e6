"""The link and the sessions."""

from datetime import timedelta

from filrydd.web.door import LINK_LIVES, SESSION_RESTS, Door
from tests.web.reader import Clock

A_SECOND = timedelta(seconds=1)


def test_a_link_opens_one_session_and_no_second(clock: Clock) -> None:
    door = Door(clock)
    key = door.new_link()
    assert door.let_in(key) is not None
    assert door.let_in(key) is None


def test_looking_at_a_link_does_not_use_it_up(clock: Clock) -> None:
    door = Door(clock)
    key = door.new_link()
    assert door.opens(key) and door.opens(key)
    assert door.let_in(key) is not None
    assert not door.opens(key)


def test_a_link_lives_sixty_seconds(clock: Clock) -> None:
    door = Door(clock)
    in_time, too_late = door.new_link(), door.new_link()
    assert timedelta(seconds=60) == LINK_LIVES
    clock.ahead = LINK_LIVES - A_SECOND
    assert door.let_in(in_time) is not None
    clock.ahead = LINK_LIVES + A_SECOND
    assert not door.opens(too_late)
    assert door.let_in(too_late) is None


def test_a_key_that_was_never_given_out_opens_nothing(clock: Clock) -> None:
    door = Door(clock)
    door.new_link()
    assert door.let_in("") is None
    assert door.session("") is None


def test_a_session_ends_after_thirty_minutes_of_rest_and_not_before(clock: Clock) -> None:
    door = Door(clock)
    session = door.let_in(door.new_link())
    assert session is not None and timedelta(minutes=30) == SESSION_RESTS
    for _visit in range(3):
        clock.ahead += SESSION_RESTS - A_SECOND
        assert door.session(session.id) is session
    clock.ahead += SESSION_RESTS + A_SECOND
    assert door.session(session.id) is None
    clock.ahead -= SESSION_RESTS
    assert door.session(session.id) is None, "what has ended does not come back when the clock does"


def test_a_clock_that_is_set_back_lengthens_nothing(clock: Clock) -> None:
    door = Door(clock)
    key = door.new_link()
    session = door.let_in(door.new_link())
    assert session is not None
    clock.ahead -= timedelta(hours=1)
    assert door.let_in(key) is None
    assert door.session(session.id) is None
