"""Settings: read once from the environment, frozen, checked before anything starts."""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "development-only-secret"  # noqa: S105 - refused in production, see below


class Settings(BaseSettings):
    """Every setting of a deployment; `.env.example` lists them with their meaning."""

    model_config = SettingsConfigDict(
        frozen=True, env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    env: Literal["development", "test", "production"] = Field(
        "development", validation_alias=AliasChoices("SUNSHINE_ENV", "env")
    )
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path(".data")
    database_url: str | None = None
    database_owner_url: str | None = None
    database_direct_url: str | None = None
    redis_url: str | None = None
    public_base_url: str | None = None
    secret_key: str = DEFAULT_SECRET
    keys_file: Path | None = None
    keys_algorithm: Literal["aes-256-gcm", "sm4-gcm"] = "aes-256-gcm"
    trusted_proxies: int = Field(0, ge=0, le=5)
    web_processes: int = Field(2, ge=1, le=64)
    web_threads: int = Field(4, ge=1, le=64)
    worker_processes: int = Field(1, ge=1, le=64)
    cache_megabytes: int = Field(64, ge=1, le=65536)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    county_code: str = Field("520203", pattern=r"^\d{6}$")
    site_name: str = "阳光六枝"
    site_organiser: str = "六枝特区人民政府办公室"
    site_county_name: str = "六枝特区"
    site_hotline: str = "12345"
    site_icp: str = ""
    site_government_code: str = ""
    wechat_app_id: str = ""
    wechat_secret: str = ""
    wechat_mini_app_id: str = ""
    wechat_mini_secret: str = ""
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_open_url: str = "https://open.weixin.qq.com"
    sms_provider: Literal["none", "aliyun", "tencent", "demo"] = "none"
    sms_api_url: str = ""
    sms_key_id: str = ""
    sms_key_secret: str = ""
    sms_app_id: str = ""
    sms_sign_name: str = ""
    sms_code_template: str = ""
    storage: Literal["local", "s3"] = "local"
    storage_url: str = ""
    storage_region: str = "us-east-1"
    storage_bucket: str = ""
    storage_key_id: str = ""
    storage_key_secret: str = ""
    misses_per_minute: int = Field(30, ge=1)
    audit_many_households: int = Field(30, ge=1)
    audit_households_out_of_hours: int = Field(3, ge=1)
    audit_strange_households: int = Field(5, ge=1)
    audit_packed_households: int = Field(300, gt=200)  # one full pack must never be too many
    audit_lookups: int = Field(60, ge=1)
    outbox_lease_seconds: float = Field(30.0, gt=0)
    font_paths: str = Field("", description="colon-separated fonts tried before the packaged one")

    @field_validator("public_base_url")
    @classmethod
    def _without_trailing_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

    @property
    def base_url(self) -> str:
        """The address printed on plates and in shared links; the local one where none is set."""
        return self.public_base_url or f"http://127.0.0.1:{self.port}"

    @property
    def files_dir(self) -> Path:
        """Where drawn files live, outside the web root."""
        return self.data_dir / "files"

    @property
    def keys_path(self) -> Path:
        """Where the key ring lies, outside the database and its backups."""
        return self.keys_file or self.data_dir / "keys.json"


def production_faults(settings: Settings, *, has_demo_data: bool = False) -> list[str]:
    """Name everything that keeps a production deployment from starting; empty when it may start."""
    if settings.env != "production":
        return []
    faults = []
    if not settings.database_url:
        faults.append("DATABASE_URL is not set: production never starts a private PostgreSQL")
    if not settings.public_base_url:
        faults.append("PUBLIC_BASE_URL is not set: it is printed on every plate")
    elif not settings.public_base_url.startswith("https://"):
        faults.append("PUBLIC_BASE_URL must begin with https://")
    if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < 32:
        faults.append("SECRET_KEY is the default or shorter than 32 characters")
    if not settings.keys_path.exists():
        faults.append("KEYS_FILE does not exist: make it with `sunshine keys init`, and back it up")
    if settings.sms_provider == "demo":
        faults.append("SMS_PROVIDER is demo: codes would stand in the log")
    if settings.storage == "s3":
        wanted = ("storage_url", "storage_bucket", "storage_key_id", "storage_key_secret")
        faults += [
            f"{name.upper()} is not set: STORAGE is s3"
            for name in wanted
            if not getattr(settings, name)
        ]
        if not settings.storage_url.startswith("https://"):
            faults.append("STORAGE_URL must begin with https://")
    if has_demo_data:
        faults.append("the database holds demonstration data: use an empty database")
    return faults


CONNECTION = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "PORT")


def connection_file(data_dir: Path) -> Path:
    """Name the file in which a running platform says how to reach it."""
    return data_dir / "connection.json"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read the environment once per process.

    Where it names no database, a platform that runs in DATA_DIR says where its own is, so that
    `sunshine doorplates show` needs no more settings than `sunshine up` did.
    """
    settings = Settings()
    if settings.database_url:
        return settings
    try:
        running = json.loads(connection_file(settings.data_dir).read_text())
    except (OSError, ValueError):
        return settings
    return Settings(**{name.lower(): running[name] for name in CONNECTION if name in running})


def new_secret() -> str:
    """Draw a secret fit for SECRET_KEY or a database password: 43 URL-safe characters."""
    return secrets.token_urlsafe(32)
