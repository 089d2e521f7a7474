"""A matter in the words of its mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.notifications.kinds import kind_of
from services.notifications.mail_words import WORDS
from services.notifications.matters.matter import Matter
from services.notifications.people.person import Person
from services.notifications.wording import day, days_away, moment, one_line, partial

_SUBJECT_TITLE = 120


def subject_of(kind: str, matter: Matter, person: Person) -> str:
    """What kind of news it is, by when something is to be done, and what it is about."""
    language = person.language
    name = kind_of(kind).heading.in_language(language)
    title = one_line(matter.title.in_language(language), _SUBJECT_TITLE)
    if matter.deadline is None:
        return f"{name}: {title}"
    date = day(matter.deadline.astimezone(person.clock).date(), language)
    due = partial(matter.due, language) if matter.due and matter.due_at is None else date
    return WORDS[language]["subject_due"].format(kind=name, due=due, title=title)


def content_of(matter: Matter, person: Person, now: datetime) -> dict[str, Any]:
    """What the templates `matter.html` and `matter.txt` say."""
    language = person.language
    return {
        "title": one_line(matter.title.in_language(language)),
        "lead": one_line(matter.what.in_language(language), 600),
        "facts": list(_facts(matter, person, now)),
        "why": one_line(matter.why.in_language(language), 600),
    }


def _facts(matter: Matter, person: Person, now: datetime) -> Iterator[tuple[str, str]]:
    language = person.language
    words = WORDS[language]
    if matter.due is not None or matter.due_at is not None:
        yield words["due"], _due(matter, person, now)
    yield words["since"], moment(matter.since, person.clock, language)
    if matter.times > 1:
        yield words["times"], str(matter.times)
    if matter.department:
        yield words["department"], one_line(matter.department)
    yield words["leads"], one_line(matter.leads or words["nobody_named"])
    for fact in matter.facts:
        yield one_line(fact.label.in_language(language)), one_line(fact.value.in_language(language), 600)


def _due(matter: Matter, person: Person, now: datetime) -> str:
    """As exactly as it is known; how many days that is only where a day is."""
    language = person.language
    if matter.due_at is not None:
        away = days_away(matter.due_at, now, person.clock, language)
        return f"{moment(matter.due_at, person.clock, language)} ({away})"
    if matter.due is None or matter.deadline is None:
        return WORDS[language]["unknown"]
    said = partial(matter.due, language)
    if matter.due.precision != "day":
        return said
    return f"{said} ({days_away(matter.deadline, now, person.clock, language)})"
