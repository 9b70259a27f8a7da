"""Short names for screens and plates, derived from the official ones."""

from __future__ import annotations

from app.places.models import Level

VILLAGE_COMMITTEES = ("村民委员会", "村委会")
COMMUNITY_COMMITTEES = ("居民委员会", "居委会")


def shorten(name: str, *, level: str) -> str:
    """Drop the committee from a village's official name; other names stay as they are.

    青杠林村村民委员会 → 青杠林村, 那玉村民委员会 → 那玉村, 青龙社区居民委员会 → 青龙社区,
    平寨居民委员会 → 平寨社区.
    """
    if level != Level.VILLAGE:
        return name
    for endings, kind in ((VILLAGE_COMMITTEES, "村"), (COMMUNITY_COMMITTEES, "社区")):
        for ending in endings:
            stem = name.removesuffix(ending)
            if stem and stem != name:
                return stem if stem.endswith(("村", "社区")) else stem + kind
    return name
