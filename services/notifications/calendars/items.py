"""What one calendar shows: which dates, in whose words, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.values import LocalText, Reason
from services.notifications.calendars.dates import Cancelled, Dates, Entry
from services.notifications.calendars.words import WORDS
from services.notifications.people.person import Language
from services.notifications.reasons import reason as say
from services.notifications.wording import one_line, partial

KEPT_AFTER_CANCELLING = timedelta(days=60)
KEPT_AFTER_PASSING = timedelta(days=365)
_LAST_SECOND = time(23, 59)
_DONE = frozenset({"task_done", "obligation_done"})


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a calendar. `start` is a moment, or a day when no hour is known."""

    uid: str
    sequence: int
    modified_at: datetime
    start: datetime | date
    summary: str
    description: str
    path: str
    cancelled: bool
    alarms: tuple[int, ...]

    @property
    def day(self) -> date:
        return self.start.date() if isinstance(self.start, datetime) else self.start


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that has no place in a calendar."""

    title: str
    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stance:
    """What a person decided about a call: how often, and why it no longer concerns them."""

    turns: int
    away: Cancelled | None = None


def items(
    known: Iterable[Dates], stances: Mapping[str, Stance], language: Language, zone: ZoneInfo, now: datetime
) -> tuple[list[Item], list[LeftOut]]:
    """The events of a calendar in order of time, and what could not be one. `stances` are by the call's id."""
    shown: list[Item] = []
    left_out: list[LeftOut] = []
    today = now.astimezone(zone).date()
    known = list(known)
    of_calls = {(each.call_id, entry.at) for each in known if each.about == "call" for entry in each.entries}
    for dates in known:
        stance = stances.get(dates.call_id or "", Stance(0)) if dates.about == "call" else Stance(0)
        if not dates.entries and dates.about == "call" and dates.over is None and stance.away is None:
            left_out.append(LeftOut(_title(dates, language), dates.path, _no_date(dates)))
        for entry in dates.entries:
            if entry.kind == "step" and (dates.call_id, entry.at) in of_calls:
                continue
            start = _start(entry, zone)
            if isinstance(start, Reason):
                if entry.cancelled is None and dates.over is None:
                    left_out.append(LeftOut(_summary(dates, entry, language), dates.path, start))
                continue
            gone = [each for each in (entry.cancelled, _ended(dates, start, zone), stance.away) if each is not None]
            item = _item(dates, entry, start, stance, gone, language)
            kept = not gone or max(each.at for each in gone) + KEPT_AFTER_CANCELLING >= now
            if kept and item.day + KEPT_AFTER_PASSING >= today:
                shown.append(item)
    return sorted(shown, key=lambda each: (each.day, each.uid)), left_out


def _item(
    dates: Dates, entry: Entry, start: datetime | date, stance: Stance, gone: list[Cancelled], language: Language
) -> Item:
    summary = _summary(dates, entry, language)
    ended = "done" if any(each.reason.code in _DONE for each in gone) else "cancelled"
    return Item(
        uid=f"{dates.id}:{entry.key}",
        sequence=entry.sequence + dates.turns + stance.turns,
        modified_at=max([entry.modified_at, dates.modified_at, *(each.at for each in gone)]),
        start=start,
        summary=WORDS[language][ended].format(what=summary) if gone else summary,
        description="\n".join(_described(entry, gone, language)),
        path=dates.path,
        cancelled=bool(gone),
        alarms=() if gone else _ALARMS[entry.kind],
    )


_ALARMS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("deadline", "stage", "cut_off"), (14, 3)),
    **dict.fromkeys(("task", "step", "obligation"), (3,)),
}
"""Days before the date on which a calendar program reminds."""


def _ended(dates: Dates, start: datetime | date, zone: ZoneInfo) -> Cancelled | None:
    """What was over before its owner ended had taken place."""
    if dates.over is None:
        return None
    if isinstance(start, datetime):
        return dates.over if start > dates.over.at else None
    return dates.over if start >= dates.over.at.astimezone(zone).date() else None


def _start(entry: Entry, zone: ZoneInfo) -> datetime | date | Reason:
    """A moment where an hour is known, else a day; or why there is neither.

    Without a stated hour a moment is the last second of its day (see the contract), which is no hour to be at.
    """
    if entry.at is not None:
        local = entry.at.astimezone(zone)
        timed = entry.hour_stated or (entry.hour_stated is None and local.time() < _LAST_SECOND)
        return local if timed else local.date()
    if entry.day is None:
        return say("no_date", "Datum ni znan.", "The date is not known.")
    if entry.day.precision != "day":
        return say(
            "no_exact_date",
            f"Znano je le »{partial(entry.day, 'sl')}«; to ni dan v koledarju.",
            f"Only '{partial(entry.day, 'en')}' is known, which is no day in a calendar.",
            entry.day.value,
        )
    return entry.day.first_day()


def _no_date(dates: Dates) -> Reason:
    if dates.phrase:
        phrase = one_line(dates.phrase)
        return say("only_words", f"Vir pravi: »{phrase}«.", f"The source says: '{phrase}'.", evidence=phrase)
    return say("deadline_not_stated", "Vir roka ne navaja.", "The source states no deadline.")


def _title(dates: Dates, language: Language) -> str:
    text = dates.title.in_language(language) if isinstance(dates.title, LocalText) else dates.title
    return one_line(text)


def _summary(dates: Dates, entry: Entry, language: Language) -> str:
    several = entry.number > 1 or len([each for each in dates.entries if each.kind == entry.kind]) > 1
    form = WORDS[language][f"{entry.kind}_of_several" if several and entry.kind != "task" else entry.kind]
    what = one_line(entry.title.in_language(language)) if entry.title else ""
    return form.format(title=_title(dates, language), what=what, number=entry.number)


def _described(entry: Entry, gone: list[Cancelled], language: Language) -> Iterator[str]:
    words = WORDS[language]
    for each in gone:
        why = each.reason.text.in_language(language)
        yield why if each.reason.code in _DONE else words["why_cancelled"].format(reason=why)
        if each.reason.evidence:
            yield one_line(each.reason.evidence)
    if entry.at is not None and entry.hour_stated is not True and entry.kind in ("deadline", "stage", "cut_off"):
        yield words["hour_unknown"] if entry.hour_stated is None else words["no_hour"]
    if entry.phrase:
        yield words["source_says"].format(phrase=one_line(entry.phrase))
    if entry.owner:
        yield words["owner"].format(owner=one_line(entry.owner))
