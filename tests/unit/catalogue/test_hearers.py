"""Who hears an event, when all, some or none of the services are installed."""

from __future__ import annotations

import pytest

from contracts.funding import CallPublishedV1, CallWithdrawnV1
from kit.bus.handlers import RawMessage, handles, receives
from kit.catalogue import hearers
from kit.catalogue.hearers import Hearer, Hearers
from kit.service import NAMES, Service
from kit.store import Work


@handles(CallPublishedV1)
async def note_call(event: CallPublishedV1, work: Work) -> None:
    """Note the call
    for later.

    More than one sentence.
    """


@receives("INGEST", "ingest.{municipality}.>")
async def take_payload(message: RawMessage, work: Work) -> None:
    """Raw payloads are no events."""


def service(name: str) -> Service:
    from pathlib import Path

    from fastapi import APIRouter

    return Service(name, name, [], APIRouter(), APIRouter(), Path(), handlers=[note_call, take_payload])


def test_handlers_of_installed_services_are_told_with_their_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearers, "load", service)
    told = Hearers([])
    assert told.of(CallPublishedV1.contract) == [
        Hearer(name, "note_call", 1, "Note the call for later.") for name in NAMES
    ]
    assert told.of(CallWithdrawnV1.contract) == []
    assert told.unasked == []


def test_services_that_are_not_installed_are_named_as_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_some(name: str) -> Service:
        if name == "sensors":
            raise LookupError(name)
        if name == "notifications":
            raise ModuleNotFoundError("aiosmtplib")
        return service(name)

    monkeypatch.setattr(hearers, "load", only_some)
    told = Hearers([])
    assert told.unasked == ["sensors", "notifications"]
    assert [each.service for each in told.of(CallPublishedV1.contract)] == ["actions", "funding", "reporting"]


def test_a_running_service_is_not_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nothing(name: str) -> Service:
        asked.append(name)
        raise LookupError(name)

    monkeypatch.setattr(hearers, "load", nothing)
    told = Hearers([service("funding"), service("toy")])
    assert [each.service for each in told.of(CallPublishedV1.contract)] == ["funding", "toy"]
    assert told.unasked == asked == [name for name in NAMES if name != "funding"]
