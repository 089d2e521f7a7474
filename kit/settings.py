"""`CINNABAR_*` environment -> typed settings. The one place where the environment is read."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, JsonValue, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# A setting that names something this process connects to: the network must let it.
CONNECTS: dict[str, JsonValue] = {"connects": True}
# One on which all processes of a deployment must agree.
SHARED: dict[str, JsonValue] = {"shared": True}


def _a_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise ValueError("no zone of the time zone database has this name") from None
    return name


class Settings(BaseSettings):
    """Everything that may be set from outside. An empty address means: not configured."""

    model_config = SettingsConfigDict(env_prefix="CINNABAR_", extra="ignore", frozen=True, env_ignore_empty=True)

    nats_url: str = Field(
        default="",
        pattern=r"^($|nats://|tls://)",
        json_schema_extra=CONNECTS | SHARED,
        description="NATS servers: nats://a:4222,nats://b:4222; tls://user:password@a:4222?tlsCAFile=/etc/ca.crt.",
    )
    nats_public_url: str = Field(default="", description="Where integrators reach NATS; shown beside their keys.")
    nats_issuer: SecretStr = Field(
        default=SecretStr(""),
        description="Seed (SA...) of the key named as the auth callout's issuer in NATS; lets integrators in.",
    )
    nats_account: str = Field(
        default="CINNABAR", description="The NATS account of the streams; who hears over MQTT is let into it."
    )
    nats_outside: str = Field(
        default="OUTSIDE", description="The NATS account integrators are let into, with nothing in it but reading."
    )
    nats_system_url: str = Field(
        default="",
        pattern=r"^($|nats://|tls://)",
        json_schema_extra=CONNECTS,
        description="NATS as a user of its system account, to cut the connections of revoked integrators.",
    )
    mongo_url: str = Field(
        default="",
        pattern=r"^($|mongodb://|mongodb\+srv://)",
        json_schema_extra=CONNECTS | SHARED,
        description="MongoDB replica set; transactions need one.",
    )
    databases: str = Field(
        default="cinnabar",
        pattern=r"^[a-z][a-z0-9_-]{0,30}$",
        json_schema_extra=SHARED,
        description="How the databases' names begin; another copy on the same MongoDB takes another word.",
    )
    smtp_url: str = Field(
        default="",
        pattern=r"^($|smtp://|smtp\+starttls://|smtps://)",
        json_schema_extra=CONNECTS,
        description="smtp://, smtp+starttls:// or smtps://user:password@host:port.",
    )
    mail_from: str = Field(default="Cinnabar <cinnabar@idrija.example>", description="Sender of alerts.")
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        pattern=r"^https?://",
        json_schema_extra=SHARED,
        description="Where people reach the pages.",
    )
    oidc_issuer: str = Field(
        default="",
        pattern=r"^($|https?://)",
        json_schema_extra=CONNECTS | SHARED,
        description="OpenID Connect issuer; empty in the embedded mode.",
    )
    oidc_audience: str = Field(
        default="cinnabar", json_schema_extra=SHARED, description="The `aud` a token must carry."
    )
    secret: SecretStr = Field(default=SecretStr(""), description="Signs links in mails; at least 32 characters.")
    data_dir: Path = Field(default=Path(".cinnabar"), description="State of the embedded mode.")
    host: str = Field(default="127.0.0.1", description="Address the HTTP server listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port the HTTP server listens on.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="What is written down.")
    otlp_endpoint: str = Field(
        default="",
        pattern=r"^($|https?://)",
        json_schema_extra=CONNECTS,
        description="OTLP/HTTP collector; empty means no traces are sent.",
    )
    timezone: Annotated[str, AfterValidator(_a_zone)] = Field(
        default="Europe/Ljubljana", json_schema_extra=SHARED, description="Zone in which dates are shown."
    )
    municipality: str = Field(
        default="idrija",
        pattern=r"^[a-z0-9-]+$",
        json_schema_extra=SHARED,
        description="Tenant; part of every subject.",
    )
    municipality_name: str = Field(default="Občina Idrija", description="How pages and mails name the municipality.")
    contact: str = Field(
        default="", description="Whom keepers of polled sites may write to; empty: the sender of alerts."
    )
    private_sources: bool = Field(default=False, description="Sources of calls may stand inside the own network.")
    webhook_inside: str = Field(
        default="", description="Hosts and networks inside that webhooks may lead to: erp.idrija.local,10.20.0.0/16."
    )
    stream_replicas: int = Field(
        default=1, ge=1, le=5, json_schema_extra=SHARED, description="JetStream replicas; 3 in production."
    )
    stream_max_bytes: int = Field(
        default=2 * 1024**3,
        ge=1024**2,
        json_schema_extra=SHARED,
        description="What each stream may hold, in bytes.",
    )
    grace_seconds: float = Field(default=15.0, ge=0, description="Time for work in hand when stopping.")
    embedded: bool = Field(default=False, description="Set by `cinnabar up`: demo users, mail sink, style guide.")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def shared(self) -> dict[str, str]:
        """On what all processes of a deployment must agree, by variable; nobody's password and no driver's options."""
        return {
            f"CINNABAR_{name.upper()}": without_passwords(str(getattr(self, name))).partition("?")[0].rstrip("/")
            for name, each in type(self).model_fields.items()
            if (each.json_schema_extra or {}).get("shared")  # type: ignore[union-attr]
        }


def without_passwords(urls: str) -> str:
    """Addresses as they may be shown: `nats://a:4222,nats://b:4222` without who signs in there, and how."""
    return re.sub(r"//[^/@]*@", "//", urls)
