"""PostgreSQL finds a feed by its index, however many items there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from app.disclosure import queries
from app.kernel import clock
from app.kernel.db import Database
from bench import county
from bench.county import County


@pytest.fixture
def loaded(database: Database, database_urls: tuple[str, str]) -> County:
    """Publish 5,000 items in 40 villages and let PostgreSQL take stock of them."""
    loaded = county.load(database, villages=40, items=5_000)
    owner = Database(database_urls[0])
    county.analyze(owner)
    owner.dispose()
    return loaded


def plan_of(database: Database, ask: Callable[[Any], object]) -> list[dict[str, Any]]:
    """Give every step of the plan for the one query that `ask` sends."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    with database.reading() as session:
        event.listen(database.read_engine, "before_cursor_execute", note)
        try:
            ask(session)
        finally:
            event.remove(database.read_engine, "before_cursor_execute", note)
        [(statement, parameters)] = sent
        connection = session.connection()
        explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        [(plan,)] = explained.all()
    return list(steps((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def assert_reads_items_by(index: str, plan: list[dict[str, Any]]) -> None:
    """Few rows may be gathered by a bitmap of the same index; the table is never read through."""
    reading = {step["Node Type"] for step in plan if step.get("Relation Name") == "items"}
    assert reading
    assert reading <= {"Index Scan", "Bitmap Heap Scan"}
    indexes = {step["Index Name"] for step in plan if "Index Name" in step}
    assert indexes == {index}


def lineage(village: str) -> list[str]:
    return [village[:6], village[:9], village]


@pytest.mark.parametrize("before", [None, (clock.now(), 2**62)])
def test_a_village_feed_is_read_from_its_index(
    database: Database, loaded: County, before: tuple[datetime, int] | None
) -> None:
    codes = lineage(loaded.villages[7])
    plan = plan_of(database, lambda session: queries.feed(session, codes=codes, before=before))
    assert_reads_items_by("ix_items_feed", plan)


def test_a_topic_of_a_village_is_read_from_its_index(database: Database, loaded: County) -> None:
    codes = lineage(loaded.villages[7])
    plan = plan_of(
        database, lambda session: queries.feed(session, codes=codes, topic="livelihood_project")
    )
    assert_reads_items_by("ix_items_topic_feed", plan)


def test_the_newest_item_of_each_tile_is_read_from_its_index(
    database: Database, loaded: County
) -> None:
    codes, topics = lineage(loaded.villages[7]), ["dibao", "employment"]
    plan = plan_of(
        database, lambda session: queries.newest_by_topic(session, codes=codes, topics=topics)
    )
    assert_reads_items_by("ix_items_topic_feed", plan)


def test_the_notice_board_is_read_from_the_index_of_the_feed(
    database: Database, loaded: County
) -> None:
    codes = [loaded.villages[7]]
    plan = plan_of(database, lambda session: queries.latest_whole(session, codes=codes, limit=8))
    assert_reads_items_by("ix_items_feed", plan)
