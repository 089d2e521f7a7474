"""When a person last looked at a call, so that what changed since then can be shown. A visit lasts while they stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from pydantic import AwareDatetime

from contracts.values import Value

A_VISIT = timedelta(minutes=30)
"""Looking again within this time is still the same visit: reading a page twice loses no highlight."""


class Seen(Value):
    """`version` is what the person saw at the end of the visit before this one; `visit_*` is this one."""

    version: int
    at: AwareDatetime
    visit_version: int
    visit_at: AwareDatetime

    @classmethod
    def first(cls, version: int, now: datetime) -> Self:
        return cls(version=version, at=now, visit_version=version, visit_at=now)

    def again(self, version: int, now: datetime) -> Self:
        """The same person looks at the call, which is at `version` by now."""
        known = {"visit_version": version, "visit_at": now}
        if now - self.visit_at > A_VISIT:
            return self.model_copy(update={**known, "version": self.visit_version, "at": self.visit_at})
        return self.model_copy(update=known)
