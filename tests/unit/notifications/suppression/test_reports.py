"""Which mail came back, and what it takes until a mailbox is written to no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.suppression.mailbox import WITHIN, Mailbox, Strike, StrikeKind
from services.notifications.suppression.report import NoReport, Returned, read_report
from tests.unit.notifications.suppression.dsn import postfix

NOW = datetime(2027, 2, 1, 8, tzinfo=UTC)
ID = "0b6f4b2c-1111-5222-8333-444455556666@idrija.example"


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_tells_which_mail_came_back_and_why(returned: str) -> None:
    (told,) = read_report(postfix(ID, returned=returned))
    assert told == Returned(
        message_id=ID,
        recipient="ana@obcina.example",
        severity="hard",
        reason="550 5.1.1 <ana@obcina.example>: Recipient address rejected: User unknown in virtual mailbox table",
    )


@pytest.mark.parametrize(
    ("status", "severity"),
    [("5.1.1", "hard"), ("5.1.10", "hard"), ("5.2.1", "hard"), ("5.2.2", "soft"), ("5.7.1", "soft"), ("4.4.7", "soft")],
)
def test_what_the_mailbox_is_to_blame_for_is_told_from_what_may_pass(status: str, severity: str) -> None:
    assert [each.severity for each in read_report(postfix(ID, status=status))] == [severity]


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered"])
def test_what_did_not_fail_did_not_come_back(action: str) -> None:
    assert read_report(postfix(ID, action=action)) == []


@pytest.mark.parametrize("raw", [b"", b"Subject: I am away\r\n\r\nUntil Monday.", b"\xff\xfe\x00"])
def test_what_is_no_report_says_what_to_send(raw: bytes) -> None:
    with pytest.raises(NoReport) as refused:
        read_report(raw)
    assert "message/delivery-status" in refused.value.mend


@settings(max_examples=60)
@given(at=st.integers(0, 1500), junk=st.binary(max_size=40))
def test_a_broken_report_is_read_or_refused_and_no_more(at: int, junk: bytes) -> None:
    raw = postfix(ID)
    try:
        found = read_report(raw[:at] + junk + raw[at:])
    except NoReport:
        return
    assert all(isinstance(each.reason, str) and "\n" not in each.reason for each in found)


def strikes(kind: StrikeKind, times: int, apart: timedelta = timedelta(hours=1)) -> Mailbox:
    mailbox = Mailbox(address="ana@obcina.example", person="ana")
    for number in range(times):
        strike = Strike(at=NOW + number * apart, kind=kind, reason="452 full", alert_id=f"alert-{number}")
        mailbox = mailbox.struck(strike)
    return mailbox


@pytest.mark.parametrize(("kind", "enough"), [("hard", 1), ("refused", 3), ("soft", 5)])
def test_so_many_are_enough(kind: StrikeKind, enough: int) -> None:
    assert strikes(kind, enough - 1).why is None
    why = strikes(kind, enough).why
    assert why is not None
    assert (why.code, why.evidence) == ("mailbox_suppressed", "452 full")


def test_the_same_mail_counts_once_and_old_ones_no_more() -> None:
    again = strikes("soft", 4)
    assert again.struck(again.strikes[-1]) is again
    assert strikes("soft", 9, apart=WITHIN / 4).why is None


def test_once_lifted_it_begins_anew_and_says_who_did_it() -> None:
    lifted = strikes("soft", 5).lift("olga", NOW)
    assert (lifted.why, lifted.strikes, lifted.lifted[0].by) == (None, (), "olga")
    assert lifted.lift("olga", NOW) is lifted
