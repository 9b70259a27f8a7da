"""The benchmark measures what it says; nothing here is timed."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.disclosure.models import Item
from app.doorplates.models import Doorplate
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.places import queries as places
from bench import county, issuing, load, reads, report, servers, serving
from bench.changing import Seen
from bench.county import County
from bench.load import Figures
from bench.reads import Length, Row
from bench.servers import COUNTY

MACHINE = report.Machine(2, "3.11.7", "18.4", "2.8.7", "wrk, 2 threads")
FASTER, HELLO = Figures(60_000, 0.8, 4.0), Figures(20_000, 3.0, 9.0)


@pytest.fixture
def loaded(database: Database) -> County:
    return county.load(database, villages=20, items=60)


def test_the_county_has_the_villages_items_and_plates_it_promises(
    database: Database, loaded: County
) -> None:
    with database.reading() as session:
        villages = [place.code for place in places.villages(session, COUNTY)]
        items = session.scalar(select(func.count()).select_from(Item))
    assert villages == sorted(loaded.villages)
    assert {code[:9] for code in villages} == {f"{COUNTY}{101 + n}" for n in range(18)}
    assert items == len(loaded.item_ids) == 60
    assert len(set(loaded.plates)) == 20


def test_a_body_has_one_and_a_half_kilobytes(database: Database, loaded: County) -> None:
    with database.reading() as session:
        sizes = [len(body.encode()) for body in session.scalars(select(Item.body_html))]
    assert len(sizes) == len(loaded.item_ids)
    assert all(county.BODY_BYTES <= size < county.BODY_BYTES * 1.1 for size in sizes)


def test_one_of_five_asked_for_is_an_item(loaded: County) -> None:
    pages = reads.feeds_and_items(loaded, feed="/v/{}", item="/items/{}")
    items = sum(path.startswith("/items/") for path in pages.paths)
    assert items / len(pages.paths) == pytest.approx(0.2, abs=0.03)


def test_the_codes_that_are_counted_are_in_the_database(database: Database, loaded: County) -> None:
    [(name, _figure)] = issuing.measure(database, loaded, codes=47)
    with database.reading() as session:
        plates = session.scalar(select(func.count()).select_from(Doorplate))
    assert name.startswith("issuing 47 codes")
    assert plates == len(loaded.plates) + 47


def test_a_median_is_taken_of_each_figure_by_itself() -> None:
    runs = [Figures(1, 9, 5), Figures(3, 7, 6), Figures(2, 8, 40)]
    assert load.medians(runs) == Figures(2, 8, 6)


def test_every_read_is_a_multiple_of_the_bare_flask_hello() -> None:
    table = report.reads_table([Row(reads.BASELINE, HELLO), Row("pages, cached", FASTER)])
    assert "| pages, cached | 60,000 | 3.00 | 0.80 | 4.00 |" in table


def test_a_missing_comparator_prints_not_measured() -> None:
    table = report.reads_table([Row(reads.BASELINE, HELLO), Row("nginx static")])
    assert "| nginx static | NOT MEASURED |" in table


def test_without_nginx_nothing_is_served_by_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name, **_where: None)
    with serving.nginx_file(size=10, data_dir=tmp_path) as address:
        assert address is None


def test_without_wrk_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "wrk is not installed" in load.generator()


def test_a_change_that_is_seen_too_late_is_marked() -> None:
    changes = [Seen(0, 5), Seen(4, 6), Seen(1_200, 1_300)]
    table = report.staleness_table([Row("pages", FASTER, changes=changes)])
    assert "| pages | 3 | 4 | 1200 TOO LONG | 6 | 1300 |" in table


def test_the_report_replaces_only_what_the_last_run_wrote(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{report.BEGIN}\nof yesterday\n{report.END}\nafter\n")
    tables = [report.reads_table([Row(reads.BASELINE, HELLO)])]
    text = report.whole(MACHINE, tables, length=Length(3, 3))
    report.write(document, text)
    written = document.read_text()
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "of yesterday" not in written
    assert "2 cores, Python 3.11.7, PostgreSQL 18.4, granian 2.8.7" in written


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def without_wrk(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a small server, to be asked by the client in Python."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_client_in_python_measures_where_wrk_is_missing(
    without_wrk: str, tmp_path: Path
) -> None:
    figures = load.burden(without_wrk, ["/"], seconds=0.1, folder=tmp_path)
    assert figures.per_second > 0
    assert 0 < figures.p50_ms <= figures.p99_ms


def test_the_client_in_python_takes_no_error_for_an_answer(
    without_wrk: str, tmp_path: Path
) -> None:
    with pytest.raises(load.Failed, match="500"):
        load.burden(without_wrk, ["/broken"], seconds=0.1, folder=tmp_path)


def test_a_database_that_holds_data_is_left_alone(
    loaded: County,
    settings: Settings,
    database_urls: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", database_urls[0])
    monkeypatch.setenv("DATABASE_URL", database_urls[1])
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    before = {**os.environ}
    with pytest.raises(servers.NotUsable, match="empty"), servers.running():
        pass
    assert loaded.villages
    assert {**os.environ} == before
