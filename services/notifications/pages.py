"""Pages: the inbox, one alert, what one subscribes to, and leaving a subscription from a mail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.answers.pages import router as answer_pages
from services.notifications.audit.pages import router as audit
from services.notifications.calendars.pages import router as calendars
from services.notifications.channels.pages import router as channel_pages
from services.notifications.digests.pages import router as digest_pages
from services.notifications.inbox.pages import router as inbox
from services.notifications.integrators.pages import router as integrator_pages
from services.notifications.live.pages import router as live_pages
from services.notifications.people.pages import router as people_pages
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.commands import leave
from services.notifications.subscriptions.pages import router as subscription_pages
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription, subscription_from
from services.notifications.suppression.pages import router as suppression_pages
from services.notifications.timing.pages import router as timing_pages
from services.notifications.unsubscribe import verify
from services.notifications.webhooks.pages import router as webhook_pages

router = APIRouter()
router.include_router(inbox)
router.include_router(audit)
router.include_router(subscription_pages)
router.include_router(people_pages)
router.include_router(digest_pages)
router.include_router(timing_pages)
router.include_router(webhook_pages)
router.include_router(integrator_pages)
router.include_router(calendars)
router.include_router(live_pages)
router.include_router(suppression_pages)
router.include_router(channel_pages)

Somebody = Annotated[Person, require()]


@router.get("/inbox/unsubscribe/{token}")
async def ask_unsubscribe(request: Request, token: str, store: Stored) -> Any:
    """A link in a mail is opened by scanners, too, so opening it changes nothing."""
    known, person_id = await _by_token(request, token, store)
    enabled = known.wanted and person_id not in known.left
    return request.app.state.pages.render(request, "notifications/unsubscribe.html", token=token, enabled=enabled)


@router.post("/inbox/unsubscribe/{token}")
async def unsubscribe(request: Request, token: str, command: Commanding) -> Any:
    """RFC 8058: a POST without sign-in, cookies or confirmation leaves the subscription."""
    known, person_id = await _by_token(request, token, command.store)

    async def change(work: Work) -> None:
        document = await work.get(SUBSCRIPTIONS, known.id)
        if document is not None:
            await leave(subscription_from(document), person_id, work)

    await command.store.transact(change, actor=person_id)
    return request.app.state.pages.render(request, "notifications/unsubscribe.html", token=token, enabled=False)


async def _by_token(request: Request, token: str, store: Any) -> tuple[Subscription, str]:
    """The subscription, and whom it tells no more when it is left."""
    signed = verify(request.app.state.settings.secret.get_secret_value(), token)
    subscription_id, _, person_id = (signed or "").partition(" ")
    found = await subscription(store, subscription_id) if subscription_id else None
    if found is None:
        raise Problem(404, "this link is not one of ours, or the subscription is gone")
    return found, person_id or found.person


# An alert has the plainest address, so that every other page of the inbox comes before it.
router.include_router(answer_pages)
