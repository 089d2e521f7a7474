"""Reminders before a call's deadline, a step at a time, until somebody has taken care of it."""
