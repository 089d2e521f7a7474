"""Events once more: into a new read model, into a store that came back older, onto a stream that lost its end."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from kit.commands.named import OneService
from kit.reach import connected, run_to_the_end, settings_of_the_running

app = typer.Typer()
relay_app = typer.Typer(no_args_is_help=True, help="What the services have said and must reach the bus.")
app.add_typer(relay_app, name="relay")


@app.command()
def replay(
    service: OneService,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Leave older events out.")
    ] = None,
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Only drop what earlier replays replaced.")] = False,
    despite_failures: Annotated[
        bool, typer.Option("--despite-failures", help="Go over although events could not be applied.")
    ] = False,
) -> None:
    """Build a service's read model anew from the stored events, beside the live one, and go over to it."""
    from kit.replaying import drop_old as drop  # noqa: PLC0415
    from kit.replaying import replay as build_anew  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = settings_of_the_running()
    moment = since.replace(tzinfo=settings.zone) if since else None
    if drop_old:
        run_to_the_end(drop(load(service), settings, print))
    else:
        run_to_the_end(build_anew(load(service), settings, print, since=moment, despite_failures=despite_failures))


@app.command("hear-again")
def hear_again(
    service: OneService,
    since: Annotated[datetime, typer.Option(help="Moment (UTC) from which the store may have lost what it heard.")],
) -> None:
    """Give a service's handlers once more what they heard since; for a store that came back from a backup.

    What it had said itself and does not know any more it will say on above; so run this before its processes start.
    """
    from kit.bus.ahead import go_on_above  # noqa: PLC0415
    from kit.bus.hear_again import hear_again as give  # noqa: PLC0415
    from kit.clock import uuid7  # noqa: PLC0415
    from kit.runtime import declaration_of  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415
    from kit.store import Client, Store  # noqa: PLC0415

    settings = settings_of_the_running()

    async def work() -> None:
        run, loaded = uuid7(), load(service)
        with closing(Client(settings.mongo_url, settings.databases)) as client:
            store = Store(client, service, settings.municipality, loaded.collections)
            async with connected(settings, "hear-again") as bus:
                if lifted := await go_on_above(bus.jetstream, store, since.replace(tzinfo=UTC)):
                    print(f"{service} goes on above what it had said of {lifted} entities, from its next start on")
                for spec in declaration_of([loaded], settings).consumers:
                    if spec.durable.startswith(f"{service}_"):
                        given = await give(bus.jetstream, spec, since.replace(tzinfo=UTC), run)
                        print(f"{spec.durable}: {given} events of {spec.stream}")

    run_to_the_end(work())


@relay_app.command("resend")
def relay_resend(
    since: Annotated[datetime, typer.Option(help="Moment (UTC) from which the stream may have lost events.")],
    service: Annotated[str | None, typer.Option(help="Only this service's stream.")] = None,
) -> None:
    """Publish again what the outboxes hold and the streams have lost. The outboxes keep 14 days."""
    from contracts.registry import SERVICES, stream_of  # noqa: PLC0415
    from kit.bus.resend import resend  # noqa: PLC0415
    from kit.store import Client, Store  # noqa: PLC0415

    settings = settings_of_the_running()
    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"{service} is none of {', '.join(SERVICES)}", param_hint="--service")

    async def work() -> None:
        with closing(Client(settings.mongo_url, settings.databases)) as client:
            async with connected(settings, "resend") as bus:
                for name in [service] if service else SERVICES:
                    outbox = Store(client, name, settings.municipality, []).outbox
                    total = await resend(
                        bus.publisher, bus.jetstream, stream_of(name), outbox, since.replace(tzinfo=UTC)
                    )
                    print(f"{name}: {total.sent} sent again, {total.found} were there, {total.remembered} refused")
                    if total.remembered:
                        print("the server refuses ids it saw within two minutes; run this again then", file=sys.stderr)

    run_to_the_end(work())
