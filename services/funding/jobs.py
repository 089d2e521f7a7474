"""What the funding service does by itself, again and again; each turn costs what changed, not what is stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from kit.clock import now, uuid7
from kit.service import Context
from kit.store import Collection, Work
from services.funding.judging import judge_call, look_again
from services.funding.keys import VOCABULARY
from services.funding.offers import LJUBLJANA
from services.funding.prepared import need_of
from services.funding.store import CALLS, LIVE, MATCHES, NEEDS, READ_ANEW, VERDICTS
from services.funding.triage.commands import remind
from services.funding.verdicts import LOOK_AGAIN

# A call that changed this moment is its handler's to judge.
HANDLERS_FIRST = timedelta(seconds=10)


async def complete_matches(context: Context) -> None:
    """Judge what could not be judged when it came: pairs stored at the same moment, calls that time has changed, and
    fits that somebody asked to be reminded of.

    A call and a need that are stored at the same moment do not see each other.
    """
    await _read_anew(context)
    today = now().astimezone(LJUBLJANA).date().isoformat()
    await _each(context, VERDICTS, {"turns_on": {"$lte": today}}, judge_call)
    await _each(context, MATCHES, {"decision.remind_on.value": {"$lte": today}}, remind)
    await _each(context, VERDICTS, {"look_again_until": {"$type": "date"}}, look_again)


async def _read_anew(context: Context) -> None:
    """What another version of this service stored, before or during a rollback, or this one with another vocabulary.

    Such a version keeps no verdicts and no keys. A mark says up to when every changed call was looked after.
    """
    mark, until = await context.store[READ_ANEW].find_one({"_id": "calls"}), now() - HANDLERS_FIRST
    stale = await _each(context, NEEDS, {"vocabulary": {"$ne": VOCABULARY}}, _read_need)
    if mark is None or mark["of"] != VOCABULARY or stale:
        await _each(context, CALLS, LIVE, judge_call)
    else:
        since = mark["until"] - LOOK_AGAIN
        await _each(context, CALLS, {"last_changed_at": {"$gt": since, "$lte": until}}, _judge_if_changed)

    async def note(work: Work) -> None:
        work.put(READ_ANEW, {"_id": "calls", "of": VOCABULARY, "until": until})

    await context.store.transact(note)


async def _judge_if_changed(call_id: str, work: Work) -> None:
    call, held = await work.load(CALLS, call_id), await work.load(VERDICTS, call_id)
    if call is not None and (held is None or held.call_version < call.version):
        await judge_call(call_id, work)


async def _read_need(activity_id: str, work: Work) -> None:
    document = await work.get(NEEDS, activity_id)
    if document is not None:
        fresh = {"stamp": uuid7(), "at": work.now, "vocabulary": VOCABULARY}
        keys = sorted(need_of({**document, **fresh}).keys)
        held = {"_id": activity_id, "sequence": document["sequence"]}
        work.update(NEEDS, held, {"$set": {**fresh, "keys": keys}})


async def _each(
    context: Context, where: Collection, query: dict[str, Any], do: Callable[[str, Work], Awaitable[None]]
) -> int:
    """One unit of work for every document, so that one that fails is tried alone at the next turn; how many."""
    ids = [document["_id"] async for document in context.store[where].find(query, {"_id": 1})]
    for each in ids:

        async def one(work: Work, key: str = each) -> None:
            await do(key, work)

        await context.store.transact(one)
    return len(ids)
