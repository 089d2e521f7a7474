"""Web push: a message for a browser that asked for it, encrypted for that browser alone (RFC 8030, 8291, 8292)."""
