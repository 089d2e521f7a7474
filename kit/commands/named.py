"""How a command is told which service it is for."""

from __future__ import annotations

from typing import Annotated

import typer


def _the_only_one() -> str:
    """An image holds one service, which need not be named."""
    names = _installed()
    if len(names) != 1:
        raise typer.BadParameter(f"name one of {', '.join(names) or 'none, for none is installed'}")
    return names[0]


def known(name: str | None) -> str | None:
    """The name as it is, of a service that is here. Raises typer.BadParameter."""
    if name is not None and name not in (names := _installed()):
        raise typer.BadParameter(f"{name} is not here; name one of {', '.join(names)}")
    return name


def _installed() -> list[str]:
    from kit.service import installed  # noqa: PLC0415 - a command that needs no service starts without them

    return installed()


OneService = Annotated[
    str,
    typer.Argument(
        envvar="CINNABAR_SERVICE", default_factory=_the_only_one, callback=known, help="The service's name."
    ),
]
