"""The `cinnabar` command. Services add their own commands under the entry-point group `cinnabar.commands`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer

from kit.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps a city's action plan alive.")
contracts_app = typer.Typer(no_args_is_help=True, help="The published event schemas.")
letters_app = typer.Typer(no_args_is_help=True, help="Events nobody could handle.")
app.add_typer(contracts_app, name="contracts")
app.add_typer(letters_app, name="dead-letters")


@app.command()
def up(processes: Annotated[bool, typer.Option(help="One process per service.")] = False) -> None:
    """Run everything here: real servers, five services, the example plan, a mailbox."""
    from kit.embedded.up import up as run_up  # noqa: PLC0415 - the embedded extra may not be installed

    raise typer.Exit(_serve("up", run_up(Settings(), processes=processes)))


@app.command()
def run(service: str) -> None:
    """Run one service against CINNABAR_NATS_URL and CINNABAR_MONGO_URL."""
    from kit.run import run as run_services  # noqa: PLC0415
    from kit.service import load  # noqa: PLC0415

    settings = _connected()
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
    yes: Annotated[bool, typer.Option("--yes", help="Allow changes that may lose messages.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the differences.")] = False,
) -> None:
    """Create and mend the streams and consumers that the installed services need."""
    from kit.bus.bus import Bus  # noqa: PLC0415
    from kit.bus.provision import differences  # noqa: PLC0415
    from kit.bus.provision import provision as bring_to_declaration  # noqa: PLC0415
    from kit.runtime import declaration_of  # noqa: PLC0415
    from kit.service import NAMES, load  # noqa: PLC0415

    settings = _connected()

    async def work() -> None:
        declaration = declaration_of([load(name) for name in NAMES], settings)
        bus = Bus(settings.nats_url, "cinnabar-provision", 1)
        await bus.connect()
        try:
            if dry_run:
                found = await differences(bus.jetstream, declaration)
            else:
                found = await bring_to_declaration(bus.jetstream, declaration, allow_destructive=yes)
        finally:
            await bus.stop()
        for difference in found:
            print(difference)
        print("the server is as declared" if not found else "these differ" if dry_run else "mended")

    _run(work())


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

    settings = _connected()
    moment = since.replace(tzinfo=settings.zone) if since else None
    if drop_old:
        _run(drop(load(service), settings, print))
    else:
        _run(build_anew(load(service), settings, print, since=moment, despite_failures=despite_failures))


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


@letters_app.command("list")
def letters_list(handler: str | None = None, code: str | None = None) -> None:
    """One line per dead letter."""

    async def work(letters: Any) -> None:
        async for letter in letters.each(handler=handler, code=code):
            print(
                f"{letter.sequence}\t{letter.last_at:%Y-%m-%d %H:%M}\t{letter.handler}\t{letter.code}\t{letter.reason}"
            )

    _with_letters(work)


@letters_app.command("show")
def letters_show(sequence: int) -> None:
    """One dead letter with its event."""

    async def work(letters: Any) -> None:
        letter = await _letter(letters, sequence)
        for name in ("handler", "code", "reason", "attempts", "first_at", "last_at", "subject"):
            print(f"{name:>10}  {getattr(letter, name)}")
        print(letter.body.decode("utf-8", "backslashreplace"))

    _with_letters(work)


@letters_app.command("redrive")
def letters_redrive(sequences: Annotated[list[int], typer.Argument(help="Numbers from `list`.")]) -> None:
    """Give events to their handlers once more."""

    async def work(letters: Any) -> None:
        for sequence in sequences:
            letter = await _letter(letters, sequence)
            await letters.redrive(letter)
            print(f"{sequence} was given to {letter.handler} again")

    _with_letters(work)


@letters_app.command("drop")
def letters_drop(sequence: int, reason: Annotated[str, typer.Option(help="Why it may be given up.")]) -> None:
    """Give one event up."""

    async def work(letters: Any) -> None:
        await letters.drop(await _letter(letters, sequence), by="command line", reason=reason)

    _with_letters(work)


async def _letter(letters: Any, sequence: int) -> Any:
    letter = await letters.get(sequence)
    if letter is None:
        raise RuntimeError(f"there is no dead letter {sequence}")
    return letter


def _with_letters(work: Any) -> None:
    from kit.bus.bus import Bus  # noqa: PLC0415

    settings = _connected()

    async def connected() -> None:
        bus = Bus(settings.nats_url, "cinnabar-dead-letters", 1)
        await bus.connect()
        try:
            await work(bus.dead_letters)
        finally:
            await bus.stop()

    _run(connected())


def _connected() -> Settings:
    """The settings; where no servers are configured, those of the copy running on this data folder."""
    settings = Settings()
    if settings.nats_url and settings.mongo_url:
        return settings
    note = settings.data_dir / "running.json"
    if not note.exists():
        print("set CINNABAR_NATS_URL and CINNABAR_MONGO_URL, or start `cinnabar up` first", file=sys.stderr)
        raise typer.Exit(2)
    running = json.loads(note.read_text())
    return settings.model_copy(update={"nats_url": running["nats_url"], "mongo_url": running["mongo_url"]})


def _serve(name: str, main: Any) -> int:
    import uvloop  # noqa: PLC0415

    from kit.telemetry import start_logs, start_traces  # noqa: PLC0415

    settings = Settings()
    start_logs(settings.log_level)
    provider = start_traces(settings, name)
    try:
        return uvloop.run(_code(main))
    except (RuntimeError, LookupError) as error:
        print(f"cinnabar: {error}", file=sys.stderr)
        return 1
    finally:
        provider.shutdown()


async def _code(main: Any) -> int:
    return int(await main)


def _run(main: Any) -> None:
    try:
        asyncio.run(main)
    except (RuntimeError, OSError) as error:
        print(f"cinnabar: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def main() -> None:
    """Entry point: mount the commands of the service that is asked for, then run."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for entry in entry_points(group="cinnabar.commands"):
        if entry.name == wanted or wanted in {"", "--help"}:
            app.add_typer(entry.load(), name=entry.name)
    app()


if __name__ == "__main__":
    main()
