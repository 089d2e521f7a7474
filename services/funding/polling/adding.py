"""A source that a person adds: a feed or a CommonGrants server, under a name made of its title."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.funding.polling.health import SourceHealth

AddedKind = Literal["feed", "common_grants"]
_PREFIX: dict[AddedKind, str] = {"feed": "feed", "common_grants": "common-grants"}


class NewSource(BaseModel):
    """What somebody says of the source they add."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    kind: AddedKind
    title: str = Field(min_length=2, max_length=120)
    address: str = Field(max_length=2000, pattern=r"^https?://[^\s/]+.*$")
    licence: str = Field(default="As its keeper states", max_length=300, description="What its keeper allows.")


def added(new: NewSource, *, enabled: bool = True) -> SourceHealth:
    """The source as it is stored; it is read at its first turn."""
    return SourceHealth(
        source=f"{_PREFIX[new.kind]}:{_slug(new.title)}",
        kind=new.kind,
        title=new.title,
        licence=new.licence,
        address=new.address.rstrip("/"),
        enabled=enabled,
    )


def _slug(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60] or "source"
