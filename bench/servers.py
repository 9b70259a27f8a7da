"""The PostgreSQL and the Valkey a benchmark runs on: private ones, or those of the environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from app.kernel import key_file, migrate
from app.kernel.db import Database
from app.kernel.key_file import KeyFile
from app.places import queries as places
from app.supervisor import embedded_postgres, embedded_valkey
from app.supervisor.output import Output

COUNTY = "520203"


class NotUsable(click.ClickException):
    """The servers named in the environment can't be measured; the message says why."""


@contextmanager
def running() -> Iterator[Path]:
    """Start the servers, bring the schema up to date, and give a folder for the run's files.

    DATABASE_URL with DATABASE_OWNER_URL, and REDIS_URL, are used where set; the database must hold
    no divisions (`NotUsable`). This process and those it starts find the servers by these
    variables; afterwards they are as they were.
    """
    with (
        _environment_given_back(),
        tempfile.TemporaryDirectory(prefix="sunshine-bench-") as name,
        ExitStack() as stack,
    ):
        data_dir = Path(name)
        quiet = Output(logs=None)
        if ("DATABASE_URL" in os.environ) != ("DATABASE_OWNER_URL" in os.environ):
            raise NotUsable("set both DATABASE_URL and DATABASE_OWNER_URL, or neither")
        if "DATABASE_URL" not in os.environ:
            postgres = embedded_postgres.start(data_dir, output=quiet)
            stack.callback(postgres.stop)
            os.environ["DATABASE_URL"] = postgres.app_url
            os.environ["DATABASE_OWNER_URL"] = postgres.owner_url
        if "REDIS_URL" not in os.environ:
            valkey = embedded_valkey.start(data_dir, output=quiet)
            stack.callback(valkey.stop)
            os.environ["REDIS_URL"] = valkey.url
        os.environ["DATA_DIR"] = name
        os.environ["KEYS_FILE"] = str(data_dir / "keys.json")
        key_file.create(data_dir / "keys.json")
        app_url = os.environ["DATABASE_URL"]
        migrate.upgrade(os.environ["DATABASE_OWNER_URL"], app_url=app_url)
        database = Database(app_url)
        with database.reading() as session:
            filled = bool(places.villages(session, ""))
        database.dispose()
        if filled:
            raise NotUsable("DATABASE_URL leads to a database with data in it: name an empty one")
        yield data_dir


@contextmanager
def _environment_given_back() -> Iterator[None]:
    before = {**os.environ}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def connect() -> tuple[Database, Database]:
    """Open the database of this run as its owner and as the app."""
    keys = KeyFile(Path(os.environ["KEYS_FILE"]))
    return (
        Database(os.environ["DATABASE_OWNER_URL"], keys=keys),
        Database(os.environ["DATABASE_URL"], keys=keys),
    )
