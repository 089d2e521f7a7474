"""The polite client against a real server that misbehaves in every way a site of calls can."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from services.funding.polling.client import client_for
from services.funding.polling.manners import Manners
from services.funding.polling.web import Hosts, PoliteWeb
from services.funding.sources.source import Mark, Unreachable
from tests.service.funding.sources.conftest import QUICK
from tests.service.funding.sources.site import Answer, Asked, Say, Site, site


class Remembered:
    """Marks and rules of one test."""

    def __init__(self, *marks: Mark) -> None:
        self.marks = {mark.address: mark for mark in marks}
        self.rules: dict[str, str] = {}

    async def mark(self, address: str) -> Mark | None:
        return self.marks.get(address)

    async def robots(self, site: str) -> str | None:
        return self.rules.get(site)

    async def keep_robots(self, site: str, text: str) -> None:
        self.rules[site] = text


@asynccontextmanager
async def visit(say: Say, *, manners: Manners = QUICK, **site_options: Any) -> AsyncIterator[tuple[Site, PoliteWeb]]:
    async with site(say) as there:
        for name, value in site_options.items():
            setattr(there, name, value)
        async with client_for(
            contact="x@idrija.example", site="https://c.example", intermediate=None, manners=manners
        ) as c:
            yield there, PoliteWeb(c, Remembered(), Hosts(), manners)


async def test_it_says_who_it_is_and_gives_the_bytes_as_they_came() -> None:
    async with visit(lambda asked: Answer("č".encode("cp1250"))) as (there, web):
        payload = await web.get(f"{there.url}/a", {"q": "č d"})
        assert payload.body == "č".encode("cp1250")
        (asked,) = there.asked
        assert asked.query == {"q": "č d"}
        assert asked.headers["user-agent"].startswith("Cinnabar/")
        assert "x@idrija.example" in asked.headers["user-agent"]


async def test_a_stumbling_server_is_tried_again_and_a_fallen_one_is_named() -> None:
    answers = iter([Answer(status=503, headers={"Retry-After": "0"}), Answer(b"half", cut=2), Answer(b"whole")])
    async with visit(lambda asked: next(answers)) as (there, web):
        assert (await web.get(there.url)).body == b"whole"
    async with visit(lambda asked: Answer(status=500)) as (there, web):
        with pytest.raises(Unreachable, match="answers 500, 3 times"):
            await web.get(there.url)
        assert len(there.asked) == 3


async def test_a_long_wait_is_not_waited_for_but_said() -> None:
    async with visit(lambda asked: Answer(status=429, headers={"Retry-After": "86400"})) as (there, web):
        with pytest.raises(Unreachable, match="asks to wait 86400 s"):
            await web.get(there.url)
        assert len(there.asked) == 1


async def test_silence_and_a_missing_page_are_told_apart() -> None:
    async with visit(lambda asked: Answer(hang=True), manners=replace(QUICK, tries=1)) as (there, web):
        with pytest.raises(Unreachable, match="does not answer in time"):
            await web.get(there.url)
    async with visit(lambda asked: Answer(status=404)) as (there, web):
        with pytest.raises(Unreachable) as gone:
            await web.get(there.url)
        assert gone.value.status == 404
        assert len(there.asked) == 1, "what is not there is not asked for again"


@pytest.mark.parametrize(
    "bomb",
    [
        Answer(b"x" * 2_000_001),
        Answer(b"x", headers={"Content-Length": "2000000000"}),
        Answer(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["large", "announced as 2 GB", "gzip bomb"],
)
async def test_a_bomb_is_refused_while_it_comes(bomb: Answer) -> None:
    async with visit(lambda asked: bomb, manners=replace(QUICK, max_bytes=2_000_000)) as (there, web):
        with pytest.raises(Unreachable, match="larger than the 2 MB"):
            await web.get(there.url)


async def test_packed_bodies_are_unpacked_and_cut_ones_noticed() -> None:
    whole = gzip.compress(b"calls" * 100_000)
    answers = iter([Answer(whole, headers={"Content-Encoding": "gzip"})])
    async with visit(lambda asked: next(answers)) as (there, web):
        assert (await web.get(there.url)).body == b"calls" * 100_000
    cut = Answer(whole[:-20], headers={"Content-Encoding": "gzip"})
    async with visit(lambda asked: cut) as (there, web):
        with pytest.raises(Unreachable, match="middle of its packed body"):
            await web.get(there.url)


async def test_redirects_are_followed_a_little() -> None:
    def say(asked: Asked) -> Answer:
        step = int(asked.path.strip("/") or 0)
        return Answer(b"there") if step == 3 else Answer(status=302, headers={"Location": f"/{step + 1}"})

    async with visit(say) as (there, web):
        payload = await web.get(there.url)
        assert (payload.body, payload.url) == (b"there", f"{there.url}/3")
    async with visit(lambda asked: Answer(status=302, headers={"Location": "/again"})) as (there, web):
        with pytest.raises(Unreachable, match="more than 5 redirects"):
            await web.get(there.url)
    async with visit(lambda asked: Answer(status=302, headers={"Location": "file:///etc/passwd"})) as (there, web):
        with pytest.raises(Unreachable, match="no web address"):
            await web.get(there.url)


async def test_an_unchanged_page_costs_no_body_and_an_unchanged_listing_no_question() -> None:
    def say(asked: Asked) -> Answer:
        same = asked.headers.get("if-none-match") == '"7"'
        return Answer(status=304) if same else Answer(b"page", headers={"ETag": '"7"'})

    async with visit(say) as (there, web):
        first = await web.get_changed(f"{there.url}/p", said="row")
        assert first is not None
        assert first.mark == Mark(f"{there.url}/p", '"7"', None, "row")
        assert await web.get_changed(f"{there.url}/p", said="row") is None, "no run gets one document twice"
        again = PoliteWeb(web._client, Remembered(first.mark), Hosts(), QUICK)
        assert await again.get_changed(f"{there.url}/p", said="row") is None
        assert len(there.asked) == 1
        assert await again.get_changed(f"{there.url}/p", said="row, moved") is None
        assert (len(there.asked), again.unchanged) == (2, 2)


async def test_robots_txt_decides_where_it_goes() -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: cinnabar\nDisallow: /zaprto/*.html$\nAllow: /\n"
    async with visit(lambda asked: Answer(b"page"), robots=Answer(rules)) as (there, web):
        assert (await web.get(f"{there.url}/razpisi")).body == b"page"
        with pytest.raises(Unreachable, match=r"robots\.txt forbids /zaprto"):
            await web.get(f"{there.url}/zaprto/1.html")
        assert [asked.path for asked in there.asked] == ["/razpisi"]
    async with visit(lambda asked: Answer(b"page"), robots=Answer(status=503)) as (there, web):
        with pytest.raises(Unreachable, match=r"robots\.txt answers 503"):
            await web.get(there.url)


async def test_the_own_network_is_no_source() -> None:
    async with visit(lambda asked: Answer(b"secret"), manners=replace(QUICK, private_addresses=False)) as (there, web):
        with pytest.raises(Unreachable, match="inside the own network"):
            await web.get(there.url)
        assert there.asked == []


async def test_parts_of_a_question_are_json_documents() -> None:
    async with visit(lambda asked: Answer.json({})) as (there, web):
        await web.post(f"{there.url}/search", {"text": "***"}, parts={"query": {"bool": {}}, "languages": ["en"]})
        (asked,) = there.asked
        assert asked.parts() == {
            "query": ("application/json", b'{"bool": {}}'),
            "languages": ("application/json", b'["en"]'),
        }
        assert asked.query == {"text": "***"}
