"""What an earlier version of the service stored while it was back: calls without a verdict, needs without keys."""

from __future__ import annotations

from datetime import timedelta

from kit.clock import now
from kit.settings import Settings
from services.funding.app import service
from services.funding.jobs import complete_matches
from tests.conftest import running
from tests.service.first_light.test_call_to_mail import _plan, _typed_in
from tests.waiting import until


async def test_it_is_judged_when_this_version_is_back(settings: Settings) -> None:
    async with running(settings, "actions", "funding") as system:
        await _plan(system)
        call = await _typed_in(system)
        store = system.runtime.stores["funding"]
        about = {"call_id": call["id"]}

        async def fits() -> int:
            return int(await store.database["matches"].count_documents({**about, "fits": True}))

        before = await until(fits)
        context = system.runtime.context(service)
        await complete_matches(context)

        await store.database["verdicts"].delete_one({"_id": call["id"]})
        await store.database["matches"].delete_many(about)
        changed = {"$set": {"last_changed_at": now() - timedelta(minutes=1)}}
        await store.database["calls"].update_one({"_id": call["id"]}, changed)
        await complete_matches(context)
        assert await fits() == before

        await store.database["verdicts"].delete_many({})
        await store.database["matches"].delete_many(about)
        unset = {"$unset": {"stamp": 1, "keys": 1, "vocabulary": 1, "at": 1}}
        await store.database["needs"].update_many({}, unset)
        await complete_matches(context)
        assert await fits() == before
