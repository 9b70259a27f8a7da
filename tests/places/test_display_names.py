"""Short names, over the whole real county and over the forms other counties use."""

from __future__ import annotations

import csv

import pytest

from app.places.display_names import shorten
from tests.places.tables import REAL


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [
        ("青杠林村村民委员会", "village", "青杠林村"),
        ("那玉村民委员会", "village", "那玉村"),
        ("那玉村委会", "village", "那玉村"),
        ("青龙社区居民委员会", "village", "青龙社区"),
        ("平寨居民委员会", "village", "平寨社区"),
        ("平寨社区居委会", "village", "平寨社区"),
        ("村民委员会", "village", "村民委员会"),
        ("国营羊场农场", "village", "国营羊场农场"),
        ("六枝特区", "county", "六枝特区"),
        ("牛场苗族彝族乡", "township", "牛场苗族彝族乡"),
        ("村委会组", "group", "村委会组"),
    ],
)
def test_the_committee_is_dropped_and_the_place_stays(name: str, level: str, short: str) -> None:
    assert shorten(name, level=level) == short


def test_every_village_of_the_real_county_is_a_village_or_a_community_and_nothing_more() -> None:
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shorts = [(row, shorten(row["name"], level=row["level"])) for row in rows]
    assert len(shorts) == 272
    for row, short in shorts:
        if row["level"] == "village":
            assert row["name"] in {f"{short}村民委员会", f"{short}居民委员会"}
            assert short.endswith(("村", "社区"))
            assert not short.endswith(("村村", "社区社区"))
        else:
            assert short == row["name"]
