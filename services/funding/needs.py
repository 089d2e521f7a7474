"""What one activity of the plan still needs, made ready once to be held against many calls."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.actions import NeedChangedV1
from contracts.values import Money, Timing
from services.funding.co_financing import open_cost
from services.funding.keys import keys_of
from services.funding.themes import Topic, topic_of


@dataclass(frozen=True, slots=True)
class Need:
    """One activity: `themes` as the plan gives them or, where it gives none, as its words do.

    `topic` is what its own title and description speak of, `work` the concepts of the title alone, and `setting`
    those that only the action around it names: every activity of a makerspace has "makerspace" there. `leads` are the
    bodies the plan makes responsible, `keys` what a call must share one of.
    """

    activity_id: str
    number: str
    title: str
    title_sl: str | None
    action_number: str
    action_title: str
    action_title_sl: str | None
    open_cost: Money | None
    uncosted: bool
    themes: frozenset[str]
    topic: Topic
    work: frozenset[str]
    setting: frozenset[str]
    territory: str
    timing: Timing
    funding: str
    removed: bool
    leads: tuple[str, ...]
    keys: frozenset[str]

    @classmethod
    def of(cls, event: NeedChangedV1) -> Need:
        topic = topic_of(event.title, event.description or "")
        with_setting = topic_of(f"{event.title} . {event.action_title}", event.description or "")
        themes = frozenset(event.themes or with_setting.themes)
        setting = frozenset(with_setting.concepts) - frozenset(topic.concepts)
        return cls(
            activity_id=event.activity_id,
            number=event.number,
            title=event.title,
            title_sl=event.title_sl,
            action_number=event.action_number,
            action_title=event.action_title,
            action_title_sl=event.action_title_sl,
            open_cost=open_cost(event.estimated, event.committed),
            uncosted=event.estimated is None,
            themes=themes,
            topic=topic,
            work=frozenset(topic_of(event.title).concepts),
            setting=setting,
            territory=event.territory,
            timing=event.timing,
            funding=(event.funding or "").casefold(),
            removed=event.removed,
            leads=tuple(event.responsible),
            keys=keys_of(themes, [*topic.concepts, *setting]),
        )
