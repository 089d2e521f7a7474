from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.answers.tokens import LASTS, Bound, expiry, seal, unseal

SECRET = "0123456789abcdef0123456789abcdef"
NOW = datetime(2027, 2, 19, 8, 0, tzinfo=UTC)


@pytest.fixture
def bound() -> Bound:
    return Bound(alert_id="alert-1", person="maja@idrija.example", purpose="apply", expires=expiry(NOW))


def test_a_link_says_what_it_was_made_for_and_nothing_to_others(bound: Bound) -> None:
    token = seal(SECRET, bound)
    assert unseal(SECRET, token) == bound
    assert seal(SECRET, bound) == token, "a mail sent again is the same mail"
    assert "maja" not in token
    assert unseal("another secret of thirty-two letters", token) is None


@pytest.mark.parametrize(
    "change",
    [
        {"alert_id": "alert-2"},
        {"person": "ana@idrija.example"},
        {"purpose": "not_for_us"},
        {"turn": 1},
        {"expires": NOW + timedelta(days=90)},
    ],
)
def test_every_part_is_bound(bound: Bound, change: dict[str, object]) -> None:
    assert seal(SECRET, bound.model_copy(update=change)) != seal(SECRET, bound)


@given(place=st.integers(min_value=0), flip=st.integers(1, 63))
def test_no_changed_letter_is_taken(place: int, flip: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = seal(SECRET, Bound(alert_id="a", person="b", purpose="apply", expires=expiry(NOW)))
    place %= len(token) - 1  # the last letter holds bits that say nothing
    other = letters[(letters.index(token[place]) + flip) % 64]
    assert unseal(SECRET, token[:place] + other + token[place + 1 :]) is None


@given(st.text(max_size=80))
def test_no_text_is_a_link(text: str) -> None:
    assert unseal(SECRET, text) is None


def test_a_link_lasts_thirty_days_and_the_mail_of_one_day_keeps_its_links() -> None:
    assert expiry(NOW) - NOW >= LASTS
    assert expiry(NOW) == expiry(NOW + timedelta(hours=12))


def test_without_a_secret_there_is_no_link(bound: Bound) -> None:
    with pytest.raises(ValueError, match="CINNABAR_SECRET"):
        seal("", bound)
