"""Webhooks by hand: made on the page, the secret shown once, a test event, its log, and what was typed wrongly."""

from __future__ import annotations

import re

import pytest
from standardwebhooks import Webhook as Verifier

from kit.settings import Settings
from tests.conftest import running
from tests.service.notifications.webhooks.receiver import receiving
from tests.service.notifications.webhooks.test_webhooks import came, inside, row_of

__all__ = ["inside"]


@pytest.mark.parametrize("language", ["sl", "en"])
async def test_from_the_form_to_the_log(inside: Settings, language: str) -> None:
    async with running(inside, "notifications") as system, receiving() as receiver:
        headers = system.as_("integrator") | {"Accept": "text/html", "Accept-Language": language}
        empty = await system.http.get("/integrations/webhooks", headers=headers)
        assert empty.status_code == 200, empty.text
        wrong = await system.http.post(
            "/integrations/webhooks", data={"url": "https://169.254.169.254/", "types": "nothing"}, headers=headers
        )
        assert wrong.status_code == 422
        assert 'value="https://169.254.169.254/"' in wrong.text, "what was typed stays"
        made = await system.http.post(
            "/integrations/webhooks", data={"url": receiver.url, "types": "funding.> sensors.>"}, headers=headers
        )
        assert made.status_code == 200, made.text
        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made.text.replace("&#43;", "+"))
        assert secret
        page = re.search(r"/integrations/webhooks/[0-9a-f-]{36}", made.text)
        assert page
        assert "whsec_" not in (await system.http.get(page.group(), headers=headers)).text
        assert (await system.http.post(f"{page.group()}/ping", headers=headers)).status_code == 303
        (post,) = await came(receiver, 1)
        assert Verifier(secret.group()).verify(post.body, post.headers)["type"] == "cinnabar.webhook.ping.v1"
        row = await row_of(system, {"id": page.group().rpartition("/")[2]}, "delivered")
        log = await system.http.get(f"{page.group()}/deliveries/{row['id']}", headers=headers)
        assert "thank you" in log.text
        for step in ("pause", "resume", "replay"):
            assert (await system.http.post(f"{page.group()}/{step}", headers=headers)).status_code == 303
        assert (await system.http.post(f"{page.group()}/rotate", headers=headers)).status_code == 200
        assert (await system.http.get(page.group(), headers=system.as_("officer"))).status_code == 403
