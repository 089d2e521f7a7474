"""One push: encrypt for one browser, post to its push service, and read what that answers."""

from __future__ import annotations

import asyncio
import json
import os
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import http_ece
import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from services.notifications.channels.delivery import Outcome
from services.notifications.channels.message import Message
from services.notifications.push.browser import Browser, raw
from services.notifications.push.vapid import Vapid
from services.notifications.webhooks.outcome import asked_for

TIMEOUT_SECONDS = 15.0
LONGEST_KEPT = timedelta(days=7)
_GONE = {404, 410}
_LATER = {408, 425, 429}


def encrypted(browser: Browser, message: Message, language: str) -> bytes:
    """The message as RFC 8291 asks: one record, a fresh key and salt; only the browser can read it."""
    content = {"title": message.title, "body": message.body, "url": message.url, "tag": message.tag, "lang": language}
    result: bytes = http_ece.encrypt(
        json.dumps(content, ensure_ascii=False).encode(),
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=raw(browser.keys.p256dh),
        auth_secret=raw(browser.keys.auth),
        version="aes128gcm",
    )
    return result


async def push(
    client: httpx.AsyncClient, vapid: Vapid, browser: Browser, message: Message, *, language: str, now: datetime
) -> Outcome:
    """Try once. Never raises for what the other side does."""
    headers = {
        "authorization": vapid.authorization(browser.endpoint, now),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(_seconds_of_use(message, now)),
        "urgency": "high" if message.urgent else "normal",
        "topic": _topic(message.tag),
    }
    body = encrypted(browser, message, language)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            answer = await client.post(browser.endpoint, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(ok=False, words=f"no answer within {TIMEOUT_SECONDS:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Outcome(ok=False, words=str(error)[:300] or type(error).__name__)
    return _outcome(answer, now)


def _outcome(answer: httpx.Response, now: datetime) -> Outcome:
    """RFC 8030: 201 is taken; 404 and 410 mean that the browser is gone; else 4xx is about the request itself."""
    words = f"the push service answered {answer.status_code}"
    if answer.is_success:
        return Outcome(ok=True, words=words)
    later = answer.status_code in _LATER or answer.status_code >= 500
    return Outcome(
        ok=False,
        words=words,
        permanent=not later,
        over=answer.status_code in _GONE,
        again_at=asked_for(answer.headers.get("retry-after"), now),
    )


def _seconds_of_use(message: Message, now: datetime) -> int:
    """How long a push service keeps it for a browser that is off: until the deadline, a week at most."""
    until = min(message.of_use_until or now + LONGEST_KEPT, now + LONGEST_KEPT)
    return max(60, int((until - now).total_seconds()))


def _topic(tag: str) -> str:
    """At most 32 characters of base64url (RFC 8030, 5.4): a newer message replaces one that still waits."""
    return urlsafe_b64encode(sha256(tag.encode()).digest()[:24]).decode()
