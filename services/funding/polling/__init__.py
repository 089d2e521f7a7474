"""Polling of sources: when each is asked, how politely, what came of it, and how it is doing."""
