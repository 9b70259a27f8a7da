"""`python -m tests.screening.measure`: recall and precision on both parts of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.screening.detecting import everything
from app.screening.schemas import PERSONAL

CORPUS = Path(__file__).parent / "corpus"
PARTS = ("own", "held_out")
KINDS = tuple(sorted(PERSONAL))


@dataclass
class Measure:
    """Counts per kind: labels, labels found, findings, findings that are labelled."""

    passages: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    amiss: list[str] = field(default_factory=list)

    def recall(self, kind: str) -> float:
        """Tell which share of the labels was found."""
        return self.found[kind] / self.labels[kind] if self.labels[kind] else 1.0

    def precision(self, kind: str) -> float:
        """Tell which share of the findings is labelled."""
        return self.right[kind] / self.findings[kind] if self.findings[kind] else 1.0


Span = tuple[int, int, str]


def measure(passages: Iterable[dict[str, object]]) -> Measure:
    """Compare what is found with the labels; a span counts when it overlaps one of its kind."""
    result = Measure()
    for passage in passages:
        text = str(passage["text"])
        labels = [(start, end, kind) for start, end, kind in passage["spans"]]  # type: ignore[attr-defined]
        found = [(one.start, one.end, str(one.kind)) for one in everything.find(text)]
        result.passages += 1
        for span in labels:
            result.labels[span[2]] += 1
            if _meets(span, found):
                result.found[span[2]] += 1
            else:
                result.amiss.append(f"{passage['id']} missed {span[2]}")
        for span in found:
            result.findings[span[2]] += 1
            if _meets(span, labels):
                result.right[span[2]] += 1
            else:
                result.amiss.append(f"{passage['id']} unasked {span[2]}")
    return result


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span[2] == kind and span[0] < end and start < span[1] for start, end, kind in others)


def passages(part: str) -> list[dict[str, object]]:
    """Read a part of the corpus; one that is not there is empty."""
    file = CORPUS / f"{part}.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    """Print the table that stands in docs/screening.md."""
    print("| part | passages | kind | labels | recall | precision |")
    print("|---|---|---|---|---|---|")
    for part in PARTS:
        result = measure(passages(part))
        for kind in KINDS if result.passages else ():
            print(
                f"| {part} | {result.passages} | {kind} | {result.labels[kind]} "
                f"| {result.recall(kind):.1%} | {result.precision(kind):.1%} |"
            )


if __name__ == "__main__":
    main()
