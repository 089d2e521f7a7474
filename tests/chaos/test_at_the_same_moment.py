"""A call comes while a need is being held against all calls: in the end they know each other as they are."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from kit.settings import Settings
from services.funding import handlers, jobs
from tests.conftest import EXAMPLE, running
from tests.service.first_light.test_call_to_mail import CALL
from tests.waiting import until

ACTIVITY = "idrija-iap-2025:2.1.1"


async def test_a_fit_rests_on_what_is_committed_in_the_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, go_on = asyncio.Event(), asyncio.Event()
    judge_need = handlers.judge_need

    async def judge_need_slowly(*asked: Any) -> None:
        await judge_need(*asked)
        looked.set()
        await go_on.wait()

    async with running(settings, "actions", "funding") as system:
        officer, store = system.as_("officer"), system.runtime.stores["funding"]
        plan = (EXAMPLE / "plan.yaml").read_bytes()
        await system.http.post("/api/actions/plans", content=plan, headers=system.as_("coordinator"))

        async def needs_heard() -> bool:
            return bool(await store.database["needs"].count_documents({}) == 24)

        await until(needs_heard)
        monkeypatch.setattr(handlers, "judge_need", judge_need_slowly)
        ten = {"amount": "10.00", "currency": "EUR"}
        commitment = {"activity_id": ACTIVITY, "amount": ten, "source_class": "municipal"}
        await system.http.post("/api/funding/commitments", json=commitment, headers=officer)
        await looked.wait()
        await system.http.post("/api/funding/calls", json=CALL, headers=officer)

        async def fit() -> Any:
            return await store.database["matches"].find_one({"activity_id": ACTIVITY, "fits": True})

        assert (await until(fit))["open_cost"]["amount"] == Decimal("115000.00")
        go_on.set()

        async def need_heard() -> bool:
            return (await store.database["needs"].find_one({"_id": ACTIVITY}))["event"]["committed"] is not None

        await until(need_heard)
        monkeypatch.setattr(handlers, "judge_need", judge_need)
        (service,) = (each for each in system.runtime.services if each.name == "funding")
        await jobs.complete_matches(system.runtime.context(service))
        assert (await fit())["open_cost"]["amount"] == Decimal("114990.00")
