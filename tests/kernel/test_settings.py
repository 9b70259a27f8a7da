"""Settings: read from the environment and .env, frozen, and strict where it is production."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.kernel.settings import DEFAULT_SECRET, Settings, new_secret, production_faults

READY: dict[str, Any] = {
    "env": "production",
    "database_url": "postgresql://app@db/sunshine",
    "public_base_url": "https://liuzhi.example.gov.cn",
    "secret_key": "s" * 43,
    "keys_file": Path(__file__),  # any file: only that there is one is looked at
}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Stand in an empty folder with none of our variables set."""
    monkeypatch.chdir(tmp_path)
    for name in ("SUNSHINE_ENV", "PORT", "DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_environment_is_read(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("SUNSHINE_ENV", "test")
    bare.setenv("PORT", "8123")
    bare.setenv("DATABASE_URL", "")
    settings = Settings()
    assert (settings.env, settings.port, settings.database_url) == ("test", 8123, None)


def test_a_dot_env_file_is_read_and_the_environment_wins(
    bare: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=8124\nSITE_NAME=阳光试点\nSITE_ICP=\nUNKNOWN=1\n", "utf-8")
    bare.setenv("PORT", "8125")
    settings = Settings()
    assert (settings.port, settings.site_name, settings.site_icp) == (8125, "阳光试点", "")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "wrong",
    [{"port": 0}, {"port": 70000}, {"env": "prod"}, {"county_code": "52"}, {"log_level": "loud"}],
)
def test_values_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **wrong)


def test_the_base_url_has_no_slash_at_its_end() -> None:
    assert Settings(public_base_url="https://a.example/", _env_file=None).base_url == (
        "https://a.example"
    )
    assert Settings(port=8123, _env_file=None).base_url == "http://127.0.0.1:8123"


@pytest.mark.usefixtures("bare")
def test_production_names_everything_that_is_missing_at_once() -> None:
    faults = production_faults(Settings(env="production"), has_demo_data=True)
    for name in ("DATABASE_URL", "PUBLIC_BASE_URL", "SECRET_KEY", "demonstration data"):
        assert sum(name in fault for fault in faults) == 1


@pytest.mark.usefixtures("bare")
def test_a_production_that_is_ready_has_no_faults() -> None:
    assert production_faults(Settings(**READY)) == []


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"database_url": None}, "DATABASE_URL"),
        ({"public_base_url": None}, "PUBLIC_BASE_URL"),
        ({"public_base_url": "http://a.example"}, "https://"),
        ({"secret_key": DEFAULT_SECRET}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
    ],
)
def test_each_fault_is_named(wrong: dict[str, Any], named: str) -> None:
    (fault,) = production_faults(Settings(**READY | wrong))
    assert named in fault


@pytest.mark.usefixtures("bare")
def test_development_starts_with_nothing_set() -> None:
    assert production_faults(Settings(), has_demo_data=True) == []


def test_secrets_are_long_and_never_the_same() -> None:
    drawn = {new_secret() for _ in range(50)}
    assert len(drawn) == 50
    assert min(map(len, drawn)) == 43
