"""The polite way to other people's servers: bounded, patient, at a walking pace, and only where robots.txt allows."""

from __future__ import annotations

import asyncio
import json as json_text
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from services.funding.polling.bodies import place_of, unpacked
from services.funding.polling.client import AGENT
from services.funding.polling.manners import NOT_NOW, Again, Manners, expect_success, in_words, patiently, retry_after
from services.funding.polling.robots import Robots, read_robots
from services.funding.sources.source import Mark, Payload, Unreachable

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(slots=True)
class Hosts:
    """When each host may be visited next: shared by everything one process polls."""

    _next: dict[str, float] = field(default_factory=dict)

    async def turn(self, host: str, pause: float) -> None:
        """Return when it is this visit's turn."""
        moment = max(self._next.get(host, 0.0), monotonic())
        self._next[host] = moment + pause
        await asyncio.sleep(moment - monotonic())


class Memory(Protocol):
    """What earlier visits left behind, kept in the store."""

    async def mark(self, address: str) -> Mark | None: ...

    async def robots(self, site: str) -> str | None:
        """The site's robots.txt, not older than a day."""
        ...

    async def keep_robots(self, site: str, text: str) -> None: ...


class PoliteWeb:
    """Implements `Web` for one run of one source; counts what it did.

    `unchanged` are all documents that were as before, `unchanged_details` those without which no row is missing.
    """

    def __init__(
        self, client: httpx.AsyncClient, memory: Memory, hosts: Hosts, manners: Manners, *, afresh: bool = False
    ) -> None:
        self._client = client
        self._memory = memory
        self._hosts = hosts
        self._manners = manners
        self._robots: dict[str, Robots] = {}
        self._had: set[str] = set()
        self.afresh = afresh
        self.requests = 0
        self.unchanged = 0
        self.unchanged_details = 0

    @property
    def robots_said(self) -> str | None:
        """What the visited sites' robots.txt say of the addresses asked for, for the record."""
        said = [f"{site}/robots.txt {robots}" for site, robots in sorted(self._robots.items())]
        return "; ".join(said) or None

    async def get(self, url: str, params: Mapping[str, str] | None = None) -> Payload:
        """See `Web.get`."""
        return _whole(await self._document("GET", _address(url, params), {}, None, None), url)

    async def get_changed(
        self, url: str, params: Mapping[str, str] | None = None, *, said: str | None = None, detail: bool = False
    ) -> Payload | None:
        """See `Web.get_changed`."""
        address = _address(url, params)
        if address in self._had:
            return None
        known = None if self.afresh else await self._memory.mark(address)
        if known is not None and said is not None and known.said == said:
            self.unchanged += 1
            self.unchanged_details += detail
            return None
        payload = await self._document("GET", address, _conditions(known), None, said)
        self.unchanged_details += detail and payload is None
        self._had.add(address)
        return payload

    async def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        json: object = None,
        parts: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Payload:
        """See `Web.post`."""
        body: dict[str, Any] = {}
        if parts is not None:
            body["files"] = {name: (None, json_text.dumps(part), "application/json") for name, part in parts.items()}
        elif form is not None:
            body["data"] = dict(form)
        else:
            body["json"] = json
        return _whole(await self._document("POST", _address(url, params), {}, body, None), url)

    async def stream_changed(self, url: str, *, max_bytes: int) -> Chunks | None:
        """See `Web.stream_changed`."""
        known = None if self.afresh else await self._memory.mark(url)

        async def begin() -> Chunks | None:
            opened = self._open("GET", url, _conditions(known), None)
            response = await opened.__aenter__()
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                await opened.__aexit__(None, None, None)
                return None
            return Chunks(_mark(url, response, None), opened, response, max_bytes)

        stream = await patiently(url, begin, self._manners)
        self.unchanged += stream is None
        return stream

    async def _document(
        self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any] | None, said: str | None
    ) -> Payload | None:
        async def once() -> Payload | None:
            async with (
                asyncio.timeout(self._manners.whole),
                self._open(method, url, headers, body) as response,
            ):
                if response.status_code == HTTPStatus.NOT_MODIFIED:
                    self.unchanged += 1
                    return None
                whole = b"".join([chunk async for chunk in unpacked(response, self._manners.max_bytes)])
                mark = _mark(url, response, said) if method == "GET" else None
                return Payload(str(response.url), whole, mark)

        return await patiently(url, once, self._manners)

    @asynccontextmanager
    async def _open(
        self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any] | None
    ) -> AsyncIterator[httpx.Response]:
        """The answer's head after at most a few redirects, each a visit of its own with its own rules."""
        for _ in range(self._manners.redirects + 1):
            await self._may_visit(url)
            request = self._client.build_request(method, url, headers=dict(headers), **(body or {}))
            response = await self._client.send(request, stream=True)
            self.requests += 1
            try:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url = str(response.url.join(response.headers["location"]))
                    if response.status_code == HTTPStatus.SEE_OTHER:
                        method, body = "GET", None
                    continue
                expect_success(response)
                yield response
                return
            finally:
                await response.aclose()
        most = self._manners.redirects
        raise Unreachable(f"{place_of(url)} is reached by more than {most} redirects", "Correct the address")

    async def _may_visit(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{url[:200]} is no web address", "Correct the source's address")
        site = f"{parts.scheme}://{parts.netloc}"
        robots = await self._rules_of(site)
        if not robots.allow(url):
            rule = robots.decides(url)
            path = rule.path if rule else "/"
            raise Unreachable(
                f"{site}/robots.txt forbids {path}", "Ask the site's keeper for leave, or for another way to its data"
            )
        await self._hosts.turn(parts.netloc, max(self._manners.pause, min(robots.delay or 0, 30)))

    async def _rules_of(self, site: str) -> Robots:
        if site not in self._robots:
            text = await self._memory.robots(site)
            if text is None:
                text = await patiently(site, lambda: self._fetch_robots(site), self._manners)
                await self._memory.keep_robots(site, text)
            self._robots[site] = read_robots(text, AGENT)
        return self._robots[site]

    async def _fetch_robots(self, site: str) -> str:
        """RFC 9309: a site without the file allows everything; one that cannot answer allows nothing for now."""
        await self._hosts.turn(urlsplit(site).netloc, self._manners.pause)
        async with (
            asyncio.timeout(self._manners.whole),
            self._client.stream("GET", f"{site}/robots.txt", follow_redirects=True) as response,
        ):
            self.requests += 1
            if response.status_code in NOT_NOW:
                raise Again(f"{site}/robots.txt answers {response.status_code}", retry_after(response))
            if not response.is_success:
                return ""
            text = b""
            async for chunk in unpacked(response, 8 * 512 * 1024):
                text += chunk
                if len(text) > 512 * 1024:
                    break
            return text.decode(errors="replace")


@dataclass(slots=True)
class Chunks:
    """A large body under way. Iterate it once; it is closed at its end."""

    mark: Mark
    _opened: Any
    _response: httpx.Response
    _max_bytes: int

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in unpacked(self._response, self._max_bytes):
                yield chunk
        except (httpx.TransportError, TimeoutError) as error:
            raise Unreachable(in_words(self.mark.address, error), "It is tried again later") from None
        finally:
            await self._opened.__aexit__(None, None, None)


def _whole(payload: Payload | None, url: str) -> Payload:
    if payload is None:
        raise Unreachable(f"{place_of(url)} answers 304 to a request without a condition", "Tell the site's keeper")
    return payload


def _address(url: str, params: Mapping[str, str] | None) -> str:
    return str(httpx.URL(url).copy_merge_params(dict(params))) if params else url


def _conditions(known: Mark | None) -> dict[str, str]:
    if known is None:
        return {}
    said = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in said.items() if value}


def _mark(url: str, response: httpx.Response, said: str | None) -> Mark:
    return Mark(url, response.headers.get("etag"), response.headers.get("last-modified"), said)
