"""A call made ready once to be held against many needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.funding import CallFacts
from services.funding.applicants import municipality_may_apply
from services.funding.calls import Call
from services.funding.calls.changes import in_words
from services.funding.keys import keys_of
from services.funding.procedure import PREPARATIONS
from services.funding.sources.parsed_call import Conflict
from services.funding.themes import Topic, topic_of

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
# When one of them moves, a call that was put aside is worth looking at again.
DECISIVE = (
    *("status", "deadlines", "until_funds_run_out", "co_financing_rate", "min_amount", "max_amount", "budget"),
    *("eligible_applicants", "territory"),
)
# In words: a press release's title, or the one line a person typed in.
TERSE = 15
SHORT_OF_TIME = tuple(each - timedelta(days=1) for each in PREPARATIONS)


@dataclass(frozen=True, slots=True)
class Offer:
    """A call's facts, its topic, and what follows from them for any municipality.

    `last_day` is a day in Slovenia; `heading` are the concepts of title and keywords; `terse`: it says too little to
    tell what it does not pay for; `decisive` are the facts a decision rests on, in words; `keys` is what an activity
    must share one of.
    """

    facts: CallFacts
    topic: Topic
    themes: frozenset[str]
    last_day: date | None
    until_funds_run_out: bool
    municipality_may_apply: bool | None
    conflicts: tuple[Conflict, ...]
    heading: frozenset[str]
    terse: bool
    decisive: dict[str, str | None]
    keys: frozenset[str]

    @classmethod
    def of(cls, call: Call, now: datetime) -> Offer:
        facts = call.facts(now)
        heading, prose = " . ".join([call.title, *call.keywords]), call.description or ""
        topic = topic_of(heading, prose)
        return cls(
            facts=facts,
            topic=topic,
            themes=frozenset(call.themes),
            last_day=facts.deadline.astimezone(LJUBLJANA).date() if facts.deadline else None,
            until_funds_run_out=call.until_funds_run_out,
            municipality_may_apply=municipality_may_apply(call.eligible_applicants),
            conflicts=tuple(call.conflicts_at(now)),
            heading=frozenset(topic_of(heading).concepts),
            terse=len(prose.split()) < TERSE,
            decisive={name: in_words(getattr(call, name)) for name in DECISIVE},
            keys=keys_of(call.themes, topic.concepts),
        )

    def turns_on(self, today: date) -> date | None:
        """The next day on which time alone changes how this call fits: it gets short, or runs out. None: never."""
        if self.last_day is None or self.until_funds_run_out:
            return None
        days = [self.last_day + timedelta(days=1), *(self.last_day - each for each in SHORT_OF_TIME)]
        return min((each for each in days if each > today), default=None)
