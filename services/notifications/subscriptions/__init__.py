"""Subscriptions: what a person, a department or a role wants to be told of, among everything that happens."""

from services.notifications.subscriptions.filters import why_not, why_not_change, why_not_found
from services.notifications.subscriptions.subscription import Search, Subscription

__all__ = ["Search", "Subscription", "why_not", "why_not_change", "why_not_found"]
