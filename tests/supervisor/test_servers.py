"""Servers of the user's own: asked for their version before anything trusts them."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from app.kernel.settings import Settings
from app.supervisor import embedded_valkey, servers
from app.supervisor.errors import CannotStart
from app.supervisor.output import Output
from app.supervisor.servers import Found


def _queue(url: str, data_dir: Path) -> Found:
    return servers.queue(
        Settings(redis_url=url),
        data_dir=data_dir,
        output=Output(logs=None),
        pause=lambda _seconds: None,
    )


def test_a_given_valkey_is_used_as_it_is(data_dir: Path) -> None:
    given = embedded_valkey.start(data_dir)
    found = _queue(given.url, data_dir)
    assert found.environment == {"REDIS_URL": given.url}
    assert found.tended is None
    given.stop()


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"redis_version": "6.2.16"}, "Redis 6.2.16"),
        ({"redis_version": "7.2.4", "valkey_version": "7.2.9"}, "Valkey 7.2.9"),
    ],
)
def test_a_server_too_old_is_named_with_what_is_needed(
    facts: dict[str, str], told: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis.Redis, "info", lambda _client, _section: facts)
    with pytest.raises(CannotStart, match=f"{told}; Redis 7 or Valkey 8 or newer"):
        _queue("redis://127.0.0.1:1/0", data_dir)


def test_a_server_that_is_not_there_is_told_without_its_password(data_dir: Path) -> None:
    with pytest.raises(CannotStart, match="does not answer") as refusal:
        _queue(f"unix://:hidden@{data_dir}/nothing.sock", data_dir)
    assert "hidden" not in str(refusal.value)


def test_a_database_that_is_not_there_is_told_without_its_password(data_dir: Path) -> None:
    data_dir.mkdir()
    url = f"postgresql://role:hidden@/x?host={data_dir}"
    with pytest.raises(CannotStart, match="DATABASE_URL does not answer") as refusal:
        servers.database(
            Settings(database_url=url),
            data_dir=data_dir,
            output=Output(logs=None),
            pause=lambda _seconds: None,
        )
    assert "hidden" not in str(refusal.value)
