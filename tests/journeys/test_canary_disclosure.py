"""The desk and the ledger of a village's fund leave no personal value where it does not belong."""

from __future__ import annotations

from tests.journeys import canary_disclosure
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch


def test_a_draft_that_was_stopped_and_masked_leaves_nothing_of_what_it_said(
    watch: Watch, world: World
) -> None:
    canary_disclosure.publish(world, watch)
    assert watch.leaks() == []


def test_a_line_and_a_question_that_were_refused_leave_nothing_of_what_they_said(
    watch: Watch, world: World
) -> None:
    canary_disclosure.keep_the_ledger(world, watch)
    assert watch.leaks() == []
