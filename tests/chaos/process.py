"""Runs the `cinnabar` command with a way to die, with rough weather, or with shorter waits.

    python -m tests.chaos.process [--die POINT[:N]] [--rough SEED] [--brisk] -- run funding

POINT is `published` (the relay has published and is about to mark), `committed` (a consumer has committed and is about
to acknowledge), `migrating` (a transaction of a migration is about to commit) or `mailed` (the mail server has accepted
a mail, and that is about to be noted); the process ends there by SIGKILL, at the N-th time. The product knows nothing
of this file.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

BRISK_ACK_WAIT = 8.0
BRISK_LEASE = timedelta(seconds=6)
BRISK_RETRIES = tuple(timedelta(seconds=2) for _ in range(12))
BRISK_REPAIR = 2


def die_instead(function: Callable[..., Awaitable[Any]], nth: int) -> Callable[..., Awaitable[Any]]:
    """`function`, except that its n-th call kills this process before anything of it is done."""
    calls = 0

    async def dying(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return await function(*args, **kwargs)

    return dying


def die_at(point: str) -> None:
    from kit.bus.delivery import Delivery
    from kit.store import client
    from kit.store.outbox import Outbox

    name, _, nth = point.partition(":")
    points: dict[str, tuple[Any, str]] = {
        "published": (Outbox, "mark_sent"),
        "committed": (Delivery, "ack"),
        "migrating": (client, "_commit"),
    }
    if name == "mailed":
        from services.notifications import postman

        points[name] = (postman, "_note")
    owner, method = points[name]
    setattr(owner, method, die_instead(getattr(owner, method), int(nth or 1)))


def brisk(service: str) -> None:
    """Shorter waits, so that what a death leaves behind is taken up within a short test."""
    from kit.bus import declaration, in_hand

    # What is worked on has to be told of before it is given to somebody else, also on a busy machine.
    in_hand.InHand.__init__.__kwdefaults__["alive_every"] = BRISK_ACK_WAIT / 4
    patient = declaration.consumer

    def impatient(*args: Any) -> Any:
        return replace(patient(*args), ack_wait=BRISK_ACK_WAIT)

    setattr(declaration, "consumer", impatient)  # noqa: B010 - a replacement is what is meant
    if service == "notifications":
        from services.notifications import alerts, postman

        postman.LEASE = BRISK_LEASE
        alerts.RETRY_AFTER = BRISK_RETRIES
    if service == "funding":
        from services.funding import app

        repairing = [
            replace(job, every=BRISK_REPAIR) if job.name == "funding-complete-matches" else job
            for job in app.service.jobs
        ]
        app.service = replace(app.service, jobs=repairing)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--die", default="")
    parser.add_argument("--rough", type=int)
    parser.add_argument("--brisk", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    if options.brisk:
        brisk(options.command[-1])
    if options.die:
        die_at(options.die)
    if options.rough is not None:
        from tests.chaos.weather import rough

        rough(options.rough)
    from kit import cli

    sys.argv = ["cinnabar", *options.command]
    cli.main()


if __name__ == "__main__":
    main()
