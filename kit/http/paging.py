"""Lists page by cursor: `?after=&limit=`. The answer's `next` is the cursor of the following page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: at most `limit` items whose key follows `after`."""

    after: str | None
    limit: int


def _page(
    after: Annotated[str | None, Query(description="`next` of the previous page.")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT)] = 50,
) -> Page:
    return Page(after, limit)


Paging = Annotated[Page, Depends(_page)]


async def page_of(
    collection: Any,
    query: dict[str, Any],
    page: Page,
    show: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """One page of `collection` in the order of `_id`, as `{"items": [...], "next": cursor or null}`."""
    step = "$lt" if newest_first else "$gt"
    bounded = query if page.after is None else {"$and": [query, {"_id": {step: page.after}}]}
    cursor = collection.find(bounded, sort=[("_id", -1 if newest_first else 1)], limit=page.limit + 1)
    documents = await cursor.to_list(None)
    items = documents[: page.limit]
    more = len(documents) > page.limit
    return {"items": [(show or shown)(document) for document in items], "next": items[-1]["_id"] if more else None}


def shown(document: dict[str, Any]) -> dict[str, Any]:
    """A stored document as the API shows it: `id` instead of `_id`."""
    return {"id": document["_id"], **{name: value for name, value in document.items() if name != "_id"}}
