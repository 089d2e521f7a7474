"""Who reads the event stream: a person with the role, or a program with an integrator's key (HTTP Basic, RFC 7617)."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from kit.auth.people import Person, person_of
from kit.clock import now
from kit.http.problems import Problem
from kit.store import Store
from services.notifications.integrators.store import INTEGRATORS


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may read. `key` is the integrator's name and secret, None for a person."""

    municipality: str
    within: tuple[str, ...]
    personal: bool
    key: tuple[str, str] | None = None


async def reader_of(request: Request) -> Reader:
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return await _with_key(request.state.store, _pair(rest))
    person: Person | None = person_of(request)
    if person is None:
        challenge = {"WWW-Authenticate": 'Bearer, Basic realm="Cinnabar"'}
        raise Problem(401, "sign in, or send a key; /events/start gives you one", headers=challenge)
    if not person.may("integrator", "operator"):
        raise Problem(403, f"this needs the role integrator or operator; {person.user} has neither")
    return Reader(person.municipality, (">",), person.may("operator"))


Reading = Annotated[Reader, Depends(reader_of)]


async def still_may(reader: Reader, store: Store) -> bool:
    """Whether a key that was good still is; what a person may was settled when they came."""
    if reader.key is None:
        return True
    try:
        await _with_key(store, reader.key)
    except Problem:
        return False
    return True


async def _with_key(store: Store, pair: tuple[str, str]) -> Reader:
    name, secret = pair
    document = await store[INTEGRATORS].find_one({"_id": name})
    integrator = INTEGRATORS.to_aggregate(document) if document else None
    if integrator is None or not integrator.lets_in(secret, now()):
        challenge = {"WWW-Authenticate": 'Basic realm="Cinnabar"'}
        raise Problem(401, "the name or the secret is wrong, or the key was revoked", headers=challenge)
    return Reader(integrator.municipality, integrator.patterns, personal=False, key=pair)


def _pair(text: str) -> tuple[str, str]:
    try:
        name, _, secret = b64decode(text.strip(), validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        raise Problem(401, "the key cannot be read; send name and secret as HTTP Basic") from None
    return name, secret
