"""The units, by systemd's own reading; by their lines where systemd is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.site import DEPLOY

UNITS = DEPLOY / "systemd"
SERVICES = sorted(file.name for file in UNITS.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")


def _settings(file: Path) -> dict[str, list[str]]:
    """Read a unit's lines: each name with all its values."""
    text = file.read_text().replace("\\\n", " ")
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Lay the units out with programs that exist on this machine."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for file in folder.glob("*.service"):
        text = re.sub(r"/opt/sunshine/\.venv/bin/\w+", sys.executable, file.read_text())
        file.write_text(
            text.replace("WorkingDirectory=/opt/sunshine", f"WorkingDirectory={tmp_path}")
        )
    return folder


def test_every_program_of_the_platform_has_its_unit() -> None:
    assert SERVICES == [
        "sunshine-prepare.service",
        "sunshine-relay.service",
        "sunshine-scheduler.service",
        "sunshine-sealer.service",
        "sunshine-web.service",
        "sunshine-worker@.service",
    ]
    wanted = " ".join(_settings(UNITS / "sunshine.target")["Wants"])
    for name in SERVICES:
        assert name.replace("@", "@1") in wanted


@pytest.mark.parametrize("name", [name for name in SERVICES if "prepare" not in name])
def test_a_program_comes_back_and_does_not_know_the_owner_of_the_schema(name: str) -> None:
    unit = _settings(UNITS / name)
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["User"] == ["sunshine"]
    assert unit["EnvironmentFile"] == ["/etc/sunshine/sunshine.env"]


def test_the_schema_is_brought_up_to_date_by_another_user_who_knows_its_owner() -> None:
    unit = _settings(UNITS / "sunshine-prepare.service")
    assert unit["Type"] == ["oneshot"]
    assert unit["DynamicUser"] == ["yes"]
    assert "/etc/sunshine/owner.env" in unit["EnvironmentFile"]
    assert "--no-demo" in unit["ExecStart"][0]


def test_what_the_units_start_is_there() -> None:
    for name in SERVICES:
        command = _settings(UNITS / name)["ExecStart"][0]
        module = re.search(r"-m (workers\.\w+)", command)
        if module is not None:
            assert (DEPLOY.parent / f"{module[1].replace('.', '/')}.py").exists()
    assert "wsgi:application" in _settings(UNITS / "sunshine-web.service")["ExecStart"][0]


def test_the_units_are_well_formed_by_systemd_itself_or_else_by_their_sections(
    units: Path,
) -> None:
    for name in SERVICES:
        parser = RawConfigParser(strict=False, interpolation=None)
        parser.read(units / name)
        assert parser.sections() == ["Unit", "Service"]
    if ANALYZE is None:
        return
    answer = subprocess.run(
        [ANALYZE, "verify", "--man=no", "--recursive-errors=no"]
        + [units / name for name in SERVICES]
        + [units / "sunshine.target"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_is_hardened_by_systemds_own_measure_or_else_by_the_shared_lines(
    units: Path, name: str
) -> None:
    shared = _settings(UNITS / "sunshine-.service.d" / "10-hardening.conf")
    assert shared["NoNewPrivileges"] == ["yes"]
    assert shared["ProtectSystem"] == ["strict"]
    assert shared["ReadWritePaths"] == ["/var/lib/sunshine", "-/var/lib/sunshine-keys"]
    assert shared["PrivateTmp"] == ["yes"]
    if ANALYZE is None:
        return
    answer = subprocess.run(
        [ANALYZE, "security", "--no-pager", "--offline=yes", "--threshold=25", units / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-300:]
