"""The demo county, loaded once for these tests into a database of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.demo.cli import prepare_demo
from app.factory import create_app
from app.kernel import key_file, migrate
from app.kernel.db import Database, connect
from app.kernel.settings import Settings
from app.registry import import_models
from app.web.flask_app import SunshineApp
from tests.conftest import Servers


@dataclass(frozen=True)
class DemoCounty:
    """A platform with the demo county: its settings, database and application."""

    settings: Settings
    database: Database
    app: SunshineApp
    said: str

    @property
    def path(self) -> Path:
        """Where demo.json lies."""
        return self.settings.data_dir / "demo.json"


def _at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="package")
def demo_county(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCounty]:
    """Load the demo county into an empty database."""
    name = f"sunshine_demo_{os.getpid()}"
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = _at(servers.app_url, name)
    import_models()
    migrate.upgrade(_at(servers.owner_url, name), app_url=url)
    settings = Settings(
        env="development",
        database_url=url,
        data_dir=tmp_path_factory.mktemp("demo"),
        public_base_url="https://demo.example.gov.cn",
        log_level="error",
        _env_file=None,
    )
    key_file.create(settings.keys_path)
    database = connect(url, settings.keys_path)
    said = prepare_demo(database, settings)
    yield DemoCounty(settings, database, create_app(settings), said)
    database.dispose()
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
