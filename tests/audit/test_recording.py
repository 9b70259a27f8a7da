"""Lines: in the caller's transaction, words only, never changed by the app role."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import queries, service
from app.audit.models import LedgerLine, LedgerReason
from app.audit.schemas import Line
from app.kernel.access import OPERATOR, SYSTEM, Actor, Villager
from app.kernel.db import Database
from app.kernel.errors import Forbidden

VILLAGE = "520203102001"
CADRE = Actor(name="cadre", staff_id=7, role="cadre")


def _line(**changes: Any) -> Line:
    facts = {"who": CADRE, "act": "open", "division_code": VILLAGE, "household_id": 5}
    return Line(**{**facts, **changes})


def test_a_line_says_who_did_what_and_what_for(session: Session) -> None:
    number = service.record(session, _line(fields=("name", "phone"), purpose="visit", opening_id=3))
    [line] = queries.accesses_to_household(session, 5)
    assert (line.id, line.who_kind, line.who_id, line.who_role) == (number, "staff", 7, "cadre")
    assert (line.act, line.outcome, line.purpose) == ("open", "granted", "visit")
    assert (line.fields, line.opening_id) == (["name", "phone"], 3)


@pytest.mark.parametrize(
    ("who", "kind", "number"),
    [(Villager(4, 1), "villager", 4), (OPERATOR, "operator", None), (SYSTEM, "system", None)],
)
def test_others_than_staff_are_noted_too(
    session: Session, who: Actor | Villager, kind: str, number: int | None
) -> None:
    line = queries.get_line(session, service.record(session, _line(who=who)))
    assert (line.who_kind, line.who_id, line.who_role) == (kind, number, "")


def test_a_plain_line_is_one_statement(session: Session) -> None:
    statements: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
    service.record(session, _line())
    assert len(statements) == 1


def test_a_reason_is_sealed_and_bound_to_its_line(session: Session) -> None:
    number = service.record(session, _line(purpose="other", reason=" 核对低保材料 "))
    kept = session.get_one(LedgerReason, number)
    line = session.scalars(select(LedgerLine).where(LedgerLine.id == number)).one()
    assert "核对".encode() not in kept.reason_sealed
    assert queries.reasons(session, [number]) == {number: "核对低保材料"}
    assert line.reason_digest == service.digest_reason(session, number, "核对低保材料")


@pytest.mark.parametrize(
    "changes", [{"fields": ("13800138000",)}, {"act": "张三"}, {"purpose": "去看看"}]
)
def test_values_are_refused_where_words_belong(session: Session, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="words of the code"):
        service.record(session, _line(**changes))


def test_the_database_refuses_values_too(session: Session) -> None:
    service.record(session, _line())
    copy = (
        'INSERT INTO access_ledger SELECT (jsonb_populate_record(l, \'{"id": 9,'
        ' "fields": ["13800138000"]}\')).* FROM access_ledger l'
    )
    with pytest.raises(IntegrityError):
        session.execute(text(copy))


def _refuse(database: Database, error: Exception) -> None:
    with database.unit_of_work() as session:
        service.record(session, _line(act="open"))
        raise error


def test_a_line_is_undone_with_what_it_tells_of(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _refuse(database, RuntimeError())
    with database.reading() as session:
        assert queries.accesses_to_household(session, 5) == []


def test_a_denial_outlives_the_refusal(database: Database) -> None:
    note = service.denial(_line(act="reveal", fields=("phone",)))
    with pytest.raises(Forbidden):
        _refuse(database, Forbidden(afterwards=note))
    with database.reading() as session:
        [line] = queries.accesses_to_household(session, 5)
    assert (line.act, line.outcome) == ("reveal", "denied")


@pytest.mark.parametrize(
    "table", ["access_ledger", "ledger_seals", "ledger_heads", "ledger_closings"]
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_app_role_changes_nothing_that_is_written(
    database_urls: tuple[str, str], table: str, verb: str
) -> None:
    column = {"access_ledger": "act", "ledger_closings": "lines"}.get(table, "sequence")
    with (
        psycopg.connect(database_urls[1]) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(verb.format(table, column, column))


def test_the_app_role_reaches_no_partition_by_itself(database_urls: tuple[str, str]) -> None:
    with psycopg.connect(database_urls[0]) as owner:
        parts = owner.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'access_ledger'::regclass"
        ).fetchall()
        assert len(parts) >= 15
        for (part,) in parts:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                held = owner.execute(
                    "SELECT has_table_privilege('sunshine_app', %s, %s)", (part, right)
                ).fetchone()
                assert held == (False,), (part, right)
