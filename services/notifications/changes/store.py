"""Where the latest news of each call is kept, for what is heard after it and was said before."""

from __future__ import annotations

from datetime import datetime

from contracts.funding import CallFacts
from kit.store import Collection, Work
from services.notifications.changes.news import News
from services.notifications.changes.standing import Standing

STANDINGS = Collection("call_standings")


async def stand(news: News, work: Work) -> Standing:
    """Note how a call stands by this news, unless it stands so by something later; how it stands."""
    standing = Standing.of(news, _said_at(work), await _standing(news.call_id, work))
    _keep(standing, work)
    return standing


async def as_it_stands(call: CallFacts, work: Work) -> CallFacts:
    """The call that the event at hand tells of, as it stands by all that was heard so far.

    The standing is written again as it is, so that of two units, one that tells of a call and one that ends it, the
    second sees what the first did.
    """
    standing = await _standing(call.call_id, work) or Standing.unheard(call.call_id)
    _keep(standing, work)
    return standing.now(call, _said_at(work))


def _keep(standing: Standing, work: Work) -> None:
    work.put(STANDINGS, {"_id": standing.call_id, **standing.model_dump(mode="python")})


async def _standing(call_id: str, work: Work) -> Standing | None:
    document = await work.get(STANDINGS, call_id)
    return None if document is None else Standing.model_validate(document)


def _said_at(work: Work) -> datetime:
    return work.cause.time if work.cause is not None else work.now
