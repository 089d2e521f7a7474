"""The `cinnabar` command. Services add their own commands under the entry-point group `cinnabar.commands`."""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from kit.operation.commands import app as dead_letters_app
from kit.reach import connected, run_to_the_end, settings_of_the_running
from kit.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps a city's action plan alive.")
contracts_app = typer.Typer(no_args_is_help=True, help="The published event schemas.")
relay_app = typer.Typer(no_args_is_help=True, help="What the services have said and must reach the bus.")
app.add_typer(contracts_app, name="contracts")
app.add_typer(dead_letters_app, name="dead-letters")
app.add_typer(relay_app, name="relay")


@app.command()
def up(processes: Annotated[bool, typer.Option(help="One process per service.")] = False) -> None:
    """Run everything here: real servers, five services, the example plan, a mailbox."""
    from kit.embedded.up import up as run_up  # noqa: PLC0415 - the embedded extra may not be installed

    raise typer.Exit(_serve("up", run_up(Settings(), processes=processes)))


def _the_only_one() -> str:
    """An image holds one service, which need not be named."""
    from kit.service import installed  # noqa: PLC0415

    names = installed()
    if len(names) != 1:
        raise typer.BadParameter(f"name one of {', '.join(names) or 'none, for none is installed'}")
    return names[0]


OneService = Annotated[
    str, typer.Argument(envvar="CINNABAR_SERVICE", default_factory=_the_only_one, help="The service's name.")
]


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


@app.command()
def provision(
    service: Annotated[
        str | None, typer.Argument(envvar="CINNABAR_SERVICE", help="Only for this one; all installed ones without.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Allow changes that may lose messages.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the differences.")] = False,
) -> None:
    """Create and mend the streams and consumers that the installed services need."""
    from kit.bus.leftovers import leftovers, remove  # noqa: PLC0415
    from kit.bus.provision import differences  # noqa: PLC0415
    from kit.bus.provision import provision as bring_to_declaration  # noqa: PLC0415
    from kit.runtime import declaration_of  # noqa: PLC0415
    from kit.service import installed, load  # noqa: PLC0415

    settings = settings_of_the_running()

    async def work() -> None:
        services = [load(name) for name in ([service] if service else installed())]
        declaration = declaration_of(services, settings)
        async with connected(settings, "provision") as bus:
            gone = await leftovers(bus.jetstream, declaration, [each.name for each in services])
            if dry_run:
                found = await differences(bus.jetstream, declaration)
            else:
                found = await bring_to_declaration(bus.jetstream, declaration, allow_destructive=yes)
                for each in gone if yes else []:
                    await remove(bus.jetstream, each)
        for difference in found:
            print(difference)
        for each in gone:
            print(f"{each}; {'removed' if yes and not dry_run else 'kept, --yes removes it'}")
        print("the server is as declared" if not found else "these differ" if dry_run else "mended")

    run_to_the_end(work())


@app.command()
def migrate(
    service: OneService,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    contract: Annotated[
        bool, typer.Option("--contract", help="Also take away what only older versions read; none may run any more.")
    ] = False,
) -> None:
    """Make a service's collections and indexes, and bring what is stored into its form; the step before it starts."""
    from kit.preparing import migrate as make  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = settings_of_the_running()
    run_to_the_end(make(load(service), settings, print, dry_run=dry_run, contract=contract))
    if not dry_run:
        print(f"the store of {service} is as declared")


@app.command()
def prepare(service: OneService) -> None:
    """Do both that goes before a service's start: `migrate`, then `provision`."""
    migrate(service)
    provision(service)


@app.command()
def wait(
    service: OneService,
    seconds: Annotated[float, typer.Option(help="How long to wait; then it fails with the reason.")] = 600,
) -> None:
    """Wait until a service would find the servers, streams and consumers it needs; say what is missing."""
    from kit.preparing import wait as wait_for  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = settings_of_the_running()
    run_to_the_end(wait_for(load(service), settings, seconds, lambda text: print(text, flush=True)))


@app.command()
def doctor() -> None:
    """Look at servers, versions, settings, streams, indexes, clock, disk, sources, mail; each trouble with its mend."""
    from kit.doctor import examine  # noqa: PLC0415
    from kit.service import installed, load  # noqa: PLC0415

    settings = settings_of_the_running()
    wrong = False

    async def work() -> None:
        nonlocal wrong
        async for finding in examine([load(name) for name in installed()], settings):
            print(finding, flush=True)
            wrong = wrong or finding.verdict == "wrong"

    run_to_the_end(work())
    raise typer.Exit(int(wrong))


@app.command()
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and look again and again until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks of --watch.")] = 2,
) -> None:
    """Show who runs, how far each handler is behind, what is unsent, dead letters, sources and the last mail."""
    from kit.service import installed, load  # noqa: PLC0415
    from kit.status import show  # noqa: PLC0415

    settings, well = settings_of_the_running(), True

    async def work() -> None:
        nonlocal well
        well = await show([load(name) for name in installed()], settings, every if watch else None)

    with contextlib.suppress(KeyboardInterrupt):
        run_to_the_end(work())
    raise typer.Exit(int(not well))


@app.command("mongo-users")
def mongo_users(
    users: Annotated[Path, typer.Option(help="A folder with a file per user that holds its password.")],
    key: Annotated[Path, typer.Option(help="The key file of the replica set's members.")],
    seconds: Annotated[float, typer.Option(help="How long the members may take to appear.")] = 600,
) -> None:
    """Initiate a new MongoDB replica set and give each service a user of its own database; may run again."""
    from kit.service import NAMES  # noqa: PLC0415
    from kit.store.users import prepare_server  # noqa: PLC0415

    async def work() -> None:
        settings = Settings()
        for sentence in await prepare_server(settings.mongo_url, key, users, NAMES, settings.databases, seconds):
            print(sentence)

    run_to_the_end(work())


@app.command()
def replay(
    service: str,
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
    """Give a service's handlers once more what they heard since; for a store that came back from a backup."""
    from kit.bus.hear_again import hear_again as give  # noqa: PLC0415
    from kit.clock import uuid7  # noqa: PLC0415
    from kit.runtime import declaration_of  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = settings_of_the_running()

    async def work() -> None:
        run, declaration = uuid7(), declaration_of([load(service)], settings)
        async with connected(settings, "hear-again") as bus:
            for spec in declaration.consumers:
                if spec.durable.startswith(f"{service}_"):
                    given = await give(bus.jetstream, spec, since.replace(tzinfo=UTC), run)
                    print(f"{spec.durable}: {given} events of {spec.stream}")

    run_to_the_end(work())


@contracts_app.command("check")
def contracts_check() -> None:
    """Fail when a schema changed in a way that would break a subscriber, or generated files are stale."""
    from contracts.check import run as check  # noqa: PLC0415

    if violations := check(write=False):
        print("\n".join(violations), file=sys.stderr)
        raise typer.Exit(1)
    print("every contract is compatible with every released one")


@contracts_app.command("write")
def contracts_write() -> None:
    """Generate the schemas and the AsyncAPI document anew."""
    from contracts.check import run as check  # noqa: PLC0415

    if violations := check(write=True):
        print("\n".join(violations), file=sys.stderr)
        raise typer.Exit(1)


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
        client = Client(settings.mongo_url, settings.databases)
        try:
            async with connected(settings, "resend") as bus:
                for name in [service] if service else SERVICES:
                    outbox = Store(client, name, settings.municipality, []).outbox
                    total = await resend(
                        bus.publisher, bus.jetstream, stream_of(name), outbox, since.replace(tzinfo=UTC)
                    )
                    print(f"{name}: {total.sent} sent again, {total.found} were there, {total.remembered} refused")
                    if total.remembered:
                        print("the server refuses ids it saw within two minutes; run this again then", file=sys.stderr)
        finally:
            client.close()

    run_to_the_end(work())


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
            name = ".".join(str(part) for part in wrong["loc"]).upper()
            print(f"cinnabar: CINNABAR_{name}: {wrong['msg']}; docs/configuration.md says what it is", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
