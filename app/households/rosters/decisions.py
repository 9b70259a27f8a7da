"""What is to be done with a household of a roster, line by line, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ADD, CHANGE, LEAVE, REFUSE = "add", "change", "leave", "refuse"
OUTCOMES = (ADD, CHANGE, LEAVE, REFUSE)


@dataclass
class Step:
    """What happens to the person of one line; `fields` are those that change."""

    outcome: str
    person_id: int | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""


@dataclass
class Decision:
    """What happens to a household; `others` members of it the roster does not have."""

    outcome: str
    steps: list[Step]
    household_id: int | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""
    others: int = 0

    def dump(self) -> dict[str, Any]:
        """Write it as JSON can hold it."""
        return {**vars(self), "steps": [vars(step) for step in self.steps]}


def load(content: Mapping[str, Any]) -> Decision:
    """Read back what `Decision.dump` wrote."""
    steps = [Step(**{**step, "fields": tuple(step["fields"])}) for step in content["steps"]]
    return Decision(**{**content, "steps": steps, "fields": tuple(content["fields"])})


def count(decisions: Iterable[Decision]) -> dict[str, int]:
    """Count households and persons by what happens to them: `add`, ..., `persons_add`, ..."""
    counts: Counter[str] = Counter()
    for decision in decisions:
        counts[decision.outcome] += 1
        refused = decision.outcome == REFUSE
        for step in decision.steps:
            counts[f"persons_{REFUSE if refused else step.outcome}"] += 1
    return dict(counts)
