"""Links in a mail that decide about one alert, for one person and one purpose, without signing in.

A token is opaque: authenticated encryption (AES-SIV, RFC 5297) of what it is bound to, base64url. The same binding
gives the same token, so that a mail sent again is the same mail.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from hashlib import sha512

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import AwareDatetime, ValidationError

from contracts.values import Value

_PURPOSE = b"cinnabar answer v1\x00"
LASTS = timedelta(days=30)
_LONGEST = 1000


class Bound(Value):
    """What a link is bound to. `purpose`: a choice, or `undo`; `turn`: how many decisions the alert had then."""

    alert_id: str
    person: str
    purpose: str
    expires: AwareDatetime
    turn: int = 0


def expiry(now: datetime) -> datetime:
    """The end of the day, in UTC, on which thirty days are over."""
    return datetime(now.year, now.month, now.day, tzinfo=UTC) + LASTS + timedelta(days=1)


def seal(secret: str, bound: Bound) -> str:
    """The token, fit for a URL path. `ValueError` when the secret is empty."""
    facts = [bound.alert_id, bound.person, bound.purpose, int(bound.expires.timestamp()), bound.turn]
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(_box(secret).encrypt(text, [_PURPOSE])).rstrip(b"=").decode()


def unseal(secret: str, token: str) -> Bound | None:
    """What a token is bound to, expired or not; None when it was not made with this secret."""
    if not token.isascii() or len(token) > _LONGEST:
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        alert_id, person, purpose, expires, turn = json.loads(_box(secret).decrypt(sealed, [_PURPOSE]))
        ends = datetime.fromtimestamp(expires, UTC)
        return Bound(alert_id=alert_id, person=person, purpose=purpose, expires=ends, turn=turn)
    except (NotBase64, InvalidTag, ValueError, ValidationError):
        return None


def _box(secret: str) -> AESSIV:
    if not secret:
        raise ValueError("secret is empty; set CINNABAR_SECRET to at least 32 random characters")
    return AESSIV(sha512(_PURPOSE + secret.encode()).digest())
