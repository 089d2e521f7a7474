"""`cinnabar integrator`: let somebody outside the house read events over NATS and HTTP, or no longer."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kit.auth.nkeys import AccountKey
from kit.client import Api

app = typer.Typer(no_args_is_help=True, help="Who outside the house may read which events.")

Name = Annotated[str, typer.Argument(help="Small letters, digits and hyphens: bsc-kranj.")]
User = Annotated[str, typer.Option(help="Demo person to act as in the embedded mode.")]
OPERATOR = "operator@idrija.example"
PATH = "/api/notifications/integrators"


@app.command()
def add(
    name: Name,
    events: Annotated[list[str] | None, typer.Option(help="Such as 'funding.>'; may be given again.")] = None,
    municipality: Annotated[str | None, typer.Option(help="Whose events; this installation's without.")] = None,
    consumer_info: Annotated[
        bool, typer.Option("--consumer-info", help="Its client asks about its own durable; some libraries insist.")
    ] = False,
    user: User = OPERATOR,
) -> None:
    """Make a key with exactly the rights to read these events. The secret is shown once."""
    form = {"name": name, "events": events or [], "municipality": municipality, "consumer_info": consumer_info}
    with Api.connect(user) as api:
        made = api.post(PATH, json=form)
    _show(made)
    for what, subjects in made["permissions"].items():
        for subject in subjects:
            typer.echo(f"may {what:9}  {subject}")


@app.command("list")
def list_(user: User = OPERATOR) -> None:
    """Every integrator, what it may read, and whether its key still works."""
    with Api.connect(user) as api:
        found = api.get(f"{PATH}?limit=200")["items"]
    for each in found:
        typer.echo(f"{each['name']}: {', '.join(each['patterns'])}, {each['state']}")


@app.command()
def lag(name: Name, user: User = OPERATOR) -> None:
    """How many events wait for it in each stream."""
    with Api.connect(user) as api:
        streams = api.get(f"{PATH}/{name}")["waiting"]
    for stream, waiting in streams.items():
        typer.echo(f"{stream}: {'no durable' if waiting is None else f'{waiting} waiting'}")


@app.command()
def rotate(name: Name, user: User = OPERATOR) -> None:
    """A new secret; the one before works for another day."""
    with Api.connect(user) as api:
        _show(api.post(f"{PATH}/{name}/rotate"))


@app.command()
def revoke(name: Name, user: User = OPERATOR) -> None:
    """End a key at once and for good; open connections are cut."""
    with Api.connect(user) as api:
        api.post(f"{PATH}/{name}/revoke")
    typer.echo(f"{name} reads nothing any more")


@app.command()
def issuer() -> None:
    """A new key for the NATS server to let integrators in by: the public half is for it, the seed for notifications."""
    seed = AccountKey.new_seed()
    typer.echo(f"seed    {seed}   (CINNABAR_NATS_ISSUER)")
    typer.echo(f"public  {AccountKey(seed).public}   (auth_callout's issuer)")


def _show(made: dict[str, Any]) -> None:
    typer.echo(f"user       {made['name']}")
    typer.echo(f"secret     {made['secret']}   (shown only now)")
    typer.echo(f"NATS       {made['nats_url'] or 'ask the operator where; CINNABAR_NATS_PUBLIC_URL is not set'}")
    typer.echo(f"inbox      {made['inbox_prefix']}")
    typer.echo(f"durable    {made['durable']} on {', '.join(made['streams'])}")
    typer.echo(f"MQTT       {', '.join(made['topics'])}, as client {made['name']} or {made['name']}:<anything>")
