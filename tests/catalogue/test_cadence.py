"""Terms as catalogues write them, and the names of periods."""

from __future__ import annotations

from datetime import date

import pytest

from app.catalogue import periods
from app.catalogue.cadence import Cadence, parse
from app.catalogue.models import Kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("自信息形成或者变更之日起20个工作日内", Cadence(Kind.WORKING_DAYS, 20)),
        ("7个工作日", Cadence(Kind.WORKING_DAYS, 7)),
        ("自该信息形成之日起 二十 个工作日内予以公开", Cadence(Kind.WORKING_DAYS, 20)),
        ("十五个工作日内", Cadence(Kind.WORKING_DAYS, 15)),
        ("每月", Cadence(Kind.MONTHLY)),
        ("按季度公开", Cadence(Kind.QUARTERLY)),
        ("每季度结束后5个工作日内公开", Cadence(Kind.QUARTERLY, due_days=5)),
        ("每半年一次", Cadence(Kind.HALF_YEARLY)),
        ("年度结束后二十个工作日内", Cadence(Kind.YEARLY, due_days=20)),
        ("实时公开", Cadence(Kind.AT_ONCE, 1)),
        ("即时", Cadence(Kind.AT_ONCE, 1)),
        ("及时公开；每月更新", Cadence(Kind.AT_ONCE, 1)),
        ("长期公开", Cadence(Kind.UNPARSED)),
        ("", Cadence(Kind.UNPARSED)),
    ],
)
def test_a_term_is_read_as_working_days_or_a_cadence(text: str, wanted: Cadence) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    ("kind", "name", "last", "following", "before", "said"),
    [
        (Kind.MONTHLY, "2026-12", date(2026, 12, 31), "2027-01", "2026-11", "2026年12月"),
        (Kind.QUARTERLY, "2026Q4", date(2026, 12, 31), "2027Q1", "2026Q3", "2026年第4季度"),
        (Kind.HALF_YEARLY, "2026H1", date(2026, 6, 30), "2026H2", "2025H2", "2026年上半年"),
        (Kind.YEARLY, "2026", date(2026, 12, 31), "2027", "2025", "2026年度"),
    ],
)
def test_a_period_knows_its_end_its_neighbours_and_its_name(
    kind: Kind, name: str, last: date, following: str, before: str, said: str
) -> None:
    assert periods.of(kind, last) == name
    assert periods.kind_of(name) == kind
    assert periods.end(name) == last
    assert (periods.following(name), periods.before(name)) == (following, before)
    assert periods.name(name) == said


def test_what_names_no_period_is_refused() -> None:
    for text in ("2026-13", "2026-00", "2026Q5", "26", "2026-1"):
        with pytest.raises(ValueError, match="period"):
            periods.end(text)


def test_the_periods_between_two_days_are_listed_with_both_ends() -> None:
    found = periods.between(Kind.MONTHLY, date(2026, 11, 25), date(2027, 1, 1))
    assert found == ["2026-11", "2026-12", "2027-01"]
