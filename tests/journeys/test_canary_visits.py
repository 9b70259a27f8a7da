"""Visits, with signal and without, leave no personal value where it does not belong."""

from __future__ import annotations

from tests.journeys import canary_visits
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch


def test_a_visit_and_its_need_leave_no_value_where_it_does_not_belong(
    watch: Watch, world: World
) -> None:
    canary_visits.visit(world, watch)
    assert watch.leaks() == []


def test_what_a_device_carries_and_sends_leaves_no_value_where_it_does_not_belong(
    watch: Watch, world: World
) -> None:
    canary_visits.offline(world, watch)
    assert watch.leaks() == []
