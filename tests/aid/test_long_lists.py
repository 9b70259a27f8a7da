"""A long list is written and masked by a statement each: every statement adds up and hashes all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.aid import queries
from app.disclosure import service
from tests.aid import desk as ways
from tests.aid import sheets
from tests.disclosure.desk import Desk, desk

LONG = 300


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


@contextmanager
def _executions(session: Session, beginning: str) -> Iterator[list[int]]:
    """Note how many times statements that begin so are carried out, each by its parameters."""
    counts: list[int] = []

    def note(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, many: bool) -> None:
        if statement.startswith(beginning):
            counts.append(len(given) if many else 1)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield counts
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_rows_are_entered_by_one_statement(desk: Desk) -> None:
    rows = [(n, "一组", f"卢春{'甲乙丙丁戊'[n % 5]}", 1, n + 5) for n in range(LONG)]
    with _executions(desk.session, "INSERT INTO aid_rows") as counts:
        made = ways.listed(
            desk.session, desk.author, sheets.book(rows), organisation_id=desk.office
        )
    assert counts == [1]
    assert made.row_count == len(queries.rows(desk.session, made.id)) == LONG


def test_rows_are_masked_by_one_statement(desk: Desk) -> None:
    told = [f"1381234{n:04d}" if n % 10 == 0 else "" for n in range(LONG)]
    rows = [(n, "一组", f"卢春生{told[n]}", 1, n + 5) for n in range(LONG)]
    made = ways.listed(desk.session, desk.author, sheets.book(rows), organisation_id=desk.office)
    draft = ways.written(desk, made)
    before = made.rows_hash
    with _executions(desk.session, "UPDATE aid_rows") as counts:
        service.mask_findings(
            desk.session, draft_id=draft.id, version=draft.version, actor=desk.author
        )
    assert counts == [1]
    assert {one.name for one in queries.rows(desk.session, made.id)} == {
        "卢春生",
        *(f"卢春生138****{n:04d}" for n in range(0, LONG, 10)),
    }
    assert queries.get(desk.session, made.id).rows_hash != before
