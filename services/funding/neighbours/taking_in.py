"""Takes a list of won projects in by portions, so that a country's list never stands in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Any

from kit.clock import uuid7
from kit.store import Store, Work
from services.funding.neighbours.kohesio import NoLegalBody, WonProject, read
from services.funding.neighbours.store import WON_LISTS, WON_PROJECTS, document
from services.funding.sources.source import Rejected
from services.funding.themes import themes_of

PORTION = 500
KEPT_REFUSALS = 50

Row = WonProject | Rejected | NoLegalBody


async def take_in(body: bytes, name: str, by: str, store: Store) -> dict[str, Any]:
    """Store every project of a list; what was taken, refused and left out. The same list again changes nothing.

    Raises Malformed when the file is not such a list; what was stored before the broken place stays.
    """
    summary: dict[str, Any] = {"_id": uuid7(), "name": name, "by": by, "projects": 0, "no_legal_body": 0, "refused": []}
    rows = read(body)
    while portion := await asyncio.to_thread(_next_portion, rows, str(summary["_id"])):
        documents, portion_refused, persons = portion
        summary["projects"] += len(documents)
        summary["no_legal_body"] += persons
        summary["refused"] += portion_refused

        async def keep(work: Work, documents: list[dict[str, Any]] = documents) -> None:
            for each in documents:
                work.put(WON_PROJECTS, each)

        await store.transact(keep, actor=by)
    summary |= {"refused_rows": len(summary["refused"]), "refused": summary["refused"][:KEPT_REFUSALS]}

    async def note(work: Work) -> None:
        work.insert(WON_LISTS, {**summary, "at": work.now})

    await store.transact(note, actor=by)
    return summary


def _next_portion(rows: Iterator[Row], list_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int] | None:
    """The next rows, made ready beside the event loop: finding a project's themes is work for the processor."""
    portion = list(islice(rows, PORTION))
    if not portion:
        return None
    projects = {row.project_id: row for row in portion if isinstance(row, WonProject)}
    documents = [document(row, sorted(_themes(row)), list_id) for row in projects.values()]
    refused = [
        {"row": row.row, "field": row.field, "reason": row.reason, "mend": row.mend}
        for row in portion
        if isinstance(row, Rejected)
    ]
    return documents, refused, sum(isinstance(row, NoLegalBody) for row in portion)


def _themes(project: WonProject) -> dict[str, list[str]]:
    return themes_of(f"{project.title} . {project.title_own or ''}")
