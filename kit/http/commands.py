"""How an API handler changes something: one unit of work, repeatable under an Idempotency-Key."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from kit.clock import now
from kit.http.problems import FieldError, Problem
from kit.sealing import Unsealable, seal, unseal
from kit.store import Collection, Index, Store, Work

IDEMPOTENCY_KEYS = Collection("idempotency_keys", indexes=[Index([("at", 1)], expire_after=7 * 24 * 3600)])
_SEALED_FOR = "repeated answers"


class Command:
    """One request that changes something, by one person, against one service's store."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.store: Store = request.state.store
        self.person = getattr(request.state, "person", None)
        self.key = request.headers.get("idempotency-key")
        self._own = request.app.state.settings.secret.get_secret_value()

    async def run(
        self,
        change: Callable[[Work], Awaitable[Any]],
        *,
        status: int = 200,
        etag: bool = False,
        sealed: str | None = None,
    ) -> JSONResponse:
        """Do `change` in one unit of work and answer with what it returns.

        The same Idempotency-Key by the same person gets the first answer again; the same key with another
        body is refused. `sealed` names a field of the answer that is a secret: what is kept of it to be
        repeated is no key to anybody who reads the store.
        """
        fingerprint = await self._fingerprint()
        key = f"{self.person.user if self.person else '-'}:{self.key}" if self.key else None

        async def attempt(work: Work) -> tuple[Any, int]:
            if key is not None:
                earlier = await work.get(IDEMPOTENCY_KEYS, key)
                if earlier is not None:
                    return self._repeat(earlier, fingerprint, sealed)
            body = jsonable_encoder(await change(work), custom_encoder=_EXACT)
            if key is not None:
                kept = body if sealed is None else body | {sealed: seal(self._own, body[sealed], _SEALED_FOR)}
                work.insert(
                    IDEMPOTENCY_KEYS,
                    {"_id": key, "at": work.now, "fingerprint": fingerprint, "body": kept, "status": status},
                )
            return body, status

        actor = self.person.user if self.person else None
        body, code = await self.store.transact(attempt, actor=actor)
        headers = {"ETag": etag_of(body["version"])} if etag and isinstance(body, dict) and "version" in body else None
        return JSONResponse(body, code, headers=headers)

    def expect_version(self, version: int) -> None:
        """Hold an edit to the version its author saw (`If-Match`)."""
        wanted = self.request.headers.get("if-match")
        if wanted is None:
            raise Problem(
                428,
                "say which version you are editing",
                [FieldError("If-Match", "the header is missing", f"send If-Match: {etag_of(version)}")],
            )
        if wanted not in {etag_of(version), "*"}:
            raise Problem(412, f"it is at version {version} by now; read it again and repeat the edit")

    def _repeat(self, earlier: dict[str, Any], fingerprint: str, sealed: str | None) -> tuple[Any, int]:
        if earlier["fingerprint"] != fingerprint:
            raise Problem.at("Idempotency-Key", "this key was used for another request", "use a new key")
        body = earlier["body"]
        if sealed is not None:
            try:
                body = body | {sealed: unseal(self._own, body[sealed], _SEALED_FOR)}
            except Unsealable:
                raise Problem(409, f"it was done; its {sealed} cannot be shown again, ask for a new one") from None
        return body, int(earlier["status"])

    async def _fingerprint(self) -> str:
        body = await self.request.body()
        return hashlib.sha256(f"{self.request.method} {self.request.url.path} ".encode() + body).hexdigest()


# As the pages of a list say them: a share or an amount is text, so that no reader rounds it.
_EXACT: dict[Any, Callable[[Any], Any]] = {Decimal: str}


def etag_of(version: int) -> str:
    return f'"{version}"'


def _command(request: Request) -> Command:
    return Command(request)


def _moment() -> datetime:
    return now()


def _store(request: Request) -> Store:
    store: Store = request.state.store
    return store


Commanding = Annotated[Command, Depends(_command)]
Now = Annotated[datetime, Depends(_moment)]
Stored = Annotated[Store, Depends(_store)]
