"""One call against 100,000 saved searches: the inverted index, and one query per saved search as others do it.

Both work on the same searches and calls in the same MongoDB, in the same run, and have to find the same ones. Ours is
what the service does when a call is published, up to the verdicts: look the call's keys up and judge the bounds of the
searches found. Bare is how Aides-territoires and Grant Finder send their alerts: every saved search asks the calls
that came since the last time. That takes so long that a part of the searches asks, and the time is scaled to all.

Words are drawn from those of the calls and of the field's vocabulary; half of the searches also name
a place, and fewer an applicant, an amount or a rate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Any

from bench.figure import Aim, Figure, Size
from bench.memory import resident_mb
from bench.quality.labelled import HALVES, NOW, pairs
from bench.rounds import percentile
from bench.system import running, servers, service
from contracts.funding import CallFacts
from contracts.funding.themes import THEMES
from contracts.values import Money
from kit.store import Collection, Index, Store
from services.funding.vocabulary import CONCEPTS
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.filters import call_words
from services.notifications.subscriptions.heard import Heard
from services.notifications.subscriptions.store import ALL, SUBSCRIPTIONS, document_of, met_by
from services.notifications.subscriptions.words import expect_known_language, terms

CALLS = Collection("bench_calls", indexes=[Index([("at", 1)]), Index([("words", 1)])])
SEARCHES: dict[Size, int] = {"quick": 10_000, "normal": 100_000, "full": 100_000}
ASKED: dict[Size, int] = {"quick": 500, "normal": 2_000, "full": 20_000}
ROUNDS: dict[Size, int] = {"quick": 2, "normal": 4, "full": 10}
AT_ONCE = 16
MADE = NOW - timedelta(days=30)
_PLACES = ("SI", "SI03", "SI04", "SI043", "SI-036", "SI041")
# Codes of places that each place may be concerned by, beside wide ones.
_REACHES = {
    place: rf"^(EU|INTERREG.*|URBACT|{'|'.join(codes)})$"
    for place, codes in {
        "SI": ("SI.*",),
        "SI03": ("SI", "SI03.*", r"SI-\d+"),
        "SI04": ("SI", "SI04.*", r"SI-\d+"),
        "SI043": ("SI", "SI04", "SI043", r"SI-\d+"),
        "SI041": ("SI", "SI04", "SI041", r"SI-\d+"),
        "SI-036": (r"SI\d*", "SI-036"),
    }.items()
}
_APPLICANTS = ("government_municipal", "public_body", "non_profit", "small_business")


async def measure(size: Size) -> list[Figure]:
    known = {pair.call.call_id: pair.call for half in HALVES for pair in pairs(half)}
    calls = [call.facts(NOW) for call in known.values()]
    heard = [_heard(call) for call in calls]
    random = Random(1609)
    searches = list(_searches(calls, SEARCHES[size], random))
    before = resident_mb()
    async with servers() as settings, running(settings, service("notifications", [*ALL, CALLS])) as runtime:
        store = runtime.stores["notifications"]
        for start in range(0, len(searches), 5_000):
            await store[SUBSCRIPTIONS].insert_many([document_of(each) for each in searches[start : start + 5_000]])
        await store[CALLS].insert_many([_document(number, call) for number, call in enumerate(calls)])
        asking = random.sample(searches, ASKED[size])
        await _through_index(store, heard[0])
        ours, bare, met = [], [], []
        for _ in range(ROUNDS[size]):
            ours += [await _timed(store, each, met) for each in heard]
        scale = len(searches) / len(asking)
        for number in range(0, len(calls), max(1, len(calls) // 5)):
            spent, found = await _by_asking(store, number, asking)
            bare.append(spent * scale)
            _agree(found, await _through_index(store, heard[number]), asking)
    name = f"a call against {len(searches):,} saved searches"
    p50, p99 = percentile(ours, 0.5), percentile(ours, 0.99)
    plain, slow = percentile(bare, 0.5), percentile(bare, 0.99)
    aims = (Aim("ours", at_most=20), Aim("ratio", at_least=100))
    return [
        Figure(f"{name}, p50, and how much faster", "ms", p50, plain, plain / p50),
        Figure(f"{name}, p99, and how much faster", "ms", p99, slow, slow / p99, aims),
        Figure(f"{name}, met by a call, median", "searches", percentile(met, 0.5)),
        Figure(f"{name}, memory above before", "MB", resident_mb() - before),
    ]


def _searches(calls: Sequence[CallFacts], count: int, random: Random) -> Iterable[Subscription]:
    """Seven in ten look for words, the others for a theme of one source; half of all narrow it further."""
    said = [
        *(f"{call.title} {call.summary or ''}" for call in calls),
        *(term for each in CONCEPTS for term in each.sl + each.en),
    ]
    words = sorted({word.strip(".,;:()").casefold() for text in said for word in text.split() if _can_be_found(word)})
    sources = sorted({call.source for call in calls} | {f"source-{number}" for number in range(20)})
    for number in range(count):
        wanted: dict[str, Any] = {}
        if random.random() < 0.7:
            wanted["text"] = " ".join(random.choice(words) for _ in range(random.choice((2, 2, 3))))
        else:
            wanted |= {"themes": (random.choice(sorted(THEMES)),), "sources": (random.choice(sources),)}
        if random.random() < 0.5:
            wanted["territories"] = (random.choice(_PLACES),)
        if random.random() < 0.3:
            wanted["applicants"] = (random.choice(_APPLICANTS),)
        if random.random() < 0.4:
            wanted["min_amount"] = Money(amount=Decimal(random.choice((10_000, 50_000, 250_000))))
        if random.random() < 0.2:
            wanted["min_rate"] = Decimal(random.choice((50, 70, 85))) / 100
        yield Subscription(
            id=f"s{number:06}", person=f"p{number % 10_000}", kinds=("call_found",), created_at=MADE, **wanted
        )


def _can_be_found(word: str) -> bool:
    try:
        expect_known_language(word)
        return len(word) > 3 and len(terms(word)) == 1
    except ValueError:
        return False


async def _timed(store: Store, heard: Heard, met: list[float]) -> float:
    """Milliseconds from a call to the searches it meets."""
    began = perf_counter()
    found = await _through_index(store, heard)
    spent = (perf_counter() - began) * 1000
    met.append(len(found))
    return spent


async def _through_index(store: Store, heard: Heard) -> list[str]:
    return await store.transact(lambda work: met_by(heard, work))


def _heard(call: CallFacts) -> Heard:
    return Heard(heard_id=call.call_id, call_id=call.call_id, what="published", at=NOW, judged_at=NOW, call=call)


def _document(number: int, call: CallFacts) -> dict[str, Any]:
    fields = call.model_dump(mode="python")
    return {"_id": call.call_id, **fields, "at": number, "words": sorted(call_words(call))}


async def _by_asking(store: Store, since: int, searches: Sequence[Subscription]) -> tuple[float, list[str]]:
    """Milliseconds for every search to ask for the call that came since, several at a time; ids of what found it."""
    found: list[str] = []
    waiting = iter(searches)

    async def ask() -> None:
        for each in waiting:
            query = {"at": {"$gte": since, "$lt": since + 1}, **_query(each)}
            if await store[CALLS].find_one(query, {"_id": 1}) is not None:
                found.append(each.id)

    began = perf_counter()
    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    return (perf_counter() - began) * 1000, found


def _query(search: Subscription) -> dict[str, Any]:
    """The filters of a search as a question to a collection of calls; what a call does not say meets them."""
    parts: list[dict[str, Any]] = [{"words": {"$in": list(word.keys)}} for word in terms(search.text)]
    if search.sources:
        parts.append({"source": {"$in": list(search.sources)}})
    if search.themes:
        parts.append({"$or": [{"themes": []}, {"themes": {"$in": list(search.themes)}}]})
    if search.territories:
        parts.append({"$or": [{"territory": None}, {"territory": {"$regex": _REACHES[search.territories[0]]}}]})
    if search.applicants:
        asked = [*search.applicants, "unrestricted"]
        parts.append({"$or": [{"eligible_applicants": []}, {"eligible_applicants": {"$in": asked}}]})
    if search.min_amount:
        enough = {"max_amount.amount": {"$gte": search.min_amount.amount}}
        parts.append({"$or": [{"max_amount": None}, enough]})
    if search.min_rate:
        parts.append({"$or": [{"co_financing_rate": None}, {"co_financing_rate": {"$gte": search.min_rate}}]})
    return {"$and": parts}


def _agree(asked: Iterable[str], looked_up: Iterable[str], searches: Iterable[Subscription]) -> None:
    """Raises RuntimeError unless both ways find the same searches."""
    among = {each.id for each in searches}
    apart = set(asked) ^ (set(looked_up) & among)
    if apart:
        raise RuntimeError(f"the two ways do not agree about {sorted(apart)[:5]}")
