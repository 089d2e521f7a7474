"""Bearer tokens of an outside OpenID Connect issuer, verified by the keys it publishes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kit.auth.tokens import OidcIssuer, Refused


class Provider:
    """An identity provider on loopback: discovery, keys, and tokens signed with them."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "first"
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                document = provider.keys() if self.path == "/keys" else {"jwks_uri": f"{provider.url}/keys"}
                body = json.dumps(document).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Requests are not worth a line."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def token(self, **claims: Any) -> str:
        moment = int(time.time())
        standard = {"iss": self.url, "aud": "cinnabar", "sub": "42", "iat": moment, "exp": moment + 600}
        return jwt.encode({**standard, **claims}, self.key, algorithm="RS256", headers={"kid": self.kid})

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.stop()


async def test_a_token_of_the_issuer_says_who_is_asking(provider: Provider) -> None:
    issuer = OidcIssuer(provider.url, "cinnabar", "idrija")
    token = provider.token(email="ana@idrija.si", name="Ana", roles=["editor", "emperor"], locale="en-GB")
    person = await issuer.verify(token)
    assert (person.user, person.name, person.roles, person.language) == ("ana@idrija.si", "Ana", {"editor"}, "en")
    await issuer.verify(token)
    assert provider.asked.count("/keys") == 1, "keys are kept"


@pytest.mark.parametrize(
    "claims",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"municipality": "cerkno"}],
    ids=["audience", "issuer", "expired", "municipality"],
)
async def test_a_token_for_somebody_else_is_refused(provider: Provider, claims: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        await OidcIssuer(provider.url, "cinnabar", "idrija").verify(provider.token(**claims))


async def test_a_token_of_another_key_is_refused(provider: Provider) -> None:
    token = provider.token()
    provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(Refused):
        await OidcIssuer(provider.url, "cinnabar", "idrija").verify(token)


async def test_an_unsigned_token_is_refused(provider: Provider) -> None:
    unsigned = jwt.encode({"sub": "42", "aud": "cinnabar", "iss": provider.url}, key="", algorithm="none")
    with pytest.raises(Refused):
        await OidcIssuer(provider.url, "cinnabar", "idrija").verify(unsigned)


async def test_an_issuer_that_is_away_refuses_rather_than_fails() -> None:
    with pytest.raises(Refused):
        await OidcIssuer("http://127.0.0.1:9", "cinnabar", "idrija").verify("a.b.c")
