"""The checker itself: one thing taken away, doubled or changed in a right outcome is found, each by its own check."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.chaos.checker import findings
from tests.chaos.evidence import SERVICES, Evidence, Hearer, Letter, Said

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PERSON, CALL, NEED = "officer@idrija.example", "call-1", "plan:2.1.1"


def event(number: int, what: str, entity: str, sequence: int = 1, **data: Any) -> Said:
    service, _, name = what.partition(" ")
    kind = f"cinnabar.{service}.{name}.v1"
    subject = kind.replace("cinnabar.", "cinnabar.idrija.", 1)
    return Said(service.upper(), number, subject, f"event-{number}", kind, entity, sequence, data)


def right() -> Evidence:
    """One command of each kind, and everything it causes."""
    said = [
        event(1, "funding call.published", CALL, call_id=CALL),
        event(2, "funding call.matched", "match-1", call={"call_id": CALL}, activity_id=NEED, action_number="2.1"),
        event(3, "funding commitment.made", "c-1"),
        event(4, "actions activity.status_changed", NEED, 2, after="completed"),
        event(5, "sensors readings.recorded", "air--pm10", readings=[{"time": NOON.isoformat(), "value": 1}]),
        event(6, "notifications alert.raised", "alert-1"),
        event(7, "notifications alert.delivered", "alert-1", 3),
    ]
    stores: dict[str, dict[str, list[dict[str, Any]]]] = {service: {} for service in SERVICES}
    for each in said:
        rows = stores[each.stream.lower()].setdefault("outbox", [])
        rows.append({"_id": each.id, "state": "sent"})
    stores["funding"] |= {
        "calls": [{"_id": CALL, "title": "Razpis"}],
        "matches": [
            {"_id": "match-1", "call_id": CALL, "activity_id": NEED, "fits": True, "open_cost": {"amount": "90.00"}}
        ],
        "verdicts": [{"_id": CALL}],
        "commitments": [{"_id": "c-1", "amount": {"amount": "10.00"}}],
    }
    stores["actions"]["needs"] = [
        {
            "_id": NEED,
            "stage": "completed",
            "estimated": {"amount": "100.00"},
            "commitments": {"c-1": {"amount": "10.00"}},
        }
    ]
    stores["sensors"] |= {
        "readings": [{"_id": {"s": "air--pm10", "t": NOON}}],
        "series": [{"_id": "air--pm10", "count": 1}],
    }
    alert = {"_id": "alert-1", "person": PERSON, "call": {"call_id": CALL}, "state": "delivered", "refusal": None}
    alert["message_id"] = "m-1"
    stores["notifications"] |= {
        "alerts": [{**alert, "fits": [{"activity_id": NEED}]}],
        "inbox": [{"_id": "raise_alerts:event-2"}],
    }
    stores["reporting"] |= {
        "calls": [{"_id": CALL, "published": {}}],
        "matches": [{"_id": "match-1", "match": {"sequence": 1}}],
        "alerts": [{"_id": "alert-1", "delivered": {}}],
        "series": [{"_id": "air--pm10", "latest": {"time": NOON}}],
        "commitments": [{"_id": "c-1", "commitment": {"amount": {"amount": "10.00"}}}],
        "activities": [{"_id": NEED, "stage": {"stage": "completed"}}],
    }
    accepted: dict[str, list[dict[str, Any]]] = {
        "subscription": [{"id": "s-1", "person": PERSON}],
        "call": [{"id": CALL, "title": "Razpis"}],
        "reading": [{"series": "air--pm10", "time": NOON.isoformat(), "value": 1}],
        "stage": [{"activity": NEED, "stage": "completed", "version": 2}],
        "commitment": [{"id": "c-1", "activity": NEED, "amount": "10.00"}],
    }
    hearer = Hearer("notifications", "raise_alerts", "FUNDING", "cinnabar.idrija.funding.call.matched.*", 0)
    return Evidence(accepted, stores, said, [hearer], [], [Letter("m-1", PERSON, "Nov Razpis")])


def without(service: str, collection: str) -> Callable[[Evidence], None]:
    return lambda evidence: evidence.stores[service][collection].clear()


def doubled(service: str, collection: str, **changed: Any) -> Callable[[Evidence], None]:
    def double(evidence: Evidence) -> None:
        documents = evidence.stores[service][collection]
        documents.append({**deepcopy(documents[0]), **changed})

    return double


def unsaid(what: str) -> Callable[[Evidence], None]:
    def lose(evidence: Evidence) -> None:
        evidence.said[:] = [each for each in evidence.said if each.what != what]

    return lose


def said_again(what: str) -> Callable[[Evidence], None]:
    """Another event with an id of its own says the same, and its outbox knows it."""

    def again(evidence: Evidence) -> None:
        told = next(each for each in evidence.said if each.what == what)
        evidence.said.append(replace(told, id="event-99"))
        evidence.stores[told.stream.lower()]["outbox"].append({"_id": "event-99", "state": "sent"})

    return again


WRONGS: dict[str, Callable[[Evidence], None]] = {
    "call.published: call-1 is missing": unsaid("call.published"),
    "call stored: Razpis is there 2 times": doubled("funding", "calls", _id="call-2"),
    "call.published: call-1 is there 2 times": said_again("call.published"),
    "call in reporting: call-1 is missing": without("reporting", "calls"),
    "call judged: call-1 is missing": without("funding", "verdicts"),
    "fit: ('call-2', 'plan:2.1.1') is missing": lambda evidence: evidence.accepted["call"].append(
        {"id": "call-2", "title": "Razpis (št. 2)"}
    ),
    "fit: ('call-1', 'plan:2.1.1') is there 2 times": doubled("funding", "matches", _id="match-2"),
    "match in reporting: match-1 is missing": without("reporting", "matches"),
    "is open, not 90.00": lambda evidence: evidence.stores["funding"]["matches"][0].update(
        open_cost={"amount": "100.00"}
    ),
    "alert: ('officer@idrija.example', 'call-1') is missing": without("notifications", "alerts"),
    "alert: ('officer@idrija.example', 'call-1') is there 2 times": doubled("notifications", "alerts", _id="alert-2"),
    "alert alert-1 is sending": lambda evidence: evidence.stores["notifications"]["alerts"][0].update(state="sending"),
    "does not speak of every fit": lambda evidence: evidence.stores["notifications"]["alerts"][0]["fits"].clear(),
    "mail: ('officer@idrija.example', 'call-1') is missing": lambda evidence: evidence.mails.clear(),
    "mail m-2 to officer@idrija.example tells of [('officer@idrija.example', 'call-1')], its alerts are []": (
        lambda evidence: evidence.mails.append(replace(evidence.mails[0], message_id="m-2"))
    ),
    "mail m-1 to officer@idrija.example tells of []": lambda evidence: evidence.mails.__setitem__(
        0, Letter("m-1", PERSON, "Nov")
    ),
    "mail m-1 to ana@idrija.example tells of [('ana@idrija.example', 'call-1')]": (
        lambda evidence: evidence.mails.__setitem__(0, Letter("m-1", "ana@idrija.example", "Nov Razpis"))
    ),
    "1 mails went twice": lambda evidence: evidence.mails.append(evidence.mails[0]),
    "reading stored": without("sensors", "readings"),
    "reading said": said_again("readings.recorded"),
    "count of series: air--pm10 is 2, not 1": lambda evidence: evidence.stores["sensors"]["series"][0].update(count=2),
    "newest reading in reporting: air--pm10 is missing": without("reporting", "series"),
    "commitment in funding: c-2 was never accepted": doubled("funding", "commitments", _id="c-2"),
    "commitment in actions: c-1 is missing": lambda evidence: evidence.stores["actions"]["needs"][0][
        "commitments"
    ].clear(),
    "commitment in reporting: c-1 is missing": without("reporting", "commitments"),
    "stage in actions": lambda evidence: evidence.stores["actions"]["needs"][0].update(stage="on_hold"),
    "stage in reporting": lambda evidence: evidence.stores["reporting"]["activities"][0].update(
        stage={"stage": "on_hold"}
    ),
    "number of stage changes": said_again("activity.status_changed"),
    "rows of the outbox of sensors were not marked": lambda evidence: evidence.stores["sensors"]["outbox"][0].update(
        state="claimed"
    ),
    "event of sensors in its stream: event-5 is missing": unsaid("readings.recorded"),
    "under 2 ids": said_again("alert.raised"),
    "a stream holds event event-1 2 times": lambda evidence: evidence.said.append(evidence.said[0]),
    "did not take in 1 events": without("notifications", "inbox"),
    "still has 3 messages before it": lambda evidence: evidence.hearers.append(replace(evidence.hearers[0], waiting=3)),
    "dead letter: x": lambda evidence: evidence.dead_letters.append("x"),
}


def test_a_right_outcome_has_no_findings() -> None:
    assert findings(right()) == []


@pytest.mark.parametrize("finding", WRONGS)
def test_what_is_wrong_is_found(finding: str) -> None:
    evidence = right()
    WRONGS[finding](evidence)
    assert any(finding in found for found in findings(evidence)), findings(evidence)


def test_doubles_pass_only_where_they_are_allowed() -> None:
    evidence = right()
    evidence.said.append(evidence.said[0])
    evidence.mails.append(evidence.mails[0])
    assert len(findings(evidence)) == 2
    assert findings(evidence, repeats_allowed=True, double_mails_allowed=1) == []


def test_a_message_after_an_outage_gathers_alerts_and_shows_ten_of_them() -> None:
    evidence = right()
    for number in range(2, 13):
        evidence.accepted["call"].append({"id": f"call-{number}", "title": f"Razpis (št. {number})"})
        gathered = deepcopy(evidence.stores["notifications"]["alerts"][0]) | {"call": {"call_id": f"call-{number}"}}
        evidence.stores["notifications"]["alerts"].append(gathered)
    shown = " ".join(f"Razpis (št. {number})" for number in range(2, 11))
    evidence.mails[:] = [Letter("m-1", PERSON, shown)]
    assert not [found for found in findings(evidence) if found.startswith("mail m-1")]
    evidence.mails[:] = [Letter("m-1", PERSON, shown.removesuffix("Razpis (št. 10)"))]
    assert [found for found in findings(evidence) if found.startswith("mail m-1")]
