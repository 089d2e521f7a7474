"""Our signatures before the official JavaScript library, and before node's own ed25519."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from time import time
from typing import Any

from services.notifications.webhooks.signing import secret_of, shown_key, signature
from tests.service.catalogue.programs import node_modules

BODY = '{"data": {"title": "Javni razpis za ČŠŽ"}, "type": "cinnabar.funding.call.published.v1"}'
OLD, NEW, OTHER = (secret_of("v1", bytes([number]) * 32) for number in (1, 2, 3))
PAIR, OTHER_PAIR = (secret_of("v1a", bytes([number]) * 32) for number in (4, 5))


def judged(*posts: dict[str, Any]) -> list[Any]:
    script = Path(__file__).with_name("verify.mjs")
    command = ["node", str(script), str(node_modules().parent)]
    done = subprocess.run(command, input=json.dumps(posts), capture_output=True, text=True, check=True, timeout=60)
    said: list[Any] = json.loads(done.stdout)
    return said


def posted(secret: str, signed_by: list[str], *, body: str = BODY, late: int = 0) -> dict[str, Any]:
    """A post as it comes, and what its receiver verifies it with."""
    moment = int(time()) - late
    headers = {"webhook-id": "msg-1", "webhook-timestamp": str(moment)}
    headers["webhook-signature"] = signature("msg-1", moment, BODY.encode(), signed_by)
    return {"secret": shown_key(secret), "headers": headers, "body": body}


def test_what_we_signed_is_verified_and_nothing_else() -> None:
    good = [posted(OLD, [OLD]), posted(OLD, [OLD, NEW]), posted(NEW, [OLD, NEW]), posted(PAIR, [OTHER_PAIR, PAIR])]
    bad = [
        posted(OTHER, [OLD, NEW]),
        posted(OLD, [OLD], body=BODY + " "),
        posted(OLD, [OLD], late=600),
        posted(OTHER_PAIR, [PAIR]),
        posted(PAIR, [PAIR], body=BODY + " "),
    ]
    said = judged(*good, *bad)
    assert said[: len(good)] == [json.loads(BODY)] * len(good)
    none = "No matching signature found"
    assert said[len(good) :] == [none, none, "Message timestamp too old", none, none]
