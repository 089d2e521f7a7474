"""What is told of the house itself: sources that fail, webhooks that are not answered."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote

from contracts.funding import SourceFailedV1, SourceRecoveredV1
from contracts.notifications import WebhookDisabledV1, WebhookFailingV1
from contracts.values import LocalText
from services.notifications.matters.matter import Matter
from services.notifications.matters.telling import Ending, Telling, fact, matter, plain

_WHY_SOURCE = LocalText(
    sl="Naročeni ste na napake virov: dokler vir ne odgovarja, lahko manjkajo njegovi razpisi.",
    en="You subscribe to failing sources: as long as one does not answer, its calls may be missing.",
)
_WHY_WEBHOOK = LocalText(sl="Spletni kavelj je vaš.", en="The webhook is yours.")
_FAILURES: Final = {
    "unreachable": LocalText(sl="Vir ne odgovarja.", en="The source does not answer."),
    "malformed": LocalText(sl="Vira ni bilo mogoče prebrati.", en="The source could not be read."),
    "zero_rows": LocalText(sl="V viru ni bilo nobenega razpisa.", en="No call at all was found in the source."),
    "partial": LocalText(sl="Vir je bil prebran le deloma.", en="The source was read only in part."),
}
_FAILED: Final = LocalText(sl="Vir ni dal, kar bi moral.", en="The source did not give what it should.")


def of_failure(event: SourceFailedV1, occasion: str) -> Telling:
    return Telling(
        kind="source_failed",
        matter=matter(
            "source",
            event.source,
            f"/funding/sources/{quote(event.source, safe='')}",
            event.occurred_at,
            title=plain(event.source),
            what=_FAILURES.get(event.kind, _FAILED),
            why=_WHY_SOURCE,
            facts=fact("Zapisano ob branju", "Noted while reading", event.reason),
        ),
        occasion=occasion,
        lasting=True,
    )


def of_recovery(event: SourceRecoveredV1) -> Ending:
    what = LocalText(sl="Vir spet daje razpise.", en="The source gives calls again.")
    return Ending(kind="source_failed", type="source", id=event.source, what=what, at=event.occurred_at)


def of_failing_webhook(event: WebhookFailingV1, occasion: str) -> Telling:
    what = LocalText(
        sl="Prejemnik ne sprejema dogodkov; če do roka ne sprejme ničesar, kavelj izklopimo.",
        en="The receiver accepts no events; unless it accepts something by the due time, the webhook is switched off.",
    )
    about = _webhook(event.webhook_id, event.url, event.reason, event.failing_since, what)
    return Telling(
        kind="webhook_failing",
        matter=about.model_copy(update={"due_at": event.disabled_from}),
        occasion=occasion,
        people=(event.owner,),
        instead="integrator",
    )


def of_disabled_webhook(event: WebhookDisabledV1, at: datetime, occasion: str) -> Telling:
    what = LocalText(
        sl="Spletni kavelj je izklopljen. Ko bo prejemnik deloval, ga vklopite; zadržane dogodke pošljemo potem.",
        en="The webhook was switched off. Switch it on once the receiver works; what was held back is sent then.",
    )
    return Telling(
        kind="webhook_disabled",
        matter=_webhook(event.webhook_id, event.url, event.reason, at, what),
        occasion=occasion,
        people=(event.owner,),
        instead="integrator",
    )


def _webhook(webhook_id: str, url: str, reason: str, since: datetime, what: LocalText) -> Matter:
    return matter(
        "webhook",
        webhook_id,
        f"/integrations/webhooks/{webhook_id}",
        since,
        title=plain(url),
        what=what,
        why=_WHY_WEBHOOK,
        facts=fact("Zadnji razlog", "Last reason", reason),
    )
