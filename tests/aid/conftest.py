"""A list that is public: its item, and what it was published with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.disclosure.models import Draft
from app.kernel.db import Database
from tests.aid import desk as ways
from tests.aid import sheets
from tests.disclosure.desk import desk

UNIQUE = ("龚璀璨", "蒙昳丽", "岑㵲溪")
"""Names that stand nowhere but in the list."""


@dataclass(frozen=True)
class Public:
    """Where a public list is to be read."""

    item_id: int
    list_id: int
    draft_id: int


Publish = Callable[..., Public]


@pytest.fixture
def publish(database: Database) -> Publish:
    """`publish(rows)`: open the desk once, and bring a list of the village through its reviews."""
    desks: list[bool] = []

    def make(count: int = 3) -> Public:
        assert not desks
        desks.append(True)
        rows = [
            (number, "大寨组", UNIQUE[number - 1] if number < 4 else f"陶银花{number}", 2, 412.3)
            for number in range(1, count + 1)
        ]
        with database.unit_of_work() as session:
            four = desk(session)
            made = ways.listed(session, four.author, sheets.book(rows), organisation_id=four.office)
            draft: Draft = ways.published(four, made)
            return Public(draft.item_id or 0, made.id, draft.id)

    return make


@pytest.fixture
def public(publish: Publish) -> Public:
    """Give a list of three that is public."""
    return publish()
