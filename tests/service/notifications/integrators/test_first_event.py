"""From the page to the first event: a key is made, the programs are copied from the page and run as they stand."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from kit.settings import Settings
from tests.service.catalogue.programs import node_modules, started
from tests.service.notifications.streams.reader import Served, served
from tests.service.notifications.streams.test_event_stream import REGISTERED, say

FILES = {
    "curl": "follow.sh",
    "python": "follow.py",
    "javascript": "follow.mjs",
    "python-nats": "hear.py",
    "javascript-nats": "hear.mjs",
}


def saved(page: str, language: str, folder: Path) -> list[str]:
    """The command that runs the program the page shows, saved as it stands."""
    shown = LexborHTMLParser(page).css_first(f"#{language}")
    assert shown is not None
    file = folder / FILES[language]
    file.write_text(shown.text(), encoding="utf-8")
    programs = {"curl": shutil.which("sh"), "python": sys.executable, "javascript": shutil.which("node")}
    program = programs[language.removesuffix("-nats")]
    if language == "javascript-nats":
        (folder / "node_modules").symlink_to(node_modules(), target_is_directory=True)
    if program is None or (language == "curl" and shutil.which("curl") is None):
        pytest.skip(f"THE {language} SNIPPET WAS NOT RUN: the program is not installed")
    if language == "curl":
        return [program, "-c", f"exec {shown.text()}"]  # so that ending the shell ends curl
    return [program, str(file)]


async def page_with_key(process: Served, events: str = "funding.>") -> str:
    headers = process.as_("integrator") | {"Accept": "text/html"}
    async with httpx.AsyncClient(base_url=process.url) as client:
        assert (await client.get("/events/start", headers={"Accept": "text/html"})).status_code == 200
        wrong = await client.post("/events/start", data={"name": "Not A Name", "events": events}, headers=headers)
        assert wrong.status_code == 422
        made = await client.post("/events/start", data={"name": "first-try", "events": events}, headers=headers)
        assert made.status_code == 200, made.text
        again = await client.get("/events/start", headers=headers)
        assert "first-try" in again.text
        assert "ck_" not in again.text, "the secret is shown once"
        return made.text


@pytest.mark.parametrize("language", ["python", "javascript", "python-nats", "javascript-nats"])
async def test_a_program_sees_the_first_event_and_goes_on(settings: Settings, tmp_path: Path, language: str) -> None:
    async with served(settings) as process:
        first = await say(process)
        command = saved(await page_with_key(process), language, tmp_path)
        async with started(command, settings.nats_url) as program:
            assert (await program.next_event())["id"] == first
            await say(process, REGISTERED)
            second = await say(process)
            assert (await program.next_event())["id"] == second, "only what the key is for"


async def test_curl_shows_the_first_event(settings: Settings, tmp_path: Path) -> None:
    async with served(settings) as process:
        first = await say(process)
        command = saved(await page_with_key(process), "curl", tmp_path)
        async with started(command, settings.nats_url) as program:
            assert program._process.stdout is not None
            while first.encode() not in (line := await program._process.stdout.readline()):
                assert line, "it ended without the event"


async def test_a_revoked_key_ends_the_stream_and_opens_none(settings: Settings) -> None:
    async with served(settings) as process:
        process.runtime.bus.tail("idrija").beat = 0.2
        await page_with_key(process)
        operator = process.as_("operator")
        async with httpx.AsyncClient(base_url=process.url, timeout=30) as client:
            rotated = (await client.post("/api/notifications/integrators/first-try/rotate", headers=operator)).json()
            key = httpx.BasicAuth("first-try", rotated["secret"])
            assert (await client.get("/api/events?types=sensors.>", auth=key)).status_code == 422
            async with client.stream("GET", "/api/events", auth=key) as answer:
                lines = answer.aiter_lines()
                await anext(lines)
                assert (await client.post("/events/start/first-try/revoke", headers=operator)).status_code == 303
                while "revoked" not in await anext(lines):
                    pass
            assert (await client.get("/api/events", auth=key)).status_code == 401
