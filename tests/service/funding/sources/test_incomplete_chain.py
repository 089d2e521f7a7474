"""A server that forgets its intermediate certificate: reached with that certificate by configuration alone."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.funding.sources.eko_sklad import EkoSklad
from tests.conftest import Running
from tests.service.funding.sources.conftest import poll_once
from tests.service.funding.sources.site import Answer, Site, site
from tests.service.funding.sources.test_slovenian_sites import eko_card

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certified:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def key_pem(self) -> bytes:
        plain = serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def certify(name: str, by: Certified | None = None, *, authority: bool = True) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = by.key if by else key
    signed_by = by.certificate.public_key() if by else key.public_key()
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by)  # type: ignore[arg-type]
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(key_id, critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(_usage(authority), critical=True)
    )
    return Certified(built.sign(signer, hashes.SHA256()), key)


def _usage(authority: bool) -> x509.KeyUsage:
    off = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=authority, crl_sign=authority, **off)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certified:
    """The one authority this machine trusts."""
    authority = certify("root")
    (tmp_path / "trusted.pem").write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    return authority


@asynccontextmanager
async def fund(leaf: Certified, folder: Path) -> AsyncIterator[Site]:
    """The fund's server, which sends its own certificate and nothing between that and the root."""
    (folder / "leaf.pem").write_text(leaf.pem)
    (folder / "leaf.key").write_bytes(leaf.key_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    page = Answer(f"<main>{eko_card('Poziv 118SUB-LS26', '/poziv/118')}</main>".encode())
    async with site(lambda asked: page, tls=context) as there:
        yield there


async def set_intermediate(funding: Running, pem: str) -> None:
    source = "/api/funding/sources/eko-sklad"
    version = (await funding.http.get(source)).headers["ETag"]
    headers = {**funding.as_("officer"), "Idempotency-Key": "chain", "If-Match": version}
    answer = await funding.http.patch(source, json={"intermediate": pem}, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_the_missing_link_comes_by_configuration(funding: Running, root: Certified, tmp_path: Path) -> None:
    between = certify("between", root)
    async with fund(certify("fund", between, authority=False), tmp_path) as there:
        source = replace(EkoSklad(), address=there.url)
        without = await poll_once(source, funding)
        assert (without["failure"], there.asked) == ("unreachable", [])
        assert "certificate" in without["reason"].casefold()
        await set_intermediate(funding, between.pem)
        with_it = await poll_once(source, funding)
    assert (with_it["state"], with_it["new"]) == ("done", 1)


async def test_an_intermediate_of_a_stranger_opens_nothing(funding: Running, root: Certified, tmp_path: Path) -> None:
    between = certify("stranger's", certify("another root"))
    async with fund(certify("fund", between, authority=False), tmp_path) as there:
        source = replace(EkoSklad(), address=there.url)
        await poll_once(source, funding)
        await set_intermediate(funding, between.pem)
        run = await poll_once(source, funding)
        assert (run["failure"], there.asked) == ("unreachable", [])
