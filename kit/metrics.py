"""What the process counts. Labels are names from code or from settings, never ids, so cardinality stays bounded.

Which municipality a process works for stands once, in `target_info`; a dashboard joins it on `instance`.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

PUBLISHED = Counter("cinnabar_events_published", "Events the relay got acknowledged.", ["service"])
HANDLED = Counter("cinnabar_events_handled", "Deliveries settled, by outcome.", ["service", "handler", "outcome"])
REDELIVERED = Counter("cinnabar_events_redelivered", "Deliveries that were not the first.", ["service", "handler"])
DEAD_LETTERS = Counter("cinnabar_dead_letters", "Dead letters stored, by reason.", ["service", "handler", "code"])
REFUSED = Counter("cinnabar_input_refused", "Malformed input refused, by kind.", ["service", "kind"])
OUTBOX_AGE = Gauge("cinnabar_outbox_oldest_unsent_seconds", "Age of the oldest unsent outbox row.", ["service"])
LAG = Gauge(
    "cinnabar_consumer_lag", "Events a handler has not settled: undelivered and in hand.", ["service", "handler"]
)
SOURCE_AGE = Gauge(
    "cinnabar_source_age_seconds", "Since a polled source last gave something; +Inf when it never did.", ["source"]
)
SOURCE_INTERVAL = Gauge("cinnabar_source_interval_seconds", "How often a polled source is read.", ["source"])
UNANSWERED = Gauge("cinnabar_alerts_unanswered", "Alerts that nobody answered although everybody was asked.")
ALERT_LATENCY = Histogram(
    "cinnabar_alert_seconds",
    "From what set the chain going (a call that was said) to the mail server's acceptance.",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 21600, 86400),
)
REQUESTS = Histogram(
    "cinnabar_http_request_seconds",
    "HTTP requests by route template and class of status.",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
