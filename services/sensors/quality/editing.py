"""What people do with the checks of a series."""

from __future__ import annotations

from kit.store import Work
from services.sensors.quality.checks import Checks, StoredChecks
from services.sensors.series import Series
from services.sensors.store import SERIES


def put(series: Series, checks: Checks, by: str, work: Work) -> StoredChecks:
    """New readings are judged by them; what is stored keeps its verdict."""
    stored = StoredChecks(**checks.model_dump(), set_by=by, revision=revision_of(series) + 1)
    work.save(SERIES, series.model_copy(update={"checks": stored}))
    return stored


def revision_of(series: Series) -> int:
    """How often the checks of a series were set; 0 for one that never had any."""
    return series.checks.revision if series.checks else 0
