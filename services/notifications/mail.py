"""An alert as a mail: text and HTML in the person's language, with everything an officer needs to decide.

RFC 5322 message; unsubscription by RFC 2369 and RFC 8058 headers; RFC 3834 marks it as automatic.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from pydantic import Field, field_validator

from contracts.funding import CallFacts
from contracts.values import Money, Reason, Value
from services.notifications.alerts import Alert
from services.notifications.changes.words import told
from services.notifications.fits import Fit
from services.notifications.headers import mail_policy
from services.notifications.mail_words import WORDS
from services.notifications.matters.mail import content_of as content_of_matter
from services.notifications.matters.mail import subject_of as subject_of_matter
from services.notifications.people.person import Language, Person
from services.notifications.subscriptions import Subscription
from services.notifications.subscriptions.wording import filters_in_words
from services.notifications.wording import (
    at_moment,
    day,
    days_away,
    moment,
    money,
    on_day,
    one_line,
    partial,
    share,
)

SHOWN_FITS = 3
"""Activities told in full; the others are named by number, so that no mail program cuts the mail off."""

_SUBJECT_TITLE = 120
_NAMED_CHANGES = 3
_NEW = ("call_matched", "call_found")
_SUMMARY = 600

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class Links(Value):
    """Where a mail leads to. `unsubscribe` answers a POST without sign-in (RFC 8058); its GET changes nothing."""

    about: str = Field(description="The page of the call, or of what else the alert tells of.")
    alert: str = Field(description="The alert in the inbox, where the person decides.")
    preferences: str
    answers: dict[str, str] = Field(
        default={}, description="Choice to an address that asks for it and acts only on POST."
    )
    unsubscribe: str | None = Field(default=None, description="Null when no subscription can be left to end it.")
    unsubscribe_mail: str | None = Field(
        default=None, description="Address and subject: 'mailto:odjava@obcina.si?subject=...'."
    )

    @field_validator("about", "alert", "preferences", "unsubscribe")
    @classmethod
    def _leads_to_the_web(cls, link: str | None) -> str | None:
        if link is not None and web_link(link) is None:
            raise ValueError(f"link {link!r} is no web address; write one that starts with https://")
        return link

    @field_validator("unsubscribe_mail")
    @classmethod
    def _is_mailto(cls, link: str | None) -> str | None:
        if link is None:
            return None
        if not link.startswith("mailto:") or not _harmless(link):
            raise ValueError(f"unsubscribe_mail {link!r} is no mail link; write one such as mailto:odjava@obcina.si")
        return link


def compose(
    alert: Alert,
    person: Person,
    *,
    subscription: Subscription | None,
    links: Links,
    sender: str,
    municipality: str,
    now: datetime,
) -> EmailMessage:
    """The mail for an alert, ready for a mail server.

    `sender` is 'Name <address>'; `subscription` is the one `links.unsubscribe` leaves, None for what cannot be
    switched off; `now` becomes the Date.
    The Message-ID depends on the alert alone, so that a repeated mail is recognised as the same one.
    `ValueError` when the alert is not this person's, or the sender is no address.
    """
    if alert.person != person.id:
        raise ValueError(f"alert {alert.alert_id} is for {alert.person}, not for {person.id}")
    author = sender_address(sender)
    message = EmailMessage(policy=mail_policy())
    message["Message-ID"] = message_id_of(alert, author)
    message["Date"] = now
    message["From"] = author
    message["To"] = Address(display_name=person.name, addr_spec=person.address)
    message["Subject"] = subject_of(alert, person)
    message["Auto-Submitted"] = "auto-generated"
    if links.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{links.unsubscribe}>, <{links.unsubscribe_mail}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Cinnabar-Alert"] = alert.alert_id
    words = WORDS[person.language]
    content = {
        "words": words,
        "language": person.language,
        "links": links,
        "municipality": one_line(municipality),
        "about_call": alert.call is not None,
        **_told(alert, person, subscription, now),
    }
    content["asked"] = list(asked_lines(alert, person))
    name = _template_of(alert)
    text = templates.get_template(f"{name}.txt").render(content)
    html = templates.get_template(f"{name}.html").render(content)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        part["Content-Language"] = person.language
    return message


def sender_address(sender: str) -> Address:
    """'Name <address>' taken apart. `ValueError` when there is no address in it."""
    name, address = parseaddr(sender)
    try:
        author = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError, MessageError):
        author = Address()
    if not author.username or not author.domain or not author.addr_spec.isascii() or not sender.isprintable():
        raise ValueError(f"sender {sender!r} holds no plain address; set CINNABAR_MAIL_FROM to 'Name <address>'")
    return author


def message_id_of(alert: Alert, author: Address) -> str:
    """The same for every attempt to send an alert: '<alert id@sender's domain>'."""
    return f"<{alert.alert_id}@{author.domain}>"


def subject_of(alert: Alert, person: Person) -> str:
    """Which activity or what became of the call, until when, and the call's title."""
    words = WORDS[person.language]
    if alert.asked is not None:
        return words[f"subject_{alert.asked.how}"] + subject_of(alert.model_copy(update={"asked": None}), person)
    if alert.matter is not None:
        return subject_of_matter(alert.kind, alert.matter, person)
    fits = alert.mailed_fits
    due = alert.deadline
    deadline = words["subject_no_deadline"]
    if due is not None:
        date = due.astimezone(person.clock).date()
        deadline = words["subject_deadline"].format(day=day(date, person.language))
    matched = words["subject_one"] if len(fits) == 1 else words["subject_many"]
    form = matched if alert.kind == "call_matched" else words[f"subject_{alert.kind}"]
    return form.format(
        number=one_line(fits[0].activity_number) if fits else "",
        count=len(fits),
        what=_changed_fields(alert, person.language),
        deadline=deadline,
        title=one_line(alert.title.in_language(person.language), _SUBJECT_TITLE),
    )


def _changed_fields(alert: Alert, language: Language) -> str:
    """The fields that changed, without those that do not matter where one does: 'rok za prijavo, najvišji znesek'."""
    matter = [change for change in alert.changes if change.material] or alert.changes
    return ", ".join(dict.fromkeys(told(change, language).field.lower() for change in matter[:_NAMED_CHANGES]))


def web_link(url: str | None) -> str | None:
    """The address when it is a plain http(s) one that can stand in a page or a header, else None."""
    if url is None or not _harmless(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _harmless(url: str) -> bool:
    return url.isascii() and url.isprintable() and not set(url) & set(' <>",\\')


def asked_lines(alert: Alert, person: Person) -> Iterator[str]:
    """Why this person is asked, what was written along, and who was asked before, line by line."""
    asked, words = alert.asked, WORDS[person.language]
    if asked is None:
        return
    who = one_line(asked.by_name)
    yield words[f"asked_{asked.how}"].format(who=who, when=at_moment(asked.since, person.clock, person.language))
    if asked.words:
        yield words["asked_words"].format(who=who, words=one_line(asked.words, _SUMMARY))
    if asked.how in ("deputy", "head", "director"):
        for each in asked.before:
            when = at_moment(each.at, person.clock, person.language)
            yield words["asked_before"].format(who=one_line(each.name), when=when)


def _template_of(alert: Alert) -> str:
    if alert.matter is not None:
        return "matter"
    return "call_matched" if alert.kind == "call_matched" else "call_changed"


def _told(alert: Alert, person: Person, subscription: Subscription | None, now: datetime) -> dict[str, Any]:
    if alert.matter is not None:
        return content_of_matter(alert.matter, person, now)
    call = alert.told_call
    words = WORDS[person.language]
    fits = alert.mailed_fits
    numbers = [one_line(fit.activity_number) for fit in fits]
    matched = words["lead_one"] if len(fits) == 1 else words["lead_many"]
    lead = matched if alert.kind == "call_matched" else words[f"lead_{alert.kind}"]
    source = call.url
    return {
        "title": one_line(call.title),
        "lead": lead.format(numbers=", ".join(numbers), what=_changed_fields(alert, person.language)),
        "said": one_line(alert.said or "", _SUMMARY),
        "changes": [told(change, person.language) for change in alert.changes],
        "summary": one_line(call.summary or "", _SUMMARY) if alert.kind in _NEW else "",
        "facts": list(_facts(call, person, now)),
        "fits_heading": words["fits_one"] if len(fits) == 1 else words["fits_many"],
        "fits": [_fit(fit, person.language) for fit in fits[:SHOWN_FITS]],
        "others": words["others"].format(numbers=", ".join(numbers[SHOWN_FITS:])) if fits[SHOWN_FITS:] else "",
        "source": web_link(source),
        "source_missing": words["unknown"] if source is None else words["source_refused"],
        "why": why(alert, person, subscription),
    }


def why(alert: Alert, person: Person, subscription: Subscription | None) -> str:
    """Why somebody gets an alert, in one sentence; `subscription` is the one that led to it, if one did."""
    if alert.matter is not None:
        return one_line(alert.matter.why.in_language(person.language), _SUMMARY)
    told = _why_told(alert, person)
    if told is not None:
        return told
    if subscription is None:
        return WORDS[person.language]["why_mandatory"]
    return _why(subscription, alert.kind, person.language)


def _why_told(alert: Alert, person: Person) -> str | None:
    """Why somebody hears of a change; None for what the subscription explains."""
    words = WORDS[person.language]
    if alert.kind in _NEW:
        return None
    if alert.told_before is None:
        return words["why_changes" if alert.subscriptions else "why_applies"]
    date = alert.told_before.astimezone(person.clock).date()
    reminder = alert.kind == "deadline_near"
    return words["why_deadline_near" if reminder else "why_told_before"].format(day=on_day(date, person.language))


def _facts(call: CallFacts, person: Person, now: datetime) -> Iterator[tuple[str, str]]:
    """Label and value of what is known of the call; what decides an application is said even when unknown."""
    language = person.language
    words = WORDS[language]
    unknown = words["unknown"]
    yield words["funder"], one_line(call.funder or unknown)
    if call.programme:
        yield words["programme"], one_line(call.programme)
    if call.reference:
        yield words["reference"], one_line(call.reference)
    yield words["status"], words[f"status_{call.status}"]
    if call.opens:
        yield words["opens"], partial(call.opens, language)
    yield words["deadline"], _deadline(call, person, now)
    yield words["rate"], unknown if call.co_financing_rate is None else share(call.co_financing_rate, language)
    yield words["max_amount"], _money(call.max_amount, language)


def _deadline(call: CallFacts, person: Person, now: datetime) -> str:
    words = WORDS[person.language]
    if call.deadline is not None:
        away = days_away(call.deadline, now, person.clock, person.language)
        return f"{moment(call.deadline, person.clock, person.language)} ({away})"
    if call.deadline_phrase:
        return words["source_says"].format(phrase=one_line(call.deadline_phrase))
    return words["unknown"]


def _fit(fit: Fit, language: Language) -> dict[str, Any]:
    words = WORDS[language]
    costs = [(words["own_share"], _money(fit.own_share, language))]
    if fit.open_cost is not None:
        costs.append((words["open_cost"], money(fit.open_cost, language)))
    activity = one_line(fit.activity_title.in_language(language))
    action = one_line(fit.action_title.in_language(language))
    return {
        "activity": words["activity"].format(number=one_line(fit.activity_number), title=activity),
        "action": words["action"].format(number=one_line(fit.action_number), title=action),
        "score": words["score"].format(score=fit.score),
        "for": [_reason(reason, language) for reason in fit.reasons_for],
        "against": [_reason(reason, language) for reason in fit.reasons_against],
        "costs": costs,
    }


def _reason(reason: Reason, language: Language) -> tuple[str, str]:
    return one_line(reason.text.in_language(language)), one_line(reason.evidence or "")


def _money(amount: Money | None, language: Language) -> str:
    return WORDS[language]["unknown"] if amount is None else money(amount, language)


def _why(subscription: Subscription, kind: str, language: Language) -> str:
    words = WORDS[language]
    filters = "; ".join(filters_in_words(subscription, language))
    if kind == "call_found":
        name = one_line(subscription.name)
        return words["why_found_named" if name else "why_found"].format(
            name=name, filters=filters or words["everything"]
        )
    return words["why_some"].format(filters=filters) if filters else words["why_all"]
