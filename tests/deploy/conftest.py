"""The real application behind nginx with the site of deploy/nginx; alone where nginx is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Servers
from tests.deploy import site
from tests.deploy.visitors import Visitor


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which nginx finds and leaves everything."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def visitor(servers: Servers, database_urls: tuple[str, str], prefix: Path) -> Iterator[Visitor]:
    """Give a visitor of the site as it is served."""
    port, app_port = site.free_port(), site.free_port()
    environment = {
        "SUNSHINE_ENV": "test",
        "DATABASE_URL": database_urls[1],
        "REDIS_URL": servers.redis_url,
        "DATA_DIR": str(prefix / "data"),
        "PORT": str(port),
        "TRUSTED_PROXIES": "1",
        "LOG_LEVEL": "error",
    }
    with site.web(port=app_port, environment=environment):
        if site.NGINX is None:
            yield Visitor(app_port, through_nginx=False)
            return
        site.lay_out(prefix)
        site.use_plain_http(prefix, port=port, redirecting_port=site.free_port(), app_port=app_port)
        with site.nginx(prefix, port=port):
            yield Visitor(port)
