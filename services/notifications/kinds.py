"""What people can be told of."""

from typing import Literal

AlertKind = Literal["call_matched", "call_changed", "call_withdrawn", "call_reopened", "call_closed", "source_failed"]
