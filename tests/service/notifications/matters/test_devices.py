"""News of devices reaches whoever answers for the activity they measure for, and whoever asks for such news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.examples import EXAMPLES
from contracts.registry import Event
from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.notifications.matters.test_told import LEADER, OFFICER, staffed
from tests.service.notifications.saying import say
from tests.waiting import until


def example(name: str, **changes: Any) -> Any:
    return EXAMPLES[f"cinnabar.{name}.v1"].model_copy(update=changes)


async def subscribed(system: Running, *kinds: str) -> None:
    form = {"kinds": list(kinds)}
    answer = await system.http.post("/api/notifications/subscriptions", json=form, headers=system.as_("officer"))
    assert answer.status_code == 201, answer.text


async def test_devices_are_told_of(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "sensors") as system:
        await staffed(system)
        await subscribed(system, "device_silent", "device_recovered", "threshold_exceeded")

        def mails(to: str, words: str) -> Callable[[], Any]:
            async def found() -> list[Mail]:
                return [m for m in list_mail(servers.mail_dir) if m.to == (to,) and words in (m.subject or "")]

            return found

        async def alerts(kind: str) -> list[Any]:
            answer = await system.http.get("/api/notifications/alerts", headers=system.as_("officer"))
            return [each for each in answer.json()["items"] if each["kind"] == kind]

        async def silences() -> list[str]:
            answer = await system.http.get("/api/notifications/silences?limit=100", headers=system.as_("officer"))
            return [each["reason"]["code"] for each in answer.json()["items"]]

        need = example("actions.need.changed", responsible=["Economy"])
        await say(system, need, 1)
        await until(lambda: _known(system, need))

        silent: Event = example("sensors.device.silent", last_heard=now() - timedelta(hours=3))
        await say(system, silent, 2)
        (mail,) = await until(mails(OFFICER, "Naprava se ne oglaša"))
        assert "Zadnjič se je oglasila" in (mail.text or "") and "10 minut" in (mail.text or "")
        (led,) = await until(mails(LEADER, "Naprava se ne oglaša"))
        assert need.number in (led.text or "")

        back = example("sensors.device.recovered", since=silent.last_heard, recovered_at=now())  # type: ignore[attr-defined]
        await say(system, back, 3)
        (again,) = await until(mails(OFFICER, "Naprava spet deluje"))
        assert "Trajalo je" in (again.text or "")
        (told,) = await alerts("device_silent")
        assert told["over"]["code"] == "over"

        await say(system, example("sensors.threshold.exceeded"), 9)
        (exceeded,) = await until(mails(OFFICER, "Presežena meja: Airing needed"))
        assert "970 ppm → 1.180 ppm" in (exceeded.text or "") and "nad mejo 1.000 ppm" in (exceeded.text or "")
        await say(system, example("sensors.threshold.cleared"), 12)
        (cleared,) = await until(mails(LEADER, "Meja ni več presežena"))
        assert "1.180 ppm → 880 ppm" in (cleared.text or "") and "1.420 ppm" in (cleared.text or "")
        (told,) = await alerts("threshold_exceeded")
        assert told["over"]["code"] == "over"

        broken = example("sensors.device.malfunctioned", reason="impossible")
        await say(system, broken, 20)
        (wrong,) = await until(mails(LEADER, "Naprava meri napačno"))
        assert "niso mogoče" in (wrong.text or "") and "ogljikov dioksid" in (wrong.text or "")
        repaired = {"after": "malfunction", "series_id": broken.series_id, "since": broken.since}
        await say(system, back.model_copy(update=repaired), 21)

        async def mended() -> list[Any]:
            answer = await system.http.get("/api/notifications/alerts", headers=system.as_("coordinator"))
            return [each for each in answer.json()["items"] if each["kind"] == "device_malfunctioned" and each["over"]]

        assert await until(mended)

        # heard the other way round: what is over already is told to nobody, and that has a reason
        other = {"device_id": "air-2", "name": "Air 2"}
        await say(system, back.model_copy(update=other), 6)
        await until(mails(OFFICER, "Naprava spet deluje: Air 2"))
        await say(system, silent.model_copy(update=other), 5)

        async def explained() -> bool:
            return "over_already" in await silences()

        assert await until(explained)
        assert len(await alerts("device_silent")) == 1


async def _known(system: Running, need: Any) -> Any:
    database = system.runtime.stores["notifications"].database
    return await database["activities"].find_one({"_id": need.activity_id})
