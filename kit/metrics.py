"""What the process counts. Labels are names from code, never ids, so cardinality stays bounded."""

from prometheus_client import Counter, Gauge, Histogram

PUBLISHED = Counter("cinnabar_events_published", "Events the relay got acknowledged.", ["service"])
HANDLED = Counter("cinnabar_events_handled", "Deliveries settled, by outcome.", ["service", "handler", "outcome"])
DEAD_LETTERS = Counter("cinnabar_dead_letters", "Dead letters stored, by reason.", ["service", "handler", "code"])
REFUSED = Counter("cinnabar_input_refused", "Malformed input refused, by kind.", ["service", "kind"])
OUTBOX_AGE = Gauge("cinnabar_outbox_oldest_unsent_seconds", "Age of the oldest unsent outbox row.", ["service"])
REQUESTS = Histogram(
    "cinnabar_http_request_seconds",
    "HTTP requests by route template.",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
