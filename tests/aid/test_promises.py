"""What the database keeps of aid lists: sums, locked rows, no column beside the few."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.aid import queries
from app.aid.models import AidList, AidRow
from tests.aid import desk as ways
from tests.disclosure.desk import Desk, desk


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def _refused(session: Session, sql: str, **values: object) -> str:
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        session.execute(text(sql), values)
    return str(refused.value.orig)


def test_a_row_has_no_place_for_anything_but_the_whitelist() -> None:
    assert {one.key for one in inspect(AidRow).columns} == {
        *("list_id", "position", "name", "place", "members", "amount_fen", "subsidy", "area")
    }


def test_sums_and_hash_are_those_of_the_rows_whatever_is_written(desk: Desk) -> None:
    made = ways.listed(desk.session, desk.author, organisation_id=desk.office)
    before = made.rows_hash
    for sql in (
        "UPDATE aid_lists SET total_fen = total_fen + 1",
        "UPDATE aid_lists SET row_count = 99",
        "UPDATE aid_lists SET member_count = 0",
    ):
        assert "aid_sums" in _refused(desk.session, sql)
    desk.session.execute(text("UPDATE aid_lists SET rows_hash = 'x'"))
    desk.session.execute(text("DELETE FROM aid_rows WHERE position = 2"))
    desk.session.refresh(made)
    assert (made.row_count, made.total_fen) == (2, 206150)
    assert made.rows_hash not in (before, "x")


def test_rows_of_a_list_that_is_handed_in_do_not_change(desk: Desk) -> None:
    draft = ways.written(desk, ways.listed(desk.session, desk.author, organisation_id=desk.office))
    desk.session.execute(text("UPDATE aid_rows SET name = '张三' WHERE position = 1"))
    desk.submit(draft)
    for sql in (
        "UPDATE aid_rows SET name = '李四'",
        "DELETE FROM aid_rows",
        "INSERT INTO aid_rows (list_id, position, name, place, amount_fen, subsidy)"
        " SELECT id, 99, '李四', '', 1, '' FROM aid_lists",
    ):
        assert "aid_rows_locked" in _refused(desk.session, sql)


def test_a_published_list_changes_in_nothing_and_is_not_erased_while_it_stands(desk: Desk) -> None:
    made = ways.listed(desk.session, desk.author, organisation_id=desk.office)
    ways.published(desk, made)
    for sql in ("UPDATE aid_rows SET amount_fen = 1", "DELETE FROM aid_rows"):
        assert "aid_rows_locked" in _refused(desk.session, sql)
    for sql in (
        "UPDATE aid_lists SET objections_until = objections_until + 9",
        "UPDATE aid_lists SET period = '2020-01'",
        "UPDATE aid_lists SET published_on = NULL, objections_until = NULL",
    ):
        assert "aid_list_published" in _refused(desk.session, sql)
    assert "aid_list_stands" in _refused(desk.session, "UPDATE aid_lists SET erased_at = now()")
    assert "aid_lists_are_kept" in _refused(desk.session, "DELETE FROM aid_lists")


def test_an_item_with_a_list_always_has_a_last_day(desk: Desk) -> None:
    ways.published(desk, ways.listed(desk.session, desk.author, organisation_id=desk.office))
    refusal = _refused(
        desk.session, "UPDATE items SET expires_on = NULL WHERE aid_list_id IS NOT NULL"
    )
    assert "aid_list_expires" in refusal


def test_two_drafts_never_have_one_list(desk: Desk) -> None:
    made = ways.listed(desk.session, desk.author, organisation_id=desk.office)
    ways.written(desk, made)
    other = desk.write()
    refusal = _refused(
        desk.session,
        "UPDATE drafts SET aid_list_id = :made WHERE id = :other",
        made=made.id,
        other=other.id,
    )
    assert "uq_drafts_aid_list_id" in refusal
    assert queries.get(desk.session, made.id) is made
    assert isinstance(made, AidList)
