"""Family names, and words that begin like a name and are none, as `names.toml` lists them."""

from __future__ import annotations

import tomllib
from pathlib import Path

_LISTS: dict[str, str] = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8"))

SINGLE = frozenset("".join(_LISTS["single"].split()))
COMMON = frozenset("".join(_LISTS["common"].split()))
COMPOUND = frozenset(_LISTS["compound"].split())
NO_NAMES = frozenset(_LISTS["no_names"].split())
