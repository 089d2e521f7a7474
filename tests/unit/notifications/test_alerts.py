from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.notifications import AlertAcknowledgedV1, AlertDeliveredV1, AlertFailedV1
from contracts.values import LocalText, Reason
from services.notifications.alerts import RETRY_AFTER, Alert, IllegalTransition
from services.notifications.catching_up import held_up, is_late
from services.notifications.channels.weather import Weather
from services.notifications.judging import gathering_time, judge

SECOND = timedelta(seconds=1)
LEFT = Reason(code="unsubscribed", text=LocalText(sl="Odjava.", en="Unsubscribed."))


@pytest.fixture
def alert(match, subscription, officer, now) -> Alert:
    return judge(subscription, officer, match(), None, now, gather=SECOND)


@pytest.fixture
def in_state(alert, now):
    at = now + SECOND
    sending = alert.sending(at)
    return {
        "gathering": alert,
        "sending": sending,
        "deferred": sending.refused("451 later", at, permanent=False),
        "delivered": sending.delivered("<m@x>", at),
        "failed": sending.refused("550 no", at, permanent=True),
        "withheld": alert.withhold(LEFT, at),
    }


STEPS = {
    "sending": lambda alert, at: alert.sending(at),
    "delivered": lambda alert, at: alert.delivered("<m@x>", at),
    "refused": lambda alert, at: alert.refused("no", at, permanent=True),
    "lapsed": lambda alert, at: alert.lapsed(at, SECOND),
    "withhold": lambda alert, at: alert.withhold(LEFT, at),
}
ALLOWED = {
    "gathering": {"sending", "withhold"},
    "sending": {"delivered", "refused", "lapsed"},
    "deferred": {"sending", "withhold"},
    "delivered": set(),
    "failed": set(),
    "withheld": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
def test_only_the_drawn_transitions_are_possible(in_state, now, state, step):
    much_later = now + timedelta(days=9)
    assert in_state[state].state == state
    if step in ALLOWED[state]:
        assert STEPS[step](in_state[state], much_later).state != state
    else:
        with pytest.raises(IllegalTransition, match=state):
            STEPS[step](in_state[state], much_later)


def test_it_is_not_sent_before_it_has_gathered(alert, now):
    assert not alert.due(now)
    with pytest.raises(IllegalTransition, match="before"):
        alert.sending(now)
    assert alert.due(now + SECOND)


def test_a_delivery_is_said_once(in_state):
    [event] = in_state["delivered"].events[1:]
    assert isinstance(event, AlertDeliveredV1)
    assert (event.message_id, event.channel) == ("<m@x>", "email")


def test_refused_for_good_is_said_with_its_reason(in_state):
    [event] = in_state["failed"].events[1:]
    assert isinstance(event, AlertFailedV1)
    assert (event.reason, event.attempts) == ("550 no", 1)


def test_it_is_tried_again_ever_more_rarely_and_then_fails(alert, now):
    waits = []
    at = alert.not_before
    while alert.state != "failed":
        alert = alert.sending(at).refused("451 later", at, permanent=False)
        if alert.state == "deferred":
            waits.append(alert.not_before - at)
            at = alert.not_before
    assert tuple(waits) == RETRY_AFTER
    assert waits == sorted(waits)
    assert alert.attempts == len(RETRY_AFTER) + 1
    assert alert.events[-1].attempts == alert.attempts


def test_a_dead_senders_alert_is_freed_after_its_lease_and_marked_as_maybe_sent(in_state, now):
    sending = in_state["sending"]
    with pytest.raises(IllegalTransition, match="held"):
        sending.lapsed(now + 2 * SECOND, timedelta(minutes=1))
    freed = sending.lapsed(now + timedelta(minutes=2), timedelta(minutes=1))
    assert (freed.state, freed.may_have_left) == ("deferred", True)


def test_doubt_whether_it_left_does_not_go_away(in_state, now):
    freed = in_state["sending"].lapsed(now + timedelta(minutes=2), SECOND)
    again = freed.sending(freed.not_before).refused("451 later", freed.not_before, permanent=False)
    assert again.may_have_left


def test_a_decision_is_said_and_kept(in_state, now):
    decided = in_state["delivered"].decide("apply", by="mateja", now=now)
    event = decided.events[-1]
    assert isinstance(event, AlertAcknowledgedV1)
    assert (event.decision, event.person, event.activity_id) == ("apply", "mateja", "activity-3.1.2")
    assert decided.state == "delivered"


@pytest.mark.parametrize("choice", ["not_for_us", "hand_over"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_declining_and_handing_over_ask_for_a_reason(in_state, now, choice, reason):
    with pytest.raises(IllegalTransition, match="reason"):
        in_state["delivered"].decide(choice, by="mateja", now=now, reason=reason)


def test_repeating_a_decision_or_looking_again_changes_nothing(in_state, now):
    decided = in_state["delivered"].decide("apply", by="mateja", now=now)
    assert decided.decide("apply", by="mateja", now=now + SECOND) is decided
    assert decided.decide("seen", by="mateja", now=now + SECOND) is decided


def test_another_decision_replaces_the_first_and_both_are_kept(in_state, now):
    decided = in_state["delivered"].decide("seen", by="mateja", now=now)
    decided = decided.decide("apply", by="mateja", now=now)
    decided = decided.decide("not_for_us", by="tadej", now=now + SECOND, reason="No own share")
    assert [decision.choice for decision in decided.decisions] == ["seen", "apply", "not_for_us"]
    assert (decided.decision.by, decided.decision.reason) == ("tadej", "No own share")


@pytest.mark.parametrize("state", ["gathering", "deferred"])
def test_what_is_decided_before_the_mail_needs_no_mail(in_state, now, state):
    decided = in_state[state].decide("apply", by="mateja", now=now)
    assert (decided.state, decided.withheld.code) == ("withheld", "decided_before_mail")


@pytest.mark.parametrize("state", ["gathering", "deferred"])
def test_having_merely_seen_it_does_not_stop_the_mail(in_state, now, state):
    assert in_state[state].decide("seen", by="mateja", now=now).state == state


@pytest.mark.parametrize("state", ALLOWED)
def test_it_survives_being_stored(in_state, state):
    alert = in_state[state]
    stored = alert.model_dump()
    assert "events" not in stored
    assert Alert.model_validate(stored) == alert.model_copy(update={"events": []})
    assert Alert.model_validate_json(alert.model_dump_json()) == alert.model_copy(update={"events": []})


def test_an_alert_leaves_with_the_last_of_the_activities_that_were_found_together(match, subscription, officer, now):
    first = judge(subscription, officer, match(), None, now, gather=gathering_time(match(more=1)))
    assert not first.due(now + SECOND), "one more is on its way"
    assert first.complete(now + SECOND).due(now + SECOND)
    assert not judge(subscription, officer, match(), None, now, gather=gathering_time(match(more=None))).due(now)
    assert judge(subscription, officer, match(), None, now, gather=gathering_time(match(more=0))).due(now)


def test_what_is_under_way_is_not_completed_again(in_state, now):
    for state in ("sending", "deferred", "delivered", "failed", "withheld"):
        assert in_state[state].complete(now + SECOND) is in_state[state]


def test_a_mail_server_that_is_away_uses_up_no_retry(alert, now):
    at = now + SECOND
    for _ in range(10 * len(RETRY_AFTER)):
        alert = alert.sending(at).refused("connection refused", at, permanent=False, ours=True)
        assert alert.not_before - at <= timedelta(minutes=5)
        at = alert.not_before
    assert alert.state == "deferred"
    greylisted = alert.sending(at).refused("451 later", at, permanent=False)
    assert greylisted.not_before - at == RETRY_AFTER[0]


def test_a_server_that_is_away_is_asked_less_and_less_often():
    weather, moment, waits = Weather(), 100.0, []
    for _ in range(9):
        weather.worse(moment)
        weather.worse(moment)
        waits.append(weather.wait(moment))
        moment += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    weather.better()
    assert (weather.bad, weather.wait(moment)) == (False, 0)


def test_what_was_raised_late_waits_until_all_is_heard(alert, now):
    late = alert.because_of(now - timedelta(hours=3), None)
    assert is_late(late, now)
    assert not is_late(late, now + timedelta(minutes=10)), "not for ever"
    assert not is_late(alert.because_of(now - SECOND, None), now)
    assert held_up(late, now), "and leaves with what else piled up"
    assert held_up(alert, now + timedelta(minutes=2)) and not held_up(alert, now + SECOND)
    assert not is_late(late.sending(now + SECOND), now + SECOND), "nor what was tried"
