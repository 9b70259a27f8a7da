"""A page that no cache holds costs the same few queries, however much was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.disclosure.models import Item
from app.kernel.db import Database
from bench import county
from bench.county import County


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Note every statement that the reading side sends meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.read_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.read_engine, "before_cursor_execute", note)


def an_item_of_the_village(database: Database, loaded: County) -> int:
    with database.reading() as session:
        found = select(Item.id).where(Item.division_code == loaded.villages[0])
        return session.scalars(found.order_by(Item.id)).first() or 0


@pytest.mark.parametrize("items", [3, 300])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        pytest.param(lambda c, _i: f"/v/{c.villages[0]}", 9, id="village"),
        pytest.param(lambda c, _i: f"/v/{c.villages[0]}/topics/dibao", 4, id="topic"),
        pytest.param(lambda _c, i: f"/items/{i}", 5, id="item"),
        pytest.param(lambda c, _i: f"/d/{c.plates[0]}", 9, id="scan"),
        pytest.param(lambda c, _i: f"/api/v1/divisions/{c.villages[0]}/items", 3, id="feed-json"),
        pytest.param(lambda _c, i: f"/api/v1/items/{i}", 2, id="item-json"),
    ],
)
def test_a_cold_page_costs_a_fixed_small_number_of_queries(
    client: FlaskClient,
    database: Database,
    address: Callable[[County, int], str],
    queries: int,
    items: int,
) -> None:
    loaded = county.load(database, villages=1, items=items)
    path = address(loaded, an_item_of_the_village(database, loaded))

    with counted(database) as statements:
        answer = client.get(path)

    assert answer.status_code == 200
    assert len(statements) == queries, "\n".join(statements)
