"""What this service hears, one file per service that says it."""

from services.reporting.projections import actions, funding, notifications, sensors

HANDLERS = [*actions.HANDLERS, *funding.HANDLERS, *sensors.HANDLERS, *notifications.HANDLERS]
