from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.unsubscribe import sign, verify

SECRET = "a secret of more than thirty-two characters"
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(ids)
def test_a_token_gives_back_the_subscription_it_was_made_for(subscription_id):
    token = sign(SECRET, subscription_id)
    assert verify(SECRET, token) == subscription_id
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


@given(ids, st.integers(min_value=0), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_any_character_changed_is_worth_nothing(subscription_id, place, character):
    token = sign(SECRET, subscription_id)
    place %= len(token)
    forged = token[:place] + character + token[place + 1 :]
    assert (verify(SECRET, forged) is None) == (forged != token)


@given(st.text())
def test_no_foreign_text_is_a_token_and_none_breaks_the_check(text):
    assert verify(SECRET, text) is None


def test_a_token_with_something_added_is_worth_nothing():
    token = sign(SECRET, "s1")
    assert [verify(SECRET, changed) for changed in (token + "A", token + "=", "!" + token, token + ".x")] == [None] * 4


def test_another_secret_neither_makes_nor_knows_the_token():
    assert verify("another secret", sign(SECRET, "s1")) is None
    assert sign("another secret", "s1") != sign(SECRET, "s1")


def test_tokens_cannot_be_swapped_between_subscriptions():
    one, other = sign(SECRET, "s1"), sign(SECRET, "s2")
    assert verify(SECRET, one.split(".")[0] + "." + other.split(".")[1]) is None


def test_a_token_is_bound_to_its_purpose():
    import hmac
    from base64 import urlsafe_b64encode

    plain_seal = urlsafe_b64encode(hmac.digest(SECRET.encode(), b"s1", "sha256")).rstrip(b"=").decode()
    assert verify(SECRET, sign(SECRET, "s1").split(".")[0] + "." + plain_seal) is None


@pytest.mark.parametrize(("secret", "subscription_id", "named"), [("", "s1", "CINNABAR_SECRET"), (SECRET, "", "subs")])
def test_an_empty_secret_or_id_is_refused(secret, subscription_id, named):
    with pytest.raises(ValueError, match=named):
        sign(secret, subscription_id)


def test_nothing_is_valid_under_an_empty_secret():
    assert verify("", sign(SECRET, "s1")) is None
