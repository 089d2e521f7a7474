"""Somebody who may be told something: where, in which language, for which department, and who stands in."""

from __future__ import annotations

from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, PlainSerializer, field_validator, model_validator

from contracts.values import Value
from services.notifications.timing.wishes import DeliveryWishes

Language = Literal["sl", "en"]
# A day is kept as text, because the store has moments only.
Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]


class Absence(Value):
    """Days on which somebody is away, the first and the last among them."""

    id: str = Field(min_length=1)
    first: Day
    last: Day
    deputy: str | None = Field(default=None, description="Who stands in these days; null: the usual deputy.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last {self.last} lies before first {self.first}; give the last day of the absence")
        return self

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class Person(Value):
    """Somebody who may be told something. `id` is the user id, usually the address they sign in with."""

    id: str = Field(min_length=1)
    version: int = 0
    name: str = ""
    address: str
    language: Language = "sl"
    zone: str = "Europe/Ljubljana"
    active: bool = Field(default=True, description="False once somebody has left; they are told nothing.")
    delivery: DeliveryWishes = Field(default=DeliveryWishes(), description="When and how often they want mail.")
    roles: tuple[str, ...] = Field(default=(), description="What the latest sign-in said they may do.")
    department: str | None = Field(default=None, description="Id of their department.")
    deputy: str | None = Field(default=None, description="Id of the person who stands in for them.")
    absences: tuple[Absence, ...] = Field(default=(), description="In the order of their first day.")
    answer_hours: int | None = Field(
        default=None, ge=1, le=400, description="Working hours to answer an alert within; null: as everybody."
    )

    @field_validator("address")
    @classmethod
    def _address_can_be_written_to(cls, address: str) -> str:
        """The address with its domain in ASCII form: `ana@šola.si` becomes `ana@xn--ola-zza.si`."""
        mend = "write one address such as ana@obcina.si, without a name or a line break"
        try:
            parsed = Address(addr_spec=address)
            domain = parsed.domain.encode("idna").decode("ascii")
        except (ValueError, IndexError, MessageError) as error:
            raise ValueError(f"address {address!r} is not an e-mail address; {mend}") from error
        if not parsed.username or not domain or not address.isprintable() or not parsed.username.isascii():
            raise ValueError(f"address {address!r} cannot be written to; {mend}")
        return Address(username=parsed.username, domain=domain).addr_spec

    @field_validator("name")
    @classmethod
    def _name_is_one_line(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError(f"name {name!r} holds a line break or control character; write it on one line")
        return name

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"zone {zone!r} is no time zone; write one such as Europe/Ljubljana") from error
        return zone

    @property
    def clock(self) -> ZoneInfo:
        """The zone in which this person reads times."""
        return ZoneInfo(self.zone)

    @property
    def shown(self) -> str:
        """How pages and mails call them."""
        return self.name or self.address

    @property
    def may_decide(self) -> bool:
        """Whether what they decide is the municipality's decision."""
        return not {"funding-officer", "coordinator"}.isdisjoint(self.roles)

    def away(self, day: date) -> Absence | None:
        """The absence that covers a day."""
        return next((each for each in self.absences if each.covers(day)), None)

    def deputy_on(self, day: date) -> str | None:
        """Who stands in on a day: the one named for the absence that covers it, or the usual one."""
        away = self.away(day)
        return (away and away.deputy) or self.deputy
