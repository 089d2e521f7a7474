"""Escalation: who is asked next when nobody answers an alert, and the alarm when nobody is left."""
