"""HTTP: the calendars one subscribes to. Each is read at its `url` as iCalendar, by whoever has that."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.settings import Settings
from kit.store import Work
from services.notifications.calendars import commands
from services.notifications.calendars.feed import Feed
from services.notifications.calendars.store import FEEDS
from services.notifications.people.person import Language

router = APIRouter()

Somebody = Annotated[Person, require()]


class CalendarForm(BaseModel):
    """`department`: as applications name the one that leads them; null: one's own dates."""

    model_config = ConfigDict(extra="forbid")
    department: str | None = Field(default=None, min_length=1, max_length=200)
    language: Language = "sl"


@router.get("/calendars", summary="Your calendars, each with the secret address that calendar programs read.")
async def list_calendars(request: Request, store: Stored, person: Somebody, page: Paging) -> dict[str, Any]:
    query = {"person": person.user, "revoked_at": None}
    settings = request.app.state.settings
    return await page_of(store[FEEDS], query, page, lambda each: calendar_shown(FEEDS.to_aggregate(each), settings))


@router.post("/calendars", summary="Make a calendar of your dates, or of a department's; one that is there stays.")
async def post_calendar(request: Request, form: CalendarForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        feed = await commands.make(form.department, form.language, person, work)
        return calendar_shown(feed, request.app.state.settings)

    return await command.run(change, sealed="url")


@router.post("/calendars/{calendar_id}/renew", summary="Another address; the one before shows nothing any more.")
async def post_renewal(request: Request, calendar_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        feed = await commands.renew(calendar_id, "en" if person.language == "en" else "sl", person, work)
        return calendar_shown(feed, request.app.state.settings)

    return await command.run(change, sealed="url")


@router.delete("/calendars/{calendar_id}", summary="Take a calendar's address back.")
async def delete_calendar(calendar_id: str, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        await commands.revoke(calendar_id, person, work)
        return {"id": calendar_id}

    return await command.run(change)


def calendar_shown(feed: Feed, settings: Settings) -> dict[str, Any]:
    fields = feed.model_dump(include={"department", "language", "renewed_at"})
    return {"id": feed.feed_id, **fields, "url": commands.address(feed, settings)}
