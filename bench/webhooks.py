"""Webhook deliveries a second to a receiver on this machine, and what a tenth of receivers that hang takes away.

From the first claim until the last row that can be delivered is noted as such, with every row due at once. Bare: the
same bodies, signed, through such clients by as many tasks, and nothing stored. With hanging receivers the deliveries of
the others are measured as they are without them.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter, time

from bench.figure import Aim, Figure, Size
from bench.rounds import Pairs
from bench.system import PATIENCE_SECONDS, running, servers, service
from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from kit.clock import now, uuid7
from kit.egress import Inside
from kit.sealing import seal
from kit.service import Context
from kit.settings import Settings
from kit.store import Store
from services.notifications.webhooks.courier import AT_ONCE, OF_ONE, Courier
from services.notifications.webhooks.egress import Clients
from services.notifications.webhooks.handlers import body_of
from services.notifications.webhooks.sending import Post, post
from services.notifications.webhooks.signing import secret_of
from services.notifications.webhooks.store import ALL, ATTEMPTS, DELIVERIES, WEBHOOKS, delivery
from services.notifications.webhooks.webhook import SEALED_FOR, Key, Webhook

HOOKS: dict[Size, int] = {"quick": 100, "normal": 200, "full": 1_000}
OF_EACH = 10
ROUNDS: dict[Size, int] = {"quick": 1, "normal": 3, "full": 5}
HANGING = 0.1
OWN = "measured-with-a-secret-of-its-own"
SECRET = secret_of("v1", bytes(32))
EXAMPLE = EXAMPLES["cinnabar.funding.call.published.v1"]


async def measure(size: Size) -> list[Figure]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    hooks, hanging = HOOKS[size], int(HOOKS[size] * HANGING)
    count = (hooks - hanging) * OF_EACH
    plain, beside = Pairs([], []), Pairs([], [])
    try:
        async with servers() as started, _receiver() as url:
            settings = started.model_copy(update={"webhook_inside": "127.0.0.1", "secret": Settings(secret=OWN).secret})
            async with running(settings, service("notifications", ALL)) as runtime:
                context = Context(runtime.stores["notifications"], settings)
                await _delivered(context, url, hooks - hanging, 0)
                for _ in range(ROUNDS[size]):
                    plain.ours.append(count / await _delivered(context, url, hooks - hanging, 0))
                    plain.bare.append(count / await _posted(url, count))
                    beside.ours.append(count / await _delivered(context, url, hooks - hanging, hanging))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    beside.bare.extend(plain.ours)
    name = f"webhooks, {count:,} deliveries to {hooks - hanging} addresses"
    return [
        plain.figure(f"{name}, per signed posts alone", "deliveries/s"),
        beside.figure(f"the same beside {hanging} that hang, per without", "deliveries/s", Aim("ratio", at_least=0.8)),
    ]


async def _delivered(context: Context, url: str, hooks: int, hanging: int) -> float:
    """Seconds until everything for the `hooks` that answer was delivered."""
    await _fill(context.store, url, hooks, hanging)
    courier = Courier(context)
    began = perf_counter()
    carrying = asyncio.create_task(courier.run())
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await context.store[DELIVERIES].count_documents({"state": "delivered"}) < hooks * OF_EACH:
                await asyncio.sleep(0.02)
        return perf_counter() - began
    finally:
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
        await courier.stop()


async def _fill(store: Store, url: str, hooks: int, hanging: int) -> None:
    for collection in (WEBHOOKS, DELIVERIES, ATTEMPTS):
        await store[collection].delete_many({})
    made = [_hook(f"{url}/hangs/{number}") for number in range(hanging)]
    made += [_hook(f"{url}/{number}") for number in range(hooks)]
    await store[WEBHOOKS].insert_many([WEBHOOKS.to_document(each.model_copy(update={"version": 1})) for each in made])
    rows = []
    for _ in range(OF_EACH):
        name, body = _event()
        told = {"message_id": name, "type_": EXAMPLE.contract.type, "entity": name, "order": name, "body": body}
        rows += [delivery(each, **told, now=now()) for each in made]
    await store[DELIVERIES].insert_many(rows)


def _hook(url: str) -> Webhook:
    key = Key(key_id=uuid7(), sealed=seal(OWN, SECRET, SEALED_FOR), shown=None, since=now())
    return Webhook(webhook_id=uuid7(), owner="bench", url=url, types=(">",), scheme="v1", keys=(key,), created_at=now())


def _event() -> tuple[str, bytes]:
    name = uuid7()
    return name, body_of(Envelope(name, "bench", name, 1, now(), EXAMPLE, correlation_id=name).encode())


async def _posted(url: str, count: int) -> float:
    waiting = iter([Post(f"{url}/{number}", *_event(), (SECRET,)) for number in range(count)])
    clients = Clients(Inside.parse("127.0.0.1"), connections=OF_ONE, kept=AT_ONCE)

    async def carry(number: int) -> None:
        for message in waiting:
            outcome = await post(clients.of(f"{number // OF_ONE}"), message, int(time()))
            assert outcome.delivered, outcome

    began = perf_counter()
    await asyncio.gather(*(carry(number) for number in range(AT_ONCE)))
    try:
        return perf_counter() - began
    finally:
        await clients.close()


@asynccontextmanager
async def _receiver() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.receiver", stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()
