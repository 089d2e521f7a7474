"""An alert in the few words that a push, a chat or a text message has room for."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.notifications.alerts import Alert
from services.notifications.people.person import Language
from services.notifications.wording import moment, one_line

_TITLE = 160
_WORDS: dict[Language, dict[str, str]] = {
    "sl": {
        "deadline": "Rok: {when}",
        "test": "Poskusno sporočilo",
        "works": "Sem bodo prihajala obvestila.",
    },
    "en": {"deadline": "Deadline: {when}", "test": "Test message", "works": "Alerts will come here."},
}


class Message(NamedTuple):
    """Plain text. `tag` is the same for all messages about one alert, so that a later one replaces an earlier."""

    title: str
    body: str
    url: str
    tag: str
    urgent: bool = False
    of_use_until: datetime | None = None


def message_of(alert: Alert, *, site: str, language: Language, zone: ZoneInfo, municipality: str) -> Message:
    """What kind of news, of what, by when. Foreign words are one line each: they cannot become markup or commands."""
    lines = [one_line(alert.title.in_language(language), _TITLE)]
    if alert.matter is not None:
        lines.append(one_line(alert.matter.what.in_language(language)))
    if alert.deadline is not None:
        lines.append(_WORDS[language]["deadline"].format(when=moment(alert.deadline, zone, language)))
    heading = alert.heading.in_language(language)
    return Message(
        title=f"{one_line(municipality)}: {heading}",
        body="\n".join(lines),
        url=f"{site}/inbox/{alert.alert_id}",
        tag=alert.alert_id,
        urgent=alert.urgent,
        of_use_until=alert.deadline,
    )


def trial(*, site: str, language: Language, municipality: str) -> Message:
    """What a test sends."""
    words = _WORDS[language]
    return Message(
        title=f"{one_line(municipality)}: {words['test']}",
        body=words["works"],
        url=f"{site}/inbox/channels",
        tag="test",
    )
