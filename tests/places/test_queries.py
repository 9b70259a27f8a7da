"""Reads: lineage in one query, and a search that takes every text as text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.kernel import access
from app.places import queries, service
from app.places.errors import DivisionNotFound
from tests.places.tables import COUNTY, GROUPS, REAL, SMALL, bring_in


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the SQL this session sends."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def test_a_lineage_is_one_query_from_the_county_down(
    session: Session, statements: list[str]
) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *GROUPS)
    statements.clear()
    names = [place.short_name for place in queries.lineage(session, "52020310221301")]
    assert names == ["六枝特区", "岩脚镇", "青杠林村", "大寨组"]
    assert len(statements) == 1
    assert [place.level for place in queries.lineage(session, "520203")] == ["county"]


@pytest.mark.parametrize("code", ["", "5", "520203102999", "5202031022130", "abc", "520203%"])
def test_a_code_that_was_never_in_use_is_not_found(session: Session, code: str) -> None:
    bring_in(session, *SMALL)
    asked = (queries.get, queries.lineage, queries.current, queries.resolve, queries.history)
    for ask in asked:
        with pytest.raises(DivisionNotFound):
            ask(session, code)
    assert queries.children(session, code) == []


def _names(session: Session, text: str, *, within: str = "", limit: int = 50) -> list[str]:
    found = queries.search(session, text, limit=limit, within=within)
    return [place.short_name for place in found]


def test_a_search_finds_a_piece_of_a_name_with_the_best_first(session: Session) -> None:
    service.import_divisions(session, content=REAL.read_bytes(), actor=access.OPERATOR)
    assert _names(session, "牂牁") == ["牂牁镇", "牂牁村"]
    assert _names(session, "岩脚村") == ["岩脚村", "岩脚村"]
    assert _names(session, "岩脚")[0] == "岩脚镇"
    assert _names(session, "杠林") == ["青杠林村"]
    assert len(_names(session, "村村民委员会", limit=3)) == 3
    assert _names(session, "牂牁", within="520203102") == []


def test_a_search_takes_the_beginning_of_a_code(session: Session) -> None:
    bring_in(session, *SMALL)
    assert _names(session, "520203106") == ["牂牁镇", "西陵村"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "", "  ", "'", "5%", "青_林"])
def test_signs_of_the_database_are_only_text(session: Session, text: str) -> None:
    bring_in(session, *SMALL)
    assert _names(session, text) == []


@pytest.mark.parametrize("name", ["䶮·江镇", "牂牁镇", "100%_镇", "\U0002ebf0镇"])
def test_rare_characters_and_signs_in_names_are_found(session: Session, name: str) -> None:
    bring_in(session, COUNTY, f"520203199,520203,township,{name}")
    assert _names(session, name[:-1]) == [name]


def test_what_has_vanished_is_found_no_more(session: Session) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *SMALL[:2], *SMALL[3:-1])
    assert _names(session, "牂牁") == []
    assert [place.code for place in queries.villages(session, "520203")] == [
        "520203102213",
        "520203102214",
        "520203102215",
    ]
