"""A digest as a mail: text and HTML in the person's language, each entry with why it is there.

RFC 5322 message; unsubscription by RFC 2369 and RFC 8058 headers; RFC 3834 marks it as automatic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from pydantic import Field

from contracts.values import Value
from services.notifications.alerts import Alert
from services.notifications.changes.words import told
from services.notifications.digests.digest import Digest
from services.notifications.digests.ranking import TOLD, Entry, entries, ranked
from services.notifications.digests.words import WORDS
from services.notifications.headers import mail_policy
from services.notifications.mail import asked_lines, sender_address, templates, why
from services.notifications.mail_words import WORDS as MAIL_WORDS
from services.notifications.people.person import Language, Person
from services.notifications.subscriptions import Subscription
from services.notifications.wording import day, days_away, moment, money, one_line

_FITS = 3
_CHANGES = 3
_SUBJECT_TITLE = 100
_LONGEST = 300
NO_ANSWERS: Mapping[str, Mapping[str, str]] = {}


class DigestLinks(Value):
    """Where a digest leads to. `unsubscribe` answers a POST without sign-in (RFC 8058); its GET changes nothing."""

    inbox: str
    delivery: str
    unsubscribe: str | None = Field(default=None, description="Null when no subscription led to it.")
    unsubscribe_mail: str | None = None
    leave: dict[str, str] = Field(default={}, description="By subscription: where it alone is left.")


def compose_digest(
    digest: Digest,
    alerts: Sequence[Alert],
    person: Person,
    *,
    subscriptions: Mapping[str, Subscription],
    links: DigestLinks,
    answers: Mapping[str, Mapping[str, str]] = NO_ANSWERS,
    sender: str,
    municipality: str,
    now: datetime,
) -> EmailMessage:
    """The mail for a digest, ready for a mail server.

    The Message-ID depends on the person and the occasion alone, so that a repeated mail is recognised as the same.
    `subscriptions` by id say why each alert came; `answers`: by alert id, choice to the address that asks for it.
    `ValueError` when an alert is another person's.
    """
    strangers = [alert.alert_id for alert in alerts if alert.person != person.id]
    if strangers or digest.person != person.id:
        raise ValueError(f"alerts {strangers} or digest {digest.digest_id} are not for {person.id}")
    words, language = WORDS[person.language], person.language
    order = ranked(entries(alerts), now)
    shown = [
        _told(entry, person, subscriptions, links, now) | {"answers": _answers(entry, answers, language)}
        for entry in order[:TOLD]
    ]
    author = sender_address(sender)
    message = EmailMessage(policy=mail_policy())
    message["Message-ID"] = f"<{digest.digest_id}@{author.domain}>"
    message["Date"] = now
    message["From"] = author
    message["To"] = Address(display_name=person.name, addr_spec=person.address)
    message["Subject"] = _subject(order, person, now)
    message["Auto-Submitted"] = "auto-generated"
    if links.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{links.unsubscribe}>, <{links.unsubscribe_mail}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Cinnabar-Digest"] = digest.digest_id
    rest = len(order) - len(shown)
    content: dict[str, Any] = {
        "words": words,
        "language": language,
        "title": words["title"],
        "lead": words["lead_some" if rest else "lead_all"].format(told=len(shown), count=len(order)),
        "entries": shown,
        "rest": words["rest"].format(count=rest) if rest else "",
        "links": links,
        "municipality": one_line(municipality),
    }
    message.set_content(templates.get_template("digest.txt").render(content), cte="quoted-printable")
    html = templates.get_template("digest.html").render(content)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        part["Content-Language"] = language
    return message


def _subject(order: Sequence[Entry], person: Person, now: datetime) -> str:
    words = WORDS[person.language]
    title = one_line(order[0].newest.title.in_language(person.language), _SUBJECT_TITLE)
    ahead = [entry.newest.deadline for entry in order]
    nearest = min((each for each in ahead if each is not None and each > now), default=None)
    if nearest is None:
        return words["subject_no_deadline"].format(count=len(order), title=title)
    date = day(nearest.astimezone(person.clock).date(), person.language)
    return words["subject"].format(count=len(order), day=date, title=title)


def _told(
    entry: Entry, person: Person, subscriptions: Mapping[str, Subscription], links: DigestLinks, now: datetime
) -> dict[str, Any]:
    words, language = WORDS[person.language], person.language
    alert, fits = entry.newest, entry.fits
    numbers = ", ".join(f"{one_line(fit.activity_number)} ({fit.score})" for fit in fits[:_FITS])
    more = words["more_fits"].format(count=len(fits) - _FITS) if len(fits) > _FITS else ""
    share = fits[0].own_share if fits else None
    chosen = next((subscriptions[each] for each in alert.subscriptions if each in subscriptions), None)
    return {
        "title": one_line(alert.title.in_language(language)),
        "news": "; ".join(dict.fromkeys(each.heading.in_language(language) for each in entry.alerts)),
        "details": [line for each in entry.alerts for line in _details(each, person)],
        "deadline": _deadline(alert.deadline, person, now),
        "fits": f"{numbers} {more}".strip(),
        "own_share": words["unknown"] if share is None else money(share, language),
        "why": why(alert, person, chosen),
        "leave": links.leave.get(chosen.id) if chosen else None,
        "link": f"{links.inbox}/{alert.alert_id}",
    }


def _answers(entry: Entry, answers: Mapping[str, Mapping[str, str]], language: Language) -> list[tuple[str, str]]:
    """Label and address of what one can answer about the newest alert of an entry."""
    linked = answers.get(entry.newest.alert_id, {})
    return [(MAIL_WORDS[language][f"answer_{choice}"], link) for choice, link in linked.items()]


def _details(alert: Alert, person: Person) -> Iterator[str]:
    """Who asks for an answer, what happened to a matter, what changed in a call: before and after."""
    language = person.language
    yield from asked_lines(alert, person)
    if alert.matter is not None:
        yield one_line(alert.matter.what.in_language(language), _LONGEST)
    unknown = WORDS[language]["unknown"]
    for change in alert.changes[:_CHANGES]:
        said = told(change, language)
        yield f"{said.field}: {said.before or unknown} → {said.after or unknown}"


def _deadline(deadline: datetime | None, person: Person, now: datetime) -> str:
    if deadline is None:
        return WORDS[person.language]["no_deadline"]
    away = days_away(deadline, now, person.clock, person.language)
    return f"{moment(deadline, person.clock, person.language)} ({away})"
