"""One realistic example per event type, from the plan of Idrija, for the catalogue, the documentation and tests.

The call is the invented sample call of examples/idrija/calls; the activities, costs and dates are the plan's.
"""

from __future__ import annotations

from contracts.examples import actions, funding, notifications, reporting, sensors
from contracts.registry import Event

EXAMPLES: dict[str, Event] = {
    event.contract.type: event
    for service in (actions, funding, sensors, notifications, reporting)
    for event in service.EXAMPLES
}
