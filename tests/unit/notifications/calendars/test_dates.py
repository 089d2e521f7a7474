"""A date keeps its key when it moves, is cancelled rather than forgotten, and counts what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contracts.funding import Deadline
from contracts.values import PartialDate
from services.notifications.calendars.dates import (
    NO_LONGER_NAMED,
    Dates,
    Entry,
    with_deadlines,
    with_next_deadline,
)

NOW = datetime(2027, 2, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
MARCH, APRIL, MAY, JUNE = (
    datetime(2027, month, 31 if month in (3, 5) else 30, 10, tzinfo=UTC) for month in (3, 4, 5, 6)
)


def deadlines(*moments: datetime, kind: str = "cut_off") -> list[Deadline]:
    return [Deadline(at=each, kind=kind) for each in moments]


def keys(entries: tuple[Entry, ...]) -> dict[str, datetime | None]:
    return {each.key: each.at for each in entries if each.cancelled is None}


def test_a_moved_date_keeps_its_key_and_counts() -> None:
    first = with_deadlines((), deadlines(MARCH, kind="single"), NOW)
    (moved,) = with_deadlines(first, deadlines(APRIL, kind="unknown"), LATER)
    assert (moved.key, moved.at, moved.sequence, moved.modified_at) == ("deadline-1", APRIL, 1, LATER)
    assert with_deadlines((moved,), deadlines(APRIL, kind="single"), LATER) == (moved,), "the same again is no change"


def test_of_several_the_one_that_moved_is_the_one_that_moves() -> None:
    known = with_deadlines((), deadlines(MARCH, APRIL, JUNE), NOW)
    assert keys(with_deadlines(known, deadlines(MARCH, MAY, JUNE), LATER)) == {
        "cut_off-1": MARCH,
        "cut_off-2": MAY,
        "cut_off-3": JUNE,
    }


def test_a_date_that_passed_stays_though_its_source_forgets_it() -> None:
    known = with_deadlines((), deadlines(MARCH, APRIL), NOW)
    after = with_deadlines(known, deadlines(APRIL, MAY), MARCH + timedelta(hours=1))
    assert keys(after) == {"cut_off-1": MARCH, "cut_off-2": APRIL, "cut_off-3": MAY}


def test_a_date_no_longer_named_is_cancelled_and_may_come_back() -> None:
    known = with_deadlines((), deadlines(MARCH, APRIL), NOW)
    gone = with_deadlines(known, deadlines(MARCH), LATER)[1]
    assert gone.cancelled is not None
    assert (gone.cancelled.reason, gone.sequence) == (NO_LONGER_NAMED, 1)
    back = with_deadlines((known[0], gone), deadlines(MARCH, APRIL), LATER)[1]
    assert (back.cancelled, back.sequence) == (None, 2)


def test_a_teller_of_one_date_moves_the_next_one() -> None:
    known = with_deadlines((), deadlines(MARCH, JUNE), NOW)
    assert keys(with_next_deadline(known, APRIL, LATER)) == {"cut_off-1": APRIL, "cut_off-2": JUNE}
    assert with_next_deadline(known, JUNE, LATER) == known
    assert with_next_deadline(known, None, LATER) == known
    assert keys(with_next_deadline((), MAY, LATER)) == {"deadline-1": MAY}


@pytest.fixture
def application() -> Dates:
    return Dates(id="application:1", about="application", title="Prijava", path="/", modified_at=NOW)


def test_an_older_telling_changes_nothing(application: Dates) -> None:
    def told(day: str, said: int, owner: str | None = None) -> Entry:
        return Entry(key="task-a", kind="task", day=PartialDate(value=day), said=said, owner=owner, modified_at=NOW)

    dates = application.with_entry(told("2027-03-01", 3, "ana"), NOW).with_entry(told("2027-02-01", 2), NOW)
    assert dates.entries[0].day == PartialDate(value="2027-03-01")
    moved = dates.with_entry(told("2027-03-05", 4), LATER).entries[0]
    assert (moved.sequence, moved.owner) == (1, "ana"), "who does it is not forgotten by those who do not say"


def test_what_ends_and_comes_back_counts_both_and_an_older_end_is_no_end(application: Dates) -> None:
    ended = application.ends(NO_LONGER_NAMED, NOW, version=5)
    assert (ended.over is not None, ended.turns) == (True, 1)
    again = ended.comes_back(6, LATER)
    assert (again.over, again.turns) == (None, 2)
    assert again.ends(NO_LONGER_NAMED, LATER, version=4) is again
