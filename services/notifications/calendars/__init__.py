"""Subscribed calendars: the dates of calls, applications and obligations, per person and per department."""
