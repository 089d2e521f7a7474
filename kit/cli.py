"""The `cinnabar` command. Services add their own commands under the entry-point group `cinnabar.commands`."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import entry_points
from typing import Annotated, Any

import typer

from kit.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Keeps a city's action plan alive.")
contracts_app = typer.Typer(no_args_is_help=True, help="The published event schemas.")
letters_app = typer.Typer(no_args_is_help=True, help="Events nobody could handle.")
relay_app = typer.Typer(no_args_is_help=True, help="What the services have said and must reach the bus.")
app.add_typer(contracts_app, name="contracts")
app.add_typer(letters_app, name="dead-letters")
app.add_typer(relay_app, name="relay")


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


@relay_app.command("resend")
def relay_resend(
    since: Annotated[datetime, typer.Option(help="Moment (UTC) from which the stream may have lost events.")],
    service: Annotated[str | None, typer.Option(help="Only this service's stream.")] = None,
) -> None:
    """Publish again what the outboxes hold and the streams have lost. The outboxes keep 14 days."""
    from contracts.registry import SERVICES, stream_of  # noqa: PLC0415
    from kit.bus.bus import Bus  # noqa: PLC0415
    from kit.bus.resend import resend  # noqa: PLC0415
    from kit.store import Client, Store  # noqa: PLC0415

    settings = _connected()
    if service is not None and service not in SERVICES:
        raise typer.BadParameter(f"{service} is none of {', '.join(SERVICES)}", param_hint="--service")

    async def work() -> None:
        bus, client = Bus(settings.nats_url, "cinnabar-resend", 1), Client(settings.mongo_url)
        await bus.connect()
        try:
            for name in [service] if service else SERVICES:
                outbox = Store(client, name, settings.municipality, []).outbox
                total = await resend(bus.publisher, bus.jetstream, stream_of(name), outbox, since.replace(tzinfo=UTC))
                print(f"{name}: {total.sent} sent again, {total.found} were there, {total.remembered} refused")
                if total.remembered:
                    print("the server refuses ids it saw within two minutes; run this again then", file=sys.stderr)
        finally:
            await bus.stop()
            client.close()

    _run(work())


@letters_app.command("list")
def letters_list(
    handler: str | None = None,
    code: str | None = None,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those that were given up instead.")] = False,
) -> None:
    """One line per dead letter."""

    async def work(letters: Any) -> None:
        async for letter in letters.each(handler=handler, code=code, dropped=dropped):
            print(
                f"{letter.sequence}\t{letter.last_at:%Y-%m-%d %H:%M}\t{letter.handler}\t{letter.code}\t{letter.reason}"
            )

    _with_letters(work)


@letters_app.command("show")
def letters_show(sequence: int) -> None:
    """One dead letter with its event."""

    async def work(letters: Any) -> None:
        letter = await _letter(letters, sequence)
        names = ["handler", "code", "reason", "attempts", "first_at", "last_at", "subject", "stream", "stream_sequence"]
        for name in names + ["dropped_by", "dropped_because"] * (letter.dropped_by is not None):
            print(f"{name:>15}  {getattr(letter, name)}")
        print(letter.body.decode("utf-8", "backslashreplace"))

    _with_letters(work)


@letters_app.command("redrive")
def letters_redrive(
    sequences: Annotated[list[int] | None, typer.Argument(help="Numbers from `list`.")] = None,
    handler: Annotated[str | None, typer.Option(help="All of this handler.")] = None,
    code: Annotated[str | None, typer.Option(help="All with this reason.")] = None,
) -> None:
    """Give events to their handlers once more: those named, or all that meet a filter."""
    if not sequences and handler is None and code is None:
        raise typer.BadParameter("name numbers from `list`, or --handler, or --code")

    async def work(letters: Any) -> None:
        chosen = [await _letter(letters, sequence) for sequence in sequences or []]
        if not sequences:
            chosen = [letter async for letter in letters.each(handler=handler, code=code)]
        for letter in chosen:
            await letters.redrive(letter)
            print(f"{letter.sequence} was given to {letter.handler} again")

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
    except (RuntimeError, LookupError, OSError) as error:
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
