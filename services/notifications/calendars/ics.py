"""A calendar as iCalendar (RFC 5545, with the names of RFC 7986): the same dates are the same bytes.

DTSTAMP and LAST-MODIFIED are when a date last changed, not when the calendar was asked for, so that a reader with the
bytes of yesterday can be told that nothing is new. Escaping, folding and the zone's rules are the library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vDuration, vText

from services.notifications.calendars.items import Item
from services.notifications.people.person import Language

REFRESH = timedelta(hours=6)
_MORNING = timedelta(hours=8)
_RULES_BEFORE, _RULES_AFTER = timedelta(days=366), timedelta(days=3 * 366)


def written(
    shown: Sequence[Item], *, name: str, domain: str, site: str, language: Language, zone: ZoneInfo, today: date
) -> bytes:
    """The calendar's text. `domain` makes the UIDs ours, `site` the links whole; `today` bounds the zone's rules."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cinnabar//Cinnabar//" + language.upper())
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", vText(zone.key))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for item in shown:
        calendar.add_component(_event(item, domain, site))
    # A year's bounds: the rules of the zone must not differ from one day's answer to the next.
    first = min([item.day for item in shown] + [today])
    last = max([item.day for item in shown] + [today])
    calendar.add_missing_timezones(
        first_date=date(first.year, 1, 1) - _RULES_BEFORE, last_date=date(last.year, 12, 31) + _RULES_AFTER
    )
    return bytes(calendar.to_ical())


def _event(item: Item, domain: str, site: str) -> Event:
    event = Event()
    event.add("uid", f"{item.uid}@{domain}")
    event.add("sequence", item.sequence)
    event.add("dtstamp", item.modified_at.astimezone(UTC))
    event.add("last-modified", item.modified_at.astimezone(UTC))
    event.add("dtstart", item.start)
    event.add("summary", vText(item.summary))
    if item.description:
        event.add("description", vText(item.description))
    event.add("url", site + item.path)
    event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for days in item.alarms:
        event.add_component(_alarm(item, days))
    return event


def _alarm(item: Item, days: int) -> Alarm:
    """Days before a moment at its hour; before a whole day at eight in the morning."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", vText(item.summary))
    ahead = timedelta(days=days)
    alarm.add("trigger", -ahead if isinstance(item.start, datetime) else -ahead + _MORNING)
    return alarm
