"""Mergers: from their date on an old code leads to the new village, and higher domains are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import access, changes, clock, outbox
from app.kernel.errors import Forbidden
from app.places import queries, service
from app.places.errors import DivisionNotFound, ImportRefused, MergerRefused
from app.places.models import DivisionMerger
from tests.places.tables import GROUPS, SECOND, SMALL, VILLAGE, bring_in, without

A, B, C, ELSEWHERE = "520203102213", "520203102214", "520203102215", "520203106201"
PAST = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    """Give every test here the small county, and village A its groups."""
    bring_in(session, *SMALL)
    bring_in(session, *GROUPS)


def _merge(session: Session, *old: str, into: str, on: date = PAST) -> list[str]:
    return service.merge_villages(
        session, old_codes=old, new_code=into, effective_on=on, actor=access.OPERATOR
    )


def _told(session: Session) -> Sequence[dict[str, object]]:
    query = select(outbox.OutboxRow.payload).where(outbox.OutboxRow.task == "places.follow_merger")
    return session.scalars(query.order_by(outbox.OutboxRow.id)).all()


def test_a_merger_of_today_or_before_takes_effect_at_once(session: Session) -> None:
    assert _merge(session, A, C, into=B) == [A, C]
    old = queries.get(session, A)
    assert (old.short_name, old.ended_on, old.successor_code) == ("青杠林村", PAST, B)
    assert queries.resolve(session, A) == B
    assert queries.in_force(session, [A, B, C]) == {B}
    assert _told(session) == [
        {"old_code": A, "new_code": B},
        {"old_code": C, "new_code": B},
    ]


def test_a_merger_to_come_waits_for_its_day_and_is_done_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = clock.today() + timedelta(days=30)
    assert _merge(session, A, into=B, on=day) == []
    assert service.apply_due_mergers(session) == []
    assert (queries.resolve(session, A), _told(session)) == (A, [])
    assert queries.get(session, A).successor_code is None
    monkeypatch.setattr(clock, "today", lambda: day)
    assert service.apply_due_mergers(session) == [A]
    assert service.apply_due_mergers(session) == []
    assert queries.resolve(session, A) == B
    assert queries.get(session, A).ended_on == day
    assert len(_told(session)) == 1


def test_a_merger_said_again_changes_nothing(session: Session) -> None:
    _merge(session, A, into=B)
    assert _merge(session, A, into=B) == []
    assert len(_told(session)) == 1


def test_a_merger_to_come_may_be_decided_anew(session: Session) -> None:
    day = clock.today() + timedelta(days=30)
    _merge(session, A, into=B, on=day)
    _merge(session, A, into=C, on=day + timedelta(days=1))
    assert service.apply_due_mergers(session, on=day) == []
    assert service.apply_due_mergers(session, on=day + timedelta(days=1)) == [A]
    assert queries.resolve(session, A) == C


def test_an_old_code_follows_a_chain_of_mergers_to_the_code_of_today(session: Session) -> None:
    _merge(session, A, into=B)
    _merge(session, B, into=ELSEWHERE, on=date(2026, 2, 1))
    assert queries.resolve(session, A) == ELSEWHERE
    assert queries.resolve(session, B) == ELSEWHERE
    assert queries.resolve(session, ELSEWHERE) == ELSEWHERE


@pytest.mark.parametrize("on", [PAST, date(2099, 1, 1)])
def test_a_chain_that_would_come_round_is_refused(session: Session, on: date) -> None:
    _merge(session, A, into=B, on=on)
    _merge(session, B, into=C, on=on)
    with pytest.raises(MergerRefused) as refusal:
        _merge(session, C, into=A, on=on)
    assert "绕成一圈" in refusal.value.sentence
    with pytest.raises(MergerRefused):
        _merge(session, ELSEWHERE, into=ELSEWHERE, on=on)


def test_groups_keep_their_codes_and_are_listed_under_the_new_village(session: Session) -> None:
    _merge(session, A, into=B)
    _merge(session, B, into=C)
    assert [group.code for group in queries.children(session, C)] == [A + "01", A + "02"]
    assert bring_in(session, *GROUPS).unchanged == 2
    assert [place.code for place in queries.lineage(session, A + "01")] == [
        "520203",
        "520203102",
        A,
        A + "01",
    ]


def test_a_village_that_an_import_already_closed_is_merged_all_the_same(session: Session) -> None:
    bring_in(session, *without(VILLAGE), on=PAST)
    assert _merge(session, A, into=B, on=date(2025, 6, 1)) == [A]
    assert queries.resolve(session, A) == B
    assert queries.get(session, A).ended_on == PAST


def test_a_table_that_still_lists_a_merged_village_is_refused_at_that_line(
    session: Session,
) -> None:
    _merge(session, A, into=B)
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, *SMALL, on=date(2026, 2, 1))
    assert refusal.value.facts["lines"] == [(5, "这个村已经并入别的村，代码不再使用。")]
    assert bring_in(session, *without(VILLAGE), on=date(2026, 2, 1)).unchanged == 6


def test_a_village_renamed_after_the_day_of_a_late_merger_is_closed_on_the_renaming(
    session: Session,
) -> None:
    day = clock.today() + timedelta(days=30)
    _merge(session, A, into=B, on=day)
    late = queries.history(session, A)[-1].valid_from
    bring_in(session, *without(VILLAGE), VILLAGE.replace("青杠林", "青龙"), on=PAST)
    _merge_row_day(session, late)
    assert service.apply_due_mergers(session) == [A]
    assert queries.get(session, A).ended_on == PAST


def _merge_row_day(session: Session, day: date) -> None:
    """Move the waiting merger to a day before the newest name began."""
    session.get_one(DivisionMerger, A).effective_on = day
    session.flush()


@pytest.mark.parametrize(
    ("old", "new", "on", "sentence"),
    [
        ("520203102", B, PAST, "只有村和社区"),
        (A, "520203102", PAST, "只有村和社区"),
        (A, "520204101201", PAST, "同一个县"),
        (A, B, date(2024, 12, 31), "（2025年1月1日）"),
    ],
)
def test_mergers_that_make_no_sense_are_refused(
    session: Session, old: str, new: str, on: date, sentence: str
) -> None:
    bring_in(session, "520204,,county,某县")
    bring_in(session, "520204101,520204,township,某镇")
    bring_in(session, "520204101201,520204101,village,某村村民委员会")
    with pytest.raises(MergerRefused) as refusal:
        _merge(session, old, into=new, on=on)
    assert sentence in refusal.value.sentence


def test_a_village_cannot_be_merged_twice_or_into_one_that_is_gone(session: Session) -> None:
    _merge(session, A, into=B)
    with pytest.raises(MergerRefused, match="merger_refused") as twice:
        _merge(session, A, into=C)
    assert "已经并入" in twice.value.sentence
    with pytest.raises(MergerRefused) as gone:
        _merge(session, C, into=A)
    assert "已经撤销" in gone.value.sentence
    with pytest.raises(DivisionNotFound):
        _merge(session, "520203102999", into=B)


def test_only_who_maintains_both_villages_may_merge_them(session: Session) -> None:
    clerk = access.Actor("clerk", 1, (access.Grant("places.maintain", "520203102"),))
    with pytest.raises(Forbidden):
        service.merge_villages(
            session, old_codes=[A], new_code=ELSEWHERE, effective_on=PAST, actor=clerk
        )
    assert queries.resolve(session, A) == A


def test_a_merger_announces_its_county_when_it_takes_effect(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(changes, "division_changed", lambda _session, code: told.append(code))
    _merge(session, A, into=ELSEWHERE, on=clock.today() + timedelta(days=1))
    assert told == []
    _merge(session, A, into=ELSEWHERE)
    assert told == ["520203"]


def test_what_an_import_closes_while_a_merger_waits_stays_closed_when_it_comes(
    session: Session,
) -> None:
    day = clock.today() + timedelta(days=1)
    _merge(session, B, into=A, on=day)
    bring_in(session, *without(SECOND), on=PAST)
    assert service.apply_due_mergers(session, on=day) == [B]
    assert queries.get(session, B).ended_on == PAST


def test_a_village_knows_all_that_became_part_of_it_by_way_of_others_too(session: Session) -> None:
    assert queries.former(session, B) == []
    _merge(session, A, into=B)
    _merge(session, B, into=C)
    assert [one.code for one in queries.former(session, C)] == [A, B]
    assert [one.code for one in queries.former(session, B)] == [A]
    assert queries.former(session, A) == []
