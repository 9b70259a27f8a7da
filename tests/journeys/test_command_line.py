"""The `sunshine` command as the server's operator types it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories
from tests.factories import PASSWORD, TOWNSHIP


def _sunshine(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    known = {
        "DATABASE_URL": settings.database_url or "",
        "DATA_DIR": str(settings.data_dir),
        "SUNSHINE_ENV": settings.env,
        "PUBLIC_BASE_URL": settings.public_base_url or "",
        "SECRET_KEY": settings.secret_key,
    }
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_first_account_of_a_new_deployment_is_opened_by_a_command(
    settings: Settings, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    words = ("identity", "create", "newclerk", "--role", "clerk", "--division", TOWNSHIP)
    done = _sunshine(settings, *words, "--password", PASSWORD)
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "已建立账号 newclerk，角色 clerk，范围 520203102。其中 3 项授权等住户数据管理员批准。",
    ), done.stderr


def test_a_production_that_lacks_settings_runs_no_command(settings: Settings) -> None:
    lacking = settings.model_copy(
        update={"env": "production", "secret_key": "short", "public_base_url": ""}
    )
    done = _sunshine(lacking, "places", "show", TOWNSHIP)
    assert done.returncode == 1
    assert "PUBLIC_BASE_URL" in done.stderr
    assert "SECRET_KEY" in done.stderr
