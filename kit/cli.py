"""The `cinnabar` command. Services add their own commands under the entry-point group `cinnabar.commands`."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from kit.commands import again, contracts, looking, preparing
from kit.commands.named import OneService
from kit.operation import commands as dead_letters
from kit.reach import settings_of_the_running
from kit.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps a city's action plan alive.")


@app.command()
def up(processes: Annotated[bool, typer.Option(help="One process per service.")] = False) -> None:
    """Run everything here: real servers, five services, the example plan, a mailbox."""
    from kit.embedded.up import up as run_up  # noqa: PLC0415 - the embedded extra may not be installed

    raise typer.Exit(_serve("up", run_up(Settings(), processes=processes)))


@app.command()
def run(service: OneService) -> None:
    """Run one service against CINNABAR_NATS_URL and CINNABAR_MONGO_URL."""
    from kit.run import run as run_services  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = settings_of_the_running()
    raise typer.Exit(_serve(service, run_services(settings, [load(service)])))


@app.command()
def token(
    user: Annotated[str, typer.Option(help="A demo person, such as officer@idrija.example.")],
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 12,
) -> None:
    """Print a bearer token of the embedded mode."""
    from kit.auth.people import DEMO_PEOPLE  # noqa: PLC0415
    from kit.auth.tokens import LocalIssuer  # noqa: PLC0415

    settings = Settings()
    if user not in DEMO_PEOPLE:
        raise typer.BadParameter(f"{user} is none of {', '.join(DEMO_PEOPLE)}", param_hint="--user")
    issuer = LocalIssuer(settings.data_dir.expanduser().resolve(), settings.oidc_audience, settings.municipality)
    print(issuer.issue(DEMO_PEOPLE[user], hours))


for group in (preparing, looking, again):
    app.add_typer(group.app)
app.add_typer(contracts.app, name="contracts")
app.add_typer(dead_letters.app, name="dead-letters")


def _serve(name: str, main: Any) -> int:
    import uvloop  # noqa: PLC0415

    from kit.telemetry import start_logs, start_traces  # noqa: PLC0415

    settings = Settings()
    start_logs(settings.log_level)
    provider = start_traces(settings, name)
    try:
        return uvloop.run(_code(main))
    finally:
        provider.shutdown()


async def _code(main: Any) -> int:
    try:
        return int(await main)
    except (RuntimeError, LookupError) as error:
        print(f"cinnabar: {error}", file=sys.stderr, flush=True)
        # A name that no name server answers for would hold the end for half a minute, in a thread that asks for it.
        os._exit(1)


def main() -> None:
    """Entry point: mount the commands of the service that is asked for, then run."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for entry in entry_points(group="cinnabar.commands"):
        if entry.name == wanted or wanted in {"", "--help"}:
            app.add_typer(entry.load(), name=entry.name)
    try:
        app()
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        for wrong in error.errors(include_input=False):
            name = str(wrong["loc"][0])
            what = Settings.model_fields[name].description
            print(f"cinnabar: CINNABAR_{name.upper()}: {wrong['msg']}; it is: {what}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
