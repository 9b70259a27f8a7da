"""Applications under granian as production runs it, and files under nginx."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.kernel.settings import get_settings
from app.supervisor import commands

STARTING_SECONDS = 30.0
HOST = "127.0.0.1"
_NGINX = """\
{user} worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log error;
events {{ worker_connections 1024; }}
http {{
  sendfile on; keepalive_requests 10000000; default_type text/html;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {rest}
}}
"""
_FILES = "access_log off; server {{ listen {host}:{port}; root {folder}; }}"
_SITE = """\
include sunshine/cache.conf;
server {{
  listen {host}:{port}; access_log {folder}/access.log sunshine; include sunshine/proxy.conf;
}}"""


class NotServing(RuntimeError):
    """A server did not start; the message is the end of its log."""


@contextmanager
def granian(target: str, *, data_dir: Path) -> Iterator[str]:
    """Run `target` by the very command of `sunshine up`; gives its `host:port`."""
    port = _free_port()
    settings = get_settings().model_copy(update={"host": HOST, "port": port})
    *command, _production_target = commands.of_platform(settings, demo=False).children["web"]
    with _started([*command, target], port=port, log=data_dir / f"{port}.log") as address:
        yield address


@contextmanager
def nginx_file(*, size: int, data_dir: Path) -> Iterator[str | None]:
    """Serve `index.html` of `size` bytes as nginx does best; None where it is not installed."""
    folder = data_dir / "nginx-file"
    folder.mkdir()
    (folder / "index.html").write_bytes(os.urandom(size))
    with _nginx(_FILES, folder=folder) as address:
        yield address


@contextmanager
def nginx_site(upstream: str, *, data_dir: Path) -> Iterator[str | None]:
    """Put nginx in front of the app as deploy/ does, without TLS; None where it is missing."""
    folder = data_dir / "nginx-site"
    (folder / "sunshine").mkdir(parents=True)
    here = {"127.0.0.1:8000": upstream, "/var/cache/nginx": str(folder)}
    for name in ("cache.conf", "proxy.conf", "upstream.conf"):
        written = (commands.REPOSITORY / "deploy" / "nginx" / name).read_text(encoding="utf-8")
        for theirs, ours in here.items():
            written = written.replace(theirs, ours)
        (folder / "sunshine" / name).write_text(written, encoding="utf-8")
    with _nginx(_SITE, folder=folder) as address:
        yield address


@contextmanager
def _nginx(rest: str, *, folder: Path) -> Iterator[str | None]:
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        yield None
        return
    port = _free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # the folder is closed to everyone else
    rest = rest.format(folder=folder, host=HOST, port=port)
    (folder / "nginx.conf").write_text(_NGINX.format(user=user, folder=folder, rest=rest))
    command = [program, "-p", str(folder), "-e", str(folder / "error.log")]
    command += ["-c", str(folder / "nginx.conf")]
    with _started(command, port=port, log=folder / "output.log") as address:
        yield address


@contextmanager
def _started(command: Sequence[str], *, port: int, log: Path) -> Iterator[str]:
    environment = {**os.environ, "PYTHONPATH": str(commands.REPOSITORY)}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=commands.REPOSITORY, env=environment, stdout=output, stderr=output
        ) as child,
    ):
        try:
            deadline = time.monotonic() + STARTING_SECONDS
            while not _answers(port):
                if child.poll() is not None or time.monotonic() > deadline:
                    raise NotServing(log.read_text(errors="replace")[-2000:])
                time.sleep(0.05)
            yield f"{HOST}:{port}"
        finally:
            child.terminate()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
