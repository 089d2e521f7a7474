from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from contracts.funding import FieldChange
from services.notifications.digests.digest import Digest
from services.notifications.digests.mail import DigestLinks, compose_digest

INBOX = "https://cinnabar.example/inbox"


@pytest.fixture
def composed(officer, subscription, now):
    def of(alerts, person=officer, at=now):
        digest = Digest.closed(person.id, now, tuple(each.alert_id for each in alerts), (subscription.id,), at)
        links = DigestLinks(
            inbox=INBOX,
            delivery=f"{INBOX}/delivery",
            unsubscribe=f"{INBOX}/unsubscribe/t",
            unsubscribe_mail="mailto:o@x.si",
            leave={subscription.id: f"{INBOX}/unsubscribe/only-this"},
        )
        mail = compose_digest(
            digest,
            alerts,
            person,
            subscriptions={subscription.id: subscription},
            links=links,
            answers={each.alert_id: {"apply": f"{INBOX}/answer/{each.alert_id}"} for each in alerts},
            sender="Občina Idrija <obvestila@idrija.example>",
            municipality="Občina Idrija",
            now=at,
        )
        return message_from_bytes(mail.as_bytes(), policy=policy.default)

    return of


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\u00a0", " ").replace("\r\n", "\n")


def test_ten_are_told_and_the_rest_is_counted(composed, waiting):
    mail = composed([waiting(f"call-{n:02}", days=20 + n) for n in range(13)])
    text = text_of(mail)
    assert text.count("Zakaj to prejemate:") == 10
    assert "10 od 13" in text
    assert "V nabiralniku je še (vse so tudi tam): 3" in text
    assert f"Nabiralnik: {INBOX}\n" in text
    assert mail["Subject"] == "Povzetek (13), najbližji rok 11. marec 2027: Razpis call-00"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_each_entry_says_what_it_is_and_why_one_gets_it(composed, waiting, officer):
    english = officer.model_copy(update={"language": "en"})
    alert = waiting("one", days=10, share=17250)
    text = text_of(composed([alert], english))
    assert "1. Razpis one" in text
    assert f"Leave only this subscription: {INBOX}/unsubscribe/only-this" in text
    assert "Fits: 3.1.2 (70)" in text
    assert "Own share: €17,250" in text
    assert "Why you get this: You subscribe to calls that fit the action plan." in text
    assert f"{INBOX}/{alert.alert_id}" in text
    assert f"Let us apply: {INBOX}/answer/{alert.alert_id}" in text
    assert "More in your inbox" not in text


def test_a_change_tells_before_and_after(composed, waiting):
    moved = FieldChange(
        field="deadline", before="2027-04-10", after="2027-03-31", material=True, urgent=False, rule="deadline_later"
    )
    alert = waiting("one").model_copy(update={"kind": "call_changed", "changes": (moved,)})
    assert "Rok za prijavo: 10. april 2027 → 31. marec 2027" in text_of(composed([alert]))


def test_a_repeat_bears_the_same_message_id(composed, waiting, now):
    alerts = [waiting("one"), waiting("two")]
    first, again = composed(alerts), composed(alerts, at=now + timedelta(minutes=2))
    assert first["Message-ID"] == again["Message-ID"]
    assert text_of(first) == text_of(again)


def test_markup_in_a_title_stays_text(composed, waiting):
    alert = waiting("one")
    alert = alert.model_copy(
        update={"call": alert.call.model_copy(update={"title": "<script>x</script>\r\nBcc: a@b.c"})}
    )
    mail = composed([alert])
    assert "<script>" not in mail.get_body(("html",)).get_content()
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]


def test_nobody_gets_anothers_digest(composed, waiting, officer):
    with pytest.raises(ValueError, match="not for"):
        composed([waiting("one")], officer.model_copy(update={"id": "bojan"}))
