"""What was typed on the page of wishes: hours of each weekday on one line, reminders on another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.notifications.timing.wishes import COUNTRIES, MOST_STEPS, DeliveryWishes, Window

WEEKDAYS = range(1, 8)

HOURS = "Write hours such as 08:00-16:00, several parted by a comma, or leave the day empty"
NO_HOURS = "Write hours for at least one day, or choose any hour"
TOO_MANY = "Write at most three periods a day"
AT = "Write a time such as 08:00"
LADDER = "Write days from 1 to 365 such as 30, 14, 7, or leave it empty; at most twelve"
ZONE = "Write a time zone such as Europe/Ljubljana"
COUNTRY = "Choose a country from the list"

_PERIOD = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")
_MOST_PERIODS = 3

Mistakes = list[tuple[str, str]]


def fields_of(wishes: DeliveryWishes) -> dict[str, str]:
    """Wishes as the page shows them."""
    shown = {
        "cadence": wishes.cadence,
        "at": wishes.at,
        "weekday": str(wishes.weekday),
        "hours": "some" if wishes.windows else "any",
        "quiet_on_holidays": "yes" if wishes.quiet_on_holidays else "",
        "country": wishes.country,
        "ladder": ", ".join(map(str, wishes.ladder)),
    }
    for day in WEEKDAYS:
        own = (each for each in wishes.windows if each.weekday == day)
        shown[f"hours_{day}"] = ", ".join(f"{each.opens}-{each.closes}" for each in own)
    return shown


def read(typed: Mapping[str, str]) -> tuple[dict[str, object], Mistakes]:
    """What was chosen, as the fields of a DeliveryForm, and what has to be corrected."""
    mistakes: Mistakes = []
    facts: dict[str, object] = {
        "cadence": _among(typed.get("cadence"), ("instant", "morning", "weekly")),
        "at": _clock(typed.get("at", ""), mistakes),
        "weekday": int(_among(typed.get("weekday"), map(str, WEEKDAYS))),
        "windows": _windows(typed, mistakes) if typed.get("hours") == "some" else (),
        "quiet_on_holidays": typed.get("quiet_on_holidays") == "yes",
        "country": typed.get("country", "").upper(),
        "ladder": _ladder(typed.get("ladder", ""), mistakes),
        "zone": typed.get("zone", ""),
        "language": _among(typed.get("language"), ("sl", "en")),
    }
    if facts["country"] not in COUNTRIES:
        mistakes.append(("country", COUNTRY))
    if not _is_zone(str(facts["zone"])):
        mistakes.append(("zone", ZONE))
    return facts, mistakes


def _among(chosen: str | None, known: Iterable[str]) -> str:
    options = list(known)
    return chosen if chosen in options else options[0]


def _clock(text: str, mistakes: Mistakes) -> str:
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::00)?", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        mistakes.append(("at", AT))
        return "08:00"
    return f"{int(found[1]):02}:{found[2]}"


def _windows(typed: Mapping[str, str], mistakes: Mistakes) -> tuple[Window, ...]:
    windows: list[Window] = []
    for day in WEEKDAYS:
        periods = [part.strip() for part in typed.get(f"hours_{day}", "").split(",") if part.strip()]
        if len(periods) > _MOST_PERIODS:
            mistakes.append((f"hours_{day}", TOO_MANY))
            continue
        read_ones = [_window(day, period) for period in periods]
        windows += [each for each in read_ones if each is not None]
        if None in read_ones:
            mistakes.append((f"hours_{day}", HOURS))
    if not windows and not mistakes:
        mistakes.append(("hours_1", NO_HOURS))
    return tuple(windows)


def _window(day: int, period: str) -> Window | None:
    found = _PERIOD.fullmatch(period)
    if found is None:
        return None
    opens, closes = f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"
    try:
        return Window(weekday=day, opens=opens, closes=closes)
    except ValueError:
        return None


def _ladder(text: str, mistakes: Mistakes) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[\s,;/]+", text.strip()) if part]
    if len(parts) > MOST_STEPS or not all(
        part.isascii() and part.isdigit() and 1 <= int(part) <= 365 for part in parts
    ):
        mistakes.append(("ladder", LADDER))
        return ()
    return tuple(map(int, parts))


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
