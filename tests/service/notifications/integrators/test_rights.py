"""An integrator on a real NATS server: it reads what it was given, and nothing else, until it is revoked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import nats
import pytest
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NothingCame

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.examples import EXAMPLES
from contracts.registry import Event
from kit.auth.nkeys import AccountKey
from kit.clock import uuid7
from kit.settings import Settings
from tests.conftest import Running, running
from tests.waiting import until

WITHDRAWN = EXAMPLES["cinnabar.funding.call.withdrawn.v1"]
REGISTERED = EXAMPLES["cinnabar.sensors.device.registered.v1"]
RAISED = EXAMPLES["cinnabar.notifications.alert.raised.v1"]
DISABLED = EXAMPLES["cinnabar.notifications.webhook.disabled.v1"]
SUBJECT = "cinnabar.idrija.funding.call.withdrawn.v1"


async def say(system: Running, event: Event) -> str:
    name = uuid7()
    envelope = Envelope(name, "idrija", "one", 1, datetime.now(UTC), event, correlation_id=name)
    headers = {"content-type": CONTENT_TYPE, "Nats-Msg-Id": name}
    await system.runtime.bus.jetstream.publish(envelope.nats_subject, envelope.encode(), headers=headers)
    return name


async def ask(system: Running, method: str, path: str, status: int, who: str = "operator", **options: Any) -> Any:
    answer = await system.http.request(
        method, f"/api/notifications/integrators{path}", headers=system.as_(who), **options
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def add(system: Running, name: str = "bsc-kranj", *events: str, **more: Any) -> dict[str, Any]:
    form = {"name": name, "events": events or ("funding.>",), **more}
    made: dict[str, Any] = await ask(system, "POST", "", 201, json=form)
    return made


class Client:
    """An integrator's program, which keeps what the server complains about."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.cut = asyncio.Event()
        self.nats: Any = None

    async def complain(self, error: Exception) -> None:
        self.complaints.append(str(error))

    async def gone(self) -> None:
        self.cut.set()

    async def refused(self, subject: str) -> bool:
        async def told() -> bool:
            return any(subject.lower() in each.lower() for each in self.complaints)

        return await until(told)


@asynccontextmanager
async def signed_in(settings: Settings, made: dict[str, Any], secret: str | None = None) -> AsyncIterator[Client]:
    client = Client()
    client.nats = await nats.connect(
        settings.nats_url,
        user=made["name"],
        password=secret or made["secret"],
        inbox_prefix=made["inbox_prefix"],
        error_cb=client.complain,
        disconnected_cb=client.gone,
        allow_reconnect=False,
    )
    try:
        yield client
    finally:
        await client.nats.close()


async def fetched(client: Client, made: dict[str, Any], stream: str = "FUNDING", count: int = 1) -> list[Any]:
    subscription = await client.nats.jetstream().pull_subscribe_bind(durable=made["durable"], stream=stream)
    messages: list[Any] = await subscription.fetch(count, timeout=5)
    return messages


async def test_it_reads_its_own_events_and_acknowledges_them(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        await say(system, REGISTERED)
        event = await say(system, WITHDRAWN)
        made = await add(system)
        assert (await ask(system, "GET", "/bsc-kranj", 200))["waiting"] == {"FUNDING": 1}
        async with signed_in(settings, made) as client:
            (message,) = await fetched(client, made)
            assert json.loads(message.data)["id"] == event
            # The rights are written for this form of acknowledgement; servers have a second one, off by default.
            assert message.reply.startswith(f"$JS.ACK.FUNDING.{made['durable']}.1."), "the ACK subject has changed"
            await message.ack_sync()
            assert client.complaints == []
        assert (await ask(system, "GET", "/bsc-kranj", 200))["waiting"] == {"FUNDING": 0}


async def test_asking_twice_under_one_key_makes_one_integrator_with_one_secret(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        form = {"name": "bsc-kranj", "events": ["funding.>"]}
        first, second = [
            await system.http.post(
                "/api/notifications/integrators",
                json=form,
                headers=system.as_("operator") | {"Idempotency-Key": "once"},
            )
            for _ in range(2)
        ]
        assert (first.status_code, second.json()) == (201, first.json())
        async with signed_in(settings, second.json()):
            pass


async def test_it_can_do_nothing_else(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        made, other = await add(system), await add(system, "other-town", "sensors.>")
        async with signed_in(settings, made) as client:
            before = (await system.runtime.bus.jetstream.stream_info("FUNDING")).state.messages
            for subject in (
                SUBJECT,
                "$JS.API.STREAM.INFO.FUNDING",
                "$JS.API.STREAM.NAMES",
                "$JS.API.STREAM.MSG.GET.FUNDING",
                "$JS.API.STREAM.DELETE.FUNDING",
                "$JS.API.STREAM.PURGE.FUNDING",
                f"$JS.API.CONSUMER.INFO.FUNDING.{made['durable']}",
                f"$JS.API.CONSUMER.MSG.NEXT.SENSORS.{other['durable']}",
                "$JS.API.CONSUMER.CREATE.FUNDING.x",
                f"$JS.ACK.SENSORS.{other['durable']}.1.1.1.1.0",
                "$SYS.REQ.USER.AUTH",
                "_INBOX_other-town.x",
            ):
                await client.nats.publish(subject, b"{}")
                await client.refused(f'permissions violation for publish to "{subject}"')
            for subject in ("cinnabar.>", "_INBOX.>", "_INBOX_other-town.>", "$SYS.>", ">", "$JS.EVENT.>"):
                await client.nats.subscribe(subject)
                await client.refused(f'permissions violation for subscription to "{subject}"')
            after = (await system.runtime.bus.jetstream.stream_info("FUNDING")).state.messages
            assert before == after


async def test_an_answer_sent_elsewhere_is_no_command(settings: Settings) -> None:
    """JetStream answers to the subject its asker names. In the streams' own account that subject may be a command."""
    async with running(settings, "notifications") as system:
        made, other = await add(system), await add(system, "other-town", "sensors.>")
        event = await say(system, WITHDRAWN)
        bus = system.runtime.bus.jetstream
        async with signed_in(settings, made) as client:
            ask_for = f"$JS.API.CONSUMER.MSG.NEXT.FUNDING.{made['durable']}"
            elsewhere = (SUBJECT, "$JS.API.STREAM.PURGE.FUNDING", f"$JS.API.CONSUMER.DELETE.SENSORS.{other['durable']}")
            for subject in elsewhere:
                # the first gets the event, the others an answer without a body, as a command to delete has none
                await client.nats.publish(ask_for, b'{"batch": 1, "no_wait": true}', reply=subject)
            answer = await client.nats.request(ask_for, b'{"batch": 1, "no_wait": true}')
            assert (answer.data, client.complaints) == (b"", [])
        stream = (await bus.stream_info("FUNDING")).state
        assert (stream.messages, json.loads((await bus.get_msg("FUNDING", stream.last_seq)).data)["id"]) == (1, event)
        assert (await bus.consumer_info("SENSORS", other["durable"])).name == other["durable"]


async def test_what_is_said_of_people_is_not_in_its_durable(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        made = await add(system, "everything", ">")
        await say(system, RAISED)
        event = await say(system, DISABLED)
        async with signed_in(settings, made) as client:
            (message,) = await fetched(client, made, "NOTIFICATIONS")
            assert json.loads(message.data)["id"] == event


async def test_a_wrong_secret_and_another_name_are_refused(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        made = await add(system)
        for who in (made | {"secret": "ck_guessed"}, made | {"name": "nobody"}, made | {"name": "local"}):
            with pytest.raises(nats.errors.Error):
                async with signed_in(settings, who):
                    pass


async def test_a_new_secret_works_beside_the_one_before(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        made = await add(system)
        second = await ask(system, "POST", "/bsc-kranj/rotate", 200)
        for secret in (made["secret"], second["secret"]):
            async with signed_in(settings, made, secret):
                pass
        await ask(system, "POST", "/bsc-kranj/rotate", 200)
        with pytest.raises(nats.errors.Error):
            async with signed_in(settings, made):
                pass


async def test_revoking_cuts_the_connection_and_leaves_nothing_to_read(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        made = await add(system)
        await say(system, WITHDRAWN)
        async with signed_in(settings, made) as client:
            assert (await ask(system, "POST", "/bsc-kranj/revoke", 200))["state"] == "revoked"
            await asyncio.wait_for(client.cut.wait(), 30)
        with pytest.raises(nats.errors.Error):
            async with signed_in(settings, made):
                pass
        with pytest.raises(nats.js.errors.NotFoundError):
            await system.runtime.bus.jetstream.consumer_info("FUNDING", made["durable"])
        await ask(system, "POST", "/bsc-kranj/rotate", 409)


async def test_where_connections_cannot_be_cut_there_is_still_nothing_to_read(settings: Settings) -> None:
    without = settings.model_copy(update={"nats_system_url": ""})
    async with running(without, "notifications") as system:
        made = await add(system)
        await say(system, WITHDRAWN)
        async with signed_in(settings, made) as client:
            await ask(system, "POST", "/bsc-kranj/revoke", 200)
            with pytest.raises((NothingCame, NoRespondersError, nats.js.errors.Error)):
                await fetched(client, made)


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": "funding"}, "name"),
    ({"name": "BSC Kranj"}, "name"),
    ({"name": "a.>"}, "name"),
    ({"name": "town", "events": ["money.>"]}, "events"),
    ({"name": "town", "events": ["notifications.alert.>"]}, "events"),
    ({"name": "town", "municipality": "kranj"}, "municipality"),
)


async def test_what_cannot_be_given_is_refused(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        for form, field in REFUSED:
            problem = await ask(system, "POST", "", 422, json=form)
            assert problem["errors"][0]["field"] == field, form


async def test_a_refusal_is_in_the_language_that_was_asked_for(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        for language, title, message, mend in (
            ("sl,en;q=0.5", "Vsebina ni veljavna", "'a.>' tu ne more biti ime", "3 do 40 malih črk"),
            ("de", "Unprocessable", "'a.>' cannot be a name here", "3 to 40 small letters"),
        ):
            asked = system.as_("operator") | {"Accept-Language": language}
            answer = await system.http.post("/api/notifications/integrators", json={"name": "a.>"}, headers=asked)
            told = answer.json()
            assert answer.headers["Content-Language"] == ("sl" if language.startswith("sl") else "en")
            assert told["title"].startswith(title)
            assert (told["detail"], told["errors"][0]["message"]) == (message, message)
            assert told["errors"][0]["mend"].startswith(mend)
            missing = await system.http.post("/api/notifications/webhooks", json={}, headers=asked)
            assert missing.json()["detail"] == (
                "url: polje manjka" if language.startswith("sl") else "url: Field required"
            )


def test_a_seed_is_read_back_and_a_damaged_one_refused() -> None:
    seed = AccountKey.new_seed()
    assert seed.startswith("SA")
    assert AccountKey(seed).public.startswith("A")
    assert AccountKey(seed).public == AccountKey(seed).public
    # not the last letter, two of whose bits say nothing
    damaged = seed[:20] + ("A" if seed[20] != "A" else "B") + seed[21:]
    for wrong in (seed[:-1], damaged, "", "SUAB", "??"):
        with pytest.raises(ValueError, match="seed"):
            AccountKey(wrong)
