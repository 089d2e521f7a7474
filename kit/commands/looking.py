"""What runs, how it does, and what is wrong. These change nothing."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from kit.reach import run_to_the_end, settings_of_the_running

app = typer.Typer()


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
