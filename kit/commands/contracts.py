"""The published event schemas."""

from __future__ import annotations

import sys

import typer

app = typer.Typer(no_args_is_help=True, help="The published event schemas.")


@app.command("check")
def check() -> None:
    """Fail when a schema changed in a way that would break a subscriber, or generated files are stale."""
    from contracts.check import run  # noqa: PLC0415

    if violations := run(write=False):
        print("\n".join(violations), file=sys.stderr)
        raise typer.Exit(1)
    print("every contract is compatible with every released one")


@app.command("write")
def write() -> None:
    """Generate the schemas and the AsyncAPI document anew."""
    from contracts.check import run  # noqa: PLC0415

    if violations := run(write=True):
        print("\n".join(violations), file=sys.stderr)
        raise typer.Exit(1)
