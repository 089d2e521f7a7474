"""What is kept of integrators: who they are, and where they are connected."""

from __future__ import annotations

from kit.store import Aggregates, Collection, Index
from services.notifications.integrators.integrator import Integrator

INTEGRATORS = Aggregates("integrators", of=Integrator, key="name", indexes=[Index([("state", 1)])])
# One row per connection that was let in, so that it can be cut; a server forgets its own when it restarts.
CONNECTIONS = Collection(
    "integrator_connections", indexes=[Index([("name", 1)]), Index([("at", 1)], expire_after=90 * 24 * 3600)]
)

ALL = [INTEGRATORS, CONNECTIONS]
