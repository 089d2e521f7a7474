"""The list of events: all of them, by who says them, and the ones somebody looks for."""

from __future__ import annotations

from html import escape

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from contracts.registry import SERVICES, contracts
from kit.web.i18n import LANGUAGES


async def listed(http: httpx.AsyncClient, **query: str) -> list[str]:
    answer = await http.get("/events", params=query)
    assert answer.status_code == 200
    links = LexborHTMLParser(answer.text).css("#events tbody th a")
    return [str(link.attributes["href"]).removeprefix("/events/") for link in links]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_event_is_listed_under_the_service_that_says_it(http: httpx.AsyncClient, language: str) -> None:
    page = LexborHTMLParser((await http.get("/events", params={"lang": language})).text)
    said: dict[str, set[str]] = {}
    for contract in contracts():
        said.setdefault(contract.service, set()).add(f"/events/{contract.type}")
    for service in SERVICES:
        section = page.css_first(f"section[aria-labelledby={service}]")
        links = {link.attributes["href"] for link in section.css("tbody a")} if section else set()
        assert links == said.get(service, set())


async def test_words_are_looked_for_in_names_meanings_and_fields(http: httpx.AsyncClient) -> None:
    assert await listed(http, text="call.withdrawn") == ["cinnabar.funding.call.withdrawn.v1"]
    assert "cinnabar.funding.call.withdrawn.v1" in await listed(http, text="REVOKED funder")
    assert "cinnabar.sensors.readings.recorded.v1" in await listed(http, text="observed_property")
    assert "cinnabar.funding.call.changed.v1" in await listed(http, text="deadline_phrase")
    assert await listed(http, text="revoked observed_property") == []


async def test_words_are_looked_for_in_the_language_of_the_reader(http: httpx.AsyncClient) -> None:
    assert "cinnabar.funding.call.withdrawn.v1" in await listed(http, text="preklical", lang="sl")
    assert await listed(http, text="preklical", lang="en") == []


async def test_finding_nothing_says_what_to_do_next(http: httpx.AsyncClient) -> None:
    page = (await http.get("/events", params={"text": "zzz", "lang": "en"})).text
    assert "Show all events" in page


async def test_what_somebody_looks_for_is_text_and_nothing_else(http: httpx.AsyncClient) -> None:
    hostile = '"><script>alert(1)</script>'
    page = (await http.get("/events", params={"text": hostile})).text
    assert hostile not in page
    assert "<script>alert" not in page
    assert escape(hostile).replace("&quot;", "&#34;") in page
