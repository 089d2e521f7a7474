"""The API as a command uses it: the running copy's address, a token, and errors in words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import typer

from kit.auth.people import DEMO_PEOPLE
from kit.auth.tokens import LocalIssuer
from kit.settings import Settings


class Api:
    """A signed-in HTTP client. CINNABAR_TOKEN is used where it is set, else a demo person's own token."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    @contextmanager
    def connect(cls, user: str) -> Iterator[Api]:
        settings = Settings()
        note = settings.data_dir / "running.json"
        address = json.loads(note.read_text())["url"] if note.exists() else settings.public_url
        headers = {"Authorization": f"Bearer {os.environ.get('CINNABAR_TOKEN') or _demo_token(user, settings)}"}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            yield cls(client)

    def get(self, path: str, **request: Any) -> dict[str, Any]:
        """The answer's JSON; a refusal ends the command with its problem details in words."""
        return self._asked("GET", path, **request)

    def post(self, path: str, **request: Any) -> dict[str, Any]:
        """As `get`, for what changes something."""
        return self._asked("POST", path, **request)

    def _asked(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            typer.echo(f"cinnabar: {self._client.base_url} does not answer ({error}); start `cinnabar up`", err=True)
            raise typer.Exit(1) from None
        body: dict[str, Any] = answer.json()
        if answer.is_success:
            return body
        typer.echo(f"cinnabar: {body.get('detail', answer.reason_phrase)}", err=True)
        for wrong in body.get("errors", []):
            typer.echo(f"  {wrong['field']}: {wrong['message']}; {wrong['mend']}", err=True)
        raise typer.Exit(1)


def _demo_token(user: str, settings: Settings) -> str:
    if user not in DEMO_PEOPLE:
        raise typer.BadParameter(f"there is no demo person {user!r}; name one of {', '.join(DEMO_PEOPLE)}")
    issuer = LocalIssuer(settings.data_dir.expanduser().resolve(), settings.oidc_audience, settings.municipality)
    return issuer.issue(DEMO_PEOPLE[user])
