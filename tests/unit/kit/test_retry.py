"""The arithmetic of retries, for any policy."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kit.bus.handlers import Retry
from kit.bus.order import FIRST_PAUSE, LONGEST_PAUSE, PATIENCE, park_delay
from kit.store.committer import INBOX
from kit.store.outbox import RETENTION

policies = st.builds(
    Retry,
    delays=st.lists(st.floats(0.001, 10_000), max_size=8).map(tuple),
    jitter=st.floats(0, 0.9),
)


def test_the_policy_everybody_gets() -> None:
    retry = Retry(jitter=0)
    assert [retry.delay(attempt, Random(0)) for attempt in range(1, 7)] == [1, 5, 30, 120, 600, None]
    assert retry.attempts == 6
    assert retry.longest == 756


@given(policies, st.integers(0, 2**32))
def test_each_attempt_but_the_last_has_a_delay_within_its_jitter(retry: Retry, seed: int) -> None:
    random = Random(seed)
    for attempt, planned in enumerate(retry.delays, start=1):
        delay = retry.delay(attempt, random)
        assert delay is not None
        assert planned * (1 - retry.jitter) - 1e-9 <= delay <= planned * (1 + retry.jitter) + 1e-9
        assert delay > 0
    assert retry.delay(retry.attempts, random) is None


@given(policies, st.integers(1, 10_000))
def test_after_the_last_attempt_there_is_never_another(retry: Retry, more: int) -> None:
    assert retry.delay(retry.attempts + more, Random(0)) is None


@given(policies, st.integers(-5, 0))
def test_a_count_below_one_is_taken_for_the_first_attempt(retry: Retry, attempt: int) -> None:
    assert retry.delay(attempt, Random(1)) == retry.delay(1, Random(1))


@given(policies, st.integers(0, 2**32))
def test_no_run_of_attempts_lasts_longer_than_the_longest(retry: Retry, seed: int) -> None:
    random = Random(seed)
    spent = sum(retry.delay(attempt, random) or 0 for attempt in range(1, retry.attempts + 1))
    assert spent <= retry.longest + 1e-6


def test_jitter_spreads_what_failed_together() -> None:
    random = Random(3)
    assert len({Retry().delay(1, random) for _ in range(50)}) > 40


@given(policies, st.floats(0, 100_000))
def test_parking_ends_only_after_the_event_before_had_all_its_attempts(retry: Retry, waited: float) -> None:
    delay = park_delay(timedelta(seconds=waited), retry)
    if waited <= retry.longest:
        assert delay is not None
    if delay is None:
        assert waited > retry.longest + PATIENCE - 1e-3
    else:
        assert FIRST_PAUSE <= delay <= LONGEST_PAUSE


def test_the_inbox_remembers_for_longer_than_anything_comes_again() -> None:
    """Repeats come from retries, and from the outbox, which sends the tail of a stream again while it keeps it."""
    (index,) = INBOX.indexes
    assert index.expire_after is not None
    assert index.expire_after > 2 * max(RETENTION.total_seconds(), Retry().longest + PATIENCE)
