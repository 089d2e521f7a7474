"""Which mailboxes mail came back from."""

from __future__ import annotations

from kit.store import Aggregates, Index, Store, Work
from services.notifications.suppression.mailbox import Mailbox, Strike

MAILBOXES = Aggregates(
    "mailboxes", of=Mailbox, key="address", indexes=[Index([("person", 1)]), Index([("suppressed_at", 1)])]
)

ALL = [MAILBOXES]


async def suppressed(store: Store, address: str) -> Mailbox | None:
    """The mailbox, when it must not be written to."""
    found = await store[MAILBOXES].find_one({"_id": address.lower(), "suppressed_at": {"$ne": None}})
    return None if found is None else MAILBOXES.to_aggregate(found)


async def strike(work: Work, *, address: str, person: str, what: Strike) -> Mailbox:
    """Count one more mail that did not reach an address."""
    key = address.lower()
    known = await work.load(MAILBOXES, key) or Mailbox(address=key, person=person)
    after = known.struck(what)
    return known if after is known else work.save(MAILBOXES, after)
