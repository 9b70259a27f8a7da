"""Who may be bound at once: a table of cases, and who a person's dependants are."""

from __future__ import annotations

from datetime import date

import pytest

from app.households import judging
from app.households.binding_errors import LastFourWanted
from app.households.schemas import HouseholdView, PersonView

TODAY = date(2026, 11, 24)
ADULT, SEVENTEEN, FOURTEEN, THIRTEEN = (
    date(1970, 5, 1),
    date(2009, 11, 24),
    date(2012, 11, 24),
    date(2012, 11, 25),
)
PHONE = "13800001234"


def someone(
    number: int,
    *,
    born: date | None = ADULT,
    id_number: str | None = "52020319700501123X",
    relation: str = "other",
) -> PersonView:
    return PersonView(
        id=number,
        household_id=1,
        is_head=relation == "head",
        name="某人",
        id_number=id_number,
        phone=PHONE,
        birth_date=born,
        relation=relation,
        residence="resident",
    )


CASES = {
    # name: (members, numbers of those with the phone, kind, last four) -> (person, why)
    "one adult has the phone and the fact agrees": (
        [someone(1), someone(2)],
        {1},
        "member",
        "123X",
        (1, ""),
    ),
    "a small x is as good": ([someone(1)], {1}, "member", "123x", (1, "")),
    "nobody lives behind the door": ([], {9}, "member", "123X", (None, "no_household")),
    "somebody of another household has the phone": (
        [someone(1)],
        {9},
        "member",
        "123X",
        (None, "phone_unknown"),
    ),
    "two adults share the phone": (
        [someone(1), someone(2, id_number="520203197005011248")],
        {1, 2},
        "member",
        "123X",
        (None, "phone_shared"),
    ),
    "somebody of another household has the phone as well": (
        [someone(1)],
        {1, 9},
        "member",
        "123X",
        (None, "phone_shared"),
    ),
    "an adult and a child share the phone": (
        [someone(1), someone(2, born=THIRTEEN)],
        {1, 2},
        "member",
        "123X",
        (1, ""),
    ),
    "the fact differs": ([someone(1)], {1}, "member", "1239", (None, "fact_differs")),
    "the fact is another member's": (
        [someone(1), someone(2, id_number="520203197005011248")],
        {1},
        "member",
        "1248",
        (None, "fact_differs"),
    ),
    "the register has no ID number": (
        [someone(1, id_number=None)],
        {1},
        "member",
        "123X",
        (None, "fact_unknown"),
    ),
    "a child of seventeen has the phone": (
        [someone(1, born=SEVENTEEN)],
        {1},
        "member",
        "123X",
        (None, "phone_unknown"),
    ),
    "a child of thirteen has the phone": (
        [someone(1, born=THIRTEEN)],
        {1},
        "member",
        "123X",
        (None, "phone_unknown"),
    ),
    "an adult of unknown birth date": (
        [someone(1, born=None)],
        {1},
        "member",
        "123X",
        (1, ""),
    ),
    "a guardian, even where all agrees": (
        [someone(1)],
        {1},
        "guardian",
        "123X",
        (None, "guardian"),
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_request_is_granted_at_once_only_where_one_adult_and_the_fact_agree(case: str) -> None:
    members, with_phone, kind, last_four, expected = CASES[case]
    verdict = judging.judge(
        members, with_phone=with_phone, kind=kind, last_four=last_four, on=TODAY
    )
    assert (verdict.person_id, verdict.why) == expected


@pytest.mark.parametrize(
    ("born", "kind", "fits"),
    [
        (ADULT, "member", True),
        (SEVENTEEN, "member", True),
        (FOURTEEN, "member", True),
        (THIRTEEN, "member", False),
        (None, "member", True),
        (ADULT, "guardian", False),
        (SEVENTEEN, "guardian", True),
        (THIRTEEN, "guardian", True),
        (None, "guardian", False),
    ],
)
def test_under_fourteen_only_a_guardian_and_only_of_a_child(
    born: date | None, kind: str, fits: bool
) -> None:
    assert judging.fits_age(someone(1, born=born), kind=kind, on=TODAY) is fits


HEAD, SPOUSE, SON, GRANDCHILD, BROTHER = (
    someone(1, relation="head"),
    someone(2, relation="spouse"),
    someone(3, born=THIRTEEN, relation="son"),
    someone(4, born=FOURTEEN, relation="granddaughter"),
    someone(5, relation="sibling"),
)
FAMILY = HouseholdView(
    id=1,
    division_code="520203102213",
    group_code=None,
    group_label="",
    number="1",
    address=None,
    door_id=None,
    assistance_officer_id=None,
    state="active",
    version=1,
    members=(HEAD, SPOUSE, SON, GRANDCHILD, BROTHER),
)


@pytest.mark.parametrize(
    ("me", "wards", "expected"),
    [
        (HEAD, set(), {3, 4}),
        (SPOUSE, set(), {3}),
        (BROTHER, set(), set()),
        (BROTHER, {4}, {4}),
        (BROTHER, {2}, set()),  # an adult is nobody's ward here
        (SON, set(), set()),
        (None, {3}, {3}),
        (None, set(), set()),
    ],
)
def test_dependants_are_children_of_whom_one_is_head_parent_or_guardian(
    me: PersonView | None, wards: set[int], expected: set[int]
) -> None:
    assert judging.dependants(FAMILY, me=me, wards=wards, on=TODAY) == expected


@pytest.mark.parametrize("text", ["123X", "１２３x", " 123x ", "0000"])
def test_the_last_four_are_read_as_people_type_them(text: str) -> None:
    assert judging.last_four(text)[-1] in "X0"


@pytest.mark.parametrize("text", ["", "123", "12X4", "12345", "abcd", "½234"])
def test_what_is_no_end_of_an_id_number_is_refused(text: str) -> None:
    with pytest.raises(LastFourWanted):
        judging.last_four(text)
