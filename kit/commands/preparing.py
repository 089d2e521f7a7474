"""What goes before a service's start: streams and consumers, stores, users; and waiting for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kit.commands.named import OneService, known
from kit.reach import connected, run_to_the_end, settings_of_the_running
from kit.settings import Settings

app = typer.Typer()


@app.command()
def provision(
    service: Annotated[
        str | None,
        typer.Argument(
            envvar="CINNABAR_SERVICE", callback=known, help="Only for this one; all installed ones without."
        ),
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
