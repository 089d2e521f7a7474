"""A call, the activities it fits, and the officer who wants to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.funding import CallFacts, CallMatchedV1
from contracts.values import LocalText, Money, Reason
from services.notifications.mail import Links
from services.notifications.people.person import Person
from services.notifications.subscriptions import Subscription

Match = Callable[..., CallMatchedV1]


@pytest.fixture
def now() -> datetime:
    return datetime(2027, 2, 19, 8, 0, tzinfo=UTC)


@pytest.fixture
def call() -> CallFacts:
    return CallFacts(
        call_id="ministry-2027-4",
        title="Digitalne inovacije v manjših občinah",
        status="open",
        funder="Ministrstvo za digitalno preobrazbo",
        deadline=datetime(2027, 3, 31, 10, 0, tzinfo=UTC),
        co_financing_rate=Decimal("0.85"),
        max_amount=Money(amount=Decimal(150_000)),
        url="https://razpisi.example/digitalne-inovacije",
        source="ministry",
    )


@pytest.fixture
def match(call: CallFacts) -> Match:
    def of_activity(number: str = "3.1.2", **changes: Any) -> CallMatchedV1:
        facts: dict[str, Any] = {
            "match_id": f"match-{number}",
            "call": call,
            "activity_id": f"activity-{number}",
            "activity_number": number,
            "activity_title": f"Dejavnost {number}",
            "action_number": number[:3],
            "action_title": f"Ukrep o {number[:3]}",
            "score": 70,
            "reasons_for": [
                Reason(
                    code="applicant",
                    text=LocalText(sl="Občine se smejo prijaviti.", en="Municipalities may apply."),
                    evidence="lokalne skupnosti",
                )
            ],
            "reasons_against": [
                Reason(code="partner", text=LocalText(sl="Potreben je partner.", en="A partner is needed."))
            ],
        }
        return CallMatchedV1(**(facts | changes))

    return of_activity


@pytest.fixture
def officer() -> Person:
    return Person(id="mateja", name="Mateja Bizjak", address="mateja@obcina.example")


@pytest.fixture
def subscription(officer: Person) -> Subscription:
    return Subscription(id="all-calls", person=officer.id)


@pytest.fixture
def links() -> Links:
    return Links(
        about="https://cinnabar.example/funding/calls/ministry-2027-4",
        alert="https://cinnabar.example/inbox/1",
        preferences="https://cinnabar.example/inbox/preferences",
        unsubscribe="https://cinnabar.example/inbox/unsubscribe/" + "t" * 80,
        unsubscribe_mail="mailto:odjava@obcina.example?subject=" + "t" * 80,
    )
