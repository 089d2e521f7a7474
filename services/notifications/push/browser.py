"""A browser that asked for pushes: where to post, and for whose eyes."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field, field_validator


class Keys(BaseModel):
    """The browser's public key (a point on P-256) and the secret it shares with us (16 bytes), base64url."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)

    @field_validator("p256dh")
    @classmethod
    def _is_a_point(cls, text: str) -> str:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(text))
        return text

    @field_validator("auth")
    @classmethod
    def _is_sixteen_bytes(cls, text: str) -> str:
        if len(raw(text)) != 16:
            raise ValueError("auth is not 16 bytes in base64url; send the subscription as the browser gave it")
        return text


class Browser(BaseModel):
    """`PushSubscription.toJSON()`, as browsers write it (Push API)."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    endpoint: str = Field(max_length=2000)
    keys: Keys


def raw(text: str) -> bytes:
    """base64url with or without padding. `ValueError` for anything else."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
