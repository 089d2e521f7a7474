"""The inbox as a list: newest first, nothing twice and nothing left out over its pages, searched by title and kind."""

from __future__ import annotations

from datetime import timedelta

from contracts.examples import EXAMPLES
from kit.clock import now
from kit.settings import Settings
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.fits import Decision
from services.notifications.inbox.listing import Asked, newer_news, page_of_alerts
from services.notifications.store import ALERTS
from tests.conftest import running

OFFICER = "officer@idrija.example"
BEGAN = now()


def alert(number: int, kind: str, title: str, **changes: object) -> Alert:
    call = EXAMPLES["cinnabar.funding.call.matched.v1"].call.model_copy(update={"title": title})  # type: ignore[attr-defined]
    at = BEGAN - timedelta(minutes=number // 2)
    return Alert(
        **{
            "alert_id": f"alert-{number:02}",
            "kind": kind,
            "person": OFFICER,
            "subscriptions": (),
            "call": call,
            "fits": (),
            "state": "delivered",
            "raised_at": at,
            "not_before": None,
            **changes,
        }
    )


async def test_pages_search_and_what_is_decided(settings: Settings) -> None:
    async with running(settings, "notifications") as system:
        store = system.runtime.stores["notifications"]
        applied = Decision(choice="apply", by=OFFICER, at=now())
        seen = Decision(choice="seen", by=OFFICER, at=now())

        async def put(work: Work) -> None:
            for number in range(25):
                work.save(ALERTS, alert(number, "call_matched", f"Razpis {number} (energetska prenova)"))
            work.save(ALERTS, alert(30, "call_changed", "Razpis s + v naslovu", decisions=(seen,)))
            work.save(ALERTS, alert(31, "call_matched", "Odločeno", decisions=(seen, applied)))
            over = alert(32, "call_matched", "Mimo")
            reason = EXAMPLES["cinnabar.funding.call.matched.v1"].reasons_for[0]  # type: ignore[attr-defined]
            work.save(ALERTS, over.model_copy(update={"over": reason, "over_at": now()}))
            work.save(ALERTS, alert(33, "call_matched", "Drugega", person="viewer@idrija.example"))

        await store.transact(put)
        mine = {"person": OFFICER}

        found, after = [], None
        while True:
            page = await page_of_alerts(store, mine, Asked(), "waiting", after=after, limit=10)
            found += page.items
            after = page.next
            if after is None:
                break
        assert len(found) == len({each.alert_id for each in found}) == 26
        assert [each.raised_at for each in found] == sorted((each.raised_at for each in found), reverse=True)

        done = await page_of_alerts(store, mine, Asked(), "done")
        assert {each.alert_id for each in done.items} == {"alert-31", "alert-32"}
        one = await page_of_alerts(store, mine, Asked("+ NASLOVU"), "waiting")
        assert [each.alert_id for each in one.items] == ["alert-30"], "words are words, whatever a pattern would mean"
        assert not (await page_of_alerts(store, mine, Asked(group="sensors"), "waiting")).items
        assert len((await page_of_alerts(store, {}, Asked(), "waiting", after="no cursor")).items) == 27

        (changed,) = one.items
        newer = await newer_news(store, [*found, changed])
        assert newer["alert-24"].alert_id == "alert-01", "every example tells of the same call"
        assert "alert-01" not in newer

        page = await system.http.get("/inbox?q=energetska&lang=en", headers=system.as_("officer"))
        assert "Razpis 24" in page.text
        assert "naslovu" not in page.text
        assert page.text.count("there is newer news") == 23, "all but the two newest of the 25"
        nothing = await system.http.get("/inbox?q=brez&lang=sl", headers=system.as_("officer"))
        assert "Nič, kar čaka na vas" in nothing.text
