from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from contracts.notifications import AlertRaisedV1
from contracts.values import Money
from services.notifications.alerts import Alert
from services.notifications.identity import alert_id_for, call_version
from services.notifications.judging import Silence, judge
from services.notifications.subscriptions import Subscription

SECOND = timedelta(seconds=1)


def delivered(alert, now):
    return alert.sending(now + SECOND).delivered("<m@obcina.example>", now + SECOND)


def test_the_first_match_raises_one_alert_that_waits_for_others(match, subscription, officer, now):
    alert = judge(subscription, officer, match(), None, now, gather=SECOND)
    assert isinstance(alert, Alert)
    assert (alert.state, alert.not_before) == ("gathering", now + SECOND)
    [raised] = alert.events
    assert isinstance(raised, AlertRaisedV1)
    assert (raised.alert_id, raised.person, raised.activity_number) == (alert.alert_id, "mateja", "3.1.2")


def test_three_matches_of_one_call_make_one_alert_best_first(match, subscription, officer, now):
    alert = None
    for number, score in (("2.1.10", 70), ("3.1.2", 90), ("2.1.9", 70)):
        alert = judge(subscription, officer, match(number, score=score), alert, now)
    assert [fit.activity_number for fit in alert.mailed_fits] == ["3.1.2", "2.1.9", "2.1.10"]
    assert len(alert.events) == 1


@pytest.mark.parametrize("order", [("3.1.2", "4.1.1"), ("4.1.1", "3.1.2")])
def test_the_same_alert_has_the_same_id_whichever_match_comes_first(match, subscription, officer, now, order):
    first = judge(subscription, officer, match(order[0]), None, now)
    later = judge(subscription, officer, match(order[1]), None, now + SECOND)
    assert first.alert_id == later.alert_id == alert_id_for("call_matched", "mateja", match().call)


def test_the_same_match_again_is_silence_with_a_reason(match, subscription, officer, now):
    alert = judge(subscription, officer, match(), None, now)
    again = judge(subscription, officer, match(), alert, now)
    assert isinstance(again, Silence)
    assert again.reason.code == "already_told"
    assert again.silence_id == judge(subscription, officer, match(), alert, now + SECOND).silence_id


def test_a_match_after_the_mail_is_kept_on_the_alert_without_a_second_mail(match, subscription, officer, now):
    told = delivered(judge(subscription, officer, match(), None, now), now)
    later = judge(subscription, officer, match("4.1.1"), told, now + 9 * SECOND)
    assert later.state == "delivered"
    assert [fit.activity_number for fit in later.mailed_fits] == ["3.1.2"]
    assert later.fits[1].unmailed.code == "mail_already_sent"
    assert later.events == told.events


def test_a_match_while_the_mail_is_being_sent_is_not_said_to_be_in_it(match, subscription, officer, now):
    sending = judge(subscription, officer, match(), None, now).sending(now + SECOND)
    assert judge(subscription, officer, match("4.1.1"), sending, now + SECOND).fits[1].unmailed is not None


def test_a_match_while_the_mail_is_put_off_still_comes_into_it(match, subscription, officer, now):
    waiting = judge(subscription, officer, match(), None, now).sending(now + SECOND)
    waiting = waiting.refused("451 later", now + SECOND, permanent=False)
    assert len(judge(subscription, officer, match("4.1.1"), waiting, now + SECOND).mailed_fits) == 2


def test_a_mail_that_may_have_left_is_repeated_unchanged(match, subscription, officer, now):
    unsure = judge(subscription, officer, match(), None, now).sending(now + SECOND)
    unsure = unsure.refused("connection lost", now + SECOND, permanent=False, may_have_left=True)
    assert len(judge(subscription, officer, match("4.1.1"), unsure, now + SECOND).mailed_fits) == 1


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (
            lambda alert, at: delivered(alert, at).decide("not_for_us", by="m", now=at, reason="No match"),
            "already_decided",
        ),
        (lambda alert, at: alert.decide("apply", by="m", now=at), "already_decided"),
        (lambda alert, at: alert.sending(at + SECOND).refused("550 no", at, permanent=True), "mail_failed"),
    ],
)
def test_a_late_match_bears_the_reason_that_holds(match, subscription, officer, now, step, code):
    settled = step(judge(subscription, officer, match(), None, now), now)
    assert judge(subscription, officer, match("4.1.1"), settled, now + SECOND).fits[1].unmailed.code == code


def test_two_subscriptions_of_one_person_share_the_alert(match, subscription, officer, now):
    other = Subscription(id="data", person=officer.id, actions=("3.1",))
    alert = judge(subscription, officer, match(), None, now)
    both = judge(other, officer, match(), alert, now)
    assert both.subscriptions == ("all-calls", "data")
    assert len(both.fits) == 1
    assert isinstance(judge(other, officer, match(), both, now), Silence)


def test_two_people_have_two_alerts(match, subscription, officer, now):
    deputy = officer.model_copy(update={"id": "tadej"})
    theirs = judge(Subscription(id="t", person="tadej"), deputy, match(), None, now)
    assert theirs.alert_id != judge(subscription, officer, match(), None, now).alert_id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "withdrawn"}, "call_not_open"),
        ({"status": "closed"}, "call_not_open"),
        ({"deadline": "now"}, "deadline_passed"),
    ],
)
def test_a_call_nobody_can_apply_to_is_not_told(match, call, subscription, officer, now, changes, code):
    changes = {name: now if value == "now" else value for name, value in changes.items()}
    silence = judge(subscription, officer, match(call=call.model_copy(update=changes)), None, now)
    assert silence.reason.code == code


def test_somebody_who_left_is_not_told(match, subscription, officer, now):
    gone = officer.model_copy(update={"active": False})
    assert judge(subscription, gone, match(), None, now).reason.code == "person_left"


def test_silences_of_different_reasons_are_kept_apart(match, subscription, officer, now):
    off = judge(subscription.model_copy(update={"enabled": False}), officer, match(), None, now)
    low = judge(subscription.model_copy(update={"min_score": 99}), officer, match(), None, now)
    assert off.silence_id != low.silence_id


@pytest.mark.parametrize(
    "change",
    [
        {"status": "forecast"},
        {"deadline": None},
        {"co_financing_rate": Decimal("0.8")},
        {"max_amount": None},
        {"max_amount": Money(amount=Decimal(150_000), currency="CHF")},
        {"min_amount": Money(amount=Decimal(1))},
        {"eligible_applicants": ["občina"]},
        {"territory": "SI043"},
    ],
)
def test_a_material_change_makes_it_another_version(call, change):
    assert call_version(call.model_copy(update=change)) != call_version(call)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"summary": "More words"},
        {"co_financing_rate": Decimal("0.850")},
        {"max_amount": Money(amount=Decimal("150000.00"), phrase="150 tisoč EUR")},
    ],
)
def test_other_words_for_the_same_facts_do_not(call, change):
    assert call_version(call.model_copy(update=change)) == call_version(call)


def test_the_same_deadline_in_another_zone_is_the_same_version(call, officer):
    local = call.deadline.astimezone(officer.clock)
    assert call_version(call.model_copy(update={"deadline": local})) == call_version(call)


def test_somebody_elses_subscription_or_alert_is_refused(match, call, subscription, officer, now):
    with pytest.raises(ValueError, match="subscription"):
        judge(subscription.model_copy(update={"person": "tadej"}), officer, match(), None, now)
    other_call = match(call=call.model_copy(update={"call_id": "another"}))
    with pytest.raises(ValueError, match="previous"):
        judge(subscription, officer, match(), judge(subscription, officer, other_call, None, now), now)
