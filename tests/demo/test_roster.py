"""The demo's roster: 620 households of nobody, behind their doors, and the messy file to try."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.cn import ric

from app.demo import cli, loading, roster
from app.demo.families import families
from app.households.models.register import Household, Person, PersonTag
from app.households.service import importing
from app.kernel import scope
from app.kernel.access import OPERATOR
from tests.demo.conftest import DemoCounty


def test_nobody_in_it_can_be_anybody() -> None:
    people = [one for family in families(households=620, groups=10) for one in family.members]
    assert 2_000 < len(people) < 2_300
    assert len({one.id_number for one in people}) == len(people)
    assert all(ric.is_valid(one.id_number) for one in people)
    # 996 to 999 were kept for people past a hundred; these are far younger.
    assert {one.id_number[14:17] for one in people} == {"996", "997", "998", "999"}
    assert min(one.born.year for one in people) > 1930
    assert all(re.fullmatch(r"1600000\d{4}", one.phone) for one in people if one.phone)


def test_it_is_the_same_in_every_load() -> None:
    assert families(households=620, groups=10) == families(households=620, groups=10)


def _count(session: Session, *conditions: object) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]  # SQLAlchemy's own conditions


def test_the_demo_village_has_its_households_most_of_them_behind_a_door(
    demo_county: DemoCounty,
) -> None:
    with demo_county.database.unit_of_work() as session:
        scope.open_scope(session, loading.VILLAGE)
        assert _count(session, Household.state == "active") == 620
        assert _count(session, Household.door_id.is_not(None)) == 600
        assert _count(session, Person.is_head.is_(True)) == 620
        assert _count(session, PersonTag.tag == "dibao", PersonTag.amount_fen > 0) > 50


def test_the_messy_file_shows_each_outcome(demo_county: DemoCounty) -> None:
    path = Path(demo_county.settings.data_dir / cli.ROSTER)
    with demo_county.database.engine.connect() as connection:
        transaction = connection.begin()
        with Session(
            connection,
            join_transaction_mode="create_savepoint",
            info=demo_county.database.info,
        ) as session:
            counts = importing.bring_in(
                session,
                division_code=loading.VILLAGE,
                content=path.read_bytes(),
                actor=OPERATOR,
                source="import:test",
            )
        transaction.rollback()
    assert counts["refuse"] == 6
    assert counts["persons_add"] == 8
    assert counts["persons_change"] >= 8
    assert counts["leave"] > 590
    assert sum(counts[name] for name in ("refuse", "leave", "change")) == roster.HOUSEHOLDS


def test_the_command_writes_the_messy_file(
    demo_county: DemoCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "get_settings", lambda: demo_county.settings)
    done = CliRunner().invoke(cli.demo, ["roster", str(tmp_path / "a.xlsx")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.xlsx").read_bytes().startswith(b"PK")
