"""Webhooks from the event to the receiver: signed, tried again, replayed, switched off, and kept out of the network."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from contracts.registry import Event
from kit.clock import uuid7
from kit.egress import Inside
from kit.http.commands import IDEMPOTENCY_KEYS
from kit.settings import Settings
from kit.store import Work
from services.notifications.webhooks import courier
from services.notifications.webhooks.egress import Clients
from services.notifications.webhooks.sending import Post, post
from services.notifications.webhooks.store import DELIVERIES, WEBHOOKS
from tests.conftest import Running, running
from tests.service.notifications.webhooks.receiver import Came, Receiver, receiving
from tests.waiting import until

WITHDRAWN = EXAMPLES["cinnabar.funding.call.withdrawn.v1"]
REGISTERED = EXAMPLES["cinnabar.sensors.device.registered.v1"]


@pytest.fixture
def inside(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_inside": "127.0.0.0/8"})


async def say(system: Running, event: Event = WITHDRAWN, about: str = "one", sequence: int = 1) -> str:
    name = uuid7()
    envelope = Envelope(name, "idrija", about, sequence, datetime.now(UTC), event, correlation_id=name)
    headers = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": name}
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), headers=headers)
    return name


async def ask(system: Running, method: str, path: str, status: int, who: str = "integrator", **options: Any) -> Any:
    headers = system.as_(who) | options.pop("headers", {})
    answer = await system.http.request(method, f"/api/notifications/webhooks{path}", headers=headers, **options)
    assert answer.status_code == status, answer.text
    return answer.json()


async def made(
    system: Running, receiver: Receiver, headers: dict[str, str] | None = None, **form: Any
) -> dict[str, Any]:
    body = {"url": receiver.url, "types": ["funding.>"], **form}
    hook: dict[str, Any] = await ask(system, "POST", "", 201, json=body, headers=headers or {})
    return hook


async def came(receiver: Receiver, count: int) -> list[Came]:
    async def enough() -> bool:
        return len(receiver.came) >= count

    await until(enough)
    return receiver.came


async def row_of(system: Running, hook: dict[str, Any], state: str) -> dict[str, Any]:
    async def there() -> Any:
        found = await ask(system, "GET", f"/{hook['id']}/deliveries?state={state}", 200)
        return found["items"] and found["items"][0]

    row: dict[str, Any] = await until(there)
    return row


async def time_passes(system: Running, hook: dict[str, Any]) -> None:
    """What waits for its next try is due now."""

    async def change(work: Work) -> None:
        for row in await work.find(DELIVERIES, {"webhook": hook["id"], "state": "waiting"}):
            work.update(DELIVERIES, {"_id": row["_id"]}, {"$set": {"due": work.now}})
        work.update(WEBHOOKS, {"_id": hook["id"]}, {"$set": {"quiet_until": None}})

    await system.runtime.stores["notifications"].transact(change)


async def test_an_official_library_verifies_what_comes(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        await say(system, REGISTERED)
        event = await say(system)
        (post,) = await came(receiver, 1)
        verified = Verifier(hook["secret"]).verify(post.body, post.headers)
        assert verified["id"] == event == post.headers["webhook-id"]
        assert verified["type"] == WITHDRAWN.contract.type
        assert verified["timestamp"] == verified["time"]
        assert post.headers["content-type"] == CONTENT_TYPE
        with pytest.raises(WebhookVerificationError):
            Verifier(hook["secret"]).verify(post.body + b" ", post.headers)
        row = await row_of(system, hook, "delivered")
        (attempt,) = (await ask(system, "GET", f"/{hook['id']}/deliveries/{row['id']}/attempts", 200))["items"]
        assert (attempt["status"], attempt["answer"], attempt["error"]) == (200, "thank you", None)
        assert "secret" not in await ask(system, "GET", f"/{hook['id']}", 200)


async def test_a_pair_of_keys_signs_so_that_only_the_public_half_is_told(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver, scheme="v1a")
        assert hook["secret"].startswith("whpk_")
        await ask(system, "POST", f"/{hook['id']}/ping", 202)
        (post,) = await came(receiver, 1)
        scheme, _, told = post.headers["webhook-signature"].partition(",")
        assert scheme == "v1a"
        signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
        key = Ed25519PublicKey.from_public_bytes(b64decode(hook["secret"].removeprefix("whpk_")))
        key.verify(b64decode(told), signed)
        with pytest.raises(InvalidSignature):
            key.verify(b64decode(told), signed + b" ")


async def test_while_keys_change_both_verify(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        rotated = await ask(system, "POST", f"/{hook['id']}/rotate", 200)
        await ask(system, "POST", f"/{hook['id']}/rotate", 409)
        await say(system)
        (post,) = await came(receiver, 1)
        for secret in (hook["secret"], rotated["secret"]):
            assert Verifier(secret).verify(post.body, post.headers)
        assert hook["secret"] != rotated["secret"]
        assert [key["until"] is None for key in rotated["keys"]] == [False, True]


async def test_a_repeated_request_shows_the_secret_again_and_the_store_does_not(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        key = {"Idempotency-Key": "make-it-once"}
        hook = await made(system, receiver, headers=key)
        assert await made(system, receiver, headers=key) == hook
        assert len((await ask(system, "GET", "", 200))["items"]) == 1
        kept = system.runtime.stores["notifications"][IDEMPOTENCY_KEYS]
        secret = hook["secret"].removeprefix("whsec_")
        assert all(secret not in repr(row) for row in await kept.find({}).to_list(None))
        document = (await system.http.get("/openapi.json")).json()
        assert "text/event-stream" in document["paths"]["/api/events"]["get"]["responses"]["200"]["content"]


async def test_a_failed_delivery_is_tried_again_under_the_same_id(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        receiver.answer = lambda post: (503, {"Retry-After": "7200"}, b"\x00busy" * 2000)
        event = await say(system)
        await came(receiver, 1)
        row = await row_of(system, hook, "waiting")

        async def noted() -> Any:
            return (await ask(system, "GET", f"/{hook['id']}/deliveries?state=waiting", 200))["items"][0]["last"]

        last = await until(noted)
        assert (last["status"], last["error"]) == (503, "it answered 503")
        assert len(last["answer"]) <= 2048
        assert "\x00" not in last["answer"]
        row = await row_of(system, hook, "waiting")
        assert datetime.fromisoformat(row["due"]) - datetime.now(UTC) > timedelta(hours=1), "Retry-After is honoured"
        await say(system, about="two")

        async def put_off() -> bool:
            rows = (await ask(system, "GET", f"/{hook['id']}/deliveries?state=waiting", 200))["items"]
            hour = datetime.now(UTC) + timedelta(hours=1)
            return len(rows) == 2 and all(datetime.fromisoformat(each["due"]) > hour for each in rows)

        await until(put_off)
        assert len(receiver.came) == 1, "what comes meanwhile waits, too"
        await system.runtime.stores["notifications"][DELIVERIES].delete_one({"message_id": {"$ne": event}})
        receiver.answer = lambda post: (302, {"Location": "http://127.0.0.1/"}, b"")
        await time_passes(system, hook)
        await came(receiver, 2)
        receiver.answer = lambda post: (204, {}, b"")
        await until(lambda: _tried(system, hook, 2))
        await time_passes(system, hook)
        await row_of(system, hook, "delivered")
        assert {post.headers["webhook-id"] for post in receiver.came} == {event}
        tried = (await ask(system, "GET", f"/{hook['id']}/deliveries/{row['id']}/attempts", 200))["items"]
        assert [each["status"] for each in tried] == [503, 302, 204]
        assert "redirect" in tried[1]["error"]


async def _tried(system: Running, hook: dict[str, Any], times: int) -> bool:
    items = (await ask(system, "GET", f"/{hook['id']}/deliveries", 200))["items"]
    return bool(items and items[0]["attempts"] >= times)


async def test_gone_disables_holds_the_rest_and_tells_the_owner_by_mail(inside: Settings, servers: Any) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        receiver.answer = lambda post: (410, {}, b"")
        await say(system)

        async def disabled() -> bool:
            return (await ask(system, "GET", f"/{hook['id']}", 200))["state"] == "disabled"

        await until(disabled)

        async def mailed() -> Any:
            return [mail for mail in servers.mail_dir.glob("*.eml") if "webhook" in mail.read_text()]

        (mail,) = await until(mailed)
        assert "integrator@idrija.example" in mail.read_text()
        receiver.answer = lambda post: (200, {}, b"")
        await ask(system, "POST", f"/{hook['id']}/ping", 409)
        resumed = await ask(system, "POST", f"/{hook['id']}/resume", 200)
        assert resumed["state"] == "active"
        await row_of(system, hook, "delivered")


async def test_one_that_hangs_keeps_nobody_waiting(inside: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it has every place there is, for it gives them back while it waits."""
    monkeypatch.setattr(courier, "AT_ONCE", courier.OF_ONE)
    monkeypatch.setattr(courier, "SLOW_SECONDS", 0.05)
    async with running(inside, "notifications") as system, receiving() as stuck, receiving() as quick:
        stuck.hang = asyncio.Event()
        hook = await made(system, stuck)
        await made(system, quick)
        for _ in range(20):
            await say(system)
        await came(quick, 20)
        assert len(stuck.came) <= 5, "it holds its own few places and no more"
        assert not await _tried(system, hook, 1), "the others did not have to wait for its end"


async def test_an_answer_that_comes_too_late_does_not_count() -> None:
    async with receiving() as receiver:
        receiver.hang = asyncio.Event()
        clients = Clients(Inside.parse("127.0.0.1"), connections=1, kept=1)
        outcome = await post(clients.of("hook"), Post(receiver.url, "1", b"{}", ()), 0, limit=0.2)
        assert (outcome.delivered, outcome.error) == (False, "no answer within 0.2 seconds")
        receiver.hang.set()
        assert (await post(clients.of("hook"), Post(receiver.url, "1", b"{}", ()), 0)).delivered
        await clients.close()


async def test_events_of_one_entity_wait_for_each_other_where_that_is_asked(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver, in_order=True)
        receiver.answer = lambda post: (500, {}, b"")
        first = await say(system, about="call-1", sequence=1)
        await until(lambda: _tried(system, hook, 1))
        second = await say(system, about="call-1", sequence=2)
        other = await say(system, about="call-2")
        await until(lambda: _came(receiver, other))
        assert not await _came(receiver, second)
        receiver.answer = lambda post: (200, {}, b"")
        await time_passes(system, hook)
        await until(lambda: _came(receiver, second))
        order = [post.headers["webhook-id"] for post in receiver.came]
        assert order.index(second) > max(at for at, each in enumerate(order) if each == first)


async def _came(receiver: Receiver, event: str) -> bool:
    return event in [post.headers["webhook-id"] for post in receiver.came]


async def test_one_and_many_are_delivered_again(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        told = [await say(system, about=str(number)) for number in range(3)]
        await came(receiver, 3)
        row = await row_of(system, hook, "delivered")
        await ask(system, "POST", f"/{hook['id']}/deliveries/{row['id']}/replay", 202)
        assert (await came(receiver, 4))[3].headers["webhook-id"] == row["message_id"]

        async def settled() -> bool:
            found = await ask(system, "GET", f"/{hook['id']}/deliveries?state=delivered", 200)
            return len(found["items"]) == 3

        await until(settled)
        form = {"since": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(), "state": "delivered"}
        assert (await ask(system, "POST", f"/{hook['id']}/replay", 202, json=form))["deliveries"] == 3
        assert {post.headers["webhook-id"] for post in (await came(receiver, 7))[4:]} == set(told)


async def test_what_comes_while_it_is_paused_is_held_and_sent_later(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        await ask(system, "POST", f"/{hook['id']}/pause", 200)
        event = await say(system)
        await row_of(system, hook, "held")
        await ask(system, "POST", f"/{hook['id']}/resume", 200)
        (post,) = await came(receiver, 1)
        assert post.headers["webhook-id"] == event


REFUSED = (
    ("http://127.0.0.1:9/x", "CINNABAR_WEBHOOK_INSIDE"),
    ("https://localhost/x", "CINNABAR_WEBHOOK_INSIDE"),
    ("https://169.254.169.254/latest/meta-data", "CINNABAR_WEBHOOK_INSIDE"),
    ("https://[::ffff:10.0.0.1]/x", "CINNABAR_WEBHOOK_INSIDE"),
    ("https://[::1]/x", "CINNABAR_WEBHOOK_INSIDE"),
    ("https://0/x", "CINNABAR_WEBHOOK_INSIDE"),
    ("http://8.8.8.8/x", "https://"),
    ("https://user:password@8.8.8.8/x", "leave them out"),
    ("ftp://8.8.8.8/x", "https://host/path"),
    ("https://8.8.8.8:99999/x", "https://host/path"),
    ("https://8.8.8.8/x\nHost: y", "https://host/path"),
)


async def test_addresses_inside_are_refused(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        for url, mend in REFUSED:
            (error,) = (await ask(system, "POST", "", 422, json={"url": url}))["errors"]
            assert (error["field"], mend in error["mend"]) == ("url", True), url
        assert (await ask(system, "GET", "", 200))["items"] == []


async def test_a_name_that_leads_inside_by_now_is_not_followed(settings: Settings, inside: Settings) -> None:
    """Made when the address was allowed; the connection looks again, at the address it goes to."""
    async with receiving() as receiver:
        async with running(inside, "notifications") as system:
            hook = await made(system, receiver)
        async with running(settings, "notifications") as system:
            await ask(system, "POST", f"/{hook['id']}/ping", 202)
            await until(lambda: _tried(system, hook, 1))
            row = await row_of(system, hook, "waiting")
            assert "inside the own network" in row["last"]["error"]
    assert receiver.came == []


async def test_others_webhooks_do_not_exist_for_one(inside: Settings) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        hook = await made(system, receiver)
        for method, path in (
            ("GET", ""),
            ("DELETE", ""),
            ("POST", "/rotate"),
            ("POST", "/ping"),
            ("GET", "/deliveries"),
        ):
            await ask(system, method, f"/{hook['id']}{path}", 403, who="officer")
        stored = system.runtime.stores["notifications"][WEBHOOKS]
        document = await stored.find_one({"_id": hook["id"]})
        assert hook["secret"].removeprefix("whsec_").encode() not in document["keys"][0]["sealed"]
        assert (await ask(system, "GET", "", 200, who="operator"))["items"][0]["id"] == hook["id"]
        await ask(system, "DELETE", f"/{hook['id']}", 200)
        await ask(system, "GET", f"/{hook['id']}", 404)
