"""How long what visits leave behind is kept: terms as data, each with its source.

A question about a visit can be asked for as long as the ledger tells who read it: three years. What
a device carried, and what a person has settled, answers nothing for longer than a season.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from app.households.terms import SOURCE, Term

TERMS: Mapping[str, Term] = MappingProxyType(
    {
        "visit": Term("走访记录和改动前的样子", 3, "走访", SOURCE, date(2021, 11, 1)),
        "need": Term("诉求和办理经过", 3, "办结或者答复不能办理", SOURCE, date(2021, 11, 1)),
    }
)

DAYS: Mapping[str, int] = MappingProxyType(
    {
        "settled_message": 90,  # for a complaint about how it was settled
        "ended_pack": 90,  # so long a device may stay away and still send what was logged on it
    }
)
"""How many days each thing is kept once it is over."""
