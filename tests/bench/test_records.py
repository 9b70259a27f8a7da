"""The benchmark of the cadre's scan asks for what it says; nothing here is timed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from bench import county, load, pairs, records
from bench.load import Figures
from bench.reads import BASELINE, Length
from bench.records import Row, Stage
from bench.register_county import NOBODY
from tests.console.reading import acts


@pytest.fixture
def grown(
    database: Database, database_urls: tuple[str, str], owner_engine: Engine, tmp_path: Path
) -> Stage:
    """Stage a small county with forty households, cadres, plates, visits."""
    del owner_engine
    owner = Database(database_urls[0])
    loaded = county.load(database, villages=2, items=2)
    on = records.stage(owner, database, loaded, data_dir=tmp_path, length=Length(1, 1))
    records.grow(on, households=40, before=NOBODY)
    owner.dispose()
    return on


def test_what_is_asked_for_is_a_masked_record_and_leaves_its_line(
    grown: Stage, app: SunshineApp
) -> None:
    asked, client = records.held_open(grown), app.test_client(use_cookies=False)
    assert len(asked) > 20
    for one in asked[:3]:
        path, _, cookie = one.partition("\t")
        answer = client.get(path, headers={"Cookie": cookie})
        assert answer.status_code == 200
        assert "家庭成员" in answer.text
        assert "记一次走访" in answer.text
        assert "登记更新" in answer.text
    assert acts(grown.database) == [("open", "granted")] * 3


def test_a_pair_opens_a_household_that_lives_behind_a_plate(grown: Stage, app: SunshineApp) -> None:
    doors = records.doors(grown)
    assert len(doors) == 2 * records.PLATES_EACH
    path, cookie = f"/console/plates/{doors[0].code}/household", {"Cookie": doors[0].cookie}
    page = app.test_client(use_cookies=False).get(path, headers=cookie)
    assert page.status_code == 200
    assert "为什么要看" in page.text


FAST, SLOW, HELLO = Figures(500, 30, 50), Figures(400, 38, 60), Figures(20_000, 0.5, 2)


def test_growth_is_told_beside_the_drift_of_the_machine() -> None:
    half = Figures(10_000, 1, 4)
    rows = [
        Row(BASELINE, 10, HELLO),
        Row(records.SCAN, 10, FAST, lines=100),
        Row(BASELINE, 1_000, half),
        Row(records.SCAN, 1_000, SLOW, lines=80),
    ]
    table = records.table(rows)
    assert "| masked record with its line | 10 | 500 | 0.025 | 30.0 | 50.0 | 100 |" in table
    assert "From 10 to 1,000 households a scan takes 1.25 times as long (0.62 beside" in table


def test_one_size_alone_tells_of_no_growth() -> None:
    rows = [Row(BASELINE, 10, HELLO), Row(records.SCAN, 10, FAST)]
    assert "times as long" not in records.table(rows)


class Leading(BaseHTTPRequestHandler):
    """A site whose form leads to a record; it notes what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def do_GET(self) -> None:
        self._answer(200, b'<input name="csrf_token" value="secret">')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(f"{self.path} {body}")
        self._answer(303, b"", location="/console/records/7")

    def _answer(self, status: int, body: bytes, *, location: str = "") -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers['Cookie']}")
        self.send_response(status)
        self.send_header("Set-Cookie", "sunshine_form=f; Path=/")
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Leading.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Leading) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_pair_sends_the_form_and_follows_it_with_both_cookies(site: str) -> None:
    form = pairs.form_of(site)
    assert form == pairs.Form("sunshine_form=f", "secret")
    door = pairs.Pair("CODE", "sunshine_session=s")
    figures = pairs.burden(site, [door], form, seconds=0.1, connections=1)
    assert figures.per_second > 0
    assert "/console/plates/CODE/household csrf_token=secret&purpose=visit" in Leading.asked
    assert "GET /console/records/7 sunshine_session=s; sunshine_form=f" in Leading.asked


def test_the_client_in_python_sends_the_cookie_after_the_tab(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    load.burden(site, ["/a\tx=1", "/b"], seconds=0.1, folder=tmp_path, connections=1)
    assert {"GET /a x=1", "GET /b None"} <= set(Leading.asked)
