"""`GET /api/events`: what all services say, as Server-Sent Events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from kit.bus.tail import Tail, read_place
from kit.clock import now
from kit.http.commands import Stored
from kit.http.problems import Problem
from services.notifications.integrators.reading import Reader, Reading, still_may
from services.notifications.selection import NoSuchEvents, Selection
from services.notifications.streams import frames
from services.notifications.streams.following import Follower, Start
from services.notifications.streams.response import EventStream

router = APIRouter()

EVERYTHING = "beginning"
# How long a revoked key may go on reading while events come; without any, until the next beat.
LOOK_AGAIN_SECONDS = 2.0


@router.get(
    "/api/events",
    summary="Every event as it is said, from now, from a time, or from where you were.",
    response_class=Response,
    responses={200: {"description": "Server-Sent Events", "content": {EventStream.media_type: {}}}},
)
async def follow_events(
    request: Request,
    store: Stored,
    reader: Reading,
    types: Annotated[list[str] | None, Query(description="`funding.>`, `actions.risk.*`; several by comma.")] = None,
    municipality: Annotated[str | None, Query(description="Whose events; yours without.")] = None,
    since: Annotated[str | None, Query(description="An ISO 8601 time, or `beginning`; from now on without.")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventStream:
    settings = request.app.state.settings
    if municipality not in {None, reader.municipality}:
        raise Problem.at("municipality", f"you may read {reader.municipality} alone", "leave municipality out", 403)
    wanted = selection(types, reader)
    runtime = request.app.state.runtime
    tail: Tail = runtime.bus.tail(settings.municipality)
    start = start_of(last_event_id, since, tail)
    try:
        await tail.start()
        lost = await tail.beyond(start.place or {})
    except Exception as error:
        raise Problem(503, f"the event streams cannot be read now: {error}", headers={"Retry-After": "5"}) from None
    if lost is not None:
        mend = "an older copy was put back: begin again with since, at a time before it"
        raise Problem.at("Last-Event-ID", f"{lost} ends before this place", mend, 409)
    follower = Follower(tail, runtime.bus.jetstream, wanted, settings.municipality, start)

    async def chunks() -> AsyncIterator[bytes]:
        yield frames.opening(_left_out(wanted))
        looked = monotonic()
        async for chunk in follower.chunks():
            if monotonic() - looked >= LOOK_AGAIN_SECONDS:
                looked = monotonic()
                if not await still_may(reader, store):
                    yield frames.end("revoked", "your key was revoked")
                    return
            yield chunk

    return EventStream(chunks)


def selection(types: list[str] | None, reader: Reader) -> Selection:
    """The patterns of a query, each value one or several by comma."""
    try:
        return Selection.of(
            [word for each in types or [] for word in each.split(",")], personal=reader.personal, within=reader.within
        )
    except NoSuchEvents as error:
        raise Problem.at("types", str(error), error.mend) from None


def start_of(last_event_id: str | None, since: str | None, tail: Tail) -> Start:
    """Where to begin. A reader that comes back says its place, which counts more than its first wish."""
    if last_event_id:
        try:
            return Start(place=read_place(last_event_id, list(tail.subjects)))
        except ValueError as error:
            raise Problem.at("Last-Event-ID", str(error), "send an id as it came, or leave it out") from None
    if since is None:
        return Start()
    if since == EVERYTHING:
        return Start(place=dict.fromkeys(tail.subjects, 0))
    return Start(since=_moment(since))


def _moment(text: str) -> datetime:
    mend = "write an ISO 8601 time with its offset such as 2027-03-31T12:00:00Z, or beginning"
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Problem.at("since", f"{text[:80]!r} is no time", mend) from None
    if moment.tzinfo is None:
        raise Problem.at("since", "the time has no offset", mend)
    if moment > now():
        raise Problem.at("since", "the time is still to come", "leave since out to read from now on")
    return moment.astimezone(UTC)


def _left_out(wanted: Selection) -> str:
    return "all that was asked for" if wanted.personal else "without notifications.alert, which is for operators"
