from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from pydantic import ValidationError

from contracts.values import LocalText, Money, Reason
from services.notifications.judging import judge
from services.notifications.mail import SHOWN_FITS, Links, compose
from services.notifications.mail_words import WORDS

SENDER = "Občina Idrija <obvestila@obcina.example>"


@pytest.fixture
def mailed(match, subscription, officer, links, now):
    """Compose the mail for some matches, and read it back from its bytes as a mail program would."""

    def of_matches(*matches, language="sl", at=now, **changes) -> EmailMessage:
        person = changes.pop("person", officer).model_copy(update={"language": language})
        wanted = changes.pop("subscription", subscription)
        alert = None
        for event in matches or (match(),):
            alert = judge(wanted, person, event, alert, now)
        facts = {"subscription": wanted, "links": links, "sender": SENDER, "municipality": "Občina Idrija", "now": at}
        message = compose(alert, person, **(facts | changes))
        return message_from_bytes(message.as_bytes(), policy=policy.default)

    return of_matches


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\u00a0", " ")


def html_of(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


class Page(HTMLParser):
    """Tags, links and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]
        self.sources += [value for name, value in attrs if name in ("src", "background", "srcset")]

    def handle_data(self, data):
        self.words += data


ESSENTIALS = {
    "sl": [
        "Digitalne inovacije v manjših občinah",
        "Ministrstvo za digitalno preobrazbo",
        "sreda, 31. marec 2027, 12:00 (čez 40 dni)",
        "85 %",
        "150.000 €",
        "Aktivnost 3.1.2: Dejavnost 3.1.2",
        "Ukrep 3.1: Ukrep o 3.1",
        "82 od 100",
        "Občine se smejo prijaviti. [lokalne skupnosti]",
        "Potreben je partner.",
        "22.500 €",
        "Zakaj ste to prejeli",
        "Občina Idrija",
    ],
    "en": [
        "Digitalne inovacije v manjših občinah",
        "Ministrstvo za digitalno preobrazbo",
        "Wednesday, 31 March 2027, 12:00 (in 40 days)",
        "85%",
        "€150,000",
        "Activity 3.1.2: Dejavnost 3.1.2",
        "Action 3.1: Ukrep o 3.1",
        "82 of 100",
        "Municipalities may apply. [lokalne skupnosti]",
        "A partner is needed.",
        "€22,500",
        "Why you got this",
        "Občina Idrija",
    ],
}


@pytest.mark.parametrize("language", ["sl", "en"])
def test_both_parts_say_what_an_officer_needs_to_decide(mailed, match, links, language):
    message = mailed(match(score=82, own_share=Money(amount=Decimal(22_500))), language=language)
    page = Page(html_of(message))
    words = " ".join(page.words.replace("\u00a0", " ").split())
    text = text_of(message)
    for fact in ESSENTIALS[language]:
        assert fact in text
        assert fact in words
    source = "https://razpisi.example/digitalne-inovacije"
    for link in (links.about, links.alert, links.preferences, links.unsubscribe, source):
        assert link in text
        assert link in page.links


@pytest.mark.parametrize("language", ["sl", "en"])
def test_what_is_not_known_is_said_and_never_zero(mailed, match, call, language):
    bare = call.model_copy(
        update={"deadline": None, "co_financing_rate": None, "max_amount": None, "funder": None, "url": None}
    )
    words = WORDS[language]
    lines = text_of(mailed(match(call=bare, reasons_against=[]), language=language)).splitlines()
    for label in ("funder", "deadline", "rate", "max_amount", "own_share"):
        assert f"{words[label]}: {words['unknown']}" in lines
    assert f"  {words['no_against']}" in lines
    assert not any(" 0" in line for line in lines)


def test_an_unread_deadline_is_quoted_in_the_sources_words(mailed, match, call):
    phrase = "do porabe sredstev"
    open_ended = call.model_copy(update={"deadline": None, "deadline_phrase": phrase})
    message = mailed(match(call=open_ended))
    assert phrase in text_of(message)
    assert "rok ni objavljen" in message["Subject"]


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("sl", "Razpis za aktivnost 3.1.2, rok 31. marec 2027: ", "Razpis za 2 aktivnosti, rok 31. marec 2027: "),
        ("en", "Call for activity 3.1.2, deadline 31 March 2027: ", "Call for 2 activities, deadline 31 March 2027: "),
    ],
)
def test_the_subject_says_which_activity_until_when_and_what(mailed, match, language, one, many):
    title = "Digitalne inovacije v manjših občinah"
    assert mailed(match(), language=language)["Subject"] == one + title
    assert mailed(match(), match("2.1.3"), language=language)["Subject"] == many + title


def test_the_activities_that_fit_are_told_best_first(mailed, match):
    text = text_of(mailed(match("2.1.3", score=61), match("3.1.2", score=90)))
    assert "3.1.2, 2.1.3" in text
    assert text.index("Aktivnost 3.1.2") < text.index("Aktivnost 2.1.3")


def test_many_activities_are_named_without_an_endless_mail(mailed, match):
    numbers = [f"1.1.{n}" for n in range(1, SHOWN_FITS + 3)]
    text = text_of(mailed(*(match(number) for number in numbers)))
    assert text.count("Ocena ujemanja") == SHOWN_FITS
    assert ", ".join(numbers[SHOWN_FITS:]) in text


def test_the_subscriptions_limits_are_the_reason_why_it_came(mailed, match, subscription):
    chosen = subscription.model_copy(update={"min_score": 60, "actions": ("3.1",)})
    text = text_of(mailed(match(), subscription=chosen, language="en"))
    assert "score of at least 60; actions 3.1" in text


def test_headers(mailed, match, links, now):
    message = mailed(match())
    assert message["From"].addresses[0].display_name == "Občina Idrija"
    assert message["To"].addresses[0].addr_spec == "mateja@obcina.example"
    assert message["Date"].datetime == now
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"] == f"<{message['X-Cinnabar-Alert']}@obcina.example>"
    assert [part["Content-Language"] for part in message.iter_parts()] == ["sl", "sl"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_long_unsubscribe_links_reach_the_mail_program_as_they_were_written(mailed, links):
    [raw] = [value for name, value in mailed().raw_items() if name == "List-Unsubscribe"]
    assert "=?" not in raw
    assert [entry.strip() for entry in raw.split(",")] == [f"<{links.unsubscribe}>", f"<{links.unsubscribe_mail}>"]


@pytest.mark.parametrize(
    "words",
    ["Žužemberk čuva šolo", "č š ž " * 20, "Short", "plain words " * 10, "Občina Žiri, oddelek", 'a "b" (c) <d>'],
)
def test_words_in_headers_keep_every_letter_and_blank(mailed, match, call, officer, words):
    title = " ".join(words.split())
    message = mailed(
        match(call=call.model_copy(update={"title": words})), person=officer.model_copy(update={"name": title})
    )
    assert message["Subject"].endswith(f"2027: {title}")
    raw = dict(message.raw_items())
    # Python's address parser adds blanks between encoded words, so the plain decoder reads names outside ASCII.
    named = str(make_header(decode_header(raw["To"].rsplit("<", 1)[0]))).strip()
    assert title in (named, message["To"].addresses[0].display_name)
    assert message["To"].addresses[0].addr_spec == officer.address
    assert all(
        len(line) < 100 for name, value in message.raw_items() for line in value.splitlines() if name == "Subject"
    )


def test_the_message_id_stays_the_same_for_another_attempt(mailed, match, now):
    first, again = mailed(match()), mailed(match(), at=now + timedelta(hours=1))
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Date"] != again["Date"]


def test_the_bytes_pass_any_mail_server(match, subscription, officer, links, now):
    alert = judge(subscription, officer, match(), None, now)
    raw = compose(
        alert, officer, subscription=subscription, links=links, sender=SENDER, municipality="Občina Žiri", now=now
    ).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


HOSTILE = (
    '</title><script>alert(1)</script>\r\nBcc: all@example.si\r\n\r\n<img src="https://spy.example/x.png" onerror=x>'
)


def test_hostile_words_from_a_source_stay_words(mailed, match, call):
    hostile_reason = Reason(code="bad", text=LocalText(sl=HOSTILE, en=HOSTILE), evidence=HOSTILE)
    everywhere = {"title": HOSTILE, "funder": HOSTILE, "summary": HOSTILE, "programme": HOSTILE, "reference": HOSTILE}
    message = mailed(
        match(
            call=call.model_copy(update=everywhere),
            activity_number=HOSTILE,
            activity_title=HOSTILE,
            action_title=HOSTILE,
            reasons_for=[hostile_reason],
            reasons_against=[hostile_reason],
        ),
        municipality=HOSTILE,
    )
    page = Page(html_of(message))
    assert "Bcc" not in message
    assert not {"script", "img"} & set(page.tags)
    assert "onerror" not in page.attributes
    assert page.sources == []
    assert "<script>alert(1)</script>" in page.words
    assert "\nBcc:" not in text_of(message)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        'https://a.example/" onclick="x',
        "https://a.example/<b>",
        "https://a.example/\r\nBcc: x@y.si",
        "//a.example/x",
        "https://",
        "https://[broken",
        "",
    ],
)
def test_a_source_address_that_is_no_plain_web_link_is_left_out_and_said_so(mailed, match, call, url):
    message = mailed(match(call=call.model_copy(update={"url": url})))
    assert WORDS["sl"]["source_refused"] in text_of(message)
    assert all(link.startswith("https://cinnabar.example/") for link in Page(html_of(message)).links)


def test_nothing_is_fetched_when_the_mail_is_read(mailed):
    html = html_of(mailed())
    assert Page(html).sources == []
    assert "url(" not in html
    assert "@import" not in html
    assert not {"img", "link", "iframe", "object", "script"} & set(Page(html).tags)


def test_it_can_be_read_in_the_dark(mailed):
    html = html_of(mailed())
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html


def test_both_languages_know_the_same_words():
    assert WORDS["sl"].keys() == WORDS["en"].keys()
    assert not any("!" in word for words in WORDS.values() for word in words.values())


@pytest.mark.parametrize("sender", ["", "Idrija", "Idrija <x>", "a@b.si\r\nBcc: c@d.si <", "Ž <ž@žiri.si>"])
def test_a_sender_that_is_no_address_is_refused_by_name(mailed, sender):
    with pytest.raises(ValueError, match="sender"):
        mailed(sender=sender)


@pytest.mark.parametrize("field", ["about", "alert", "preferences", "unsubscribe", "unsubscribe_mail"])
@pytest.mark.parametrize("link", ["javascript:x", "https://a.example/\r\nX: y", "mailto:a@b.si>,<https://evil.example"])
def test_a_link_that_could_break_a_header_or_a_page_is_refused(links, field, link):
    with pytest.raises(ValidationError, match=field):
        Links(**(links.model_dump() | {field: link}))


def test_a_mail_is_not_made_out_to_somebody_else(match, subscription, officer, links, now):
    alert = judge(subscription, officer, match(), None, now)
    other = officer.model_copy(update={"id": "tadej"})
    with pytest.raises(ValueError, match="mateja"):
        compose(alert, other, subscription=subscription, links=links, sender=SENDER, municipality="Idrija", now=now)
