"""The links of a mail: opening changes nothing, pressing decides once, on the board too, and is taken back."""

from __future__ import annotations

import re
from typing import Any

from kit.clock import now
from kit.embedded import Mail, list_mail
from kit.example import EXAMPLE
from kit.settings import Settings
from services.notifications.answers.tokens import LASTS, Bound, seal, unseal
from services.notifications.people.example import put_people
from tests.conftest import Running, running
from tests.service.first_light.test_call_to_mail import CALL, _plan, _subscribed, _typed_in
from tests.waiting import until

CHOICES = ("apply", "not_for_us", "hand_over", "remind_me")


async def with_people(system: Running) -> None:
    async def put(work: Any) -> None:
        put_people(EXAMPLE, work)

    await system.runtime.stores["notifications"].transact(put)


def links_of(mail: Mail) -> dict[str, str]:
    """Choice to token, in the order in which the mail offers them."""
    tokens = re.findall(r"/inbox/answer/([\w-]+)", (mail.text or "").replace("=\n", ""))
    return dict(zip(CHOICES, tokens, strict=True))


async def test_a_call_is_decided_on_from_the_mail(settings: Settings, servers: Any) -> None:
    async with running(settings, "notifications", "actions", "funding") as system:
        http = system.http

        async def mail_with(words: str, to: str) -> Mail | None:
            found = [each for each in list_mail(servers.mail_dir) if words in (each.subject or "") and to in each.to]
            return found[0] if found else None

        async def decisions(call: str) -> set[tuple[str, str | None]]:
            matches = (await http.get(f"/api/funding/matches?call={call}")).json()["items"]
            held = [each["decision"] for each in matches if each["fits"]]
            return {(each["choice"], each["reason_code"]) for each in held if each}

        await with_people(system)
        await _subscribed(system)
        await _plan(system)
        call = (await _typed_in(system))["id"]
        mail = await until(lambda: mail_with(CALL["title"], "officer@idrija.example"))
        links = links_of(mail)
        assert mail.html
        assert all(token in mail.html for token in links.values())

        for token in links.values():
            opened = await http.get(f"/inbox/answer/{token}")
            assert opened.status_code == 200
            assert opened.headers["Cache-Control"] == "no-store"
        assert await decisions(call) == set(), "opening a link changes nothing"

        path = f"/inbox/answer/{links['not_for_us']}"
        refused = await http.post(path, data={})
        assert refused.status_code == 422
        assert 'href="#reason_code"' in refused.text
        done = await http.post(path, data={"reason_code": "lack_match_ability"})
        assert done.status_code == 303
        undo = done.headers["location"]

        async def on_the_board() -> bool:
            return await decisions(call) == {("not_for_us", "lack_match_ability")}

        await until(on_the_board)
        replayed = await http.post(path, data={"reason_code": "no_authority"})
        assert replayed.status_code == 409
        assert "Maja Kavčič" in replayed.text
        late = await http.post(f"/inbox/answer/{links['apply']}")
        assert late.status_code == 409, "another link of the same mail comes too late"
        assert await decisions(call) == {("not_for_us", "lack_match_ability")}

        assert (await http.get(undo)).status_code == 200
        assert (await http.post(undo)).status_code == 303
        assert (await http.post(undo)).status_code == 409, "taken back once"

        async def waits_again() -> bool:
            return await decisions(call) == set()

        await until(waits_again)

        handed = await http.post(
            f"/inbox/answer/{links['hand_over']}", data={"to": "department:youth", "note": "Za vas?"}
        )
        assert handed.status_code == 303
        theirs = await until(lambda: mail_with("Predano vam", "youth@idrija.example"))
        assert "Maja Kavčič" in (theirs.text or "")
        assert "Za vas?" in (theirs.text or "")

        async def handed_over() -> bool:
            return await decisions(call) == {("hand_over", None)}

        await until(handed_over)
        taken = await http.post(f"/inbox/answer/{links_of(theirs)['apply']}")
        assert taken.status_code == 303

        async def applied() -> bool:
            mine = (await http.get("/api/notifications/alerts", headers=system.as_("officer"))).json()["items"]
            return await decisions(call) == {("apply", None)} and mine[0]["decision"]["choice"] == "apply"

        await until(applied)

        secret = settings.secret.get_secret_value()
        bound = unseal(secret, links["apply"])
        assert bound is not None
        old = seal(secret, bound.model_copy(update={"expires": now() - LASTS}))
        for answer in (await http.get(f"/inbox/answer/{old}"), await http.post(f"/inbox/answer/{old}")):
            assert answer.status_code == 410
            assert "30" in answer.text or "trideset" in answer.text or "thirty" in answer.text
        stray = Bound(alert_id="nothing", person="officer@idrija.example", purpose="apply", expires=bound.expires)
        assert (await http.post(f"/inbox/answer/{seal(secret, stray)}")).status_code == 410
        assert (await http.post(f"/inbox/answer/{links['apply'][:-4]}AAAA")).status_code == 404

        other = {**CALL, "title": "Drug razpis za makerspace in mlade", "url": "https://x.example/2"}
        second = (await _typed_in(system, other))["id"]
        await until(lambda: mail_with(other["title"], "officer@idrija.example"))
        to = {"choice": "hand_over", "department": "Development Agency of Idrija and Cerkno"}
        board = f"/api/funding/calls/{second}/decision"
        assert (await http.post(board, json=to, headers=system.as_("officer"))).status_code == 200
        await until(lambda: mail_with("Predano vam", "agency@idrija.example"))
