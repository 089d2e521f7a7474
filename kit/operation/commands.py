"""`cinnabar dead-letters`: list, show, redrive, drop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kit.reach import connected, run_to_the_end, settings_of_the_running

if TYPE_CHECKING:
    from kit.bus.dead_letters import DeadLetters
    from kit.bus.letter import DeadLetter, Which

app = typer.Typer(no_args_is_help=True, help="Events nobody could handle.")

Handler = Annotated[str | None, typer.Option(help="Its durable, such as funding_match_new_call.")]
Service = Annotated[str | None, typer.Option(help="Whose handler it was.")]
Event = Annotated[str | None, typer.Option(help="A type, or its beginning: funding.call.published.")]
Code = Annotated[str | None, typer.Option(help="The reason's code, such as bad_json.")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Those whose last attempt was then or later."),
]
FACTS = ("handler", "code", "reason", "attempts", "first_at", "last_at", "event", "subject", "origin")


@app.command("list")
def list_letters(
    handler: Handler = None,
    service: Service = None,
    event: Event = None,
    code: Code = None,
    since: Since = None,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those that were given up instead.")] = False,
) -> None:
    """One line per dead letter: number, last attempt, handler, event, code, reason; who dropped it and why."""
    which = _which(handler, service, event, code, since, dropped)

    async def work(letters: DeadLetters) -> None:
        async for letter in letters.each(which, bodies=False):
            print(
                letter.sequence,
                f"{letter.last_at:%Y-%m-%d %H:%M}",
                letter.handler,
                letter.event,
                letter.code,
                letter.reason,
                *([f"dropped by {letter.dropped_by}: {letter.dropped_because}"] if dropped else []),
                sep="\t",
            )

    _with_letters(work)


@app.command()
def show(sequence: int) -> None:
    """One dead letter with its event."""

    async def work(letters: DeadLetters) -> None:
        letter = await _letter(letters, sequence)
        for name in (*FACTS, *(("dropped_by", "dropped_because") if letter.dropped_by is not None else ())):
            print(f"{name:>15}  {getattr(letter, name)}")
        print(letter.body.decode("utf-8", "backslashreplace"))

    _with_letters(work)


@app.command()
def redrive(
    sequences: Annotated[list[int] | None, typer.Argument(help="Numbers from `list`.")] = None,
    handler: Handler = None,
    service: Service = None,
    event: Event = None,
    code: Code = None,
    since: Since = None,
) -> None:
    """Give events to their handlers once more: those named, or all that meet the filters."""
    which = _which(handler, service, event, code, since)
    if not sequences and which.anything:
        raise typer.BadParameter("name numbers from `list`, or a filter such as --handler or --code")

    async def work(letters: DeadLetters) -> None:
        for sequence in sequences or []:
            await _letter(letters, sequence)
        went, refused = await (letters.redrive_chosen(sequences) if sequences else letters.redrive_each(which))
        for sequence in went:
            print(f"{sequence} was given to its handler again")
        if refused:
            raise RuntimeError("; ".join(refused.values()))

    _with_letters(work)


@app.command()
def drop(sequence: int, reason: Annotated[str, typer.Option(help="Why it may be given up.")]) -> None:
    """Give one event up. It stays readable among the dropped, with the reason."""
    from kit.bus.letter import SHORTEST_REASON  # noqa: PLC0415

    if len(reason.strip()) < SHORTEST_REASON:
        raise typer.BadParameter("say why it may be given up", param_hint="--reason")

    async def work(letters: DeadLetters) -> None:
        await letters.drop(await _letter(letters, sequence), by="command line", reason=reason)
        print(f"{sequence} was dropped; `cinnabar dead-letters list --dropped` has it")

    _with_letters(work)


def _which(
    handler: str | None,
    service: str | None,
    event: str | None,
    code: str | None,
    since: datetime | None,
    dropped: bool = False,
) -> Which:
    from kit.bus.letter import Which  # noqa: PLC0415 - only these commands need it

    zone = settings_of_the_running().zone
    return Which(handler, service, event, code, since.replace(tzinfo=zone) if since else None, dropped)


async def _letter(letters: DeadLetters, sequence: int) -> DeadLetter:
    letter = await letters.get(sequence)
    if letter is None:
        raise RuntimeError(f"there is no dead letter {sequence}")
    return letter


def _with_letters(work: Callable[[DeadLetters], Awaitable[None]]) -> None:
    async def main() -> None:
        async with connected(settings_of_the_running(), "dead-letters") as bus:
            await work(bus.dead_letters)

    run_to_the_end(main())
