"""What is told of the plan: an activity's stage, what it needs, and a revision of the funding strategy."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import Field

from contracts.actions import ActivityOverdueV1, ActivityStatusChangedV1, DecisionRecordedV1, NeedChangedV1
from contracts.funding import StrategyRevisedV1
from contracts.values import LocalText, Money, Timing, Value
from services.notifications.matters.matter import Fact
from services.notifications.matters.telling import Ending, Telling, amount, both, fact, matter, plain
from services.notifications.people.person import Language
from services.notifications.wording import partial

_WHY = LocalText(
    sl="Vaš oddelek odgovarja za to aktivnost ali pa ste naročeni na take novice.",
    en="Your department answers for this activity, or you subscribe to such news.",
)
_WHY_DECISION = LocalText(
    sl="Odločitev zadeva aktivnost, za katero odgovarja vaš oddelek, ali pa ste naročeni na take novice.",
    en="The decision concerns an activity your department answers for, or you subscribe to such news.",
)
_WHY_STRATEGY = LocalText(sl="Naročeni ste na revizije strategije.", en="You subscribe to revisions of the strategy.")
_STAGES: Final = {
    "not_started": LocalText(sl="ni začeta", en="not started"),
    "in_preparation": LocalText(sl="v pripravi", en="in preparation"),
    "under_way": LocalText(sl="v izvajanju", en="under way"),
    "completed": LocalText(sl="končana", en="completed"),
    "continuous": LocalText(sl="se stalno izvaja", en="continuous"),
    "on_hold": LocalText(sl="ustavljena", en="on hold"),
    "cancelled": LocalText(sl="opuščena", en="cancelled"),
}


class KnownActivity(Value):
    """An activity as the last need.changed told it: enough to say what changed, and whom it concerns."""

    activity_id: str
    sequence: int
    number: str
    title: LocalText
    responsible: tuple[str, ...] = ()
    estimated: Money | None = None
    timing: Timing = Field(default=Timing())
    removed: bool = False


def known_from(event: NeedChangedV1, sequence: int) -> KnownActivity:
    return KnownActivity(
        activity_id=event.activity_id,
        sequence=sequence,
        number=event.number,
        title=LocalText(sl=event.title_sl or event.title, en=event.title),
        responsible=tuple(event.responsible),
        estimated=event.estimated,
        timing=event.timing,
        removed=event.removed,
    )


def of_need(before: KnownActivity | None, now: KnownActivity, event: NeedChangedV1, at: datetime) -> Telling | None:
    """None when it is heard of for the first time, or when neither cost, dates nor existence changed.

    What is committed to it is told as a commitment.
    """
    if before is None:
        return None
    facts = (
        *_change("Ocenjeni stroški", "Estimated cost", _cost(before), _cost(now)),
        *_change("Rok", "Due", _due(before), _due(now)),
    )
    if now.removed and not before.removed:
        what = LocalText(
            sl="Nova različica načrta te aktivnosti nima več.", en="The new version of the plan has no such activity."
        )
    elif facts:
        what = LocalText(sl="Spremenilo se je, kaj aktivnost potrebuje.", en="What the activity needs has changed.")
    else:
        return None
    return Telling(
        kind="need_changed",
        matter=matter(
            "activity",
            now.activity_id,
            f"/plan/activities/{now.number}",
            at,
            title=_numbered(now),
            what=what,
            why=_WHY,
            leads=", ".join(now.responsible) or None,
            due=now.timing.due,
            facts=facts,
        ),
        occasion=str(now.sequence),
        departments=now.responsible,
        actions=(event.action_number,),
        activities=(now.number, now.activity_id),
    )


def of_stage(event: ActivityStatusChangedV1, known: KnownActivity | None, at: datetime, occasion: str) -> Telling:
    before, after = (_STAGES.get(code, plain(code.replace("_", " "))) for code in (event.before, event.after))
    return Telling(
        kind="activity_status",
        matter=matter(
            "activity",
            event.activity_id,
            f"/plan/activities/{event.number}",
            at,
            title=_numbered(known) if known else plain(f"{event.number} {event.title}"),
            what=LocalText(
                sl=f"Aktivnost je zdaj: {after.sl} (prej: {before.sl}).",
                en=f"The activity is now {after.en} (before: {before.en}).",
            ),
            why=_WHY,
            leads=", ".join(known.responsible) or None if known else None,
            due=known.timing.due if known else None,
            facts=(
                *fact("Kdo je zapisal", "Recorded by", event.changed_by),
                *fact("Opomba", "Note", event.note),
            ),
        ),
        occasion=occasion,
        departments=known.responsible if known else (),
        by=event.changed_by,
        actions=(event.action_number,),
        activities=(event.number, event.activity_id),
    )


def of_overdue(event: ActivityOverdueV1, at: datetime) -> Telling:
    stage = _STAGES.get(event.stage, plain(event.stage.replace("_", " ")))
    if event.launch:
        what = LocalText(
            sl=f"Aktivnost bi morala že teči, pa ne: {stage.sl}.",
            en=f"The activity should be running by now and is not: {stage.en}.",
        )
    else:
        what = LocalText(
            sl=f"Aktivnost bi morala biti končana, pa ni: {stage.sl}.",
            en=f"The activity should be finished by now and is not: {stage.en}.",
        )
    return Telling(
        kind="activity_overdue",
        matter=matter(
            "activity",
            event.activity_id,
            f"/plan/activities/{event.number}",
            at,
            title=LocalText(
                sl=f"{event.number} {event.title_sl or event.title}",
                en=f"{event.number} {event.title}",
            ),
            what=what,
            why=_WHY,
            leads=", ".join(event.responsible) or None,
            due=event.due,
            facts=fact("Z besedami načrta", "In the plan's words", event.due.phrase),
        ),
        occasion=event.due.value,
        departments=tuple(event.responsible),
        instead="coordinator",
        actions=(event.action_number,),
        activities=(event.number, event.activity_id),
    )


def no_longer_overdue(event: ActivityStatusChangedV1, at: datetime) -> Ending | None:
    """The stage that ends a delay; None for one that does not."""
    if event.after not in ("completed", "continuous", "cancelled"):
        return None
    after = _STAGES[event.after]
    what = LocalText(sl=f"Aktivnost je zdaj: {after.sl}.", en=f"The activity is now {after.en}.")
    return Ending(kind="activity_overdue", type="activity", id=event.activity_id, what=what, at=at)


def promised_otherwise(before: KnownActivity | None, now: KnownActivity, at: datetime) -> Ending | None:
    """What ends a delay by the plan: another date, which is told anew if it is past as well, or no such activity."""
    if before is None or not (now.removed or before.timing.due != now.timing.due):
        return None
    what = LocalText(sl="Načrt je zdaj drugačen.", en="The plan is another one now.")
    return Ending(kind="activity_overdue", type="activity", id=now.activity_id, what=what, at=at)


def of_decision(event: DecisionRecordedV1, at: datetime) -> Telling:
    concerned = ", ".join(each.number for each in event.activities)
    responsible = dict.fromkeys(name for each in event.activities for name in each.responsible)
    return Telling(
        kind="decision_recorded",
        matter=matter(
            "decision",
            event.decision_id,
            f"/plan/decisions/{event.decision_id}",
            at,
            title=plain(event.title),
            what=LocalText(sl=f"Odločil je organ: {event.body.sl}.", en=f"Decided by: {event.body.en}."),
            why=_WHY_DECISION,
            leads=", ".join(responsible) or None,
            facts=(
                *fact("Odločitev", "Decision", event.text),
                *fact("Dne", "Decided on", both(lambda language: partial(event.decided_on, language))),
                *fact("Številka", "Reference", event.reference),
                *fact("Aktivnosti", "Activities", concerned or LocalText(sl="ves načrt", en="the whole plan")),
                *fact("Kdo je zapisal", "Recorded by", event.recorded_by),
            ),
        ),
        occasion=event.decision_id,
        departments=tuple(responsible),
        by=event.recorded_by,
        actions=tuple(dict.fromkeys(each.action_number for each in event.activities)),
        activities=tuple(id_ for each in event.activities for id_ in (each.number, each.activity_id)),
    )


def of_revision(event: StrategyRevisedV1, at: datetime) -> Telling:
    decided = f"{event.decided_by}, {event.reference}" if event.reference else event.decided_by
    facts = (
        *fact("Sprejel", "Decided by", decided),
        *fact("Novi razpisi", "New calls", str(len(event.new))),
        *fact("Spremenjeni razpisi", "Changed calls", str(len(event.changed))),
        *fact("Razpisi, ki ne ustrezajo več", "Calls that fit no more", str(len(event.gone))),
        *fact("Aktivnosti brez denarja", "Activities without money", str(event.without_money)),
        *fact("Potrebujejo", "They need", amount(event.open_need)),
        *fact(
            "Manjka lastnih deležev",
            "Own shares short",
            amount(event.own_share_short),
        ),
    )
    return Telling(
        kind="strategy_revised",
        matter=matter(
            "strategy",
            event.revision_id,
            f"/funding/strategy/revisions/{event.revision_id}",
            at,
            title=LocalText(sl=f"Strategija financiranja, {event.quarter}", en=f"Funding strategy, {event.quarter}"),
            what=LocalText(
                sl="Sprejeta je nova revizija strategije financiranja.",
                en="A new revision of the funding strategy was approved.",
            ),
            why=_WHY_STRATEGY,
            leads=event.approved_by,
            facts=facts,
        ),
        occasion=event.revision_id,
        by=event.approved_by,
    )


def _numbered(known: KnownActivity) -> LocalText:
    return LocalText(sl=f"{known.number} {known.title.sl}", en=f"{known.number} {known.title.en}")


def _change(sl: str, en: str, before: LocalText, after: LocalText) -> tuple[Fact, ...]:
    if before == after:
        return ()
    return fact(sl, en, LocalText(sl=f"{before.sl} → {after.sl}", en=f"{before.en} → {after.en}"))


_UNKNOWN = LocalText(sl="ni podatka", en="not known")


def _cost(known: KnownActivity) -> LocalText:
    return amount(known.estimated) or _UNKNOWN


def _due(known: KnownActivity) -> LocalText:
    due = known.timing.due
    if due is None:
        return plain(known.timing.phrase) if known.timing.phrase else _UNKNOWN

    def said(language: Language) -> str:
        return partial(due, language)

    return both(said)
