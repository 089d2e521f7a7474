"""A browser's own EventSource follows the events through restarts of the process: no gap, no repeat."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import nats
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from kit.clock import uuid7
from kit.embedded.processes import free_port
from kit.settings import Settings
from tests.waiting import until

pytestmark = pytest.mark.browser

WITHDRAWN = EXAMPLES["cinnabar.funding.call.withdrawn.v1"]
FOLLOW = """
window.seen = [];
window.source = new EventSource("/api/events?types=funding.>&since=beginning");
source.addEventListener(arguments[0], event => seen.push(JSON.parse(event.data).id));
"""


@asynccontextmanager
async def process(settings: Settings, port: int, ends_by: signal.Signals) -> AsyncIterator[str]:
    """The service in a process of its own, which ends by a signal."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CINNABAR_")},
        **{f"CINNABAR_{name.upper()}": getattr(settings, name) for name in ("nats_url", "mongo_url")},
        **{"CINNABAR_SECRET": settings.secret.get_secret_value(), "CINNABAR_DATA_DIR": str(settings.data_dir)},
        **{"CINNABAR_PORT": str(port), "CINNABAR_EMBEDDED": "true", "CINNABAR_LOG_LEVEL": "ERROR"},
    }
    command = (sys.executable, "-m", "kit.cli", "run", "notifications")
    running = await asyncio.create_subprocess_exec(*command, env=environment)
    url = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        assert running.returncode is None, "the service ended"
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(f"{url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    try:
        await until(ready)
        yield url
    finally:
        running.send_signal(ends_by)
        await asyncio.wait_for(running.wait(), 60)


async def test_it_follows_through_an_orderly_end_and_a_sudden_one(settings: Settings, browser: Chrome) -> None:
    port = free_port()
    client = await nats.connect(settings.nats_url)
    said: list[str] = []

    async def say(count: int) -> None:
        for _ in range(count):
            said.append(uuid7())
            envelope = Envelope(said[-1], "idrija", "one", 1, datetime.now(UTC), WITHDRAWN, correlation_id=said[-1])
            headers = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": said[-1]}
            await client.jetstream().publish(envelope.nats_subject, envelope.encode(), headers=headers)

    async def seen() -> bool:
        return len(_seen(browser)) >= len(said)

    async with process(settings, port, signal.SIGTERM) as url:
        await say(3)
        browser.get(f"{url}/sign-in?next=/accessibility")
        browser.find_element(By.CSS_SELECTOR, "input[value='integrator@idrija.example']").click()
        browser.find_element(By.CSS_SELECTOR, "form[action='/sign-in'] button").click()
        await until(lambda: _at(browser, "/accessibility"))
        browser.execute_script(FOLLOW, WITHDRAWN.contract.type)
        await until(seen)
        await say(3)
        await until(seen)
    await say(3)
    async with process(settings, port, signal.SIGKILL):
        await until(seen)
        await say(3)
        await until(seen)
    await say(3)
    async with process(settings, port, signal.SIGTERM):
        await say(3)
        await until(seen)
        assert _seen(browser) == said
        browser.execute_script("source.close()")
    await client.close()


def _seen(browser: Chrome) -> list[Any]:
    found: list[Any] = browser.execute_script("return window.seen")
    return found


async def _at(browser: Chrome, path: str) -> bool:
    """Whether that page itself is there; the address of the sign-in page names it, too, as the place to go on to."""
    return urlsplit(browser.current_url).path == path
