"""Pages: leaving every subscription that led to a digest, from the digest itself."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from kit.http.commands import Commanding, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.notifications.digests.digest import Digest
from services.notifications.digests.store import DIGESTS
from services.notifications.subscriptions import commands
from services.notifications.subscriptions.store import SUBSCRIPTIONS, subscription_from
from services.notifications.unsubscribe import verify

router = APIRouter()


@router.get("/inbox/unsubscribe/digest/{token}")
async def ask_to_leave(request: Request, token: str, store: Stored) -> Any:
    """A link in a mail is opened by scanners, too, so opening it changes nothing."""
    digest = await _digest(request, token, store)
    on = await store[SUBSCRIPTIONS].count_documents(
        {
            "_id": {"$in": list(digest.subscriptions)},
            "enabled": True,
            "deleted_at": None,
            "left": {"$ne": digest.person},
        }
    )
    return _draw(request, token, enabled=on > 0)


@router.post("/inbox/unsubscribe/digest/{token}")
async def leave(request: Request, token: str, command: Commanding) -> Any:
    """RFC 8058: a POST without sign-in, cookies or confirmation leaves the subscriptions behind the digest."""
    digest = await _digest(request, token, command.store)

    async def change(work: Work) -> None:
        for document in await work.find(SUBSCRIPTIONS, {"_id": {"$in": list(digest.subscriptions)}}):
            await commands.leave(subscription_from(document), digest.person, work)

    await command.store.transact(change, actor=digest.person)
    return _draw(request, token, enabled=False)


def _draw(request: Request, token: str, *, enabled: bool) -> Any:
    return request.app.state.pages.render(
        request, "notifications/unsubscribe.html", token=f"digest/{token}", enabled=enabled
    )


async def _digest(request: Request, token: str, store: Store) -> Digest:
    signed = verify(request.app.state.settings.secret.get_secret_value(), token) or ""
    document = await store[DIGESTS].find_one({"_id": signed.removeprefix("digest:")})
    if document is None or not signed.startswith("digest:"):
        raise Problem(404, "this link is not one of ours, or the digest is gone")
    return DIGESTS.to_aggregate(document)
