"""The site's files, by nginx's own reading; by their structure where nginx is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.web.uploads import BIG
from tests.deploy import site
from tests.deploy.visitors import Visitor

FILES = sorted((site.DEPLOY / "nginx").glob("*.conf"))
QUOTED_OR_COMMENT = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|#.*')


def _certificate(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=liuzhi.example.gov.cn"),
            *("-keyout", folder / "sunshine.key", "-out", folder / "sunshine.crt"),
        ],
        check=True,
        capture_output=True,
    )


def test_the_site_is_well_formed_by_nginx_itself_or_else_by_its_braces(tmp_path: Path) -> None:
    assert len(FILES) == 5
    for file in FILES:
        bare = QUOTED_OR_COMMENT.sub("", file.read_text())
        assert bare.count("{") == bare.count("}"), file
        assert all(line.rstrip()[-1:] in "{};" for line in bare.splitlines() if not _open(line))
    if site.NGINX is None or shutil.which("openssl") is None:
        return
    site.lay_out(tmp_path)
    _certificate(tmp_path / "tls")
    answer = subprocess.run(
        [site.NGINX, "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert "[warn]" not in answer.stderr


def _open(line: str) -> bool:
    """Tell whether a directive goes on in the next line."""
    return line.strip().startswith(("proxy_cache_path", "log_format")) or line.strip() == ""


def test_the_rules_serve_nothing_stale_and_follow_the_app_alone() -> None:
    rules = (site.DEPLOY / "nginx" / "proxy.conf").read_text()
    assert re.search(r"^proxy_cache_use_stale +off;", rules, re.MULTILINE)
    assert "proxy_cache_valid" not in rules
    assert "proxy_cache_background_update" not in rules


LOCATION = re.compile(r"^location (=|~\*?) (\S+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "path",
    [
        "/console/rosters",
        "/console/attachments",
        "/console/drafts/12/files",
        "/console/drafts/12/word",
        "/console/drafts/word",
        "/console/funds/lines/3/vouchers",
        "/console/funds/months/3/table",
    ],
)
def test_what_the_app_lets_be_big_is_not_stopped_on_the_way(path: str) -> None:
    rules = LOCATION.findall((site.DEPLOY / "nginx" / "proxy.conf").read_text())
    exact = [body for kind, wanted, body in rules if kind == "=" and wanted == path]
    fits = [
        body
        for kind, pattern, body in rules
        if kind != "=" and re.search(pattern, path, re.IGNORECASE if kind == "~*" else 0)
    ]
    assert BIG == 21 * 1024 * 1024
    assert "client_max_body_size         21m;" in (*exact, *fits)[0]


def test_plain_http_leads_to_https_at_nginx_or_else_in_the_rules(
    visitor: Visitor, prefix: Path
) -> None:
    text = (site.DEPLOY / "nginx" / "sunshine.conf").read_text()
    assert "return 301 https://liuzhi.example.gov.cn$request_uri;" in text
    if not visitor.through_nginx:
        return
    laid_out = (prefix / "conf.d" / "sunshine.conf").read_text()
    port = int(re.findall(r"listen 127\.0\.0\.1:(\d+);", laid_out)[0])
    answer = Visitor(port).get("/v/520203102213?cursor=x", Host="elsewhere.example")
    assert answer.status == 301
    assert answer.headers["Location"] == "https://liuzhi.example.gov.cn/v/520203102213?cursor=x"
