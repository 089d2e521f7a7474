"""What a backward plan says in words: its verdict, and what it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.values import LocalText
from services.funding import spoken
from services.funding.planning.council import Habit, Sitting

_IN_SL = {1: "1 delovni dan", 2: "2 delovna dneva", 3: "3 delovne dni", 4: "4 delovne dni"}
_AGO_SL = {1: "1 delovnim dnevom", 2: "2 delovnima dnevoma"}


def _left(count: int) -> LocalText:
    return LocalText(
        sl=_IN_SL.get(count, f"{count} delovnih dni"), en="1 working day" if count == 1 else f"{count} working days"
    )


def too_late(step: LocalText, start: date, ago: int) -> LocalText:
    day, left = spoken.day(start), _left(ago)
    ago_sl = _AGO_SL.get(ago, f"{ago} delovnimi dnevi")
    return LocalText(
        sl=f"Prepozno je že: korak »{step.sl}« bi se moral začeti {day.sl}, pred {ago_sl}.",
        en=f"Too late already: “{step.en}” should have begun on {day.en}, {left.en} ago.",
    )


def overdue(step: LocalText, finish: date, by: int) -> LocalText:
    day, left = spoken.day(finish), _left(by)
    return LocalText(
        sl=f"Prepozno je že: korak »{step.sl}« se je začel, a bo končan {left.sl} po skrajnem dnevu {day.sl}.",
        en=f"Too late already: “{step.en}” was begun, but will end {left.en} after its latest day, {day.en}.",
    )


def in_time(step: LocalText, start: date, margin: int, *, tight: bool) -> LocalText:
    day = spoken.day(start)
    if margin == 0:
        rest = LocalText(sl="danes", en="today")
    else:
        left = _left(margin)
        rest = LocalText(sl=f"čez {left.sl}", en=f"in {left.en}")
    opening = LocalText(sl="Tesno", en="Tight") if tight else LocalText(sl="Pravočasno", en="On time")
    return LocalText(
        sl=f"{opening.sl}: korak »{step.sl}« se mora začeti najpozneje {day.sl}, {rest.sl}.",
        en=f"{opening.en}: “{step.en}” must begin by {day.en}, {rest.en}.",
    )


def under_way(step: LocalText, finish: date, margin: int, *, tight: bool) -> LocalText:
    day, left = spoken.day(finish), _left(margin)
    opening = LocalText(sl="Tesno", en="Tight") if tight else LocalText(sl="Pravočasno", en="On time")
    return LocalText(
        sl=f"{opening.sl}: korak »{step.sl}« teče in mora biti končan do {day.sl}; ima še {left.sl} rezerve.",
        en=f"{opening.en}: “{step.en}” is under way and must end by {day.en}, with {left.en} to spare.",
    )


def nothing_left() -> LocalText:
    return LocalText(sl="Vsi koraki so opravljeni.", en="Every step is done.")


def no_deadline() -> LocalText:
    return LocalText(
        sl="Razpis ne navaja roka, zato nazaj ni mogoče načrtovati.",
        en="The call names no deadline, so there is nothing to plan back from.",
    )


def not_computable(first: LocalText) -> LocalText:
    return LocalText(sl=f"Ni mogoče reči. {first.sl}", en=f"Nobody can say. {first.en}")


def waits_for(step: LocalText) -> LocalText:
    return LocalText(
        sl=f"Odvisno od koraka »{step.sl}«, ki ga ni mogoče izračunati.",
        en=f"It depends on “{step.en}”, which cannot be computed.",
    )


def no_duration(step: LocalText, day: date) -> LocalText:
    on = spoken.day(day)
    return LocalText(
        sl=f"Trajanje koraka »{step.sl}« na dan {on.sl} ni vpisano.",
        en=f"No duration of “{step.en}” is on record for {on.en}.",
    )


def no_meeting_known(first: date, last: date) -> LocalText:
    a, b = spoken.day(first), spoken.day(last)
    return LocalText(
        sl=f"Datumi sej občinskega sveta od {a.sl} do {b.sl} niso znani.",
        en=f"The dates of council meetings from {a.en} to {b.en} are not known.",
    )


def no_meeting_left(last: date, bound: date, following: Sitting | None) -> LocalText:
    was, by = spoken.day(last), spoken.day(bound)
    sl, en = "", ""
    if following is not None:
        day = spoken.day(following.on)
        sl, en = f" Naslednja je {day.sl}.", f" The next is on {day.en}."
    return LocalText(
        sl=f"Zadnja dovolj zgodnja seja je bila {was.sl}.{sl} Potrebna bi bila izredna seja do {by.sl}.",
        en=f"The last meeting early enough was on {was.en}.{en} It would take an extraordinary one by {by.en}.",
    )


def estimated(habit: Habit) -> LocalText:
    words = habit.words()
    return LocalText(sl=f"Datum seje je ocena: {words.sl}.", en=f"The date of the meeting is an estimate: {words.en}.")


def if_needed(step: LocalText, start: date) -> LocalText:
    day = spoken.day(start)
    return LocalText(
        sl=f"Če je korak »{step.sl}« potreben, bi se moral začeti že {day.sl}.",
        en=f"If “{step.en}” is needed, it should have begun on {day.en} already.",
    )


def unconfirmed(names: Sequence[LocalText]) -> LocalText:
    return LocalText(
        sl=f"Nepotrjene začetne vrednosti: {', '.join(name.sl for name in names)}.",
        en=f"Starting values that nobody here has confirmed: {', '.join(name.en for name in names)}.",
    )
