"""Coming to be bound leaves no personal value where it does not belong."""

from __future__ import annotations

from tests.journeys.canary_bindings import bind_head, by_the_clerk
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch


def test_coming_to_be_bound_leaves_no_value_where_it_does_not_belong(
    watch: Watch, world: World
) -> None:
    world.phone_changes()
    _head, bound = bind_head(world, watch)
    by_the_clerk(world, watch, bound)
    assert watch.leaks() == []
