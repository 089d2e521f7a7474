"""`cinnabar status`: how each service is doing at this moment, as a table that can be watched. It changes nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from kit.bus.bus import Bus
from kit.bus.letter import Which
from kit.clock import now
from kit.doctor import OUTBOX_STANDS
from kit.reach import reach
from kit.runtime import declaration_of
from kit.service import Context, Fact, Service
from kit.settings import Settings
from kit.store import Client, Store

BEHIND = 500


@dataclass
class Standing:
    """One moment, by service: the releases of its processes, whether one asks for work, `unsent` in seconds, dead
    letters, facts; `lag` by (stream, durable), None when it is not there; `wrong`: what could not be looked at."""

    runs: dict[str, Counter[str]] = field(default_factory=dict)
    asking: dict[str, bool] = field(default_factory=dict)
    lag: dict[tuple[str, str], int | None] = field(default_factory=dict)
    unsent: dict[str, float] = field(default_factory=dict)
    dead: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Sequence[Fact]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


async def look(services: Sequence[Service], settings: Settings) -> Standing:
    """Ask both servers; whatever does not answer is said in `wrong`, and the rest is told all the same."""
    standing = Standing()
    for part in await asyncio.gather(
        _bus(services, settings, standing), _stores(services, settings, standing), return_exceptions=True
    ):
        if isinstance(part, Exception):
            standing.wrong.append(str(part)[:300] or type(part).__name__)
    return standing


async def _bus(services: Sequence[Service], settings: Settings, standing: Standing) -> None:
    bus = Bus(settings.nats_url, "cinnabar-status", 1)
    try:
        await reach("NATS", settings.nats_url, "CINNABAR_NATS_URL", bus.connect())
        specs = [each for each in declaration_of(services, settings).consumers if each.stream != "ADVISORIES"]
        infos = await asyncio.gather(
            *(bus.jetstream.consumer_info(each.stream, each.durable) for each in specs), return_exceptions=True
        )
        for spec, info in zip(specs, infos, strict=True):
            service = spec.durable.partition("_")[0]
            if isinstance(info, BaseException):
                standing.lag[spec.stream, spec.durable] = None
                continue
            standing.lag[spec.stream, spec.durable] = (info.num_pending or 0) + (info.num_ack_pending or 0)
            standing.asking[service] = standing.asking.get(service, False) or bool(info.num_waiting)
        async for letter in bus.dead_letters.each(Which(), bodies=False):
            standing.dead[letter.service] += 1
    finally:
        await bus.stop()


async def _stores(services: Sequence[Service], settings: Settings, standing: Standing) -> None:
    client = Client(settings.mongo_url, settings.databases)
    try:
        await reach("MongoDB", settings.mongo_url, "CINNABAR_MONGO_URL", client.ping())
        for service in services:
            store = Store(client, service.name, settings.municipality, service.collections)
            oldest = await store.outbox.oldest_unsent()
            standing.unsent[service.name] = 0 if oldest is None else (now() - oldest).total_seconds()
            processes = [each for each in await store.deployed.standing(now()) if not each.prepared]
            standing.runs[service.name] = Counter(each.version for each in processes)
            if service.facts is not None:
                standing.facts[service.name] = await service.facts(Context(store, settings))
    finally:
        client.close()


def drawn(standing: Standing, services: Sequence[Service], *, short: bool = False) -> Group:
    """The tables of one moment: the services, their handlers (`short`: those that are behind), and their own facts."""
    table = Table(
        *("service", "runs", "asks for work", "oldest unsent", "dead letters"),
        title=f"Cinnabar, {now():%Y-%m-%d %H:%M:%S} UTC",
    )
    handlers = Table("handler", "stream", "events behind")
    facts = Table("service", "what", "how it is")
    for each in services:
        table.add_row(each.name, *_of(each, standing))
        for fact in standing.facts.get(each.name, ()):
            facts.add_row(each.name, fact.what, _text(fact.said, fact.well))
    for (stream, durable), lag in standing.lag.items():
        if short and lag == 0:
            continue
        well = lag is not None and lag < BEHIND
        handlers.add_row(durable, stream, _text("not there: cinnabar provision" if lag is None else str(lag), well))
    wrong = [Text(sentence, style="bold red") for sentence in standing.wrong]
    said = handlers if handlers.row_count else Text(f"{len(standing.lag)} handlers, none behind")
    return Group(*wrong, table, said, *([facts] if facts.row_count else []))


def _of(service: Service, standing: Standing) -> list[Text]:
    asking, unsent = standing.asking.get(service.name), standing.unsent.get(service.name)
    dead = standing.dead[service.name]
    unknown = bool(standing.wrong)
    return [
        _runs(standing.runs.get(service.name)),
        _text("unknown" if asking is None else "yes" if asking else "no", bool(asking)),
        _text(
            "unknown" if unsent is None else f"{unsent:.0f} s" if unsent else "none",
            unsent is not None and unsent < OUTBOX_STANDS.total_seconds(),
        ),
        _text("unknown" if unknown and not dead else str(dead), not dead and not unknown),
    ]


def _runs(releases: Counter[str] | None) -> Text:
    """How many processes of which release."""
    if releases is None:
        return _text("unknown", False)
    said = ", ".join(f"{count} × {release}" for release, count in sorted(releases.items()))
    return _text(said or "none", bool(said))


def _text(said: str, well: bool) -> Text:
    return Text(said, style="" if well else "bold red")


async def show(services: Sequence[Service], settings: Settings, every: float | None, console: Any = None) -> bool:
    """Print one moment, or with `every` seconds a table that stays and changes; whether everything could be asked."""
    console = console or Console()
    standing = await look(services, settings)
    if every is None:
        console.print(drawn(standing, services))
        return not standing.wrong
    with Live(
        drawn(standing, services, short=True), console=console, auto_refresh=False, screen=console.is_terminal
    ) as live:
        while True:
            await asyncio.sleep(every)
            standing = await look(services, settings)
            live.update(drawn(standing, services, short=True), refresh=True)
