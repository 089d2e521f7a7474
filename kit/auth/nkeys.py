"""Keys and tokens as NATS writes them: an account's nkey, and JWTs signed by it.

An nkey is base32 of a prefix, the ed25519 key and its CRC-16/XMODEM; a seed says by its second prefix whose it is.
"""

from __future__ import annotations

import binascii
import json
from base64 import b32decode, b32encode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED = 18 << 3
_ACCOUNT = 0
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


class AccountKey:
    """The key under which an account lets users in. `public` goes into the server's configuration."""

    def __init__(self, seed: str) -> None:
        """Raises ValueError for what is no account's seed."""
        try:
            raw = b32decode(seed + "=" * (-len(seed) % 8))
        except binascii.Error:
            raise ValueError("an account's seed is base32 and begins with SA") from None
        if len(raw) != 36 or binascii.crc_hqx(raw[:-2], 0) != int.from_bytes(raw[-2:], "little") or raw[0] != _SEED:
            raise ValueError("an account's seed begins with SA and has 58 characters")
        self._key = Ed25519PrivateKey.from_private_bytes(raw[2:34])
        self.public = _written(bytes([_ACCOUNT]) + self._key.public_key().public_bytes_raw())

    @staticmethod
    def new_seed() -> str:
        return _written(bytes([_SEED, _ACCOUNT]) + Ed25519PrivateKey.generate().private_bytes_raw())

    def signed(self, claims: dict[str, Any]) -> str:
        """A JWT over `claims`, which must name this key as `iss`."""
        head = _part(_HEADER) + b"." + _part(claims)
        return (head + b"." + urlsafe_b64encode(self._key.sign(head)).rstrip(b"=")).decode()


def _written(raw: bytes) -> str:
    return b32encode(raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")).decode().rstrip("=")


def _part(document: dict[str, Any]) -> bytes:
    return urlsafe_b64encode(json.dumps(document, separators=(",", ":")).encode()).rstrip(b"=")
