"""A refusal of the ledger as the HTTP answer it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kit.http.problems import FieldError, Problem
from services.funding.ledger.refusal import Contradicted, Refused


@contextmanager
def refusals() -> Iterator[None]:
    """Turns Refused into problem details: 409 where the ledger holds something against it, else 422."""
    try:
        yield
    except Refused as refused:
        errors = [FieldError(each.field, each.message, each.mend) for each in refused.mistakes]
        raise Problem(409 if isinstance(refused, Contradicted) else 422, str(refused), errors) from None
