"""Finds out who is asking, from a bearer token or the pages' session cookie."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from kit.auth.people import Person
from kit.auth.tokens import Refused, Verifier
from kit.http.problems import Problem, answer

COOKIE = "cinnabar_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


class WhoIsAsking:
    """Sets `request.state.person`: a Person, or None. A bearer token that proves nothing is refused."""

    def __init__(self, app: ASGIApp, verifier: Verifier) -> None:
        self._app = app
        self._verifier = verifier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["person"] = await self._person(scope)
        except Problem as problem:
            await answer(problem, Request(scope))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _person(self, scope: Scope) -> Person | None:
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            try:
                return await self._verifier.verify(token.strip())
            except Refused as refused:
                challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
                raise Problem(401, f"the bearer token is refused: {refused}", headers=challenge) from None
        session = _cookie(headers.get("cookie", ""))
        if session is None:
            return None
        try:
            person = await self._verifier.verify(session)
        except Refused:
            return None
        if scope["method"] not in _SAFE and not _same_origin(headers):
            raise Problem(403, "this form was sent from another site")
        return person


def _cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own pages."""
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
