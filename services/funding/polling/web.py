"""The polite way to other people's servers: bounded, patient, at a walking pace, and only where robots.txt allows."""

from __future__ import annotations

import asyncio
import json as json_text
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from time import monotonic
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx

from services.funding.polling.addresses import refuse_private
from services.funding.polling.bodies import ENCODINGS, place_of, unpacked
from services.funding.polling.robots import Robots, read_robots
from services.funding.sources.source import Mark, Payload, Unreachable

T = TypeVar("T")

AGENT = "Cinnabar"
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Manners:
    """How a visitor behaves. Times in seconds; `pause` is the least time between two visits to one host."""

    pause: float = 1.0
    tries: int = 3
    backoff: float = 2.0
    longest_wait: float = 120.0
    connect: float = 10.0
    silence: float = 30.0
    whole: float = 180.0
    max_bytes: int = 16 * 1024 * 1024
    redirects: int = 5
    private_addresses: bool = False


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


class _Again(Exception):
    """Not now; perhaps later. `after`: seconds the server asked for."""

    def __init__(self, reason: str, after: float | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.after = after
        self.status = status


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

        stream = await self._patiently(url, begin)
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

        return await self._patiently(url, once)

    async def _patiently(self, url: str, once: Callable[[], Awaitable[T]]) -> T:
        """Try, wait as long as the server asks or ever longer, try again."""
        for tries in range(1, self._manners.tries + 1):
            try:
                return await once()
            except _Again as again:
                reason, after, status = str(again), again.after, again.status
            except (httpx.TransportError, TimeoutError) as error:
                reason, after, status = _in_words(url, error), None, None
            except httpx.InvalidURL as error:
                raise Unreachable(f"{place_of(url)} is no address: {error}", "Correct the source's address") from None
            wait = self._manners.backoff * 2 ** (tries - 1) * random.uniform(0.75, 1.25) if after is None else after  # noqa: S311
            if wait > self._manners.longest_wait:
                raise Unreachable(f"{reason}; it asks to wait {wait:.0f} s", "It is tried again later", status=status)
            if tries < self._manners.tries:
                await asyncio.sleep(wait)
        raise Unreachable(f"{reason}, {self._manners.tries} times", "It is tried again later", status=status)

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
                _expect_success(response)
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
        if not self._manners.private_addresses:
            await refuse_private(parts.hostname)
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
                text = await self._patiently(site, lambda: self._fetch_robots(site))
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
            if response.status_code in _AGAIN:
                raise _Again(f"{site}/robots.txt answers {response.status_code}", _retry_after(response))
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
            raise Unreachable(_in_words(self.mark.address, error), "It is tried again later") from None
        finally:
            await self._opened.__aexit__(None, None, None)


def client_for(*, contact: str, site: str, intermediate: str | None, manners: Manners) -> httpx.AsyncClient:
    """A client that says who it is. `intermediate`: a certificate (PEM) that the server forgets to send along."""
    context: ssl.SSLContext = httpx.create_ssl_context()
    if intermediate:
        # It completes a chain to a root this machine trusts; it is no root itself.
        context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=intermediate)
    return httpx.AsyncClient(
        verify=context,
        timeout=httpx.Timeout(manners.silence, connect=manners.connect),
        headers={"User-Agent": agent(contact, site), "Accept-Encoding": ENCODINGS, "Accept": "*/*"},
        max_redirects=manners.redirects,
    )


def agent(contact: str, site: str) -> str:
    """`Cinnabar/0.2.0 (+https://cinnabar.idrija.si; razpisi@idrija.si)`: the product, where it runs, whom to write."""
    return f"{AGENT}/{version('cinnabar')} (+{site}; {contact})"


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


def _expect_success(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success or status == HTTPStatus.NOT_MODIFIED:
        return
    reason = f"{place_of(str(response.url))} answers {status}"
    if status in _AGAIN:
        raise _Again(reason, _retry_after(response), status)
    mends = {404: "See whether the page was moved", 401: "See whether it asks for a key", 403: "Ask the site's keeper"}
    raise Unreachable(reason, mends.get(status, "See whether the address is still right"), status=status)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait, however the server said it: RFC 9110, 10.2.3."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        moment: datetime = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((moment - datetime.now(UTC)) / timedelta(seconds=1), 0.0) if moment.tzinfo else None


def _in_words(url: str, error: Exception) -> str:
    url = place_of(url)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"{url} does not answer in time"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"{url} breaks off its answer"
    return f"{url} cannot be reached: {str(error)[:200] or type(error).__name__}"
