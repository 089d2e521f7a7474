"""Teams, Slack, Matrix, SMS gateways and the like, each by one URL in Apprise's words: a transport, nothing more.

One URL per sending, so that what came of it is known. Only services that speak HTTP are let in: their connections can
be held to where they may lead; and no file, command or desktop of this machine is one of them.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import apprise

from kit.egress import Inside
from services.notifications.channels.delivery import Outcome
from services.notifications.channels.guarded import guarded
from services.notifications.channels.message import Message
from services.notifications.wording import one_line

TIMEOUT_SECONDS = 30.0
SECONDS_TO_CONNECT = SECONDS_TO_READ = 10.0
LONGEST_URL = 2000
AT_ONCE = 8

SERVICES = {
    "workflows": "Microsoft Teams",
    "slack": "Slack",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "nctalk": "Nextcloud Talk",
    "nctalks": "Nextcloud Talk",
    "wxteams": "Webex Teams",
    "gchat": "Google Chat",
    "zulip": "Zulip",
    "discord": "Discord",
    "tgram": "Telegram",
    "signal": "Signal",
    "signals": "Signal",
    "threema": "Threema",
    "whatsapp": "WhatsApp",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "twilio": "SMS (Twilio)",
    "msgbird": "SMS (MessageBird)",
    "sinch": "SMS (Sinch)",
    "vonage": "SMS (Vonage)",
    "bulksms": "SMS (BulkSMS)",
    "clickatell": "SMS (Clickatell)",
    "clicksend": "SMS (ClickSend)",
    "smseagle": "SMS (SMSEagle)",
    "smseagles": "SMS (SMSEagle)",
    "d7sms": "SMS (D7)",
    "46elks": "SMS (46elks)",
    "seven": "SMS (seven)",
    "plivo": "SMS (Plivo)",
    "json": "JSON",
    "jsons": "JSON",
}
"""Apprise's schemas that may be used, and what people call the service."""


class NotUsable(ValueError):
    """A URL leads to no service that can be used; `mend` says what to write."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


def service_of(url: str) -> str:
    """What people call the service a URL leads to, such as 'Slack'. Raises NotUsable, which never repeats the URL."""
    schema, _, rest = url.partition("://")
    known = SERVICES.get(schema.lower())
    if not rest or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise NotUsable("the address is no Apprise URL", "write one such as slack://token or matrixs://user:pass@host")
    if known is None:
        names = ", ".join(sorted({*SERVICES}))
        raise NotUsable(f"{one_line(schema, 30)}:// is not among the services", f"begin with one of {names}")
    if _plugin(url) is None:
        raise NotUsable(f"the address of {known} is incomplete", "see Apprise's page on this service for its parts")
    return known


async def notify(url: str, message: Message, inside: Inside) -> Outcome:
    """Try once. Never raises for what the other side does."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_threads(), _notify, url, message, inside)
    except TimeoutError:
        return Outcome(ok=False, words=f"no answer within {TIMEOUT_SECONDS:g} seconds")


def _notify(url: str, message: Message, inside: Inside) -> Outcome:
    plugin = _plugin(url)
    if plugin is None:
        return Outcome(ok=False, words="the address can no longer be read", permanent=True)
    service = apprise.Apprise(asset=_asset())
    service.add(plugin)
    # As text: a service that takes HTML gets a title's angle brackets escaped.
    with guarded(inside) as refused:
        result = service.notify(
            title=message.title, body=f"{message.body}\n{message.url}", body_format=apprise.NotifyFormat.TEXT
        )
    if result:
        return Outcome(ok=True, words="accepted")
    if refused:
        words = f"{one_line(refused[0], 100)} leads inside the own network; CINNABAR_WEBHOOK_INSIDE can allow it"
        return Outcome(ok=False, words=words, permanent=True)
    said = [entry.message for entry in result.logs() if entry.message]
    return Outcome(ok=False, words=_without_secrets(said[-1], url) if said else "it was not accepted")


def _plugin(url: str) -> Any:
    plugin = apprise.Apprise.instantiate(url, asset=_asset(), suppress_exceptions=True)
    if plugin is not None:
        plugin.socket_connect_timeout, plugin.socket_read_timeout = SECONDS_TO_CONNECT, SECONDS_TO_READ
    return plugin


def _without_secrets(words: str, url: str) -> str:
    """What the client wrote down, without the parts of the address that may be a token."""
    for part in sorted(re.split("[/@:?&=]", url.partition("://")[2]), key=len, reverse=True):
        if len(part) >= 6:
            words = words.replace(part, "…")
    return one_line(words, 200)


@cache
def _asset() -> apprise.AppriseAsset:
    """Nothing is kept on disk, nothing is loaded from outside, no redirect is followed, no template is filled in."""
    return apprise.AppriseAsset(
        app_id="Cinnabar",
        app_desc="Cinnabar",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        secure_logging=True,
        http_redirects=False,
        storage_mode="memory",
        allow_templates=False,
        service_timeout=0,
    )


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="apprise")
