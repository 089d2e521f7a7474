"""Devices: how often each is expected to report, which are silent, and which recovered."""
