"""Secrets for a throw-away cluster: `python -m deploy.local_secrets | kubectl apply -f -`.

Passwords by chance, an authority of its own and the two servers' certificates. Each run makes others, so apply it once.
Production has them from its secret store (components/external-secrets) and from cert-manager.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kit.auth.nkeys import AccountKey
from kit.service import NAMES

NAMESPACE = "cinnabar"
DAYS = 365
NATS_USERS = ("system", "doorkeeper", "provision", "operator", "devices", *NAMES)
MONGO_USERS = ("backup", "operator", *NAMES)
HOSTS = {
    "nats-tls": ["nats", f"nats.{NAMESPACE}", f"nats.{NAMESPACE}.svc", "*.nats-headless", "localhost"],
    "mongo-tls": ["*.mongo", f"*.mongo.{NAMESPACE}.svc.cluster.local", "localhost", "127.0.0.1"],
}

Data = dict[str, str]


def make(extra_hosts: Sequence[str] = ()) -> dict[str, Data]:
    """Every Secret that the manifests name, by its name: key -> value."""
    nats = {user: password() for user in NATS_USERS}
    mongo = {user: password() for user in MONGO_USERS}
    issuer = AccountKey.new_seed()
    authority = Authority()
    found: dict[str, Data] = {
        "cinnabar-nats": nats | {"issuer": AccountKey(issuer).public},
        "cinnabar-mongo": mongo,
        "cinnabar-provision": {"nats-password": nats["provision"]},
        "cinnabar-ca": {"ca.crt": authority.pem},
        "mongo-key": {"keyfile": secrets.token_urlsafe(500).replace("-", "A").replace("_", "B")},
        "cinnabar-local-issuer": {"issuer.pem": _pem_of(ec.generate_private_key(ec.SECP256R1()))},
    }
    for name, hosts in HOSTS.items():
        found[name] = authority.certificate([*hosts, *extra_hosts])
    for service in NAMES:
        found[f"cinnabar-{service}"] = {"nats-password": nats[service], "mongo-password": mongo[service]}
    found["cinnabar-notifications"] |= {"signing-secret": password(), "smtp-url": "smtp://mail.example:587"}
    found["cinnabar-notifications"] |= {"nats-issuer": issuer, "nats-doorkeeper": nats["doorkeeper"]}
    return found


def password() -> str:
    """Letters and digits that begin with a letter: safe in an address, and never a number to NATS' configuration."""
    return "p" + secrets.token_hex(24)


class Authority:
    """Signs the certificates of one cluster. Its key is forgotten when the program ends."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cinnabar local authority")])
        certificate = (
            self._started(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def certificate(self, hosts: Sequence[str]) -> Data:
        """A server's certificate, which it also shows to its fellow servers, as Kubernetes keeps one."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        certificate = (
            self._started(subject, key.public_key())
            .add_extension(x509.SubjectAlternativeName([_name_of(host) for host in hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        return {"ca.crt": self.pem, "tls.crt": pem, "tls.key": _pem_of(key)}

    def _started(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=DAYS))
        )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name_of(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def manifests() -> str:
    objects = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": {"app.kubernetes.io/part-of": "cinnabar"}},
            "stringData": data,
        }
        for name, data in make().items()
    ]
    return yaml.safe_dump_all(objects, sort_keys=False)


if __name__ == "__main__":
    sys.stdout.write(manifests())
