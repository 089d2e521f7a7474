"""Webhooks (Standard Webhooks 1.0.0): what is said, posted to an integrator's own address, signed and tried again."""
