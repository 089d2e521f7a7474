"""`cinnabar alerts`: a call's way to every mailbox, at the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from kit.client import Api
from services.notifications.audit.trail import NEEDS_A_LOOK

app = typer.Typer(no_args_is_help=True, help="What became of alerts.")


@app.callback()
def alerts() -> None:
    """What became of alerts."""


@app.command()
def audit(
    call: Annotated[str, typer.Option(help="The call's id, as its page and the API show it.")],
    user: Annotated[str, typer.Option(help="Demo person to act as in the embedded mode.")] = "operator@idrija.example",
    language: Annotated[str, typer.Option(help="sl or en.")] = "en",
) -> None:
    """Say for every subscriber what left when, or why nothing did; exit code 1 when an alert failed or is late."""
    if language not in ("sl", "en"):
        raise typer.BadParameter(f"{language!r} is not spoken here; write sl or en")
    counts: dict[str, int] = {}
    with Api.connect(user) as api:
        first = api.get("/api/notifications/audit", params={"call": call, "limit": 200})
        _show_call(call, first["call"], language)
        for trail in _trails(api, call, first):
            counts[trail["outcome"]] = counts.get(trail["outcome"], 0) + 1
            _show(trail, language)
    total = ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items()))
    typer.echo(f"{call}: {total or 'nobody subscribes to anything'}")
    if any(outcome in counts for outcome in NEEDS_A_LOOK):
        raise typer.Exit(1)


def _trails(api: Api, call: str, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from page["items"]
    while page["next"] is not None:
        page = api.get("/api/notifications/audit", params={"call": call, "limit": 200, "after": page["next"]})
        yield from page["items"]


def _show_call(call: str, about: dict[str, Any], language: str) -> None:
    typer.echo(f"{call}: {about['title'] or 'its title is not known here'} ({about['page']})")
    source = about["source"]
    if source:
        typer.echo(f"  {source['at']}  {source['text'][language]} [{source['evidence']}]")


def _show(trail: dict[str, Any], language: str) -> None:
    typer.echo(f"{trail['person']}, {trail['name'][language]} ({trail['subscription']}): {trail['outcome']}")
    for step in trail["steps"]:
        evidence = f" [{step['evidence']}]" if step["evidence"] else ""
        typer.echo(f"  {step['at']}  {step['text'][language]}{evidence}")
    if trail["reason"] and not trail["steps"]:
        typer.echo(f"  {trail['reason'][language]}")
