"""A calendar somebody subscribes to by a link that nobody can guess, that can be renewed and taken back."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.registry import Event

_PURPOSE = b"cinnabar calendar v1\x00"


class Feed(BaseModel):
    """One person's calendar, or one that a person made of a department. A renewal makes the link before it void."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    feed_id: str
    version: int = 0
    events: list[Event] = Field(default=[], exclude=True)
    person: str = Field(description="Who made it; the calendar shows what this person may see.")
    department: str | None = Field(default=None, description="Whose dates it shows; null: the person's own.")
    language: Literal["sl", "en"] = "sl"
    generation: int = 1
    revoked_at: AwareDatetime | None = None
    renewed_at: AwareDatetime

    def renewed(self, now: Any, language: Literal["sl", "en"]) -> Self:
        return self.model_copy(
            update={
                "generation": self.generation + 1,
                "revoked_at": None,
                "renewed_at": now,
                "language": language,
            }
        )

    def revoked(self, now: Any) -> Self:
        return self if self.revoked_at else self.model_copy(update={"revoked_at": now})

    def link(self, secret: str) -> str:
        """The last part of the calendar's address. `ValueError` when the installation has no secret."""
        if not secret:
            raise ValueError("secret is empty; set CINNABAR_SECRET to at least 32 random characters")
        body = f"{self.feed_id}.{self.generation}".encode()
        seal = hmac.digest(secret.encode(), _PURPOSE + body, "sha256")
        return f"{self.feed_id}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"

    def opened_by(self, token: str, secret: str) -> bool:
        """Whether the link leads to this calendar today."""
        return self.revoked_at is None and token.isascii() and hmac.compare_digest(token, self.link(secret))


def feed_of(token: str) -> str:
    """The id of the calendar that a link speaks of, whether or not the link is good."""
    return token.partition(".")[0]
