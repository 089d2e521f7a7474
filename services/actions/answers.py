"""What commands of this service have in common: whose day it is, and how a refusal is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from kit.http.problems import Problem
from services.actions.refusal import Refused

LJUBLJANA = ZoneInfo("Europe/Ljubljana")


@contextmanager
def refusals() -> Iterator[None]:
    """Turns Refused into the problem details it is."""
    try:
        yield
    except Refused as refused:
        raise Problem.at(refused.field, refused.message, refused.mend) from None
