"""Secrets that must be known again to sign with: kept under the installation's own secret, so that a dump is no key."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Unsealable(RuntimeError):
    """A secret was sealed under another CINNABAR_SECRET."""


def seal(own: str, text: str) -> bytes:
    """Raises ValueError when the installation has no secret."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(own)).encrypt(nonce, text.encode(), None)


def unseal(own: str, sealed: bytes) -> str:
    try:
        return AESGCM(_key(own)).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except InvalidTag:
        raise Unsealable("the key was made under another CINNABAR_SECRET; rotate it") from None


def _key(own: str) -> bytes:
    if not own:
        raise ValueError("CINNABAR_SECRET is empty; set it to at least 32 random characters")
    return HKDF(SHA256(), 32, None, b"cinnabar webhook keys v1").derive(own.encode())
