"""What subscriptions hear: calls as they are published and as they change. They are kept, and searches find them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from contracts.funding import CallChangedV1, CallPublishedV2
from kit.bus.handlers import handles
from kit.clock import moment_of
from kit.store import Work
from kit.telemetry import traceparent
from services.notifications.alerts import Alert
from services.notifications.changes.store import as_it_stands
from services.notifications.people.person import Person
from services.notifications.store import ALERTS, SILENCES
from services.notifications.subscriptions.filters import why_not_change
from services.notifications.subscriptions.heard import Heard
from services.notifications.subscriptions.history import heard_of, remember
from services.notifications.subscriptions.judging import TOLD_AS_CHANGE, judge_found, silence_of
from services.notifications.subscriptions.store import meeting, of_people, recipients


@handles(CallPublishedV2)
async def find_published(event: CallPublishedV2, work: Work) -> None:
    """A call that is known for the first time reaches everybody whose search it meets."""
    said = work.cause.time if work.cause is not None else work.now
    await _find(remember(heard_of(event.facts_at(said), "published", work), work), work)


@handles(CallChangedV1)
async def find_changed(event: CallChangedV1, work: Work) -> None:
    """A call that changed may meet searches that it did not meet before."""
    await _find(remember(heard_of(event.call, "changed", work, material=event.material), work), work)


async def _find(heard: Heard, work: Work) -> None:
    """Tell everybody once whose search meets the call. Whom a filter turns away can be told why at any time."""
    searches = await meeting(heard, work)
    if not searches:
        return
    told: dict[str, dict[str, Alert]] = defaultdict(dict)
    for document in await work.find(ALERTS, {"call.call_id": heard.call_id}):
        alert = ALERTS.to_aggregate(document)
        told[alert.person][alert.alert_id] = alert
    call = await as_it_stands(heard.call, work)
    concerned = await recipients(searches, work)
    hear_changes = await _who_hears_of_changes(heard, (person for _, person in concerned), work)
    changed: dict[str, Alert] = {}
    for subscription, person in concerned:
        verdict = (
            TOLD_AS_CHANGE
            if person.id in hear_changes
            else judge_found(subscription, person, call, list(told[person.id].values()), work.now)
        )
        if isinstance(verdict, Alert):
            told[person.id][verdict.alert_id] = changed[verdict.alert_id] = verdict
        else:
            silence = silence_of(subscription, person, call, verdict, work.now)
            work.put(SILENCES, {"_id": silence.silence_id, **silence.model_dump(mode="python")})
    began = moment_of(work.cause.correlation_id) if work.cause is not None else None
    for alert in changed.values():
        work.save(ALERTS, alert.because_of(began, traceparent()))


async def _who_hears_of_changes(heard: Heard, people: Iterable[Person], work: Work) -> set[str]:
    """Ids of those who asked to be told of every such change, and are."""
    if heard.what != "changed":
        return set()
    asking = await of_people("call_changed", {person.id for person in people}, work)
    return {each.person for each in asking if why_not_change(each, heard.call, heard.at) is None}


HANDLERS = [find_published, find_changed]
