"""The owner's first day: start, print, scan, publish, correct, withdraw, revoke, stop."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pypdfium2
import pytest
import requests
import zxingcpp

from tests.browser.running import ROOT, free_port, until

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DIRECT_URL", "REDIS_URL")


class FirstDay:
    """A platform that `sunshine up` started on an empty folder, and what its owner can do."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.lines: list[str] = []
        self._heard: queue.Queue[str | None] = queue.Queue()
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
        environment |= {"PORT": str(port), "DATA_DIR": str(data_dir)}
        environment |= {"SUNSHINE_ENV": "development", "LOG_LEVEL": "warning"}
        self.base_url = f"http://127.0.0.1:{port}"
        self.child = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.child.stdout is not None
        with self.child.stdout as output:
            for line in output:
                self._heard.put(line.rstrip("\n"))
        self._heard.put(None)

    def until_ready(self, *, seconds: float = 90) -> None:
        """Wait for the line READY."""
        deadline = time.monotonic() + seconds
        while f"READY {self.base_url}" not in self.lines:
            line = self._heard.get(timeout=max(0.1, deadline - time.monotonic()))
            assert line is not None, "\n".join(self.lines[-30:])
            self.lines.append(line)

    @property
    def facts(self) -> dict[str, Any]:
        """What demo.json tells."""
        facts: dict[str, Any] = json.loads((self.data_dir / "demo.json").read_text())
        return facts

    def get(self, path: str) -> requests.Response:
        """Read a page."""
        return requests.get(self.base_url + path, timeout=10)

    def call(self, path: str, body: dict[str, Any], *, token: str = "") -> dict[str, Any]:
        """Act by the API; anything but success fails the test."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.post(
            f"{self.base_url}/api/v1{path}", json=body, headers=headers, timeout=10
        )
        assert answer.ok, answer.text
        said: dict[str, Any] = answer.json() if answer.content else {}
        return said

    def token(self, username: str) -> str:
        """Get a token with the account that demo.json names."""
        account = next(one for one in self.facts["accounts"] if one["username"] == username)
        body = {
            "username": username,
            "password": account["password"],
            "code": pyotp.TOTP(account["totp_secret"]).now(),
        }
        return str(self.call("/tokens", body)["token"])

    def running(self) -> list[int]:
        """List the processes whose command or environment names this day's folder."""
        mark = str(self.data_dir).encode()
        return [
            pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _has(pid, mark)
        ]

    def close(self) -> None:
        """End everything, however the test went."""
        if self.child.poll() is None:
            self.child.terminate()
            self.child.wait(60)
        self._listener.join(10)


def _has(pid: int, mark: bytes) -> bool:
    try:
        return any(
            mark in Path(f"/proc/{pid}/{part}").read_bytes() for part in ("cmdline", "environ")
        )
    except OSError:
        return False


def _within_a_second(look: Callable[[], object], what: str) -> None:
    until(look, seconds=1.0, what=what)


@pytest.fixture
def first_day() -> Iterator[FirstDay]:
    """Start the platform in a folder of its own, that PostgreSQL's account can enter."""
    with tempfile.TemporaryDirectory(prefix="sunshine-first-day-") as folder:
        day = FirstDay(Path(folder))
        try:
            day.until_ready()
            yield day
        finally:
            day.close()


def _scanned_from_the_print_file(day: FirstDay) -> list[str]:
    picture = pypdfium2.PdfDocument(day.facts["sheets"])[0].render(scale=150 / 72).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def _through_the_reviews(day: FirstDay, tokens: dict[str, str], **written: Any) -> int:
    """Bring a draft through its three reviews; gives the number of the item."""
    facts = {"division_code": day.facts["village"], "topic": "dibao", "title": "第一天的公开"}
    draft = day.call("/drafts", {**facts, **written}, token=tokens["publisher"])
    own, version = f"/drafts/{draft['id']}", draft["version"]
    draft = day.call(f"{own}/submission", {"version": version}, token=tokens["publisher"])
    for reviewer in ("reviewer1", "reviewer2", "reviewer3"):
        verdict = {"version": draft["version"], "verdict": "pass"}
        draft = day.call(f"{own}/reviews", verdict, token=tokens[reviewer])
    return int(draft["item_id"])


def _publish_correct_and_withdraw(day: FirstDay) -> None:
    accounts = ("publisher", "reviewer1", "reviewer2", "reviewer3")
    tokens = {name: day.token(name) for name in accounts}
    item_id = _through_the_reviews(day, tokens, body_markdown="共 3 户。")
    page, own = f"/v/{day.facts['village']}", f"/items/{item_id}"
    _within_a_second(lambda: "第一天的公开" in day.get(page).text, "the item on the village's page")
    assert "共 3 户" in day.get(own).text
    correction = {"body_markdown": "共 4 户。", "note": "漏写一户", "corrects_id": item_id}
    assert _through_the_reviews(day, tokens, **correction) == item_id
    _within_a_second(lambda: "共 4 户" in day.get(own).text, "the corrected text")
    assert "漏写一户" in day.get(own).text
    day.call(f"{own}/withdrawal", {"reason": "试发"}, token=tokens["publisher"])
    _within_a_second(lambda: day.get(own).status_code == 410, "the withdrawal")
    assert "试发" in day.get(own).text
    assert "第一天的公开" not in day.get(page).text


def _revoke(day: FirstDay, code: str) -> None:
    assert day.get(f"/d/{code}").status_code == 200
    day.call(f"/doorplates/{code}/revocation", {"reason": "拆除"}, token=day.token("admin"))
    _within_a_second(lambda: day.get(f"/d/{code}").status_code == 410, "the end of the plate")


def test_from_an_empty_folder_to_a_scanned_plate_and_an_orderly_stop(first_day: FirstDay) -> None:
    addresses = _scanned_from_the_print_file(first_day)
    assert addresses
    for address in addresses:
        assert address.startswith(f"{first_day.base_url}/d/")
        page = first_day.get(urlsplit(address).path)
        assert page.status_code == 200
        assert "青杠林村" in page.text
        assert "演示" in page.text
    _publish_correct_and_withdraw(first_day)
    _revoke(first_day, addresses[0].rpartition("/")[2])
    assert first_day.running()
    first_day.child.send_signal(signal.SIGTERM)
    assert first_day.child.wait(30) == 0
    assert first_day.running() == []
