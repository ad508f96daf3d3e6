"""How fast contents are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filrydd.errors import BadUsage
from filrydd.stages.scan.rate import Rate, parse_rate


class Hands:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


@given(st.floats(1, 1e9), st.lists(st.tuples(st.integers(0, 1 << 20), st.floats(0, 10)), max_size=50))
def test_reading_is_never_faster_than_the_rate_allows(rate: float, pieces: list[tuple[int, float]]) -> None:
    hands = Hands()
    meter = Rate(rate, clock=lambda: hands.now, sleep=hands.sleep)
    begun, spent = hands.now, 0
    for count, pause in pieces:
        hands.now += pause
        meter.spend(count)
        spent += count
        assert spent <= (hands.now - begun + 0.26) * rate * 1.000001 + 1


def test_a_pause_is_not_made_up_for_by_a_rush() -> None:
    hands = Hands()
    meter = Rate(1000, clock=lambda: hands.now, sleep=hands.sleep)
    hands.now += 3600
    begun = hands.now
    meter.spend(10_000)
    assert hands.now - begun == pytest.approx(9.75)


def test_a_rate_takes_no_longer_than_it_must() -> None:
    hands = Hands()
    meter = Rate(1000, clock=lambda: hands.now, sleep=hands.sleep)
    for _piece in range(100):
        meter.spend(100)
    assert hands.now - 100 == pytest.approx(10)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("50MB/s", 50e6),
        ("50 MB/s", 50e6),
        (" 1GiB/s ", 1024**3),
        ("500kB/s", 500e3),
        ("500 KB/s", 500e3),
        ("1,5 MB/s", 1.5e6),
        ("100B/s", 100),
    ],
)
def test_a_speed_is_read_as_people_write_it(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["0", "0MB/s", "0,0 GB/s", "", "50", "50MB", "fast", "-5MB/s", "50Mb/s", "50Mbit/s", "infMB/s"]
)
def test_what_is_no_speed_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(BadUsage) as refused:
        parse_rate(text)
    assert "MB/s" in refused.value.next
