"""The site as deploy/nginx has it, on ports and in a folder of a test's own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
START_SECONDS = 30.0
TRIES = 600
MAIN = """
{user}
daemon off;
worker_processes 2;
pid {prefix}/nginx.pid;
error_log {prefix}/logs/main.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {prefix}/temp_body;
    proxy_temp_path {prefix}/temp_proxy;
    fastcgi_temp_path {prefix}/temp_fastcgi;
    uwsgi_temp_path {prefix}/temp_uwsgi;
    scgi_temp_path {prefix}/temp_scgi;
    include conf.d/*.conf;
}}
"""


def free_port() -> int:
    """Find a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lay_out(prefix: Path) -> None:
    """Copy the site into a folder as it lies in /etc/nginx, with paths below that folder."""
    for folder in ("conf.d", "sunshine", "logs", "cache", "tls"):
        (prefix / folder).mkdir(parents=True)
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    (prefix / "nginx.conf").write_text(MAIN.format(user=user, prefix=prefix))
    for file in (DEPLOY / "nginx").iterdir():
        text = file.read_text()
        for there, here in (
            ("/var/log/nginx", "logs"),
            ("/var/cache/nginx", "cache"),
            ("/etc/nginx/tls", "tls"),
            ("/etc/nginx/sunshine", "sunshine"),
        ):
            text = text.replace(there, str(prefix / here))
        folder = "conf.d" if file.name == "sunshine.conf" else "sunshine"
        (prefix / folder / file.name).write_text(text)


def use_plain_http(prefix: Path, *, port: int, redirecting_port: int, app_port: int) -> None:
    """Take TLS and the fixed ports out of a site that was laid out; nothing else changes."""
    site = prefix / "conf.d" / "sunshine.conf"
    lines = [
        line
        for line in site.read_text().splitlines()
        if not line.strip().startswith(("ssl_", "listen      [::]", "include sunshine/nobody"))
    ]
    text = "\n".join(lines)
    text = text.replace("listen      443 ssl http2;", f"listen 127.0.0.1:{port};")
    site.write_text(text.replace("listen      80;", f"listen 127.0.0.1:{redirecting_port};"))
    upstream = prefix / "sunshine" / "upstream.conf"
    upstream.write_text(upstream.read_text().replace("127.0.0.1:8000", f"127.0.0.1:{app_port}"))


@contextmanager
def running(
    *command: str, port: int, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it must listen on `port` before the block begins."""
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **(environment or {})})
    try:
        for _ in range(TRIES):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            with_status = _ended(process)
            assert with_status is None, f"{command[0]} ended with {with_status}"
        else:
            raise AssertionError(f"{command[0]} does not listen on {port}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    """Wait a moment for the process to end: its status, or None where it goes on."""
    try:
        return process.wait(START_SECONDS / TRIES)
    except subprocess.TimeoutExpired:
        return None


@contextmanager
def nginx(prefix: Path, *, port: int) -> Iterator[None]:
    """Run nginx on a site that was laid out."""
    command = (str(NGINX), "-p", str(prefix), "-c", str(prefix / "nginx.conf"))
    with running(*command, "-e", str(prefix / "logs" / "main.log"), port=port):
        yield


@contextmanager
def web(*, port: int, environment: Mapping[str, str]) -> Iterator[None]:
    """Run the application as production does, with one process."""
    options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1")
    command = (sys.executable, "-m", "granian", *options, "--no-ws", "--no-access-log")
    quiet = ("--blocking-threads", "1", "--log-level", "warning", "wsgi:application")
    with running(*command, *quiet, port=port, environment=environment):
        yield
