"""What an operator sees of one call: a trace through five services, log lines with its id, and counts."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.system.copy import copy_of_cinnabar

PLAN = Path(__file__).parents[2] / "examples" / "idrija" / "plan.yaml"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """A collector that speaks OTLP over HTTP and keeps every span."""
    spans: list[Span] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Requests are not worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attribute(span: Span, name: str) -> str:
    return next((item.value.string_value for item in span.attributes if item.key == name), "")


def lacking_in(ours: list[Span]) -> set[str]:
    """What the trace still lacks. Spans come in batches, and a child may come before its parent."""
    wanted = {"sensors", "funding", "notifications", "reporting"}
    names = {"POST /api/actions/plans", "process actions.need.changed", "process funding.call.matched"}
    known = {span.span_id for span in ours} | {bytes.fromhex("00f067aa0ba902b7")}
    in_the_air = {f"the parent of {span.name}" for span in ours if span.parent_span_id not in known}
    heard = {attribute(span, "cinnabar.service") for span in ours}
    return (wanted - heard) | (names - {span.name for span in ours}) | in_the_air


def test_one_plan_import_is_one_trace_through_five_services(tmp_path: Path) -> None:
    with collector() as (address, spans):
        environment = {"CINNABAR_OTLP_ENDPOINT": address, "CINNABAR_LOG_LEVEL": "DEBUG"}
        with copy_of_cinnabar(tmp_path / "data", environment=environment) as copy:
            # Another cost makes another own share, so what fits is told again, all the way to the officer.
            cost = "amount: 20000.00, currency: EUR, phrase: EUR 20.000"
            changed = PLAN.read_text().replace(cost, "amount: 21000.00, currency: EUR, phrase: EUR 21.000")
            assert changed != PLAN.read_text()
            answer = copy.http.post(
                "/api/actions/plans",
                content=changed.encode(),
                headers={**copy.as_("coordinator"), "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"},
            )
            assert answer.status_code == 201, answer.text
            assert answer.json()["plan_version"] == 2

            lacking: set[str] = set()
            for _ in range(900):
                if not (lacking := lacking_in([span for span in spans if span.trace_id.hex() == TRACE])):
                    break
                time.sleep(0.1)
            assert lacking == set()

            lines = [json.loads(line) for line in copy.log().splitlines() if line.startswith("{")]
            assert any(line.get("trace_id") == TRACE for line in lines)

            metrics = copy.http.get("/metrics").text
            assert (
                'cinnabar_events_handled_total{handler="raise_alerts",outcome="handled",service="notifications"}'
                in metrics
            )
            assert 'cinnabar_events_published_total{service="actions"}' in metrics
            assert 'route="/api/actions/plans"' in metrics

            copy.http.post("/api/funding/calls", json={}, headers=copy.as_("officer"))
            assert 'cinnabar_input_refused_total{kind="http",service="funding"} 1.0' in copy.http.get("/metrics").text
