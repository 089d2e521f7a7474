"""The inbox while one looks at it: told by the event streams, whichever process raised the alert."""
