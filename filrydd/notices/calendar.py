"""The deadline as an entry for the reader's calendar (RFC 5545): all day, free time, with an alarm."""

import hashlib
from datetime import datetime, timedelta

from filrydd.lang import _
from filrydd.notices.letter import About
from filrydd.notices.lines import one_line

_NINE = timedelta(hours=9)


def entry(about: About, now: datetime) -> str:
    """The calendar with one entry; empty when there is no deadline, or it is over.

    The entry keeps its UID over all messages about an area, and its sequence grows from day to day: a calendar that has
    it moves it when the deadline moves.
    """
    deadline = about.reviewing.deadline
    if deadline is None or deadline < about.day:
        return ""
    from icalendar import Alarm, Calendar, Event

    area, department = one_line(about.area), one_line(about.department)
    title = _("Deadline: {area} in {department} is to be looked through and signed").format(
        area=area, department=department
    )
    event = Event()
    event.add("uid", f"{_uid(about)}@filrydd")
    event.add("dtstamp", now)
    event.add("sequence", about.day.toordinal())
    event.add("dtstart", deadline)
    event.add("dtend", deadline + timedelta(days=1))
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")
    if about.link:
        event.add("url", about.link)
        event.add("description", _("Open it here:") + f" {about.link}")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    # An all-day entry begins at midnight; the alarm comes at nine in the morning, so many days before.
    alarm.add("trigger", timedelta(days=-about.reviewing.before) + _NINE)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//filrydd//reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode("utf-8")


def _uid(about: About) -> str:
    return hashlib.sha256(f"filrydd deadline 1\n{about.id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
