"""Bringing a roster in leaves no personal value where it does not belong."""

from __future__ import annotations

from tests.journeys.canary_rosters import bring_in
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch


def test_a_roster_brought_in_leaves_no_value_where_it_does_not_belong(
    watch: Watch, world: World
) -> None:
    bring_in(world, watch)
    assert watch.leaks() == []
