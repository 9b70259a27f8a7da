"""What is printed when the platform is ready: the address, what to open and with which account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def lines(base_url: str, demo_file: Path | None) -> list[str]:
    """Write the announcement; `demo_file` is what the demo county's loading left, where it did."""
    announcement = [f"READY {base_url}"]
    if demo_file is not None and demo_file.exists():
        announcement += _demo(base_url, json.loads(demo_file.read_text()))
    return [*announcement, "按 Ctrl-C 停止全部服务 · Ctrl-C stops everything"]


def _demo(base_url: str, demo: dict[str, Any]) -> list[str]:
    village = demo["village"]
    code = village["code"] if isinstance(village, dict) else village
    found = [f"村务公开 · village page:   {base_url}/v/{code}"]
    found += [f"扫门牌 · a scanned plate:  {base_url}/d/{plate}" for plate in demo["plates"][:1]]
    found.append(f"工作台 · staff sign in:    {base_url}/console/sign-in")
    found.append(f"接口文档 · API:            {base_url}/api/v1/")
    if demo.get("sheets"):
        found.append(f"门牌 PDF · plates to print: {demo['sheets']}")
    found += [
        f"账号 · account:            {account['username']} / {account['password']}"
        f"  ({account['role']}, {account['scope']})"
        for account in demo["accounts"]
    ]
    if any("totp_secret" in account for account in demo["accounts"]):
        found.append("动态验证码 · code:         sunshine identity code USERNAME")
    return found
