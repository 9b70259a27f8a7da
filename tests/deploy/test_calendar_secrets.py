"""The secret of a calendar's address stays out of what nginx writes down, and of its cache."""

from __future__ import annotations

import re

from tests.deploy import site

NGINX = site.DEPLOY / "nginx"
ADDRESS = "/calendar/AzBrZ0-x_2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics"


def test_a_calendars_address_is_cut_in_the_access_log() -> None:
    rules = (NGINX / "cache.conf").read_text()
    paths = re.findall(r'"~(\*?)([^"]+)" +"(/[a-z/]*…)"', rules)
    cut = next(
        told
        for any_case, pattern, told in paths
        if re.search(pattern, ADDRESS, re.IGNORECASE if any_case else 0)
    )
    assert cut == "/calendar/…"


def test_a_calendars_address_is_in_no_cache_and_no_error_log() -> None:
    rules = (NGINX / "proxy.conf").read_text()
    blocks = re.findall(r"^location ~\* (\S+) \{(.*?)^\}", rules, re.MULTILINE | re.DOTALL)
    block = next(block for pattern, block in blocks if re.search(pattern, ADDRESS, re.IGNORECASE))
    assert "proxy_cache off;" in block
    assert "error_log   /dev/null emerg;" in block
