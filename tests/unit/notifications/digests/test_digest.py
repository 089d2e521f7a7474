from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.funding import CallFacts
from services.notifications.alerts import Alert, IllegalTransition
from services.notifications.digests.digest import LONGEST_RETRY, Digest, digest_id_for

OCCASION = datetime(2027, 2, 19, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def bare(name: str, now: datetime) -> Alert:
    call = CallFacts(call_id=name, title=name, source="ministry")
    return Alert(alert_id=name, person="mateja", subscriptions=("s",), call=call, raised_at=now, not_before=now)


@pytest.fixture
def digest() -> Digest:
    return Digest.closed("mateja", OCCASION, ("a", "b"), ("s",), OCCASION + MINUTE)


def test_a_person_and_an_occasion_make_one_id_on_any_clock():
    there = OCCASION.astimezone(ZoneInfo("America/New_York"))
    assert digest_id_for("mateja", OCCASION) == digest_id_for("mateja", there)
    others = {
        digest_id_for("mateja", OCCASION),
        digest_id_for("mateja", OCCASION + timedelta(days=1)),
        digest_id_for("bojan", OCCASION),
        digest_id_for("mateja,", OCCASION),
    }
    assert len(others) == 4


def test_what_was_not_taken_is_closed_again_under_the_same_id(digest):
    back = digest.refused("451 later", OCCASION + 2 * MINUTE, may_have_left=False)
    assert back.state == "put_back"
    again = back.closed_again(("a", "c"), ("s",), OCCASION + 3 * MINUTE)
    assert (again.digest_id, again.alerts, again.attempts) == (digest.digest_id, ("a", "c"), 2)
    with pytest.raises(IllegalTransition):
        back.repeated(OCCASION)


def test_what_may_have_left_stays_what_it_is(digest):
    doubtful = digest.refused("broke off", OCCASION + 2 * MINUTE, may_have_left=True)
    with pytest.raises(IllegalTransition):
        doubtful.closed_again(("c",), ("s",), OCCASION)
    again = doubtful.repeated(OCCASION + 3 * MINUTE)
    assert (again.digest_id, again.alerts) == (digest.digest_id, digest.alerts)
    assert again.refused("451 later", OCCASION, may_have_left=False).state == "doubtful"


def test_it_is_tried_until_the_server_answers_for_good(digest):
    for _ in range(40):
        digest = digest.refused("451 later", OCCASION, may_have_left=False).closed_again(("a",), ("s",), OCCASION)
    assert digest.state == "sending"
    assert digest.pause == LONGEST_RETRY
    assert digest.failed("550 no", OCCASION).settled_at == OCCASION
    delivered = digest.delivered("<m@x>", OCCASION)
    with pytest.raises(IllegalTransition):
        delivered.refused("late", OCCASION, may_have_left=True)


def test_an_alert_given_back_by_a_digest_may_join_the_next_and_keeps_its_state():
    alert = bare("a", OCCASION)
    held = alert.sending_in("d1", OCCASION)
    assert held.state == "sending"
    back = held.put_back("451 later", OCCASION + MINUTE, OCCASION)
    assert (back.state, back.due(OCCASION), back.due(OCCASION + MINUTE)) == ("deferred", False, True)
    assert not back.on_its_own
    assert back.takes_fits
    assert alert.sending(OCCASION).refused("451", OCCASION, permanent=False).on_its_own
    decided = back.decide("apply", by="mateja", now=OCCASION)
    assert decided.state == "withheld", "decided before the digest left"
