"""What the detectors are held to on the labelled corpus; docs/screening.md has the figures."""

from __future__ import annotations

import pytest

from app.screening.detecting import everything
from app.screening.masking import mask
from app.screening.schemas import Kind
from tests.screening import measure

FLOORS = {Kind.ADDRESS: 0.95, Kind.HEALTH_NAME: 0.95}


@pytest.mark.parametrize("part", measure.PARTS)
@pytest.mark.parametrize("kind", [Kind.ID_NUMBER, Kind.BANK_CARD, Kind.PHONE])
def test_no_number_of_the_corpus_is_missed(part: str, kind: Kind) -> None:
    result = measure.measure(measure.passages(part))
    assert result.recall(kind) == 1, [line for line in result.amiss if "missed" in line]


@pytest.mark.parametrize("kind", list(FLOORS))
def test_most_doors_and_names_of_our_own_corpus_are_found(kind: Kind) -> None:
    result = measure.measure(measure.passages("own"))
    assert result.recall(kind) >= FLOORS[kind], result.amiss


@pytest.mark.parametrize("kind", measure.KINDS)
def test_few_findings_in_our_own_corpus_are_unasked_for(kind: str) -> None:
    result = measure.measure(measure.passages("own"))
    assert result.precision(kind) >= 0.95, result.amiss


def test_our_own_corpus_is_big_and_each_label_stands_in_its_text() -> None:
    passages = measure.passages("own")
    assert len(passages) >= 320
    assert len({str(passage["id"]) for passage in passages}) == len(passages)
    for passage in passages:
        for start, end, _kind in passage["spans"]:  # type: ignore[attr-defined]
            assert 0 <= start < end <= len(str(passage["text"]))


def test_nothing_is_found_in_the_corpus_once_it_is_masked() -> None:
    for passage in measure.passages("own"):
        text = str(passage["text"])
        assert everything.find(mask(text, everything.find(text))) == [], passage["id"]
