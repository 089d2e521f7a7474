"""An alert by web push and by Apprise: read as its receiver would, once, and with what came of it shown."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.envelope import Envelope
from contracts.examples import EXAMPLES
from contracts.funding import CallMatchedV1
from kit.clock import uuid7
from kit.settings import Settings
from tests.conftest import Running, running
from tests.waiting import until

TITLE = "Razpis <script>alert(1)</script> {{ 7*7 }} ${HOME}"


@dataclass
class Outside:
    """A push service and a chat on the loopback: what they got, and what they answer."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for where, headers, body in self.got if where == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = head[0].split()[1]
        raw = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        headers = {name.lower(): value for name, value in raw.items()}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.got.append((path, headers, body))
        answer = self.answers.get(path, "201 Created")
        writer.write(f"HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    services = Outside()
    server = await asyncio.start_server(services.serve, "127.0.0.1", 0)
    services.url = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield services


class Browser:
    """What a browser keeps to itself, and what it tells the server."""

    def __init__(self, endpoint: str) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": text(point), "auth": text(self.auth)}
        self.subscription = {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def reads(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"))


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


async def matched(system: Running, call_id: str) -> None:
    example = EXAMPLES["cinnabar.funding.call.matched.v1"]
    assert isinstance(example, CallMatchedV1)
    told = {"call_id": call_id, "title": TITLE, "deadline": datetime.now(UTC) + timedelta(days=2)}
    call = example.call.model_copy(update=told)
    event = example.model_copy(update={"call": call, "match_id": f"match-{call_id}"})
    envelope = Envelope(uuid7(), "idrija", event.match_id, 1, datetime.now(UTC), event, correlation_id=uuid7())
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), stream="FUNDING")


async def test_an_alert_goes_by_every_way_there_is_and_each_tells_what_came_of_it(
    settings: Settings, outside: Outside
) -> None:
    inside = settings.model_copy(update={"webhook_inside": "127.0.0.1"})
    async with running(inside, "notifications") as system:
        officer, coordinator = system.as_("officer"), system.as_("coordinator")
        for who in (officer, coordinator):
            await system.http.post("/api/notifications/subscriptions", json={}, headers=who)
        database = system.runtime.stores["notifications"].database
        await database["people"].update_many({}, {"$set": {"department": "projekti"}})
        await database["departments"].insert_one(
            {"_id": "projekti", "id": "projekti", "version": 0, "name": {"sl": "Projekti", "en": "Projects"}}
        )

        browser = Browser(f"http://{outside.url}/push")
        page = "/inbox/channels"
        added = await system.http.post(f"{page}/browsers", json=browser.subscription, headers=officer)
        assert added.status_code == 201, added.text
        broken = {**browser.subscription, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}
        assert (await system.http.post(f"{page}/browsers", json=broken, headers=officer)).status_code == 422
        mine = {"url": f"json://{outside.url}/mine", "name": "Pogovor"}
        assert (await system.http.post(page, data=mine, headers=officer)).status_code == 303
        ours = {"url": f"json://{outside.url}/ours", "department": "projekti"}
        assert (await system.http.post(page, data=ours, headers=officer)).status_code == 422, "not the head of it"
        assert (await system.http.post(page, data=ours, headers=coordinator)).status_code == 303
        refused = await system.http.post(page, data={"url": "syslog://localhost"}, headers=officer)
        assert refused.status_code == 422
        assert "syslog:// is not among the services" in refused.text

        await matched(system, "call-one")

        async def states() -> list[str]:
            found = await database["deliveries"].find().to_list(None)
            return sorted(each["state"] for each in found)

        async def all_delivered() -> bool:
            return await states() == ["delivered"] * 3

        await until(all_delivered)
        ((headers, body),) = outside.at("/push")
        pushed = browser.reads(body)
        assert TITLE in pushed["body"]
        assert pushed["url"].startswith("http://testserver/inbox/")
        assert (headers["urgency"], headers["content-encoding"]) == ("normal", "aes128gcm")
        assert 0 < int(headers["ttl"]) <= 2 * 24 * 3600, "until the deadline"
        assert len(headers["topic"]) == 32
        token, key = (part.split("=", 1)[1] for part in headers["authorization"].removeprefix("vapid ").split(", "))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), urlsafe_b64decode(key + "=="))
        claims = jwt.decode(token, public, algorithms=["ES256"], audience=f"http://{outside.url}")
        assert claims["sub"].startswith("mailto:")
        assert key in (await system.http.get(page, headers=officer)).text, "the page gives browsers the same key"
        ((_, chat),) = outside.at("/mine")
        assert TITLE in json.loads(chat)["message"], "as it is: nothing is filled in"
        assert len(outside.at("/ours")) == 1, "two people of the department, one message"
        for kept in await database["routes"].find().to_list(None):
            assert outside.url.encode() not in kept["sealed"]

        outside.answers = {"/push": "410 Gone", "/mine": "503 Busy"}
        await matched(system, "call-two")

        async def settled() -> bool:
            return await states() == ["deferred", *["delivered"] * 4, "failed"]

        await until(settled)
        shown = (await system.http.get(f"{page}?lang=en", headers=officer)).text
        assert "did not arrive" in shown
        assert f"/channels/{added.json()['id']}/test" not in shown, "a browser that is gone is forgotten"
        outside.answers = {}
        routes = {each["name"]: each["_id"] for each in await database["routes"].find().to_list(None)}
        tested = await system.http.post(f"{page}/{routes['JSON: Pogovor']}/test?lang=en", headers=officer)
        assert "the test was accepted" in tested.text
        base = "/api/notifications/channels"
        tried = await system.http.post(f"{base}/{routes['JSON: Pogovor']}/test", headers=officer)
        assert tried.json()["ok"] is True
        listed = (await system.http.get(base, headers=officer)).json()["items"]
        assert [each["name"] for each in listed] == ["JSON: Pogovor"]
        assert "sealed" not in listed[0]
        wrong = await system.http.post(base, json={"url": "syslog://localhost"}, headers=officer)
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "url")
        more = await system.http.post(base, json={"url": f"json://{outside.url}/more"}, headers=officer)
        assert more.status_code == 201, more.text
        gone = f"{base}/{more.json()['id']}"
        assert (await system.http.delete(gone, headers=system.as_("viewer"))).status_code == 404
        assert (await system.http.delete(gone, headers=officer)).status_code == 200
        assert (await system.http.delete(gone, headers=officer)).status_code == 404
        mail = await system.http.post(f"{page}/email/test?lang=en", headers=officer)
        assert "the test was accepted" in mail.text
        stranger = await system.http.post(f"{page}/{routes['JSON: Pogovor']}/remove", headers=system.as_("viewer"))
        assert stranger.status_code == 404
        removed = await system.http.post(f"{page}/{routes['JSON: Pogovor']}/remove", headers=officer)
        assert removed.status_code == 303
        kept = await database["routes"].find_one({"_id": routes["JSON: Pogovor"]})
        assert kept["sealed"] == b"", "its address is forgotten at once"
        worker = await system.http.get("/sw.js")
        assert worker.headers["content-type"].startswith("text/javascript")
