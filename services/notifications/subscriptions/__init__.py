"""Subscriptions: what a person, a department or a role wants to be told of, among everything that happens."""

from services.notifications.subscriptions.subscription import Subscription, why_not, why_not_change

__all__ = ["Subscription", "why_not", "why_not_change"]
