"""What devices and series are called, so that ids are stable, readable and safe in a URL."""

from __future__ import annotations

# Single separators only: "--" parts device and property in a series id, which keeps ids unambiguous.
DEVICE = r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$"
# No dots here, so that `<series>.csv` can be no other series.
PROPERTY = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"


def series_id(device: str, observed_property: str) -> str:
    """The id of what one device says about one property: `air-idrija-centre--pm10`."""
    return f"{device}--{observed_property}"


def device_of_subject(subject: str) -> str | None:
    """The device of `ingest.<municipality>.<device>`; None when the subject is another, as of a redriven message.

    More tokens are one device with dots in its name: an MQTT topic may have more levels.
    """
    root, _, rest = subject.partition(".")
    _, _, device = rest.partition(".")
    return device if root == "ingest" and device else None
