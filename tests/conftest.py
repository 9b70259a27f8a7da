"""Real PostgreSQL and Valkey for every test; pytest-socket refuses the world beyond loopback."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import redis
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, exists, make_url, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.factory import create_app
from app.identity.service import passwords
from app.kernel import key_file, migrate
from app.kernel.db import Base, Database, driver_url
from app.kernel.key_file import KeyFile
from app.kernel.settings import Settings
from app.registry import import_models
from app.supervisor import embedded_postgres, embedded_valkey
from app.supervisor.embedded_postgres import PrivatePostgres
from app.web.assets import Assets
from app.web.bodies import Bodies
from app.web.caching import PublicCache
from app.web.flask_app import SunshineApp
from tests.log_keeping import kept_log


@dataclass(frozen=True)
class Servers:
    """The servers this run tests against; `owner_url` may create databases."""

    owner_url: str
    app_url: str
    redis_url: str


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of what the second run, on the machine's own PostgreSQL, repeats."""
    config.addinivalue_line("markers", "database: touches PostgreSQL; marked by itself")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for a server."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _start_postgres(data_dir: Path) -> PrivatePostgres:
    """Start a private server; TEST_POSTGRES=system takes the newest of this machine's own."""
    bin_dir = None
    if os.environ.get("TEST_POSTGRES") == "system":
        found = Path("/usr/lib/postgresql").glob("*/bin")
        bin_dir = max(found, key=lambda folder: int(folder.parent.name))
    server = embedded_postgres.start(data_dir, bin_dir=bin_dir, durable=False)
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("ALTER ROLE sunshine_owner CREATEDB")
        connection.execute("GRANT pg_signal_backend TO sunshine_owner")
    return server


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Start private servers for this run, or use those that TEST_… variables name."""
    owner_url = os.environ.get("TEST_DATABASE_OWNER_URL")
    app_url = os.environ.get("TEST_DATABASE_URL")
    redis_url = os.environ.get("TEST_REDIS_URL")
    # Not one of pytest's own folders: PostgreSQL's account could not enter those.
    data_dir = Path(tempfile.mkdtemp(prefix="sunshine-test-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, data_dir)
        if not (owner_url and app_url):
            postgres = _start_postgres(data_dir)
            stack.callback(postgres.stop)
            owner_url, app_url = postgres.owner_url, postgres.app_url
        if not redis_url:
            valkey = embedded_valkey.start(data_dir)
            stack.callback(valkey.stop)
            redis_url = valkey.url
        yield Servers(owner_url, app_url, redis_url)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Let no test leave its level of the log, or a stream that closes with it, to the next."""
    with kept_log():
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at the least cost: what a guess costs is argon2's own affair."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "hasher", cheap)
        patch.setattr(passwords, "nobody", cheap.hash("nobody's"))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile each template and route once a run: hundreds of tests build an application."""
    compile_builder, known = Rule._compile_builder, {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> object:
        wanted = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if wanted not in known:
            known[wanted] = compile_builder(rule, append_unknown)
        return known[wanted]

    kept = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        patch.setattr(SunshineApp, "jinja_options", {"bytecode_cache": kept})
        yield


@pytest.fixture(scope="session")
def database_urls(servers: Servers) -> Iterator[tuple[str, str]]:
    """Create a database of this run's own with the whole schema: (owner's url, app's url)."""
    name = f"sunshine_test_{os.getpid()}"
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    owner, app = _with_database(servers.owner_url, name), _with_database(servers.app_url, name)
    import_models()
    migrate.upgrade(owner, app_url=app)
    yield owner, app
    with psycopg.connect(servers.owner_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the key file of this run."""
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture(scope="session")
def owner_engine(database_urls: tuple[str, str]) -> Iterator[Engine]:
    """Connect as the owner, who alone may empty the ledger and household tables."""
    engine = create_engine(driver_url(database_urls[0]))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def shared_database(database_urls: tuple[str, str], keys: Path) -> Iterator[Database]:
    """Connect as the app role, which owns nothing."""
    key_file.create(keys)
    database = Database(database_urls[1], keys=KeyFile(keys))
    yield database
    database.dispose()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """Give a session whose every write is undone after the test, commits included."""
    with shared_database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(
            connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            info=shared_database.info,
        ) as session:
            yield session
        transaction.rollback()


@pytest.fixture
def database(shared_database: Database, owner_engine: Engine) -> Iterator[Database]:
    """Give a database that tests may commit to; it is emptied afterwards."""
    yield shared_database
    with owner_engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.info.get("locked"):  # its triggers refuse to delete what is closed
                if connection.scalar(select(exists().select_from(table))):
                    connection.execute(text(f"TRUNCATE {table.name} CASCADE"))
            elif not table.info.get("shipped"):
                connection.execute(table.delete())


@pytest.fixture
def redis_url(servers: Servers) -> Iterator[str]:
    """Give an empty Valkey."""
    client = redis.Redis.from_url(servers.redis_url)
    client.flushdb()
    yield servers.redis_url
    client.flushdb()
    client.close()


@pytest.fixture
def settings(
    database_urls: tuple[str, str], redis_url: str, tmp_path: Path, keys: Path
) -> Settings:
    """Give the settings of a deployment of this test's own."""
    return Settings(
        env="test",
        database_url=database_urls[1],
        redis_url=redis_url,
        data_dir=tmp_path,
        keys_file=keys,
        public_base_url="https://liuzhi.example.gov.cn",
        log_level="error",
        _env_file=None,
    )


@pytest.fixture
def app(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> SunshineApp:
    """Give the application with all its faces, on the emptied database."""
    monkeypatch.setattr("app.factory.connect", lambda _url, _keys: database)
    return create_app(settings)


@pytest.fixture
def client(app: SunshineApp) -> FlaskClient:
    """Give a visitor without the public cache in between."""
    return app.test_client()


@dataclass
class Served:
    """The application behind its public cache, with what the cache heard and counted."""

    app: SunshineApp
    bodies: Bodies = field(default_factory=lambda: Bodies(max_bytes=8 * 1024 * 1024))
    live: bool = True
    scans: list[str] = field(default_factory=list)

    def is_live(self) -> bool:
        """Answer for the change listener."""
        return self.live

    def known_until(self) -> float:
        """Answer for the change listener: everything up to now."""
        return time.time()

    def client(self) -> FlaskClient:
        """Give a visitor in front of the cache."""
        return self.app.test_client()


@pytest.fixture
def served(app: SunshineApp) -> Served:
    """Give the application as the web server runs it, with a listener the test commands."""
    served = Served(app)
    assets: Assets = app.extensions["assets"]
    app.wsgi_app = PublicCache(  # type: ignore[method-assign]
        app.wsgi_app,
        bodies=served.bodies,
        freshness=served,
        on_scan=served.scans.append,
        assets=assets.by_address(),
    )
    return served
