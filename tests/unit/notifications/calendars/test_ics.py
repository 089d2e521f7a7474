"""What the `icalendar` library reads back is what was known, whatever a title holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from contracts.funding import Deadline
from contracts.values import PartialDate
from services.notifications.calendars.dates import NO_LONGER_NAMED, Cancelled, Dates, Entry, with_deadlines
from services.notifications.calendars.feed import Feed
from services.notifications.calendars.ics import written
from services.notifications.calendars.items import KEPT_AFTER_CANCELLING, Item, Stance, items
from services.notifications.wording import one_line

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
NOW = datetime(2027, 2, 1, 8, tzinfo=UTC)
NOON = datetime(2027, 3, 31, 10, tzinfo=UTC)


def call(*deadlines: Deadline, title: str = "Razpis") -> Dates:
    return Dates(
        id="call:c-1", about="call", title=title, path="/funding/calls/c-1", modified_at=NOW, call_id="c-1",
        entries=with_deadlines((), deadlines, NOW),
    )  # fmt: skip


def read(*known: Dates, stance: Stance = Stance(0), now: datetime = NOW) -> tuple[bytes, list[Event]]:  # noqa: B008
    shown, _ = items(known, {"c-1": stance}, "sl", LJUBLJANA, now)
    text = calendar(shown)
    return text, list(Calendar.from_ical(text).walk("VEVENT"))


def calendar(shown: list[Item]) -> bytes:
    return written(
        shown, name="Idrija; roki, vsi", domain="idrija.cinnabar", site="https://c.example", language="sl",
        zone=LJUBLJANA, today=NOW.date(),
    )  # fmt: skip


def test_a_stated_hour_is_a_moment_and_a_day_is_a_day() -> None:
    last_second = datetime(2027, 4, 30, 21, 59, 59, tzinfo=UTC)
    text, (timed, whole) = read(
        call(Deadline(at=NOON, kind="cut_off", hour_stated=True), Deadline(at=last_second, kind="cut_off"))
    )
    assert timed.decoded("dtstart") == NOON
    assert b"DTSTART;TZID=Europe/Ljubljana:20270331T120000" in text
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Ljubljana" in text
    assert whole.decoded("dtstart") == date(2027, 4, 30)
    assert [str(each["summary"]) for each in (timed, whole)] == ["Presečni rok 1: Razpis", "Presečni rok 2: Razpis"]
    assert [alarm.decoded("trigger") for alarm in timed.walk("VALARM")] == [-timedelta(days=14), -timedelta(days=3)]
    assert whole.walk("VALARM")[0].decoded("trigger") == timedelta(hours=8) - timedelta(days=14)
    assert "Vir ure ne" not in str(timed.get("description", ""))


def test_the_frame_says_who_it_is_and_when_to_come_back() -> None:
    text, _ = read()
    # NAME is TEXT (RFC 7986, 5.1); the library reads it as an unknown property, without its escapes.
    assert b"\r\nNAME:Idrija\\; roki\\, vsi\r\nX-WR-CALNAME:Idrija\\; roki\\, vsi\r\n" in text
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in text


def test_a_move_is_the_same_event_with_a_raised_sequence() -> None:
    known = call(Deadline(at=NOON, kind="single"))
    _, (before,) = read(known)
    later = NOW + timedelta(days=2)
    moved = known.model_copy(
        update={"entries": with_deadlines(known.entries, [Deadline(at=NOON + timedelta(days=7), kind="single")], later)}
    )
    _, (after,) = read(moved)
    assert before["uid"] == after["uid"] == "call:c-1:deadline-1@idrija.cinnabar"
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("last-modified") == later
    assert read(moved)[0] == read(moved)[0], "the same dates are the same bytes"


def test_what_ends_is_cancelled_for_a_time_and_what_had_passed_is_not() -> None:
    passed, to_come = Deadline(at=NOW - timedelta(days=9), kind="cut_off"), Deadline(at=NOON, kind="cut_off")
    over = call(passed, to_come).ends(NO_LONGER_NAMED, NOW, version=2)
    _, (first, second) = read(over)
    assert [str(each["status"]) for each in (first, second)] == ["CONFIRMED", "CANCELLED"]
    assert (str(second["summary"]), int(second["sequence"])) == ("ODPADE: Presečni rok 2: Razpis", 1)
    assert second.walk("VALARM") == []
    assert len(read(over, now=NOW + KEPT_AFTER_CANCELLING + timedelta(days=1))[1]) == 1


def test_who_puts_a_call_aside_sees_it_cancelled() -> None:
    away = Stance(2, Cancelled(at=NOW, reason=NO_LONGER_NAMED))
    _, (event,) = read(call(Deadline(at=NOON)), stance=away)
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 2)


def test_a_year_is_no_date_and_says_so() -> None:
    task = Entry(key="task-a", kind="task", day=PartialDate(value="2028"), modified_at=NOW)
    shown, (left,) = items(
        [Dates(id="application:1", about="application", title="A", path="/", modified_at=NOW, entries=(task,))],
        {}, "sl", LJUBLJANA, NOW,
    )  # fmt: skip
    assert (shown, left.reason.code, left.reason.evidence) == ([], "no_exact_date", "2028")
    _, (silent,) = items([call().model_copy(update={"phrase": "do porabe sredstev"})], {}, "sl", LJUBLJANA, NOW)
    assert "do porabe sredstev" in silent.reason.text.sl


@settings(max_examples=40)
@given(st.text(max_size=300))
@example("a;b,c\\n\\d\nčšž " * 12)
@example("BEGIN:VEVENT\r\nUID:zlo\r\n")
@example("🚲" * 60)
def test_any_title_survives_and_no_line_is_too_long(title: str) -> None:
    text, (event,) = read(call(Deadline(at=NOON, kind="single"), title=title))
    assert str(event["summary"]) == f"Rok: {one_line(title)}"
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")


def test_a_link_opens_one_calendar_until_it_is_renewed_or_taken_back() -> None:
    feed = Feed(feed_id="f1", person="ana", renewed_at=NOW)
    link = feed.link("secret")
    assert feed.opened_by(link, "secret")
    assert not feed.opened_by(link, "other")
    assert not feed.opened_by("f1.č", "secret")
    assert not feed.renewed(NOW, "sl").opened_by(link, "secret")
    assert not feed.revoked(NOW).opened_by(link, "secret")
