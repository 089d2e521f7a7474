"""A call made ready once to be held against many needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from contracts.funding import CallFacts
from services.funding.applicants import municipality_may_apply
from services.funding.calls import Call
from services.funding.sources.parsed_call import Conflict
from services.funding.themes import Topic, topic_of

LJUBLJANA = ZoneInfo("Europe/Ljubljana")


@dataclass(frozen=True, slots=True)
class Offer:
    """A call's facts, its topic, and what follows from them for any municipality. `last_day` is a day in Slovenia."""

    facts: CallFacts
    topic: Topic
    themes: frozenset[str]
    last_day: date | None
    until_funds_run_out: bool
    municipality_may_apply: bool | None
    conflicts: tuple[Conflict, ...]

    @classmethod
    def of(cls, call: Call, now: datetime) -> Offer:
        facts = call.facts(now)
        return cls(
            facts=facts,
            topic=topic_of(" . ".join([call.title, *call.keywords]), call.description or ""),
            themes=frozenset(call.themes),
            last_day=facts.deadline.astimezone(LJUBLJANA).date() if facts.deadline else None,
            until_funds_run_out=call.until_funds_run_out,
            municipality_may_apply=municipality_may_apply(call.eligible_applicants),
            conflicts=tuple(call.conflicts_at(now)),
        )
