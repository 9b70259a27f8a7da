"""What nginx keeps and what it does not; where it is missing, what the app offers it to keep."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.orm import Session

from app.disclosure import service as disclosure
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.deploy.visitors import Visitor

ELDER = "mode=elder"
ELDER_MARK = 'value="normal"'  # the button that leads back to the ordinary display


@pytest.fixture
def item_id(database: Database) -> int:
    """Publish an item in a county of its own."""
    with database.unit_of_work() as session:
        factories.county(session)
        return factories.item(session).id


def _withdraw(session: Session, item_id: int) -> None:
    disclosure.withdraw_item(session, item_id=item_id, reason="内容有误", actor=OPERATOR)


def test_a_page_is_kept_and_browsers_are_still_told_to_ask_again(
    visitor: Visitor, item_id: int
) -> None:
    first = visitor.get(f"/items/{item_id}")
    kept = visitor.get_kept(f"/items/{item_id}")
    assert (first.status, kept.status) == (200, 200)
    assert kept.text == first.text
    assert kept.headers["Cache-Control"] == "no-cache"
    assert kept.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert kept.headers["X-Accel-Expires"] is None or not visitor.through_nginx


def test_a_browser_that_has_the_page_is_told_so_without_it(visitor: Visitor, item_id: int) -> None:
    tag = visitor.get_kept(f"/items/{item_id}").headers["ETag"]
    again = visitor.get(f"/items/{item_id}", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "shown", [{"Cookie": "a=1; sunshine_session=x"}, {"Authorization": "Bearer x"}]
)
def test_whoever_shows_who_they_are_goes_past_the_cache(
    visitor: Visitor, item_id: int, shown: dict[str, str]
) -> None:
    visitor.get_kept(f"/items/{item_id}")
    for _ in range(2):
        own = visitor.get(f"/items/{item_id}", **shown)
        assert not visitor.is_kept(own)
        assert own.headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("item_id")
def test_a_token_is_seen_by_the_app_and_not_answered_from_the_cache(visitor: Visitor) -> None:
    path = f"/api/v1/divisions/{factories.VILLAGE}"
    assert visitor.get_kept(path).status == 200
    assert visitor.get(path, Authorization="Bearer wrong").status == 401


def test_the_elder_display_has_a_copy_of_its_own(visitor: Visitor, item_id: int) -> None:
    path = f"/items/{item_id}"
    for _ in range(20):
        assert ELDER_MARK in visitor.get(path, Cookie=ELDER).text
        assert ELDER_MARK not in visitor.get(path).text
    assert ELDER_MARK in visitor.get_kept(path, Cookie=ELDER).text
    assert ELDER_MARK not in visitor.get_kept(path).text


@pytest.mark.parametrize(
    "cookie", ["mode=other; mode=elder", "x=1;mode=elder ;y=2", "mode=elder\xa0", "xmode=elder"]
)
def test_no_spelling_of_the_cookie_changes_what_others_see(
    visitor: Visitor, item_id: int, cookie: str
) -> None:
    path = f"/items/{item_id}"
    for _ in range(20):
        visitor.get(path, Cookie=cookie)
        assert ELDER_MARK not in visitor.get(path).text
        assert ELDER_MARK in visitor.get(path, Cookie=ELDER).text


def test_other_cookies_share_one_copy(visitor: Visitor, item_id: int) -> None:
    path = f"/items/{item_id}"
    deadline = time.monotonic() + 10
    number = 0
    while True:  # two visitors with cookies nobody has, in one second
        visitor.get(path, Cookie=f"_visit={number}")
        if visitor.is_kept(visitor.get(path, Cookie=f"_visit={number + 1}")):
            break
        assert time.monotonic() < deadline
        number += 2


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1, gzip;q=0.5", "gzip"),
        ("identity", None),
        (None, None),
    ],
)
def test_each_visitor_gets_an_encoding_they_can_read(
    visitor: Visitor, item_id: int, accepted: str | None, encoding: str | None
) -> None:
    path = f"/items/{item_id}"
    headers = {"Accept-Encoding": accepted} if accepted else {}
    plain = visitor.get(path).text
    visitor.get(path, Accept_Encoding="gzip")
    for answer in (visitor.get(path, **headers), visitor.get_kept(path, **headers)):
        assert answer.headers["Content-Encoding"] == encoding
        assert answer.text == plain
        assert answer.headers["Vary"] == "Accept-Encoding, Cookie"


def test_a_withdrawn_item_is_gone_within_a_second_of_the_commit(
    visitor: Visitor, database: Database, item_id: int
) -> None:
    path = f"/items/{item_id}"
    visitor.get_kept(path)
    with database.unit_of_work() as session:
        _withdraw(session, item_id)
    committed = time.monotonic()
    while (answer := visitor.get(path)).status != 410:
        assert answer.status == 200
        assert time.monotonic() - committed < 1.0
    assert visitor.get(path, Accept_Encoding="gzip").status == 410
    assert visitor.get(path, Cookie=ELDER).status == 410


def test_what_is_gone_or_unknown_is_asked_for_every_time(
    visitor: Visitor, database: Database, item_id: int
) -> None:
    with database.unit_of_work() as session:
        _withdraw(session, item_id)
    for path, status in ((f"/items/{item_id}", 410), ("/items/999999999", 404)):
        deadline = time.monotonic() + 1.0
        while (answer := visitor.get(path)).status != status:
            assert time.monotonic() < deadline
        for _ in range(5):
            answer = visitor.get(path)
            assert answer.status == status
            assert not visitor.is_kept(answer)
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_head_request_is_answered_without_a_body(visitor: Visitor, item_id: int) -> None:
    whole = visitor.get(f"/items/{item_id}", Accept_Encoding="gzip")
    head = visitor.get(f"/items/{item_id}", method="HEAD", Accept_Encoding="gzip")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
