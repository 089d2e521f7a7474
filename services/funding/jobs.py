"""What the funding service does by itself, again and again."""

from __future__ import annotations

from kit.service import Context
from kit.store import Work
from services.funding import identity
from services.funding.handlers import judge
from services.funding.prepared import need_of, offer_of
from services.funding.store import MATCHES, NEEDS, live_calls


async def complete_matches(context: Context) -> None:
    """Judge pairs that were never judged, or not as both stand now.

    A call and a need that are stored at the same moment do not see each other.
    """

    async def complete(work: Work) -> None:
        calls = [(call, offer_of(call, work.now)) for call in await live_calls(work)]
        needs = [need_of(document) for document in await work.find(NEEDS, {})]
        fields = {"call_version": 1, "need_sequence": 1}
        judged = {
            document["_id"]: (document["call_version"], document["need_sequence"])
            async for document in context.store[MATCHES].find({}, fields)
        }
        for call, offer in calls:
            open_needs = [
                (need, sequence)
                for need, sequence in needs
                if judged.get(identity.match_id(call.call_id, need.activity_id)) != (call.version, sequence)
            ]
            if open_needs:
                await judge([(call, offer)], open_needs, work)

    await context.store.transact(complete)
