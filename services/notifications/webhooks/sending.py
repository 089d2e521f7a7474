"""One attempt: sign, post, and keep the beginning of the answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

import httpx

from contracts.envelope import CONTENT_TYPE
from services.notifications.webhooks.outcome import Outcome
from services.notifications.webhooks.signing import signature

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Post:
    """What goes to whom, under which id, signed by which secrets."""

    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


async def post(client: httpx.AsyncClient, message: Post, timestamp: int, limit: float = TIMEOUT_SECONDS) -> Outcome:
    """Try once, within `limit` seconds for everything. Never raises for what the other side does."""
    headers = {
        "content-type": CONTENT_TYPE,
        "user-agent": "Cinnabar-Webhooks/1",
        "webhook-id": message.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(message.message_id, timestamp, message.body, message.secrets),
    }
    began = monotonic()
    try:
        async with (
            asyncio.timeout(limit),
            client.stream("POST", message.url, content=message.body, headers=headers, timeout=limit) as answer,
        ):
            text = await _beginning(answer)
            return Outcome(answer.status_code, _since(began), None, text, answer.headers.get("retry-after"))
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(None, _since(began), f"no answer within {limit:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Outcome(None, _since(began), str(error)[:300] or type(error).__name__)


async def _beginning(answer: httpx.Response) -> str:
    raw = b""
    async for chunk in answer.aiter_raw(ANSWER_BYTES):
        raw += chunk
        if len(raw) >= ANSWER_BYTES:
            break
    return raw[:ANSWER_BYTES].decode(errors="replace").replace("\x00", "")


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)
