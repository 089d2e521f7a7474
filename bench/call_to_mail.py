"""From a funding call accepted over HTTP until an SMTP server has accepted the mail about it, through `cinnabar up`.

The clock starts when the answer 201 is in the client's hands and stops when the mail server, which runs in the
measuring process, is about to say 250: the message is flushed to disk by then. Three services and four hops of
events lie between. Bare: the same mail handed straight to the same server.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import aiosmtplib
import httpx

from bench.figure import Aim, Figure, Size
from bench.pace import paced
from bench.rounds import percentile
from bench.system import reaches
from bench.whole import cinnabar_up
from kit.clock import now, uuid7
from kit.embedded import read_mail
from kit.embedded.mailsink import MailSink

CALLS: dict[Size, int] = {"quick": 60, "normal": 200, "full": 1_000}
WARM_UP = 20
RATE = 20.0
QUIET_SECONDS = 2.0
_CALL_LINK = re.compile(r"/funding/calls/([\w-]+)")


class TimedSink(MailSink):
    """The embedded mode's mail server, which also notes when it accepted what."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.accepted: list[tuple[float, Path]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            self.accepted.append((perf_counter(), self.directory / answer.rsplit(" ", 1)[-1]))
        return answer


async def measure(size: Size) -> list[Figure]:
    calls = CALLS[size]
    with tempfile.TemporaryDirectory(prefix="cinnabar-bench-") as name:
        sink = TimedSink(Path(name) / "mails")
        await sink.start()
        try:
            async with cinnabar_up(Path(name) / "data", sink.url) as whole, whole.as_officer() as client:
                await _quiet(sink)
                await _one_by_one(client, sink, WARM_UP)
                single, bare = await _one_by_one(client, sink, calls)
                busy = await _paced(client, sink, calls)
        finally:
            await sink.stop()
    return [*_figures("one by one", single, bare), *_figures(f"at {RATE:.0f}/s", busy, bare)]


def _figures(how: str, ours: list[float], bare: list[float]) -> list[Figure]:
    return [
        Figure(f"call to mail, {how}, {name}, per plain SMTP", "ms", mine, plain, mine / plain, aims)
        for name, share, aims in (("p50", 0.5, ()), ("p99", 0.99, (Aim("ours", at_most=100),)))
        for mine, plain in [(1000 * percentile(ours, share), 1000 * percentile(bare, share))]
    ]


async def _quiet(sink: TimedSink) -> None:
    """Wait until the mails about the example's own calls have all come."""
    before = -1
    while len(sink.accepted) != before:
        before = len(sink.accepted)
        await asyncio.sleep(QUIET_SECONDS)


async def _one_by_one(client: httpx.AsyncClient, sink: TimedSink, calls: int) -> tuple[list[float], list[float]]:
    """Each call waits for the mail of the one before; the same mail is then handed over directly."""
    ours: list[float] = []
    bare: list[float] = []
    host, port = sink.url.removeprefix("smtp://").split(":")
    async with aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False) as smtp:
        for _ in range(calls):
            ours += await _paced(client, sink, 1)
            message, started = sink.accepted[-1][1].read_bytes(), perf_counter()
            await smtp.sendmail("bench@idrija.example", ["officer@idrija.example"], message)
            bare.append(perf_counter() - started)
    return ours, bare


async def _paced(client: httpx.AsyncClient, sink: TimedSink, calls: int) -> list[float]:
    """Seconds from each answer to the first mail about that call."""
    answered: dict[str, float] = {}
    first = len(sink.accepted)

    async def type_in() -> None:
        answer = await client.post("/api/funding/calls", json=_call())
        moment = perf_counter()
        answer.raise_for_status()
        answered[answer.json()["id"]] = moment

    await paced([type_in] * calls, RATE)
    mails = await _mails_about(set(answered), sink, first)
    return [mails[call] - moment for call, moment in answered.items()]


async def _mails_about(calls: set[str], sink: TimedSink, first: int) -> dict[str, float]:
    """When the first mail about each call came. Read only when enough have come, to leave the mail server its time."""
    found: dict[str, float] = {}
    read = first
    while missing := len(calls) - len(found):
        await reaches(lambda: len(sink.accepted), read + missing)
        for moment, file in sink.accepted[read:]:
            about = _CALL_LINK.search(read_mail(file).text or "")
            if about and about[1] in calls:
                found.setdefault(about[1], moment)
            read += 1
    return found


def _call() -> dict[str, Any]:
    """A call that fits several activities of the example plan, unlike every other by title and address."""
    unlike = uuid7()[-12:]
    return {
        "title": f"Javni razpis za ustvarjalne delavnice in opremo za mlade {unlike}",
        "funder": "Ministrstvo za meritve",
        "description": "Vzpostavitev in oprema ustvarjalnih prostorov (makerspace) za mlade v občinah.",
        "deadline": (now() + timedelta(days=120)).isoformat(),
        "co_financing_rate": 0.85,
        "max_amount": {"amount": "150000.00", "currency": "EUR"},
        "eligible_applicants": ["municipality"],
        "territory": "SI",
        "url": f"https://razpisi.example/{unlike}",
    }
