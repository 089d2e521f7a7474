"""An alert was raised: it goes by every route its person, and their department, has for it."""

from __future__ import annotations

from contracts.notifications import AlertRaisedV1
from kit.bus.handlers import handles
from kit.store import Work
from services.notifications.alerts import Alert
from services.notifications.channels.delivery import Delivery, delivery_id_for
from services.notifications.channels.route import Route
from services.notifications.channels.store import DELIVERIES, ROUTES
from services.notifications.identity import call_version
from services.notifications.people.store import PEOPLE, person_from
from services.notifications.store import ALERTS
from services.notifications.timing.hours import open_from


@handles(AlertRaisedV1)
async def hand_to_channels(event: AlertRaisedV1, work: Work) -> None:
    """Within the person's hours, unless it cannot wait; a department's route carries one thing once."""
    alert = await work.load(ALERTS, event.alert_id)
    document = await work.get(PEOPLE, event.person)
    if alert is None or document is None:
        return
    person = person_from(document)
    if not person.active:
        return
    whose = [{"person": person.id}, *([{"department": person.department}] if person.department else [])]
    for found in await work.find(ROUTES, {"ended_at": None, "$or": whose}):
        route = ROUTES.to_aggregate(found)
        if not route.takes(urgent=alert.urgent, mandatory=alert.mandatory):
            continue
        delivery_id = delivery_id_for(route.route_id, _what(alert, route))
        if await work.load(DELIVERIES, delivery_id) is not None:
            continue
        at = work.now if alert.urgent else open_from(person.delivery, person.clock, work.now)
        delivery = Delivery(
            delivery_id=delivery_id,
            alert_id=alert.alert_id,
            person=person.id,
            channel=route.channel,
            route=route.route_id,
            raised_at=work.now,
            not_before=at,
        )
        work.save(DELIVERIES, delivery)


def _what(alert: Alert, route: Route) -> str:
    """What one message by a route is about: for a person an alert, for a department what several of them hear."""
    if route.department is None:
        return alert.alert_id
    version = call_version(alert.call) if alert.call else str(alert.matter and alert.matter.since)
    return f"{alert.kind}:{alert.about_id}:{version}"


HANDLERS = [hand_to_channels]
