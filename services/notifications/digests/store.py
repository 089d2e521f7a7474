"""What is kept of digests."""

from __future__ import annotations

from kit.store import Aggregates, Index
from services.notifications.digests.digest import Digest

DIGESTS = Aggregates(
    "digests",
    of=Digest,
    key="digest_id",
    indexes=[Index([("person", 1), ("closed_at", -1)]), Index([("state", 1), ("not_before", 1)])],
)

ALL = [DIGESTS]
