"""The private Valkey: no port, nothing thrown away, and back after a crash."""

from __future__ import annotations

import signal
import stat
from pathlib import Path

import redis

from app.supervisor import embedded_valkey


def test_it_keeps_an_append_only_file_and_has_a_closed_socket_and_no_port(data_dir: Path) -> None:
    running = embedded_valkey.start(data_dir)
    client = redis.Redis.from_url(running.url)
    assert client.config_get("appendonly")["appendonly"] == "yes"
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert client.config_get("port")["port"] == "0"
    assert stat.S_IMODE((data_dir / "run" / "valkey").stat().st_mode) == 0o700
    client.close()
    running.stop()
    assert running.poll() == 0


def test_a_killed_server_comes_back_with_its_data_over_a_stale_socket(data_dir: Path) -> None:
    running = embedded_valkey.start(data_dir)
    client = redis.Redis.from_url(running.url)
    client.set("kept", "yes")
    client.close()
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    assert (data_dir / "run" / "valkey" / "valkey.sock").exists()
    again = embedded_valkey.start(data_dir)
    client = redis.Redis.from_url(again.url)
    assert client.get("kept") == b"yes"
    client.close()
    again.stop()


def test_a_server_left_running_is_stopped_before_a_new_one_starts(data_dir: Path) -> None:
    left = embedded_valkey.start(data_dir)
    again = embedded_valkey.start(data_dir)
    assert left.process.wait(10) == 0
    client = redis.Redis.from_url(again.url)
    assert client.ping()
    client.close()
    again.stop()
