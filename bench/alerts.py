"""From a call's first event until an SMTP server has accepted the mail about it, among 10,000 subscriptions.

The notifications service runs in the measuring process, on servers of its own. Calls are published as funding
publishes them, one match each; the clock stops when the mail server, in the same process, is about to say 250. One
person's subscription meets every call, the others ask for themes that no call has. Bare: the same number of mails
handed straight to the same server on one connection.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import Any

import aiosmtplib
from pydantic import SecretStr

from bench.call_to_mail import TimedSink
from bench.figure import Aim, Figure, Size
from bench.pace import paced
from bench.rounds import percentile
from bench.system import MUNICIPALITY, reaches, servers
from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from kit.clock import now, uuid7
from kit.embedded import read_mail
from kit.runtime import Runtime
from kit.service import load
from kit.settings import Settings
from kit.store import Work
from services.notifications.people.person import Person
from services.notifications.people.store import PEOPLE, kept
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.store import SUBSCRIPTIONS, document_of

SUBSCRIPTIONS_KEPT = 10_000
CALLS: dict[Size, int] = {"quick": 100, "normal": 400, "full": 1_000}
BURST: dict[Size, int] = {"quick": 200, "normal": 1_000, "full": 1_000}
RATE = 20.0
WARM_UP = 20
_TITLE = re.compile(r"Razpis ([0-9a-f-]{36})")


async def measure(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="cinnabar-bench-") as folder:
        sink = TimedSink(Path(folder))
        await sink.start()
        try:
            async with servers() as settings, _notifications(settings, sink.url) as runtime:
                await _subscribed(runtime, SUBSCRIPTIONS_KEPT)
                await _told(runtime, sink, WARM_UP, RATE)
                steady = await _told(runtime, sink, CALLS[size], RATE)
                burst = await _told(runtime, sink, BURST[size], float("inf"))
                bare = await _bare(sink, BURST[size])
        finally:
            await sink.stop()
    last, count = max(burst), BURST[size]
    return [
        *(
            Figure(
                f"call to SMTP, 10,000 subscriptions, {RATE:.0f}/s, {name}",
                "ms",
                1000 * percentile(steady, share),
                aims=aims,
            )
            for name, share, aims in (("p50", 0.5, ()), ("p99", 0.99, (Aim("ours", at_most=150),)))
        ),
        Figure(f"burst of {count:,} calls, time to the last mail, per plain SMTP", "s", last, bare, last / bare),
    ]


@asynccontextmanager
async def _notifications(settings: Settings, smtp_url: str) -> AsyncIterator[Runtime]:
    runtime = Runtime(
        [load("notifications")], settings.model_copy(update={"smtp_url": smtp_url, "secret": SecretStr(token_hex(32))})
    )
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


async def _subscribed(runtime: Runtime, count: int) -> None:
    """One subscription that meets every call, and all the others, which meet none."""
    addresses = [f"p{number}@idrija.example" for number in range(count // 10)]
    people = [Person(id=address, address=address) for address in addresses]
    searches = [
        Subscription(id=f"s{number}", person=addresses[number % len(people)], themes=("forestry",) if number else ())
        for number in range(count)
    ]
    store = runtime.stores["notifications"]
    for start in range(0, count, 1000):

        async def put(work: Work, start: int = start) -> None:
            for person in people[start : start + 1000]:
                work.put(PEOPLE, kept(person))
            for search in searches[start : start + 1000]:
                work.put(SUBSCRIPTIONS, document_of(search))

        await store.transact(put)


async def _told(runtime: Runtime, sink: Any, calls: int, rate: float) -> list[float]:
    """Seconds from each call's event to its mail."""
    first, begun = len(sink.accepted), {}

    async def publish() -> None:
        name = uuid7()
        begun[name] = perf_counter()
        await _match(runtime, name)

    if rate == float("inf"):
        await asyncio.gather(*(publish() for _ in range(calls)))
    else:
        await paced([publish] * calls, rate)
    await reaches(lambda: len(sink.accepted), first + calls)
    told = {}
    for moment, file in sink.accepted[first:]:
        for name in _TITLE.findall(read_mail(file).subject):
            told.setdefault(name, moment)
    return [told[name] - moment for name, moment in begun.items()]


async def _match(runtime: Runtime, name: str) -> None:
    example: Any = EXAMPLES["cinnabar.funding.call.matched.v1"]
    facts = example.call.model_copy(
        update={"call_id": name, "title": f"Razpis {name}", "deadline": now() + timedelta(days=90)}
    )
    event = example.model_copy(update={"match_id": f"match-{name}", "call": facts, "more": 0})
    envelope = Envelope(uuid7(), MUNICIPALITY, event.match_id, 1, now(), event, correlation_id=uuid7())
    headers = {"Nats-Msg-Id": envelope.id, "Content-Type": CONTENT_TYPE}
    await runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), headers=headers)


async def _bare(sink: Any, count: int) -> float:
    """Seconds to hand over as many mails, one after the other on one connection."""
    host, port = sink.url.removeprefix("smtp://").split(":")
    message = sink.accepted[-1][1].read_bytes()
    async with aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False) as smtp:
        started = perf_counter()
        for _ in range(count):
            await smtp.sendmail("bench@idrija.example", ["p0@idrija.example"], message)
        return perf_counter() - started
