"""The frame's addresses, over HTTP: caching, headers, the choice of language, and no way to another site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from kit.web.headers import SecurityHeaders, content_security_policy
from kit.web.i18n import Catalogues
from kit.web.links import local_path, with_param
from kit.web.render import OWN_CATALOGUE, FrameSettings, Pages
from kit.web.routes import frame_routes

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil",
    "/\t/evil",
    "/\n/evil",
    "evil",
    "",
]


def client_for(pages: Pages) -> httpx.AsyncClient:
    app = Starlette(routes=frame_routes(pages), middleware=[Middleware(SecurityHeaders)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://cinnabar.test")


@pytest.fixture
async def client(pages: Pages) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(pages) as client:
        yield client


async def test_static_files_are_kept_only_under_their_own_version(client: httpx.AsyncClient, pages: Pages) -> None:
    current = await client.get(pages.assets.url("tokens.css"))
    assert current.headers["content-type"].startswith("text/css")
    assert "immutable" in current.headers["cache-control"]
    script = await client.get(pages.assets.url("cinnabar.js"))
    assert "javascript" in script.headers["content-type"]
    older = await client.get("/static/0123456789ab/tokens.css")
    assert older.status_code == 200
    assert older.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["..%2frender.py", "%2e%2e/render.py", "nothing.css"])
async def test_only_known_files_are_served(client: httpx.AsyncClient, pages: Pages, name: str) -> None:
    assert (await client.get(f"/static/{pages.assets.version}/{name}")).status_code == 404


def test_an_unknown_file_is_named_when_a_template_asks_for_it(pages: Pages) -> None:
    with pytest.raises(KeyError, match=r"theme\.css is not among"):
        pages.assets.url("theme.css")


async def test_pages_carry_the_security_headers(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/accessibility")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "Accept-Language" in headers["vary"]


def test_an_issuer_may_be_named_as_a_form_target() -> None:
    assert "form-action 'self' https://issuer.example" in content_security_policy(["https://issuer.example"])


async def test_choosing_a_language_keeps_the_page_and_is_remembered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/language", params={"lang": "en", "next": "/accessibility?a=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/accessibility?a=1")
    assert '<html lang="en">' in (await client.get("/accessibility")).text
    await client.post("/language", data={"lang": "sl", "next": "/"})
    assert '<html lang="sl">' in (await client.get("/accessibility", headers={"Accept-Language": "en"})).text


async def test_a_language_in_the_address_stays_for_the_next_page(client: httpx.AsyncClient) -> None:
    await client.get("/accessibility?lang=en")
    assert '<html lang="en">' in (await client.get("/accessibility")).text


async def test_an_unknown_language_is_not_remembered(client: httpx.AsyncClient) -> None:
    answer = await client.get("/language", params={"lang": "<b>", "next": "/"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("candidate", ELSEWHERE)
async def test_nobody_is_sent_to_another_site(client: httpx.AsyncClient, candidate: str) -> None:
    answer = await client.get("/language", params={"lang": "sl", "next": candidate})
    assert answer.headers["location"] == "/"
    assert local_path(candidate, "/inbox") == "/inbox"


def test_local_paths_pass() -> None:
    assert local_path("/funding/calls?sort=-deadline&q=a%20b#x") == "/funding/calls?sort=-deadline&q=a%20b#x"
    assert local_path(None) == "/"


def test_with_param_replaces_adds_and_drops() -> None:
    assert with_param("/calls?sort=a&after=x&q=", sort="-a", after=None) == "/calls?q=&sort=-a"
    assert with_param("/calls", q="č & d") == "/calls?q=%C4%8D+%26+d"


async def test_the_style_guide_is_for_the_embedded_mode(client: httpx.AsyncClient, pages: Pages) -> None:
    assert (await client.get("/styleguide")).status_code == 200
    frame = replace(pages.frame, demo=False)
    async with client_for(Pages({}, Catalogues(OWN_CATALOGUE), frame)) as public:
        assert (await public.get("/styleguide")).status_code == 404


async def test_a_search_form_and_a_contact_appear_when_given() -> None:
    zone = ZoneInfo("Europe/Ljubljana")
    frame = FrameSettings("Občina", "1", False, zone, search_url="/search", contact_email="obcina@example.si")
    async with client_for(Pages({}, Catalogues(OWN_CATALOGUE), frame)) as client:
        html = (await client.get("/accessibility")).text
    assert 'action="/search"' in html
    assert "mailto:obcina@example.si" in html
