"""Tokens that let a mail's reader leave one subscription without signing in, and nothing else.

A token is the subscription's id and an HMAC-SHA256 (RFC 2104) over it, both base64url, joined by a dot.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

_PURPOSE = b"cinnabar unsubscribe v1\x00"


def sign(secret: str, subscription_id: str) -> str:
    """The token of a subscription, fit for a URL path. `ValueError` when the secret is empty."""
    if not secret:
        raise ValueError("secret is empty; set CINNABAR_SECRET to at least 32 random characters")
    if not subscription_id:
        raise ValueError("subscription_id is empty; a token needs the id of one subscription")
    body = subscription_id.encode()
    seal = hmac.digest(secret.encode(), _PURPOSE + body, "sha256")
    return f"{_encoded(body)}.{_encoded(seal)}"


def verify(secret: str, token: str) -> str | None:
    """The id of the subscription a token was made for, or None when it was not made with this secret."""
    body_text, dot, _ = token.partition(".")
    if not secret or not dot or not token.isascii():
        return None
    try:
        subscription_id = urlsafe_b64decode(body_text + "=" * (-len(body_text) % 4)).decode()
    except (NotBase64, UnicodeDecodeError):
        return None
    if not subscription_id or not hmac.compare_digest(token, sign(secret, subscription_id)):
        return None
    return subscription_id


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
