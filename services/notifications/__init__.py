"""Notifications owns who is told what: people's subscriptions, alerts and what became of them.

It hears what the other services say, and tells each person once, with the reason why.
"""
