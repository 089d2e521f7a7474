"""`cinnabar alerts`: a call's way to every mailbox, at the terminal."""

from __future__ import annotations

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
        for trail in _trails(api, call):
            counts[trail["outcome"]] = counts.get(trail["outcome"], 0) + 1
            _show(trail, language)
    total = ", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items()))
    typer.echo(f"{call}: {total or 'nobody subscribes to anything'}")
    if any(outcome in counts for outcome in NEEDS_A_LOOK):
        raise typer.Exit(1)


def _trails(api: Api, call: str) -> Any:
    after: str | None = None
    while True:
        cursor = {} if after is None else {"after": after}
        page = api.get("/api/notifications/audit", params={"call": call, "limit": 200, **cursor})
        yield from page["items"]
        after = page["next"]
        if after is None:
            return


def _show(trail: dict[str, Any], language: str) -> None:
    typer.echo(f"{trail['person']} ({trail['subscription']}): {trail['outcome']}")
    for step in trail["steps"]:
        evidence = f" [{step['evidence']}]" if step["evidence"] else ""
        typer.echo(f"  {step['at']}  {step['text'][language]}{evidence}")
    if trail["reason"] and not trail["steps"]:
        typer.echo(f"  {trail['reason'][language]}")
