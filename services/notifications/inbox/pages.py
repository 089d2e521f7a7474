"""The page `/inbox`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from kit.auth.people import Anybody
from kit.clock import now
from kit.http.commands import Stored
from services.notifications.answers.why_not import WHY_NOT
from services.notifications.inbox.listing import Asked, Part, newer_news, page_of_alerts
from services.notifications.kinds import GROUPS, Group
from services.notifications.people.knowing import learn
from services.notifications.reading import mine_or_everybodys
from services.notifications.store import SILENCES
from services.notifications.suppression.store import suppressed

router = APIRouter()

LATEST = 5
SILENCES_SHOWN = 50


@router.get("/inbox")
async def inbox(
    request: Request,
    store: Stored,
    person: Anybody,
    q: Annotated[str, Query(max_length=200)] = "",
    group: Group | Literal[""] = "",
    whose: Literal["", "mine"] = "",
    show: Part = "waiting",
    after: str | None = None,
) -> Any:
    """What waits, page by page, with the latest that is decided or over below; `show=done` pages through the latter."""
    pages = request.app.state.pages
    if person is None:
        return pages.render(request, "notifications/signed_out.html")
    known = await learn(person, store)
    readable = mine_or_everybodys(person)
    chosen = {"person": person.user} if whose == "mine" else readable
    asked = Asked(q, group or None)
    listed = await page_of_alerts(store, chosen, asked, show, after=after)
    waits = show == "waiting"
    done = await page_of_alerts(store, chosen, asked, "done", limit=LATEST) if waits and after is None else None
    untold = chosen | {"kind": {"$ne": "deadline_near"}}
    silences = store[SILENCES].find(untold, sort=[("at", -1)], limit=SILENCES_SHOWN)
    return pages.render(
        request,
        "notifications/inbox/inbox.html",
        show=show,
        listed=listed,
        done=done,
        newer=await newer_news(store, listed.items),
        asked=asked,
        whose=whose,
        groups=GROUPS,
        reasons=WHY_NOT,
        sees_everybodys=not readable,
        silences=[document async for document in silences],
        mailbox=await suppressed(store, known.address) if known else None,
        now=now(),
    )
