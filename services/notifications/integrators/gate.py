"""Lets integrators into NATS: answers the server's auth callout (ADR-26) with exactly the rights a key was given.

The server asks about every connection whose user it does not know itself. Each replica may answer; the store decides.
"""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any

from kit.auth.nkeys import AccountKey
from kit.clock import now, uuid7
from kit.service import Context
from kit.store import Work
from services.notifications.integrators.integrator import Integrator, is_its_own, mqtt_permissions, permissions
from services.notifications.integrators.store import CONNECTIONS, INTEGRATORS

log = logging.getLogger(__name__)

CALLOUT = "$SYS.REQ.USER.AUTH"
NO_LIMIT = -1


async def let_integrators_in(context: Context) -> None:
    """Answer for as long as this process runs."""
    seed = context.settings.nats_issuer.get_secret_value()
    if not seed or context.bus is None:
        log.info("CINNABAR_NATS_ISSUER is not set: integrators read over HTTP alone")
        await asyncio.Event().wait()
        return
    gate = Gate(context, AccountKey(seed))
    await context.bus.client.subscribe(CALLOUT, queue="integrators", cb=gate.answer)
    await asyncio.Event().wait()


class NotLetIn(Exception):
    """Why; the server writes it into its log, and tells the client nothing."""


class Gate:
    """Answers one question at a time. `account` is where the server lets users in."""

    def __init__(self, context: Context, key: AccountKey) -> None:
        self._context = context
        self._key = key

    async def answer(self, message: Any) -> None:
        try:
            asked = _claims(message.data.decode())
            verdict = await self._verdict(asked)
        except Exception:
            # Without an answer the server refuses after its own timeout.
            log.exception("a question of the NATS server could not be answered")
            return
        await message.respond(self._key.signed(verdict).encode())

    async def _verdict(self, asked: dict[str, Any]) -> dict[str, Any]:
        told = {"jwt": "", "error": ""}
        try:
            told["jwt"] = self._user(await self._let_in(asked), asked)
        except NotLetIn as refused:
            told["error"] = str(refused)
        claims = self._claims(asked["user_nkey"], "authorization_response", told)
        return claims | {"aud": asked["server_id"]["id"]}

    async def _let_in(self, asked: dict[str, Any]) -> Integrator:
        """Who is asking, noted as connected. Raises NotLetIn."""
        options, client = asked["connect_opts"], asked["client_info"]
        name, secret = str(options.get("user", "")), str(options.get("pass", ""))
        if await self._known(name, secret) is None:
            raise NotLetIn("the name or the secret is wrong, or the key was revoked")
        if _is_mqtt(client):
            if not self._context.settings.nats_system_url:
                raise NotLetIn("without CINNABAR_NATS_SYSTEM_URL a revoked key could not be cut off MQTT")
            if not is_its_own(client.get("mqtt_id", ""), name):
                raise NotLetIn(f"the MQTT client id has to be {name} or to begin with {name}:")
        await self._note(name, asked)
        # Who is revoked from here on finds the note, and cuts this connection.
        integrator = await self._known(name, secret)
        if integrator is None:
            raise NotLetIn("the key was revoked")
        return integrator

    async def _known(self, name: str, secret: str) -> Integrator | None:
        document = await self._context.store[INTEGRATORS].find_one({"_id": name})
        integrator = INTEGRATORS.to_aggregate(document) if document else None
        return integrator if integrator is not None and integrator.lets_in(secret, now()) else None

    async def _note(self, name: str, asked: dict[str, Any]) -> None:
        place = {"server": asked["server_id"]["id"], "client": asked["client_info"]["id"]}

        async def note(work: Work) -> None:
            row = {"_id": uuid7(), "name": name, "at": work.now, **place}
            work.insert(CONNECTIONS, row | {"host": asked["client_info"].get("host")})

        await self._context.store.transact(note)

    def _user(self, integrator: Integrator, asked: dict[str, Any]) -> str:
        settings, mqtt = self._context.settings, _is_mqtt(asked["client_info"])
        rights = mqtt_permissions(integrator) if mqtt else permissions(integrator)
        # Who asks names the subject of the answer. Inside the streams' own account an empty answer is also a command
        # to delete one, so whoever may ask is kept outside; who hears over MQTT may ask nothing.
        account = settings.nats_account if mqtt else settings.nats_outside
        limits = {"subs": NO_LIMIT, "data": NO_LIMIT, "payload": NO_LIMIT}
        # An empty list of what is allowed would allow everything.
        publish = {"allow": rights["publish"]} if rights["publish"] else {"deny": [">"]}
        may = {"pub": publish, "sub": {"allow": rights["subscribe"]}, **limits}
        claims = self._claims(asked["user_nkey"], "user", may)
        return self._key.signed(claims | {"aud": account, "name": integrator.name})

    def _claims(self, subject: str, kind: str, nats: dict[str, Any]) -> dict[str, Any]:
        moment: datetime = now()
        return {
            "jti": uuid7(),
            "iat": int(moment.timestamp()),
            "iss": self._key.public,
            "sub": subject,
            "nats": {**nats, "type": kind, "version": 2},
        }


def _is_mqtt(client: dict[str, Any]) -> bool:
    return str(client.get("type", "")).startswith("mqtt")


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))["nats"]
    return found
