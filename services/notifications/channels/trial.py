"""A mail that only says that mail arrives."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid

from kit.clock import now
from kit.settings import Settings
from services.notifications.channels.message import trial
from services.notifications.headers import mail_policy
from services.notifications.mail import sender_address
from services.notifications.people.person import Person


def trial_mail(person: Person, settings: Settings) -> EmailMessage:
    """`ValueError` when CINNABAR_MAIL_FROM holds no address."""
    author = sender_address(settings.mail_from)
    words = trial(
        site=settings.public_url.rstrip("/"), language=person.language, municipality=settings.municipality_name
    )
    message = EmailMessage(policy=mail_policy())
    message["Message-ID"] = make_msgid(domain=author.domain)
    message["Date"] = now()
    message["From"] = author
    message["To"] = Address(display_name=person.name, addr_spec=person.address)
    message["Subject"] = words.title
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{words.body}\n\n{words.url}\n", cte="quoted-printable")
    return message
