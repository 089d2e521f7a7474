"""Bearer tokens: any OpenID Connect issuer's, or the embedded mode's own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Protocol

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kit.auth.people import ROLES, Person

HOURS = 12
LEEWAY_SECONDS = 30


class Refused(Exception):
    """The token does not prove who is asking; the message says why."""


class Verifier(Protocol):
    async def verify(self, token: str) -> Person: ...


def _person(claims: dict[str, Any], municipality: str) -> Person:
    if claims.get("municipality", municipality) != municipality:
        raise Refused(f"the token is for {claims['municipality']}, here is {municipality}")
    roles = claims.get("roles") or claims.get("groups") or []
    user = str(claims.get("email") or claims["sub"])
    return Person(
        user=user,
        name=str(claims.get("name") or user),
        roles=frozenset(str(role) for role in roles) & set(ROLES),
        municipality=municipality,
        language="en" if str(claims.get("locale", "sl")).startswith("en") else "sl",
    )


class LocalIssuer:
    """Issues and verifies tokens with a key kept in the data folder: the embedded mode's issuer."""

    issuer = "cinnabar-local"

    def __init__(self, folder: Path, audience: str, municipality: str) -> None:
        self._key = _own_key(folder / "issuer.pem")
        self._audience = audience
        self._municipality = municipality

    def issue(self, person: Person, hours: float = HOURS) -> str:
        moment = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": person.user,
            "name": person.name,
            "roles": sorted(person.roles),
            "municipality": person.municipality,
            "locale": person.language,
            "iat": moment,
            "exp": moment + int(hours * 3600),
        }
        return jwt.encode(claims, self._key, algorithm="ES256")

    async def verify(self, token: str) -> Person:
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=["ES256"],
                audience=self._audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
            )
        except jwt.PyJWTError as error:
            raise Refused(str(error)) from None
        return _person(claims, self._municipality)


def _own_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The issuer's key, made at the first start and readable by its owner alone."""
    if file.exists():
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key
        raise Refused(f"{file} holds no elliptic-curve key; delete it to get a new one")
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = ec.generate_private_key(ec.SECP256R1())
    file.touch(mode=0o600)
    file.write_bytes(
        fresh.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return fresh


class OidcIssuer:
    """Verifies tokens of an OpenID Connect issuer by its published keys, fetched when first needed."""

    _REFRESH_SECONDS = 60.0

    def __init__(self, issuer: str, audience: str, municipality: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._audience = audience
        self._municipality = municipality
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = float("-inf")

    async def verify(self, token: str) -> Person:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._key(str(header.get("kid", "")))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=["RS256", "PS256", "ES256", "EdDSA"],
                audience=self._audience,
                issuer=[self._issuer, self._issuer + "/"],
                leeway=LEEWAY_SECONDS,
            )
        except (jwt.PyJWTError, httpx.HTTPError, KeyError, ValueError) as error:
            raise Refused(str(error)) from None
        return _person(claims, self._municipality)

    async def _key(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys and time.monotonic() - self._fetched > self._REFRESH_SECONDS:
            self._fetched = time.monotonic()
            async with httpx.AsyncClient(timeout=5) as client:
                discovery = (await client.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status()
                keys = (await client.get(discovery.json()["jwks_uri"])).raise_for_status()
            self._keys = {str(key.key_id): key for key in jwt.PyJWKSet.from_dict(keys.json()).keys}
        if kid not in self._keys:
            raise Refused(f"the issuer publishes no key {kid!r}")
        return self._keys[kid]
