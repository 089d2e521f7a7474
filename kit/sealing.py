"""Secrets that must be known again: kept under the installation's own secret, so that a dump is no key."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Unsealable(RuntimeError):
    """A secret was sealed under another CINNABAR_SECRET."""


def seal(own: str, text: str, purpose: str) -> bytes:
    """What is sealed for one purpose opens for no other. Raises ValueError when the installation has no secret."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(own, purpose)).encrypt(nonce, text.encode(), None)


def unseal(own: str, sealed: bytes, purpose: str) -> str:
    """Raises Unsealable."""
    try:
        return AESGCM(_key(own, purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except InvalidTag:
        raise Unsealable("it was sealed under another CINNABAR_SECRET") from None


def _key(own: str, purpose: str) -> bytes:
    if not own:
        raise ValueError("CINNABAR_SECRET is empty; set it to at least 32 random characters")
    return HKDF(SHA256(), 32, None, f"cinnabar {purpose} v1".encode()).derive(own.encode())
