"""Signatures of Standard Webhooks 1.0.0, symmetric (`v1`) and ed25519 (`v1a`), by every key that is valid.

Signed is `id.timestamp.body` over the raw bytes. A symmetric secret is `whsec_` and base64 of 24 to 64 bytes; an
asymmetric pair is `whsk_` and `whpk_` with base64 of the 32 bytes that RFC 8032 calls the keys.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Scheme = Literal["v1", "v1a"]

SEED_BYTES = 32
_SYMMETRIC, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"


def secret_of(scheme: Scheme, seed: bytes) -> str:
    """The secret in its written form, from 32 random bytes."""
    return (_SYMMETRIC if scheme == "v1" else _PRIVATE) + b64encode(seed).decode()


def shown_key(secret: str) -> str:
    """What a receiver verifies with: the secret itself, or the public half of a pair."""
    if secret.startswith(_SYMMETRIC):
        return secret
    return _PUBLIC + b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def signature(message_id: str, timestamp: int, body: bytes, secrets: Iterable[str]) -> str:
    """The header `webhook-signature`: one signature per key, separated by spaces."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(_sign(secret, signed) for secret in secrets)


def _sign(secret: str, signed: bytes) -> str:
    if secret.startswith(_SYMMETRIC):
        return "v1," + b64encode(hmac.digest(b64decode(secret.removeprefix(_SYMMETRIC)), signed, "sha256")).decode()
    return "v1a," + b64encode(_private(secret).sign(signed)).decode()


def _private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(b64decode(secret.removeprefix(_PRIVATE)))
