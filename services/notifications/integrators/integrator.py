"""One integrator: a name, the events it may read, and the secret it signs in with. Revoking is for good."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event
from services.notifications.selection import Selection

OVERLAP = timedelta(hours=24)
NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
# Names that servers and services sign in with themselves.
TAKEN = frozenset(
    (
        "actions",
        "funding",
        "sensors",
        "notifications",
        "reporting",
        "provision",
        "operator",
        "devices",
        "doorkeeper",
        "system",
        "local",
    )
)


class Secret(BaseModel):
    """What is kept of a secret: 32 random bytes need no slow hash. `until`: when it stops working."""

    model_config = ConfigDict(frozen=True)
    digest: str
    since: AwareDatetime
    until: AwareDatetime | None = None


class Integrator(BaseModel):
    """Every step returns a new integrator. `consumer_info`: its client may ask how its own durable is doing."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    patterns: tuple[str, ...]
    municipality: str
    consumer_info: bool = False
    secrets: tuple[Secret, ...]
    state: Literal["active", "revoked"] = "active"
    made_by: str
    made_at: AwareDatetime
    revoked_at: AwareDatetime | None = None
    used_at: AwareDatetime | None = None

    @property
    def selection(self) -> Selection:
        return Selection(self.patterns)

    @property
    def durable(self) -> str:
        return durable_of(self.name)

    @property
    def inbox(self) -> str:
        """Where its answers go, and nobody else's."""
        return f"_INBOX_{self.name}"

    def lets_in(self, secret: str, now: datetime) -> bool:
        told = digest_of(secret)
        valid = [each for each in self.secrets if each.until is None or each.until > now]
        return self.state == "active" and any(hmac.compare_digest(told, each.digest) for each in valid)

    def rotated(self, secret: str, now: datetime) -> Self:
        """A new secret; the one before works for another day, those before that no more."""
        old = self.secrets[-1].model_copy(update={"until": now + OVERLAP})
        return self.model_copy(update={"secrets": (old, Secret(digest=digest_of(secret), since=now))})

    def revoked(self, now: datetime) -> Self:
        return self.model_copy(update={"state": "revoked", "revoked_at": now, "secrets": ()})


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def durable_of(name: str) -> str:
    return f"integrator_{name}"


def permissions(integrator: Integrator) -> dict[str, list[str]]:
    """The least rights of one that only reads: fetch and acknowledge its own durables, hear its own inbox.

    These are the subjects of JetStream's first generation (`$JS.ACK.<stream>.<durable>.>`).
    """
    publish = []
    for stream in integrator.selection.subjects(integrator.municipality):
        publish += [
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{integrator.durable}",
            f"$JS.ACK.{stream}.{integrator.durable}.>",
        ]
        if integrator.consumer_info:
            publish.append(f"$JS.API.CONSUMER.INFO.{stream}.{integrator.durable}")
    return {"publish": publish, "subscribe": [f"{integrator.inbox}.>"]}


def mqtt_permissions(integrator: Integrator) -> dict[str, list[str]]:
    """Over MQTT there are no durables: it hears its events as they are said, and says nothing.

    MQTT's `a/#` holds `a` itself, which the server wants to be allowed, too.
    """
    subjects = [each for some in integrator.selection.subjects(integrator.municipality).values() for each in some]
    above = [subject.removesuffix(".>") for subject in subjects if subject.endswith(".>")]
    return {"publish": [], "subscribe": subjects + above}


def topics(integrator: Integrator) -> list[str]:
    """What an MQTT client subscribes to: `cinnabar/idrija/funding/#`."""
    subjects = [each for some in integrator.selection.subjects(integrator.municipality).values() for each in some]
    return [subject.replace(".", "/").replace("*", "+").replace(">", "#") for subject in subjects]


def is_its_own(client_id: str, name: str) -> bool:
    """Whether an MQTT client may have an id: one that another uses already would throw that one out."""
    return client_id == name or client_id.startswith(f"{name}:")
