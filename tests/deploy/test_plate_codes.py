"""A door's code stays out of what nginx writes down; without nginx, out of its rules."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from app.kernel.db import Database
from tests import factories
from tests.deploy import site
from tests.deploy.visitors import PATIENCE, Visitor

RULES = (site.DEPLOY / "nginx" / "cache.conf").read_text()


@pytest.fixture
def code(database: Database) -> str:
    """Print a plate in a county of its own."""
    with database.unit_of_work() as session:
        factories.county(session)
        return factories.printed(session)[0].code


def _logged(prefix: Path, *, lines: int) -> list[dict[str, object]]:
    log = prefix / "logs" / "sunshine.access.log"
    deadline = time.monotonic() + PATIENCE
    while len(written := log.read_text().splitlines()) < lines:
        assert time.monotonic() < deadline
    return [json.loads(line) for line in written]


def _holding(prefix: Path, code: str) -> list[Path]:
    files = [file for file in prefix.rglob("*") if file.is_file()]
    return [file for file in files if code.encode().lower() in file.read_bytes().lower()]


def test_a_scan_leaves_no_code_in_logs_or_cache_and_is_never_answered_from_the_cache(
    visitor: Visitor, prefix: Path, code: str
) -> None:
    [asset] = re.findall(r'href="(/assets/sunshine\.\w+\.css)"', visitor.get(f"/d/{code}").text)
    visits = (
        (f"/d/{code}", 200),
        (f"/d/{code}", 200),
        (f"/d/{code.lower()}", 302),
        (f"/%64/{code}", 200),
        (f"/d?code={code}", 302),
        (f"/d/{code}/report", 200),
        (f"/api/v1/doorplates/{code}", 200),
        (f"/console/plates/{code}", 401),
        (f"/console/sign-in?next=/console/plates/{code}", 200),
    )
    for path, status in visits:
        answer = visitor.get(path)
        assert (path, answer.status) == (path, status)
        assert answer.headers["X-Cache-Status"] in (None, "")
    assert visitor.get(asset, Referer=f"http://127.0.0.1/d/{code}").status == 200
    if not visitor.through_nginx:
        assert "$request " not in RULES
        assert "$http_referer" not in RULES
        return
    rows = _logged(prefix, lines=len(visits) + 2)
    assert [row for row in rows if row["path"] == "/d/…" and row["address"] == "-"]
    assert {"path": asset, "address": "127.0.0.1"}.items() <= rows[-1].items()
    assert _holding(prefix, code) == []


def _location_of(path: str) -> str:
    """Give the block of the rules' pattern that a path falls into."""
    rules = (site.DEPLOY / "nginx" / "proxy.conf").read_text()
    blocks: list[tuple[str, str]] = re.findall(
        r"^location ~\* (\S+) \{(.*?)^\}", rules, re.MULTILINE | re.DOTALL
    )
    return next(block for pattern, block in blocks if re.search(pattern, path, re.IGNORECASE))


@pytest.mark.parametrize("path", ["/sign-in/wechat/callback", "/console/sign-in/wechat/back"])
def test_what_wechat_sends_back_stays_out_of_the_error_log(path: str) -> None:
    assert "error_log   /dev/null emerg;" in _location_of(path)


def test_an_app_that_is_away_leaves_no_code_in_the_error_log_either(tmp_path: Path) -> None:
    code = "7K3M9QXW2R4T0"
    if site.NGINX is None:
        assert "error_log   /dev/null emerg;" in (site.DEPLOY / "nginx" / "proxy.conf").read_text()
        return
    port, nobody = site.free_port(), site.free_port()
    site.lay_out(tmp_path)
    site.use_plain_http(tmp_path, port=port, redirecting_port=site.free_port(), app_port=nobody)
    with site.nginx(tmp_path, port=port):
        answer = Visitor(port).get(f"/d/{code}")
        assert answer.status == 503
        assert "请稍后再看" in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert Visitor(port).get("/").status == 503
        assert Visitor(port).get(f"/sign-in/wechat/callback?code={code}").status == 503
        _logged(tmp_path, lines=3)
    assert _holding(tmp_path, code) == []
    assert "connect() failed" in (tmp_path / "logs" / "sunshine.error.log").read_text()
