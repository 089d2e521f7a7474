"""Dates as Slovenian offices write them: '13. 11. 2025 (14:00)', '13. novembra 2025 do 14. ure'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
END_OF_DAY = time(23, 59, 59)

_MONTHS = {
    stem: number
    for number, stem in enumerate(
        ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "avg", "sep", "okt", "nov", "dec"), start=1
    )
}
_MONTH_NAMES = (
    r"januarj?a?|februarj?a?|marec|marca|aprila?|maja?|junija?|julija?|avgusta?"
    r"|septemb(?:er|ra)|oktob(?:er|ra)|novemb(?:er|ra)|decemb(?:er|ra)"
)
_DATE = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\.\s*(?:(?P<month>\d{{1,2}})\.|(?P<name>{_MONTH_NAMES}))\s*(?P<year>(?:19|20|21)\d\d)(?!\d)",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"""\s*,?\s*(?:
        \(\s*(?:do\s+|ob\s+)?(?P<bracketed>\d{1,2}[:.]\d{2})(?:\s*ure?|\s*uri|\s*h)?\s*\)
      | (?:do|ob)\s+(?P<spoken>\d{1,2}[:.]\d{2})
      | (?:do|ob)\s+(?P<whole>\d{1,2})\.?\s*(?:ure|uri|h)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNTIL_FUNDS_RUN_OUT = re.compile(
    r"\bdo\s+(?:porabe|razdelitve|iz[čc]rpanja)\s+(?:\w+\s+){0,2}sredstev\b", re.IGNORECASE
)
_FROM = re.compile(r"\bod\s+(?:vključno\s+)?(?:dne\s+)?$", re.IGNORECASE)
_THROUGH = re.compile(r"\s*(?:[-–—]|,?\s*(?:do|najkasneje do)(?:\s+vključno)?(?:\s+dne)?)\s*", re.IGNORECASE)
_ISO = re.compile(r"^\d{4}-\d\d-\d\d(?:$|[T ]\d)")
_MONTH = re.compile(rf"\b(?P<name>{_MONTH_NAMES})\s+(?P<year>20\d\d)\b", re.IGNORECASE)


class UnreadableDate(ValueError):
    """A text that should hold a date does not, or holds one that is in no calendar."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day, the hour when it is written, and the words both were read from."""

    day: date
    hour: time | None
    phrase: str

    def instant(self, zone: ZoneInfo = LJUBLJANA) -> datetime:
        """The moment in UTC; without an hour the last second of the day there.

        An hour that occurs twice (clocks going back) means its first occurrence, the safe one for
        a deadline. Raises UnreadableDate for an hour that the clocks skip.
        """
        local = datetime.combine(self.day, self.hour or END_OF_DAY, tzinfo=zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise UnreadableDate(f"{self.phrase!r} names an hour that the change to summer time skips")
        return moment


@dataclass(frozen=True, slots=True)
class Period:
    """A time to apply in: 'od 1. 2. 2027 do 1. 3. 2027', '9. 7. 2026 - 31. 12. 2027'; a lone date is its end."""

    start: WrittenDate | None
    end: WrittenDate | None


def read_dates(text: str) -> list[WrittenDate]:
    """Every full date in a text, in the order written. Raises UnreadableDate for a day in no calendar."""
    return [_written(text, match) for match in _DATE.finditer(text)]


def read_typed_dates(text: str, zone: ZoneInfo = LJUBLJANA) -> list[WrittenDate]:
    """Dates as offices write them, or one as programs do: '2027-03-31', '2027-03-31 12:00', '2027-03-31T10:00Z'.

    Raises UnreadableDate for a day in no calendar.
    """
    plain = text.strip()
    if not _ISO.match(plain):
        return read_dates(text)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError as error:
        raise UnreadableDate(f"{plain!r} is no date: {error}") from None
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return [WrittenDate(local.date(), local.time() if len(plain) > len("2027-03-31") else None, plain)]


def read_periods(text: str) -> list[Period]:
    """The times to apply in that a text names, in the order written.

    A date after 'od' opens and never ends. Raises UnreadableDate for a day in no calendar, and for a
    period that ends before it starts.
    """
    periods: list[Period] = []
    ended_at = 0
    for match in _DATE.finditer(text):
        written = _written(text, match)
        between = text[ended_at : match.start()]
        last = periods[-1] if periods else None
        if last and last.start and last.end is None and _THROUGH.fullmatch(between):
            periods[-1] = Period(last.start, _not_before(last.start, written))
        elif last and last.end and not last.start and re.fullmatch(r"\s*[-–—]\s*", between):
            periods[-1] = Period(last.end, _not_before(last.end, written))
        elif _FROM.search(text[max(0, match.start() - 30) : match.start()]):
            periods.append(Period(written, None))
        else:
            periods.append(Period(None, written))
        ended_at = match.start() + len(written.phrase)
    return periods


def read_month(text: str) -> str | None:
    """The one month of a text as '2027-03', or None when it names none, or several."""
    months = {f"{match['year']}-{_MONTHS[match['name'][:3].lower()]:02}" for match in _MONTH.finditer(text)}
    return months.pop() if len(months) == 1 else None


def read_date(text: str) -> WrittenDate:
    """The one date of a text. Raises UnreadableDate when it has none, or more than one."""
    dates = read_dates(text)
    if len(dates) != 1:
        found = "no date" if not dates else f"{len(dates)} dates"
        raise UnreadableDate(f"{text.strip()[:80]!r} holds {found}; write one, such as '13. 11. 2025 (14:00)'")
    return dates[0]


def until_funds_run_out(text: str) -> bool:
    """Whether a deadline reads 'do porabe sredstev': open as long as there is money."""
    return _UNTIL_FUNDS_RUN_OUT.search(text) is not None


def _not_before(start: WrittenDate, end: WrittenDate) -> WrittenDate:
    if end.day < start.day:
        raise UnreadableDate(f"{end.phrase!r} ends what starts on {start.phrase!r}")
    return end


def _written(text: str, match: re.Match[str]) -> WrittenDate:
    month = match["month"] or _MONTHS[match["name"][:3].lower()]
    hour_match = _HOUR.match(text, match.end())
    phrase = text[match.start() : hour_match.end() if hour_match else match.end()]
    try:
        return WrittenDate(
            day=date(int(match["year"]), int(month), int(match["day"])),
            hour=_hour(hour_match) if hour_match else None,
            phrase=phrase,
        )
    except ValueError as error:
        raise UnreadableDate(f"{phrase!r} is no date: {error}") from None


def _hour(match: re.Match[str]) -> time:
    if match["whole"]:
        return _clock(int(match["whole"]), 0)
    hours, minutes = re.split("[:.]", match["bracketed"] or match["spoken"])
    return _clock(int(hours), int(minutes))


def _clock(hours: int, minutes: int) -> time:
    if (hours, minutes) == (24, 0):
        return END_OF_DAY
    return time(hours, minutes)
