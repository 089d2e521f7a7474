"""After an outage a mail waits until everything that came meanwhile was heard, so that it tells how things stand now.

The watermark is the position of this service's durable consumers on their streams, which the server keeps: nothing
here remembers a day, so an outage of any length is caught up from where it began.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kit.bus.bus import Bus
from kit.bus.handlers import Handler
from kit.bus.lag import lag_of
from services.notifications.alerts import Alert
from services.notifications.reasons import reason

log = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=1)
LOOK_AGAIN: Final = timedelta(seconds=1)
AT_MOST: Final = timedelta(minutes=10)
"""An event that cannot be handled must not hold back the mails of all others for longer."""

CATCHING_UP = reason(
    "catching_up",
    "Po izpadu počaka, da je prebrano vse, kar se je medtem zgodilo.",
    "After an outage it waits until everything that happened meanwhile is read.",
)


def is_late(alert: Alert, now: datetime) -> bool:
    """Whether it was raised so long after what set it going that more may have happened since."""
    if alert.began_at is None or alert.attempts:
        return False
    return alert.raised_at - alert.began_at > LATE and now < alert.raised_at + AT_MOST


def held_up(alert: Alert, now: datetime) -> bool:
    """Whether it should have left long ago, so that it is not alone: what piled up leaves in one mail."""
    if alert.attempts or alert.waits is not None or alert.not_before is None:
        return False
    return is_late(alert, now) or now - alert.not_before > LATE


class Backlog:
    """What the consumers that raise alerts have still before them, asked at most once a second."""

    def __init__(self, bus: Bus | None, handlers: Sequence[Handler], service: str) -> None:
        self._bus = bus
        self._places = [(handler.contract.stream, handler.durable(service)) for handler in handlers]
        self._asked_at: datetime | None = None
        self._left = 0

    async def left(self, now: datetime) -> int:
        """Events not handled yet; at least one while the server cannot say, and nought where there is no bus."""
        if self._bus is None or (self._asked_at is not None and now < self._asked_at + LOOK_AGAIN):
            return self._left
        try:
            jetstream = self._bus.jetstream
            self._left = sum([await lag_of(jetstream, stream, durable) for stream, durable in self._places])
        except Exception as error:
            log.warning("how much is still to be heard is not known now: %s", error)
            self._left = max(self._left, 1)
        self._asked_at = now
        return self._left
