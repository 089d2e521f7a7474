"""What is counted: by names from code, however many ids go through, and with the way to the trace."""

from __future__ import annotations

import json
import logging
from math import inf
from typing import Any

import httpx
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics

from kit import metrics
from kit.clock import uuid7
from kit.embedded import Embedded
from kit.service import NAMES
from kit.settings import Settings
from kit.store import Work
from kit.telemetry import JsonLines, continued
from services.funding.polling.freshness import tell
from services.funding.polling.health import SourceHealth
from services.funding.polling.store import SOURCES
from tests.conftest import EXAMPLE, Running, running
from tests.service.bus.toys import changed, effects, keeper, say, toy
from tests.waiting import until

TRACE = "0af7651916cd43dd8448eb211c80319c"
OPEN_METRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
ROUTES = [
    "/api/funding/calls/{}",
    "/funding/calls/{}",
    "/api/funding/sources/{}",
    "/inbox/{}",
    "/plan/{}",
    "/{}",
    "/api/{}/x",
]


def series() -> set[tuple[str, str]]:
    """Every series of this process, as a scraper would store it."""
    return {
        (sample.name, json.dumps(sample.labels, sort_keys=True))
        for family in REGISTRY.collect()
        if family.name.startswith("cinnabar_")
        for sample in family.samples
    }


async def visit(run: Running, ids: list[str]) -> None:
    for each in ids:
        for route in ROUTES:
            await run.http.get(route.format(each), headers=run.as_("officer"))
        await run.http.request(f"X{each[-6:]}".upper(), f"/api/funding/calls/{each}")
        call = {"title": f"Delavnice {each}", "eligible_applicants": ["municipality"]}
        (await run.http.post("/api/funding/calls", json=call, headers=run.as_("officer"))).raise_for_status()
        await run.http.post("/api/funding/calls", json={each: each}, headers=run.as_("officer"))


async def test_many_ids_make_no_new_series(settings: Settings) -> None:
    async with running(settings, *NAMES) as run:
        await run.http.post(
            "/api/actions/plans", content=(EXAMPLE / "plan.yaml").read_bytes(), headers=run.as_("coordinator")
        )
        await visit(run, [uuid7() for _ in range(2)])
        before = series()
        ids = [uuid7() for _ in range(12)]
        await visit(run, ids)
        by_request = ("cinnabar_http_", "cinnabar_input_", "cinnabar_dead_", "cinnabar_alert_")
        assert {each for each in series() - before if each[0].startswith(by_request)} == set()
        assert not [each for each in series() if any(id_ in each[1] for id_ in ids)]
        handled = {
            json.loads(labels)["outcome"] for name, labels in series() if name == "cinnabar_events_handled_total"
        }
        assert handled <= {
            "handled",
            "repeated",
            "retried",
            "parked",
            "dead_letter",
            "unsettled",
            "given_back",
            "other_version",
        }


async def test_requests_are_told_by_service_template_method_and_class(settings: Settings) -> None:
    async with running(settings, "funding") as run:
        await run.http.get("/api/funding/calls/007")
        await run.http.get("/funding")
        await run.http.get("/healthz")
        labels = {
            (sample.labels["service"], sample.labels["route"], sample.labels["status"])
            for family in metrics.REQUESTS.collect()
            for sample in family.samples
        }
    assert ("funding", "/api/funding/calls/{call_id}", "4xx") in labels
    assert ("funding", "/funding", "2xx") in labels
    assert ("frame", "/healthz", "2xx") in labels


async def test_a_measurement_leads_to_its_trace_and_the_trace_to_its_log_lines(settings: Settings) -> None:
    async with running(settings, "funding") as run:
        await run.http.get("/funding", headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
        told = await run.http.get("/metrics", headers=OPEN_METRICS)
        plain = await run.http.get("/metrics")
    assert told.headers["content-type"].startswith("application/openmetrics-text")
    assert plain.headers["content-type"].startswith("text/plain")
    samples = [sample for family in open_metrics(told.text) for sample in family.samples]
    assert TRACE in {sample.exemplar.labels["trace_id"] for sample in samples if sample.exemplar}
    (about,) = [sample.labels for sample in samples if sample.name == "target_info"]
    assert about["municipality"] == "idrija"
    assert about["services"] == "funding"
    record = logging.LogRecord("kit", logging.INFO, "here", 1, "said", None, None)
    with continued("test", f"00-{TRACE}-b7ad6b7169203331-01"):
        line = json.loads(JsonLines().format(record))
    assert line["trace_id"] == TRACE
    assert len(line["span_id"]) == 16


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_lag_and_redeliveries(settings: Settings) -> None:
    tries = 0

    async def once_more(event: Any, work: Work) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("not yet")

    told = {"service": "notifications", "handler": "keep"}
    before = value("cinnabar_events_redelivered_total", **told) or 0
    async with running(settings, toy("actions"), toy("notifications", keeper(first=once_more))) as run:
        await say(run.runtime, changed("a"))

        async def handled() -> Any:
            return await effects(run.runtime)

        assert await until(handled) == ["a"]
        assert value("cinnabar_events_redelivered_total", **told) == before + 1
        assert value("cinnabar_consumer_lag", **told) is not None


async def test_how_fresh_a_source_is(settings: Settings) -> None:
    async with running(settings, "funding") as run:
        store = run.runtime.stores["funding"]

        async def put(work: Work) -> None:
            for name, read, gave in (("skp", True, True), ("spirit", True, False), ("srrs", False, False)):
                health = SourceHealth(source=name, licence="", enabled=True, every_minutes=60)
                moments = {"last_read_at": work.now if read else None, "last_success_at": work.now if gave else None}
                work.save(SOURCES, health.model_copy(update=moments))

        await store.transact(put)
        told = await tell(store, {"gone"} & set())
        assert {"skp", "spirit"} <= told
        assert "srrs" not in told
        assert (value("cinnabar_source_age_seconds", source="skp") or inf) < 60
        assert value("cinnabar_source_age_seconds", source="spirit") == inf
        assert value("cinnabar_source_interval_seconds", source="skp") == 3600


async def test_how_long_an_alert_took_is_told_with_its_trace(settings: Settings, servers: Embedded) -> None:
    before = value("cinnabar_alert_seconds_count") or 0
    async with running(settings.model_copy(update={"smtp_url": servers.smtp_url}), *NAMES) as run:
        await run.http.post("/api/notifications/subscriptions", json={}, headers=run.as_("officer"))
        plan = (EXAMPLE / "plan.yaml").read_bytes()
        await run.http.post("/api/actions/plans", content=plan, headers=run.as_("coordinator"))

        async def heard() -> bool:
            return bool(await run.runtime.stores["funding"].database["needs"].count_documents({}) == 24)

        await until(heard)
        words = "Sofinanciramo opremo ustvarjalnih prostorov (makerspace) za mlade v občinah."
        call = {
            "title": "Ustvarjalne delavnice za mlade",
            "description": words,
            "eligible_applicants": ["municipality"],
        }
        traced = {**run.as_("officer"), "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        said: httpx.Response = await run.http.post("/api/funding/calls", json=call, headers=traced)
        said.raise_for_status()

        async def mailed() -> bool:
            return (value("cinnabar_alert_seconds_count") or 0) > before

        await until(mailed)
        told = await run.http.get("/metrics", headers=OPEN_METRICS)
    samples = [sample for family in open_metrics(told.text) for sample in family.samples]
    latencies = [sample for sample in samples if sample.name == "cinnabar_alert_seconds_bucket"]
    assert TRACE in {sample.exemplar.labels["trace_id"] for sample in latencies if sample.exemplar}
    assert value("cinnabar_alert_seconds_bucket", le="+Inf") == value("cinnabar_alert_seconds_count")
