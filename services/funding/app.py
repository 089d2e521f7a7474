"""The composition root of the funding service."""

from __future__ import annotations

from pathlib import Path

from kit.service import Context, Job, Service
from kit.store import Work
from services.funding import api, handlers, jobs, pages, store
from services.funding.applications.handlers import HANDLERS as APPLICATION_HANDLERS
from services.funding.applications.jobs import JOBS as APPLICATION_JOBS
from services.funding.calls import handlers as calls
from services.funding.calls.jobs import JOBS as CALL_JOBS
from services.funding.calls.migrations import MIGRATIONS as CALL_MIGRATIONS
from services.funding.example import load_work
from services.funding.ledger.example import load_ledger
from services.funding.polling.freshness import source_facts, tell_freshness
from services.funding.polling.reading import read_pushed
from services.funding.polling.schedule import poll_sources
from services.funding.sources.catalogue import BUILT_IN
from services.funding.sources.source import Payload
from services.funding.triage import handlers as triage

# Which sample files stand in which source's own format.
SAMPLES = {
    "eu-portal": "sedia-*.json",
    "gov.si": "gov-si-*.html",
    "gov.si-news": "press-*.html",
    "evropskasredstva.si": "evropskasredstva-*.html",
    "srrs": "srrs*.html",
    "eko-sklad": "eko-sklad*.html",
    "spirit": "spirit-*.json",
    "skp": "skp*.json",
    "by-hand": "by-hand*.json",
    "uradni-list": "uradni-list-*.pdf",
}


async def load_example(context: Context, folder: Path) -> None:
    """The sample ledger, the sample calls as their sources give them, and what is under way with one of them."""
    await load_ledger(context.store, folder / "ledger")
    for name, pattern in SAMPLES.items():
        files = sorted((folder / "calls").glob(pattern))
        payloads = [Payload(f"examples/{file.name}", file.read_bytes()) for file in files]

        async def read(work: Work, name: str = name, payloads: list[Payload] = payloads) -> None:
            await read_pushed(BUILT_IN[name], payloads, work)

        if payloads:
            await context.store.transact(read)
    await load_work(context.store, folder / "work")


service = Service(
    name="funding",
    title="Funding",
    collections=store.ALL,
    api=api.router,
    pages=pages.router,
    templates=Path(__file__).parent / "pages",
    handlers=[
        handlers.hold_need,
        handlers.match_new_call,
        handlers.match_changed_call,
        handlers.unmatch_withdrawn_call,
        handlers.unmatch_closed_call,
        handlers.match_reopened_call,
        calls.suggest_joins,
        triage.decide_as_in_the_inbox,
        triage.learn_from_decisions,
        *APPLICATION_HANDLERS,
    ],
    jobs=[
        *CALL_JOBS,
        Job("funding-complete-matches", 30, jobs.complete_matches),
        Job("funding-poll-sources", 5, poll_sources),
        *APPLICATION_JOBS,
    ],
    migrations=CALL_MIGRATIONS,
    workers=[tell_freshness],
    facts=source_facts,
    load_example=load_example,
)
