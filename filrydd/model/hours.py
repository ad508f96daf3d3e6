"""Hours of the day in which a long piece of work may run."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_TIME = r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*"
_FORM = re.compile(f"{_TIME}[-–]{_TIME}")


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another, the second left out; past midnight when the first is the later one."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """`17:00-07:00`, or `17-07`. Raises ValueError for anything else, and for hours that are none or all of the day."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(text)
        hour, minute, until_hour, until_minute = map(int, found.groups(default="0"))
        # 24:00 is how people write the end of a day.
        hours = cls(
            time(hour, minute),
            time(until_hour % 24 if (until_hour, until_minute) == (24, 0) else until_hour, until_minute),
        )
        if hours.begin == hours.end:
            raise ValueError(text)
        return hours

    def __contains__(self, moment: datetime) -> bool:
        now = moment.time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def wait(self, moment: datetime) -> timedelta:
        """How long it is from a moment until the hours begin; nothing within them."""
        if moment in self:
            return timedelta()
        begins = moment.replace(hour=self.begin.hour, minute=self.begin.minute, second=0, microsecond=0)
        return begins - moment if begins > moment else begins + timedelta(days=1) - moment

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"
