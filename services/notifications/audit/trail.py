"""The trail of one call for one subscription: what was known when, what left the house, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.funding import CallFacts
from contracts.values import LocalText, Value
from services.notifications.alerts import Alert
from services.notifications.channels.delivery import Delivery
from services.notifications.judging import Silence
from services.notifications.kinds import kind_of
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.heard import MADE_LATER, Heard, version_at, why_untold
from services.notifications.subscriptions.wording import title_of

Outcome = Literal["late", "failed", "unexplained", "on_its_way", "told", "withheld", "silent", "no_match"]
"""From what needs a look to what does not; a row with several alerts has the first that holds for one of them."""

LATE = timedelta(minutes=10)
"""How long after its time an alert may wait for a sender before somebody should look."""

NO_MATCH = LocalText(
    sl="Razpis ni ustrezal nobeni aktivnosti, ki bi jo naročilo poznalo; zakaj, pove stran razpisa.",
    en="No match of this call came for the subscription; the call's page says why it fits nothing.",
)
UNEXPLAINED = LocalText(
    sl="Naročilo bi moralo povedati za razpis, pa ni ne obvestila ne razloga; poglejte mrtve dogodke.",
    en="The subscription should have told of it, yet there is neither an alert nor a reason; see the dead letters.",
)
NOT_AMONG_THEM = LocalText(
    sl="Naročilo je takrat obveščalo druge; te osebe še ni bilo med njimi.",
    en="The subscription told others then; this person was not among them yet.",
)
_CHOICES = {
    "apply": LocalText(sl="odločitev: prijavljamo se", en="decision: we apply"),
    "not_for_us": LocalText(sl="odločitev: ni za nas", en="decision: not for us"),
    "hand_over": LocalText(sl="odločitev: predano", en="decision: handed over"),
    "remind_me": LocalText(sl="odločitev: opomnik", en="decision: remind me"),
    "seen": LocalText(sl="ogledano", en="seen"),
    "taken": LocalText(sl="odločitev: prevzeto", en="decision: taken care of"),
}


class Step(Value):
    """One thing that happened. `evidence` is what it rests on, in its own words: an answer, an id, a reason."""

    at: AwareDatetime
    text: LocalText
    evidence: str | None = None


class Trail(Value):
    """What became of a call for one subscription."""

    subscription: str = Field(
        description="Its id; for who was asked by another one, as what: handed_over, deputy, concerned, ..."
    )
    name: LocalText = Field(description="What it is called; for who was asked, how they were.")
    person: str
    asked: bool = Field(default=False, description="Whether another one, or an escalation, led here.")
    outcome: Outcome
    steps: tuple[Step, ...] = Field(description="In the order of time; empty when the outcome is no_match.")
    reason: LocalText | None = Field(default=None, description="Why nobody was told; null when somebody was.")


def trail_of(
    subscription: Subscription,
    alerts: Iterable[Alert],
    silences: Iterable[Silence],
    now: datetime,
    deliveries: Iterable[Delivery] = (),
    *,
    person: str | None = None,
    heard: Sequence[Heard] = (),
    versions: Sequence[Subscription] = (),
    others_told: bool = False,
) -> Trail:
    """The trail from what is stored about one call; alerts and silences of other subscriptions are left out.

    `deliveries`: what went by channels besides e-mail. The outcome is the mail's; they are steps of the way.
    `heard`: what was heard of the call, and `versions` what the subscription asked for over time. From these follows
    why a filter turned the call away: such a reason is computed and not stored for each of ten thousand subscriptions.
    `others_told`: a shared subscription told of the call, or noted a reason, for somebody.
    """
    own = [alert for alert in alerts if subscription.id in alert.subscriptions]
    names = {alert.alert_id for alert in own}
    silent = sorted(
        (silence for silence in silences if silence.subscription == subscription.id), key=lambda silence: silence.at
    )
    steps = [step for alert in own for step in _steps(alert)]
    steps += [_by_another_channel(each) for each in deliveries if each.alert_id in names]
    steps += [
        Step(at=silence.at, text=_of_kind(silence.kind, silence.reason.text), evidence=silence.reason.evidence)
        for silence in silent
    ]
    outcome = min((_outcome(alert, now) for alert in own), key=_ORDER.index, default=_without_alert(silent))
    reason = _why_untold(outcome, own, silent)
    if outcome == "no_match" and others_told:
        reason = NOT_AMONG_THEM
    elif outcome == "no_match" and heard:
        turned_away = _turned_away(versions or [subscription], heard)
        outcome, reason = ("no_match", turned_away.text) if turned_away else ("unexplained", UNEXPLAINED)
        steps = [turned_away] if turned_away else []
    return Trail(
        subscription=subscription.id,
        name=title_of(subscription),
        person=person or subscription.person,
        outcome=outcome,
        steps=tuple(sorted(dict.fromkeys(steps), key=lambda step: step.at)),
        reason=reason,
    )


def _turned_away(versions: Sequence[Subscription], heard: Sequence[Heard]) -> Step | None:
    """Why nothing that was heard concerned the subscription as it was then; None when something did.

    Of several reasons the one about the closest thing is given: a match before the mere call, the latest first, and
    what the subscription does not ask for at all only where there is nothing else.
    """
    steps: list[tuple[bool, Step]] = []
    for each in sorted(heard, key=lambda one: (one.what == "matched", one.at), reverse=True):
        then = version_at(versions, each.judged_at)
        reason = MADE_LATER if then is None else why_untold(then, each)
        if reason is None:
            return None
        unasked = reason.code == "other_kind"
        if then is not None and unasked and "call_matched" in then.kinds:
            step = Step(at=each.at, text=NO_MATCH, evidence=f"/funding/calls/{each.call_id}")
        else:
            step = Step(at=each.at, text=reason.text, evidence=reason.evidence)
        steps.append((unasked, step))
    return min(steps, key=lambda one: one[0])[1]


def trail_of_asked(alert: Alert, now: datetime) -> Trail:
    """The trail of somebody who had to know without a subscription of their own, such as who was asked by another."""
    how = alert.asked.how if alert.asked else CONCERN
    return Trail(
        subscription=how,
        name=_HOW.get(how) or _RANKS.get(how) or _ASKED,
        person=alert.person,
        asked=True,
        outcome=_outcome(alert, now),
        steps=tuple(sorted(_steps(alert), key=lambda step: step.at)),
        reason=alert.withheld.text if alert.withheld is not None else None,
    )


def trail_of_unasked(silences: Sequence[Silence]) -> Trail:
    """The trail of somebody who would have had to know without a subscription, and was not told: `silences` say why."""
    steps = [
        Step(at=each.at, text=_of_kind(each.kind, each.reason.text), evidence=each.reason.evidence) for each in silences
    ]
    return Trail(
        subscription=CONCERN,
        name=_HOW[CONCERN],
        person=silences[-1].person,
        asked=True,
        outcome="silent",
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        reason=silences[-1].reason.text,
    )


CONCERN = "concerned"
_ASKED = LocalText(sl="vprašan", en="asked")
_HOW = {
    CONCERN: LocalText(sl="prijava na razpis ali predaja", en="an application for the call, or a hand-over"),
    "handed_over": LocalText(sl="predano", en="handed over"),
    "reminder": LocalText(sl="opomnik", en="reminder"),
}
_RANKS = {
    "deputy": LocalText(sl="namestnik", en="deputy"),
    "head": LocalText(sl="vodja oddelka", en="head of the department"),
    "director": LocalText(sl="vodstvo občine", en="director"),
}
_ORDER: tuple[Outcome, ...] = ("late", "failed", "unexplained", "on_its_way", "told", "withheld", "silent", "no_match")
NEEDS_A_LOOK: tuple[Outcome, ...] = ("late", "failed", "unexplained")


def _without_alert(silent: Sequence[Silence]) -> Outcome:
    return "silent" if silent else "no_match"


def _outcome(alert: Alert, now: datetime) -> Outcome:
    if alert.state in ("failed", "withheld"):
        return alert.state
    if alert.state == "delivered":
        return "told"
    waits_since = alert.not_before or alert.sending_since or alert.raised_at
    return "late" if waits_since + LATE < now else "on_its_way"


def _why_untold(outcome: Outcome, own: Sequence[Alert], silent: Sequence[Silence]) -> LocalText | None:
    if outcome == "no_match":
        return NO_MATCH
    if outcome == "silent":
        return silent[-1].reason.text
    withheld = [alert.withheld.text for alert in own if alert.withheld is not None]
    return withheld[-1] if outcome == "withheld" and withheld else None


def source_of(call: CallFacts) -> Step | None:
    """Where the trail begins: when the call was read from which source, or who brought it."""
    origin = call.origin
    if origin is None:
        return None
    if origin.by is None:
        text = LocalText(sl="razpis prebran iz vira", en="the call was read from its source")
        return Step(at=origin.read_at, text=text, evidence=origin.source)
    text = LocalText(sl="razpis je vnesla oseba", en="the call was entered by a person")
    return Step(at=origin.read_at, text=text, evidence=f"{origin.by} ({origin.source})")


def _steps(alert: Alert) -> Iterator[Step]:
    source = source_of(alert.call) if alert.call else None
    if source is not None:
        yield source
    elif alert.began_at is not None:
        read = LocalText(sl="razpis zabeležen", en="the call was recorded")
        yield Step(at=alert.began_at, text=read, evidence=alert.call.source if alert.call else alert.about_id)
    raised = LocalText(sl="obvestilo sproženo", en="alert raised")
    yield Step(at=alert.raised_at, text=_of_kind(alert.kind, raised), evidence=alert.alert_id)
    for decision in alert.decisions:
        by = f"{decision.by}: {decision.reason}" if decision.reason else decision.by
        yield Step(at=decision.at, text=_CHOICES[decision.choice], evidence=by)
    yield from _chased(alert)
    yield from _end(alert)


def _chased(alert: Alert) -> Iterator[Step]:
    """Who else was asked because nobody answered, and who was passed over."""
    if alert.asked is not None:
        yield Step(at=alert.asked.since, text=_HOW.get(alert.asked.how, _ASKED), evidence=alert.asked.by_name)
    for step in alert.chase.steps if alert.chase else ():
        rank = _RANKS[step.rank]
        who = step.name or step.person
        if step.passed_over is None:
            asked = LocalText(sl=f"brez odgovora; vprašan: {rank.sl}", en=f"no answer; asked: {rank.en}")
            yield Step(at=step.at, text=asked, evidence=who)
        else:
            over = step.passed_over.text
            text = LocalText(sl=f"preskočen: {rank.sl}; {over.sl}", en=f"passed over: {rank.en}; {over.en}")
            yield Step(at=step.at, text=text, evidence=who or step.passed_over.evidence)
    if alert.chase is not None and alert.chase.state == "unanswered":
        at = alert.chase.steps[-1].at if alert.chase.steps else alert.raised_at
        yield Step(at=at, text=LocalText(sl="vprašati ni nikogar več", en="nobody is left to ask"))


def _end(alert: Alert) -> Iterator[Step]:
    tries = LocalText(sl=f"poskusov: {alert.attempts}", en=f"attempts: {alert.attempts}")
    if alert.settled_at is None:
        at = alert.not_before or alert.sending_since
        if at is not None and alert.waits is not None and not alert.attempts:
            yield Step(at=at, text=alert.waits.text, evidence=alert.waits.evidence)
        if at is not None and alert.attempts:
            yield Step(at=at, text=_joined("naslednji poskus", "next attempt", tries), evidence=alert.refusal)
    elif alert.state == "delivered":
        yield Step(
            at=alert.settled_at,
            text=_joined("poštni strežnik je sporočilo prevzel", "the mail server took the mail", tries),
            evidence=alert.message_id,
        )
    elif alert.state == "failed":
        text = _joined("sporočilo ni bilo dostavljeno", "the mail was not delivered", tries)
        yield Step(at=alert.settled_at, text=text, evidence=alert.refusal)
    elif alert.withheld is not None:
        yield Step(at=alert.settled_at, text=alert.withheld.text, evidence=alert.withheld.evidence)


def _by_another_channel(delivery: Delivery) -> Step:
    at = delivery.settled_at or delivery.not_before or delivery.sending_since or delivery.raised_at
    if delivery.withheld is not None:
        return Step(at=at, text=delivery.withheld.text, evidence=delivery.channel)
    sl, en = _CHANNEL_STATES[delivery.state]
    tries = LocalText(sl=f"poskusov: {delivery.attempts}", en=f"attempts: {delivery.attempts}")
    text = _joined(f"{delivery.channel}: {sl}", f"{delivery.channel}: {en}", tries)
    return Step(at=at, text=text, evidence=delivery.refusal)


_CHANNEL_STATES = {
    "waiting": ("čaka", "waits"),
    "sending": ("se pošilja", "is being sent"),
    "deferred": ("naslednji poskus", "next attempt"),
    "delivered": ("sprejeto", "accepted"),
    "failed": ("ni bilo dostavljeno", "was not delivered"),
    "withheld": ("zadržano", "withheld"),
}


def _joined(sl: str, en: str, more: LocalText) -> LocalText:
    return LocalText(sl=f"{sl}, {more.sl}", en=f"{en}, {more.en}")


def _of_kind(kind: str, text: LocalText) -> LocalText:
    name = kind_of(kind).name
    return LocalText(sl=f"{name.sl}: {text.sl}", en=f"{name.en}: {text.en}")
