"""A delivery has a mail's states; a route takes what it is for, and ends when the other side is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apprise.manager_plugins import NotificationManager

from contracts.notifications import AlertDeliveredV1, AlertFailedV1
from kit.egress import NOWHERE
from services.notifications.alerts import RETRY_AFTER, IllegalTransition
from services.notifications.channels.apprise import SERVICES, NotUsable, notify, service_of
from services.notifications.channels.delivery import Delivery, Outcome
from services.notifications.channels.message import Message
from services.notifications.channels.route import Route

NOW = datetime(2027, 2, 1, 8, tzinfo=UTC)


@pytest.fixture
def waiting() -> Delivery:
    return Delivery(
        delivery_id="d", alert_id="a", person="ana", channel="push", route="r", raised_at=NOW, not_before=NOW
    )


def test_what_is_accepted_is_said_once(waiting: Delivery) -> None:
    done = waiting.sending(NOW).settled(Outcome(ok=True), NOW)
    assert (done.state, [type(event) for event in done.events]) == ("delivered", [AlertDeliveredV1])
    with pytest.raises(IllegalTransition):
        done.sending(NOW)


def test_a_refusal_is_tried_again_later_if_asked_so_and_not_for_ever(waiting: Delivery) -> None:
    asked = NOW + timedelta(hours=2)
    put_off = waiting.sending(NOW).settled(Outcome(ok=False, words="busy", again_at=asked), NOW)
    assert (put_off.state, put_off.not_before, put_off.refusal) == ("deferred", asked, "busy")
    last = put_off
    while last.state == "deferred" and last.not_before:
        last = last.sending(last.not_before).settled(Outcome(ok=False, words="busy"), last.not_before)
    assert (last.state, last.attempts) == ("failed", len(RETRY_AFTER) + 1)
    assert [type(event) for event in last.events] == [AlertFailedV1]


def test_a_sender_that_died_keeps_it_no_longer_than_its_lease(waiting: Delivery) -> None:
    held = waiting.sending(NOW)
    with pytest.raises(IllegalTransition):
        held.lapsed(NOW, timedelta(minutes=2))
    assert held.lapsed(NOW + timedelta(minutes=2), timedelta(minutes=2)).state == "deferred"


def test_what_is_mandatory_goes_every_way() -> None:
    route = Route(
        route_id="r",
        person="ana",
        channel="push",
        name="Firefox",
        sealed=b"",
        wants="urgent",
        made_by="ana",
        made_at=NOW,
    )
    assert not route.takes(urgent=False, mandatory=False)
    assert route.takes(urgent=True, mandatory=False)
    assert route.takes(urgent=False, mandatory=True)
    gone = route.after(Outcome(ok=False, over=True, words="410"), NOW)
    assert gone.ended is not None
    assert not gone.takes(urgent=True, mandatory=True)


@pytest.mark.parametrize("url", ["", "slack://", "exec://rm", "file:///etc/passwd", "mailto://a:b@c.si", "json://a b"])
def test_what_is_no_service_is_refused_with_a_mend(url: str) -> None:
    with pytest.raises(NotUsable) as refused:
        service_of(url)
    assert refused.value.mend


def test_every_service_offered_is_one_that_apprise_has() -> None:
    manager = NotificationManager()  # type: ignore[no-untyped-call]
    assert [schema for schema in SERVICES if schema not in manager] == []


async def test_no_service_leads_inside_and_no_secret_stands_in_the_words() -> None:
    message = Message("Naslov", "Besedilo", "https://c.example/", "tag")
    for host in ("127.0.0.1", "localhost", "169.254.169.254", "[::1]"):
        outcome = await notify(f"json://{host}:9/geslo-geslo", message, NOWHERE)
        assert (outcome.ok, outcome.permanent) == (False, True)
        assert outcome.words.startswith(f"{host.strip('[]')} leads inside the own network")
        assert "geslo-geslo" not in outcome.words
