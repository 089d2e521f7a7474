"""What is heard of the funding board: a decision settles every alert about the call, and reaches whom it names."""

from __future__ import annotations

from contracts.funding import CallFacts, MatchDecidedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Before
from services.notifications.answers.deciding import hand_on, reached
from services.notifications.answers.reminding import remind
from services.notifications.following import followed
from services.notifications.identity import change_silence_id
from services.notifications.judging import Silence
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.reasons import reason as say
from services.notifications.store import ALERTS, SILENCES


def _call(event: MatchDecidedV1) -> str:
    return event.call_id


@handles(MatchDecidedV1, entity=_call, latest=True)
async def follow_decisions(event: MatchDecidedV1, work: Work) -> None:
    """What was decided on the board is decided in every inbox that the call lies in."""
    step = followed(event)
    if step is None:
        return
    choice, reason = step
    found = await work.find(ALERTS, {"call.call_id": event.call_id}, sort=[("raised_at", 1)])
    alerts = [ALERTS.to_aggregate(document) for document in found]
    handed = {alert.family for alert in alerts if alert.asked is not None and alert.asked.how == "handed_over"}
    for alert in alerts:
        if choice == "hand_over" and alert.family in handed:
            continue
        if event.decision == "reminded":
            await remind(alert, work)
        after = alert.follow(
            choice,
            by=event.decided_by,
            now=work.now,
            reason=reason,
            reason_code=event.reason_code if choice == "not_for_us" else None,
            remind_on=event.remind_on if choice == "remind_me" else None,
        )
        if after is not alert:
            work.save(ALERTS, after)
    if choice == "hand_over" and event.via == "board" and event.department:
        await _hand_on(event, event.department, alerts[-1] if alerts else _told_of(event), work)


async def _hand_on(event: MatchDecidedV1, department: str, alert: Alert, work: Work) -> None:
    """The people of the department named on the board are told; that it is not known here is written down."""
    document = await work.get(PEOPLE, event.decided_by)
    name = person_from(document).shown if document else event.decided_by
    receivers = await reached(department, work, but=event.decided_by)
    if receivers:
        giver = Before(person=event.decided_by, name=name, at=event.decided_at)
        await hand_on(alert, receivers, giver, work, words=event.reason, may=True)
        return
    unknown = say(
        "department_unknown",
        "Oddelka ne poznamo ali v njem ni nikogar; obvestila o predaji ni dobil nihče.",
        "The department is not known here, or nobody belongs to it; nobody was told of the hand-over.",
        department,
    )
    silence = Silence(
        silence_id=change_silence_id("board", "call_matched", event.call_id, 0, f"{unknown.code}:{department}"),
        subscription="board",
        person=event.decided_by,
        match_id=event.match_id,
        call_id=event.call_id,
        reason=unknown,
        at=work.now,
    )
    work.put(SILENCES, {"_id": silence.silence_id, **silence.model_dump(mode="python")})


def _told_of(event: MatchDecidedV1) -> Alert:
    """A call that nobody was told of, as far as the decision knows it."""
    call = CallFacts(call_id=event.call_id, title=event.call_title, source="board")
    return Alert(
        alert_id=event.call_id,
        person=event.decided_by,
        subscriptions=(),
        call=call,
        raised_at=event.decided_at,
        not_before=None,
    )
