from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.funding import Origin
from services.notifications.audit.trail import LATE, NO_MATCH, trail_of
from services.notifications.channels.delivery import Delivery, Outcome
from services.notifications.judging import judge
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.heard import MADE_LATER, Heard

SECOND = timedelta(seconds=1)


@pytest.fixture
def alert(match, subscription, officer, now):
    return judge(subscription, officer, match(), None, now).because_of(now - SECOND, None)


def test_a_delivered_alert_is_told_from_the_source_to_the_mailbox(alert, subscription, now):
    gone = alert.sending(now + SECOND).delivered("<m@x.example>", now + 2 * SECOND)
    decided = gone.decide("hand_over", by="mateja", now=now + 9 * SECOND, reason="Tadej")
    trail = trail_of(subscription, [decided], [], now)
    assert (trail.outcome, trail.reason) == ("told", None)
    assert [step.evidence for step in trail.steps] == ["ministry", alert.alert_id, "<m@x.example>", "mateja: Tadej"]
    assert [step.at for step in trail.steps] == sorted(step.at for step in trail.steps)


@pytest.mark.parametrize(("waited", "outcome"), [(LATE, "on_its_way"), (LATE + SECOND, "late")])
def test_an_alert_that_waits_too_long_wants_a_look(alert, subscription, waited, outcome):
    assert trail_of(subscription, [alert], [], alert.not_before + waited).outcome == outcome


def test_what_failed_hides_behind_nothing_that_was_delivered(alert, subscription, now):
    told = alert.sending(now + SECOND).delivered("<m@x.example>", now + SECOND)
    failed = alert.sending(now + SECOND).refused("550 no such user", now + SECOND, permanent=True)
    trail = trail_of(subscription, [told, failed], [], now)
    assert trail.outcome == "failed"
    assert "550 no such user" in {step.evidence for step in trail.steps}


def test_a_silence_and_nothing_at_all_have_their_reasons(match, subscription, officer, now):
    silence = judge(subscription.model_copy(update={"min_score": 99}), officer, match(), None, now)
    silent = trail_of(subscription, [], [silence], now)
    assert (silent.outcome, silent.reason) == ("silent", silence.reason.text)
    assert silent.steps[0].evidence == "70 < 99"
    other = Subscription(id="other", person=officer.id)
    nothing = trail_of(other, [], [silence], now)
    assert (nothing.outcome, nothing.reason, nothing.steps) == ("no_match", NO_MATCH, ())


def test_what_went_by_another_channel_is_a_step_of_the_way(alert, subscription, now):
    delivery = Delivery(
        delivery_id="d", alert_id=alert.alert_id, person=alert.person, channel="push", route="r",
        raised_at=now, not_before=now,
    )  # fmt: skip
    pushed = delivery.sending(now).settled(Outcome(ok=False, words="410", over=True), now)
    foreign = delivery.model_copy(update={"alert_id": "another"})
    trail = trail_of(subscription, [alert], [], now, [pushed, foreign])
    (step,) = [each for each in trail.steps if each.text.en.startswith("push:")]
    assert (step.text.en, step.evidence) == ("push: was not delivered, attempts: 1", "410")


def test_the_trail_begins_at_the_source(alert, subscription, now):
    def first(by):
        origin = Origin(source="gov-si", read_at=now - SECOND, by=by)
        known = alert.about(alert.told_call.model_copy(update={"origin": origin}))
        return trail_of(subscription, [known], [], now).steps[0]

    assert (first(None).text.en, first(None).evidence) == ("the call was read from its source", "gov-si")
    assert first("maja").evidence == "maja (gov-si)"


def test_what_a_filter_turned_away_is_told_as_the_search_then_was(match, subscription, now):
    event = match()
    heard = Heard(
        heard_id="h", call_id=event.call.call_id, what="matched", at=now, judged_at=now, call=event.call, match=event
    )
    strict = subscription.model_copy(update={"min_score": 99, "changed_at": now - SECOND})
    looser = subscription.model_copy(update={"changed_at": now + SECOND})
    trail = trail_of(looser, [], [], now, heard=[heard], versions=[strict, looser])
    assert (trail.outcome, trail.steps[0].evidence) == ("no_match", "70 < 99")
    assert trail_of(looser, [], [], now, heard=[heard], versions=[looser]).reason == MADE_LATER.text
    wanted = looser.model_copy(update={"changed_at": now - SECOND})
    assert trail_of(wanted, [], [], now, heard=[heard], versions=[wanted]).outcome == "unexplained"
    unmatched = heard.model_copy(update={"what": "published", "match": None})
    step = trail_of(wanted, [], [], now, heard=[unmatched], versions=[wanted]).steps[0]
    assert (step.text, step.evidence) == (NO_MATCH, "/funding/calls/ministry-2027-4"), (
        "funding knows why it fits nothing"
    )
