"""Every alert is raised on real servers, and its rule's own expression tells of it; before, it does not."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import APIRouter

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallFacts, CallMatchedV1
from kit.bus import lag
from kit.bus.bus import Bus
from kit.bus.handlers import Permanent
from kit.bus.provision import provision
from kit.clock import now, uuid7
from kit.embedded import Embedded
from kit.embedded.processes import free_port
from kit.runtime import declaration_of
from kit.service import load
from kit.settings import Settings
from kit.store import Work, client
from services.funding.polling.freshness import tell
from services.funding.polling.health import SourceHealth
from services.funding.polling.store import SOURCES
from services.notifications.alerts import Alert
from services.notifications.answers.asking import Chase
from services.notifications.escalation import watching
from services.notifications.store import ALERTS
from tests.conftest import running
from tests.service.bus.toys import Changed, changed, envelope, in_short, keeper, letters, say, send, sorted_effects, toy
from tests.service.observe.watching import DRILLED, POD, RULES, TOP, Watch, drills
from tests.waiting import until


@drills("CinnabarRequestsFailFast", "CinnabarRequestsFailSlow")
async def test_the_database_goes_away(settings: Settings, empty: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SELECTION_MILLIS", 500)
    assert empty.mongo is not None
    watch = Watch()
    async with running(settings, "funding") as run:
        await run.http.get("/api/funding/calls")
        await watch.look(run)
        await run.http.get("/api/funding/calls")
        await watch.look(run)
        for alert in ("CinnabarRequestsFailFast", "CinnabarRequestsFailSlow"):
            assert not watch.fires(alert, service="funding")
        empty.mongo.process.kill()
        try:
            for _ in range(2):
                await run.http.get("/api/funding/calls")
                await watch.look(run)
        finally:
            await empty.mongo.start()
        for alert in ("CinnabarRequestsFailFast", "CinnabarRequestsFailSlow"):
            assert watch.fires(alert, service="funding")


@drills("CinnabarMailsLateFast", "CinnabarMailsLateSlow")
async def test_a_mail_leaves_ten_minutes_after_its_call(settings: Settings) -> None:
    alerts = ("CinnabarMailsLateFast", "CinnabarMailsLateSlow")
    (matched,) = [each for each in EXAMPLES.values() if isinstance(each, CallMatchedV1)]
    watch = Watch()
    async with running(settings, "notifications") as run:
        await run.http.post("/api/notifications/subscriptions", json={}, headers=run.as_("officer"))
        moment = datetime.now(UTC)

        async def hear(title: str, began: datetime) -> None:
            call = matched.call.model_copy(update={"call_id": title, "status": "open", "deadline": None})
            event = matched.model_copy(update={"call": call, "match_id": title})
            correlation = f"{int(began.timestamp() * 1000):012x}"
            cause = f"{correlation[:8]}-{correlation[8:]}-7{uuid7()[15:]}"
            await send(run.runtime, Envelope(uuid7(), "idrija", title, 1, moment, event, correlation_id=cause))

            async def delivered() -> bool:
                found = await run.http.get("/api/notifications/alerts", headers=run.as_("officer"))
                return any(
                    each["call"]["call_id"] == title and each["state"] == "delivered" for each in found.json()["items"]
                )

            await until(delivered)

        await watch.look(run)
        await hear("in-time", moment)
        await watch.look(run)
        assert not any(watch.fires(alert) for alert in alerts)
        await hear("late", moment - timedelta(minutes=10))
        await watch.look(run)
        assert all(watch.fires(alert) for alert in alerts)


@drills("CinnabarOutboxStands")
async def test_the_bus_goes_away_while_something_is_said(settings: Settings, empty: Embedded) -> None:
    assert empty.nats is not None
    watch = Watch()
    async with running(settings, toy("actions")) as run:
        await watch.look(run)
        assert not watch.fires("CinnabarOutboxStands", service="actions")
        empty.nats.process.kill()
        try:
            await say(run.runtime, changed("a"))
            outbox = run.runtime.stores["actions"].database["outbox"]
            said = datetime.now(UTC) - timedelta(minutes=5)
            await outbox.update_many({}, {"$set": {"created_at": said}})

            async def told() -> bool:
                await watch.look(run)
                return watch.fires("CinnabarOutboxStands", service="actions")

            await until(told)
        finally:
            await empty.nats.start()


@drills("CinnabarDeadLetters")
async def test_an_event_that_nobody_can_handle(settings: Settings) -> None:
    async def refuse(event: Changed, work: Work) -> None:
        raise Permanent("drill", "it is a drill")

    told = {"service": "notifications", "handler": "keep", "code": "drill"}
    watch = Watch()
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await watch.look(run)
        assert not watch.fires("CinnabarDeadLetters", **told)
        await send(run.runtime, envelope("the very first"))

        async def buried() -> bool:
            return bool(await letters(run.runtime))

        await until(buried)
        await watch.look(run)
    assert watch.fires("CinnabarDeadLetters", **told)


@drills("CinnabarConsumerLags")
async def test_a_handler_that_does_not_come_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "EVERY_SECONDS", 0.2)
    go_on = asyncio.Event()

    async def stand(event: Changed, work: Work) -> None:
        await go_on.wait()

    told = {"service": "notifications", "handler": "keep"}
    watch = Watch()
    short = in_short(settings, grace_seconds=0.2)
    async with running(short, toy("notifications", keeper(first=stand))) as run:
        await watch.look(run)
        assert not watch.fires("CinnabarConsumerLags", **told)
        await send(run.runtime, *(envelope(str(number)) for number in range(5001)))

        async def behind() -> bool:
            await watch.look(run)
            return watch.fires("CinnabarConsumerLags", **told)

        await until(behind)


@drills("CinnabarRedeliveries")
async def test_events_that_fail_and_are_given_again(settings: Settings) -> None:
    tried: set[str] = set()

    async def fail_at_first(event: Changed, work: Work) -> None:
        if event.activity_id not in tried and not event.activity_id.endswith(("0", "3", "6", "9")):
            tried.add(event.activity_id)
            raise RuntimeError("it is a drill")

    told = {"service": "notifications", "handler": "keep"}
    watch = Watch()
    async with running(settings, toy("notifications", keeper(first=fail_at_first))) as run:
        for numbers, fires in ((range(1, 3), False), (range(10, 190), True)):
            await send(run.runtime, *(envelope(str(number)) for number in numbers))
            await sorted_effects(run.runtime, [str(n) for n in (1, 2, *(numbers if fires else ()))])
            await watch.look(run)
            assert watch.fires("CinnabarRedeliveries", **told) is fires


@drills("CinnabarSourceStale")
async def test_a_source_that_gives_nothing_any_more(settings: Settings) -> None:
    watch = Watch()
    async with running(settings, "funding") as run:
        store = run.runtime.stores["funding"]

        async def gave(hours: int) -> None:
            async def put(work: Work) -> None:
                moment = work.now - timedelta(hours=hours)
                told = {"last_read_at": work.now, "last_success_at": moment}
                health = SourceHealth(source="skp", licence="", enabled=True, every_minutes=60)
                work.save(SOURCES, (await work.load(SOURCES, "skp") or health).model_copy(update=told))

            await store.transact(put)
            await tell(store, set())
            await watch.look(run)

        await gave(1)
        assert not watch.fires("CinnabarSourceStale", source="skp")
        await gave(4)
        assert watch.fires("CinnabarSourceStale", source="skp")


@drills("CinnabarAlertUnanswered")
async def test_an_alert_that_nobody_answers(settings: Settings) -> None:
    watch = Watch()
    async with running(settings, "notifications") as run:
        store = run.runtime.stores["notifications"]

        async def fires() -> bool:
            await watching.tell(store)
            await watch.look(run)
            return watch.fires("CinnabarAlertUnanswered")

        assert not await fires()
        call = CallFacts(call_id="call", title="Razpis", source="ministry")
        alert = Alert(
            alert_id="alert", person="maja", subscriptions=(), call=call, raised_at=now(), not_before=None,
            state="delivered", chase=Chase(state="unanswered"),
        )  # fmt: skip

        async def keep(work: Work) -> None:
            work.save(ALERTS, alert)

        await store.transact(keep)
        assert await fires()


@drills("CinnabarSlow")
async def test_a_page_that_takes_its_time(settings: Settings) -> None:
    router = APIRouter()

    @router.get("/slow")
    async def slow(seconds: float) -> None:
        await asyncio.sleep(seconds)

    watch = Watch()
    async with running(settings, replace(toy("reporting"), api=router)) as run:
        for seconds, fires in ((0.0, False), (0.0, False), (1.1, True)):
            await run.http.get(f"/api/reporting/slow?seconds={seconds}")
            await watch.look(run)
            assert watch.fires("CinnabarSlow", service="reporting") is fires


@drills("CinnabarInputRefused")
async def test_a_program_that_sends_what_nobody_can_read(settings: Settings) -> None:
    watch = Watch()
    async with running(settings, "funding") as run:
        officer = run.as_("officer")
        for times, fires in ((1, False), (1, False), (1001, True)):
            for _ in range(times):
                await run.http.post("/api/funding/calls", json={"titel": "?"}, headers=officer)
            await watch.look(run)
            assert watch.fires("CinnabarInputRefused", service="funding", kind="http") is fires


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """`cinnabar run reporting` as a process of its own, which is killed at the end."""
    port = free_port()
    values = settings.model_dump(include={"nats_url", "mongo_url", "data_dir"})
    given = {f"CINNABAR_{key.upper()}": str(value) for key, value in values.items()}
    environment = os.environ | given | {"CINNABAR_PORT": str(port), "CINNABAR_SECRET": "d" * 32}
    command = [sys.executable, "-m", "kit.cli", "run", "reporting"]
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    assert process.returncode is None
                    return False

            await until(ready)
            yield client
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@drills("CinnabarServiceGone", "CinnabarRestarts")
async def test_a_service_that_dies_and_dies_again(settings: Settings) -> None:
    settings = in_short(settings, embedded=False)
    bus = Bus(settings.nats_url, "drill", 1)
    await bus.connect()
    await provision(bus.jetstream, declaration_of([load("reporting")], settings))
    await bus.stop()
    watch = Watch()
    for time in range(4):
        async with alone(settings) as client:
            await watch.look(client)
            assert not watch.fires("CinnabarServiceGone")
            assert watch.fires("CinnabarRestarts", pod=POD) is (time == 3)
    async with httpx.AsyncClient(base_url="http://127.0.0.1:1") as nobody:
        await watch.look(nobody)
    assert watch.fires("CinnabarServiceGone", pod=POD)


def test_every_alert_has_a_drill_and_a_page_that_names_it() -> None:
    assert set(RULES) == DRILLED
    pages = {page.stem for page in (TOP / "docs/runbooks").glob("Cinnabar*.md")}
    assert pages == set(RULES)
    for alert, rule in RULES.items():
        text = (TOP / "docs/runbooks" / f"{alert}.md").read_text()
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{alert}.md"
        for part in ("## What it means", "## Look at", "## Mend", "## Rehearsed", f"`{_drill_of(alert)}`"):
            assert part in text, f"{alert}: {part}"


def _drill_of(alert: str) -> str:
    lines = (TOP / "tests/service/observe/test_drills.py").read_text().split("\n@drills(")
    block = next(each for each in lines[1:] if f'"{alert}"' in each.partition("\n")[0])
    return block.partition("def ")[2].partition("(")[0]
