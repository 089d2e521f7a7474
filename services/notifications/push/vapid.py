"""The key by which push services know us (RFC 8292): made once per installation, kept sealed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kit.sealing import seal, unseal
from kit.settings import Settings
from kit.store import Store, Work
from services.notifications.channels.store import KEYS
from services.notifications.mail import sender_address

_KEY = "vapid"
_SEALED_AS = "web push key"
LIFETIME = timedelta(hours=12)
"""RFC 8292 allows 24 hours; half of it leaves room for clocks."""


@dataclass(frozen=True, slots=True)
class Vapid:
    """The key and whom a push service may write to about us."""

    private: ec.EllipticCurvePrivateKey
    contact: str

    @property
    def public(self) -> str:
        """The public key as browsers want it: an uncompressed point (X9.62), base64url."""
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The header that proves a message is ours, to the push service of `endpoint` alone."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + LIFETIME).timestamp())}
        token = jwt.encode({**claims, "sub": self.contact}, self.private, algorithm="ES256")
        return f"vapid t={token}, k={self.public}"


async def vapid(store: Store, settings: Settings) -> Vapid:
    """The installation's key, made when it is first asked for. `ValueError` without CINNABAR_SECRET."""
    own = settings.secret.get_secret_value()

    async def kept(work: Work) -> bytes:
        found = await work.get(KEYS, _KEY)
        if found is not None:
            return bytes(found["sealed"])
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        sealed = seal(own, pem.decode(), _SEALED_AS)
        work.put(KEYS, {"_id": _KEY, "sealed": sealed, "made_at": work.now})
        return sealed

    document = await store[KEYS].find_one({"_id": _KEY})
    sealed = bytes(document["sealed"]) if document else await store.transact(kept)
    private = serialization.load_pem_private_key(unseal(own, sealed, _SEALED_AS).encode(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("the stored web push key is of another kind")
    return Vapid(private, f"mailto:{settings.contact or sender_address(settings.mail_from).addr_spec}")
