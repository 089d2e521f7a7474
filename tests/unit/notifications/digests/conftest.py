"""Alerts of several calls that wait for one digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from contracts.values import Money
from services.notifications.alerts import Alert
from services.notifications.judging import judge

Waiting = Callable[..., Alert]


@pytest.fixture
def waiting(match, call, subscription, officer, now) -> Waiting:
    def about(
        call_id: str, *, days: int | None = 40, score: int = 70, share: int | None = None, at: datetime = now
    ) -> Alert:
        deadline = None if days is None else now + timedelta(days=days)
        facts = call.model_copy(update={"call_id": call_id, "title": f"Razpis {call_id}", "deadline": deadline})
        own = None if share is None else Money(amount=Decimal(share))
        event = match(call=facts, score=score, own_share=own, match_id=f"match-{call_id}")
        alert = judge(subscription, officer, event, None, at, gather=timedelta(0))
        assert isinstance(alert, Alert)
        return alert

    return about
