"""The database and the queue of this run: the ones named in the settings, or private ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import redis

from app.kernel.settings import Settings
from app.supervisor import embedded_postgres, embedded_valkey, roles
from app.supervisor.children import Tended
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output
from app.supervisor.secrets_file import SecretsFile

OLDEST_REDIS, OLDEST_VALKEY = 7, 8


@dataclass(frozen=True)
class Found:
    """Addresses of a server, and what has to be tended where it is a private one."""

    environment: dict[str, str]
    tended: Tended | None = None


def database(
    settings: Settings, *, data_dir: Path, output: Output, pause: Callable[[float], None]
) -> Found:
    """Find or start PostgreSQL; gives DATABASE_URL and DATABASE_OWNER_URL. Raises CannotStart."""
    if settings.database_url:
        owner_url, app_url = settings.database_owner_url, settings.database_url
        if owner_url is None:
            owner_url = app_url
            app_url = roles.app_url_beside(owner_url, SecretsFile(data_dir))
        else:
            roles.require_app_role(app_url, owner_url=owner_url)
        return Found({"DATABASE_URL": app_url, "DATABASE_OWNER_URL": owner_url})
    output.log("supervisor", f"no DATABASE_URL: private PostgreSQL in {data_dir / 'postgres'}")
    begin = partial(embedded_postgres.start, data_dir, output=output, pause=pause)
    private = begin()
    return Found(
        {"DATABASE_URL": private.app_url, "DATABASE_OWNER_URL": private.owner_url},
        tended=Tended("postgres", begin=begin, output=output, running=private),
    )


def queue(
    settings: Settings, *, data_dir: Path, output: Output, pause: Callable[[float], None]
) -> Found:
    """Find or start Redis or Valkey; gives REDIS_URL. Raises CannotStart."""
    if settings.redis_url:
        _require_new_enough(settings.redis_url)
        return Found({"REDIS_URL": settings.redis_url})
    output.log("supervisor", f"no REDIS_URL: private Valkey in {data_dir / 'valkey'}")
    begin = partial(embedded_valkey.start, data_dir, output=output, pause=pause)
    private = begin()
    return Found(
        {"REDIS_URL": private.url},
        tended=Tended("valkey", begin=begin, output=output, running=private),
    )


def _require_new_enough(url: str) -> None:
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=10)
        facts = client.info("server")
        client.close()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(
            f"The server of REDIS_URL does not answer as asked ({type(error).__name__}): "
            "check address and password."
        ) from None
    valkey = facts.get("valkey_version")
    name, oldest = ("Valkey", OLDEST_VALKEY) if valkey else ("Redis", OLDEST_REDIS)
    version = str(valkey or facts["redis_version"])
    if int(version.partition(".")[0]) < oldest:
        raise CannotStart(
            f"REDIS_URL leads to {name} {version}; Redis {OLDEST_REDIS} or Valkey {OLDEST_VALKEY} "
            "or newer is needed."
        )
