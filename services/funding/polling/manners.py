"""How a visitor to other people's servers behaves: how long it waits, and when it tries again or gives up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx

from kit.egress import refused, unknown
from services.funding.polling.bodies import place_of
from services.funding.sources.source import Unreachable

T = TypeVar("T")

NOT_NOW = frozenset({408, 425, 429, 500, 502, 503, 504})


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


class Again(Exception):
    """Not now; perhaps later. `after`: seconds the server asked for."""

    def __init__(self, reason: str, after: float | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.after = after
        self.status = status


async def patiently(url: str, once: Callable[[], Awaitable[T]], manners: Manners) -> T:
    """Try, wait as long as the server asks or ever longer, try again."""
    for tries in range(1, manners.tries + 1):
        try:
            return await once()
        except Again as again:
            reason, after, status = str(again), again.after, again.status
        except (httpx.TransportError, TimeoutError) as error:
            if (place := out_of_reach(url, error)) is not None:
                raise place from None
            reason, after, status = in_words(url, error), None, None
        except httpx.InvalidURL as error:
            raise Unreachable(f"{place_of(url)} is no address: {error}", "Correct the source's address") from None
        wait = manners.backoff * 2 ** (tries - 1) * random.uniform(0.75, 1.25) if after is None else after  # noqa: S311
        if wait > manners.longest_wait:
            raise Unreachable(f"{reason}; it asks to wait {wait:.0f} s", "It is tried again later", status=status)
        if tries < manners.tries:
            await asyncio.sleep(wait)
    raise Unreachable(f"{reason}, {manners.tries} times", "It is tried again later", status=status)


def expect_success(response: httpx.Response) -> None:
    status = response.status_code
    if response.is_success or status == HTTPStatus.NOT_MODIFIED:
        return
    reason = f"{place_of(str(response.url))} answers {status}"
    if status in NOT_NOW:
        raise Again(reason, retry_after(response), status)
    mends = {404: "See whether the page was moved", 401: "See whether it asks for a key", 403: "Ask the site's keeper"}
    raise Unreachable(reason, mends.get(status, "See whether the address is still right"), status=status)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait, however the server said it: RFC 9110, 10.2.3."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        moment: datetime = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((moment - datetime.now(UTC)) / timedelta(seconds=1), 0.0) if moment.tzinfo else None


def out_of_reach(url: str, error: Exception) -> Unreachable | None:
    """What is to be said of a host that no patience reaches; None for any other failure."""
    if not isinstance(error, httpx.ConnectError):
        return None
    if refused(error):
        mend = "Give a public address, or set CINNABAR_PRIVATE_SOURCES for a source that stands in the own network"
        return Unreachable(f"{place_of(url)}: {error}", mend)
    return Unreachable(f"{place_of(url)}: {error}", "Check the spelling of the address") if unknown(error) else None


def in_words(url: str, error: Exception) -> str:
    url = place_of(url)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"{url} does not answer in time"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"{url} breaks off its answer"
    return f"{url} cannot be reached: {str(error)[:200] or type(error).__name__}"
