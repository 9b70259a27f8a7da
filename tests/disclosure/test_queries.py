"""Feeds: newest first, the right places, and nothing skipped or shown twice on the way down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.disclosure import queries, service
from app.disclosure.errors import ItemNotFound, ItemWithdrawn, TopicNotFound
from app.disclosure.models import Item, ItemRevision
from app.kernel.access import OPERATOR
from tests import factories
from tests.factories import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE

LINEAGE = [COUNTY, TOWNSHIP, VILLAGE]
START = datetime(2026, 3, 1, tzinfo=UTC)
TOPICS = ("dibao", "employment")


@pytest.fixture
def county(session: Session) -> Session:
    factories.county(session)
    return session


def _withdraw(session: Session, item_id: int) -> None:
    service.withdraw_item(session, item_id=item_id, reason="数字有误", actor=OPERATOR)


def _ids(session: Session, **wanted: object) -> list[int]:
    feed = queries.feed(session, codes=LINEAGE, **wanted)  # type: ignore[arg-type]
    return [row.id for row in feed.rows]


def test_a_village_reads_its_own_its_townships_and_its_countys_items(county: Session) -> None:
    shown = [factories.item(county, division_code=code).id for code in LINEAGE]
    for code in (OTHER_VILLAGE, OTHER_TOWNSHIP, f"{OTHER_TOWNSHIP}201"):
        factories.item(county, division_code=code)
    assert sorted(_ids(county)) == sorted(shown)


def test_a_topic_shows_its_own_items_alone(county: Session) -> None:
    one = factories.item(county, topic="dibao").id
    factories.item(county, topic="employment")
    assert _ids(county, topic="dibao") == [one]


def test_items_of_one_moment_are_in_a_fixed_order(county: Session) -> None:
    numbers = [factories.item(county, published_at=START).id for _ in range(5)]
    assert _ids(county) == sorted(numbers, reverse=True)


def test_the_last_page_leads_nowhere(county: Session) -> None:
    for _ in range(3):
        factories.item(county)
    assert queries.feed(county, codes=LINEAGE, limit=3).next is None
    assert queries.feed(county, codes=LINEAGE, limit=2).next is not None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["page", "publish", "withdraw"]),
        st.integers(min_value=0, max_value=5),
        st.sampled_from([COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE]),
        st.sampled_from(TOPICS),
    ),
    max_size=14,
)


@given(
    first=st.lists(st.integers(min_value=0, max_value=6), max_size=14),
    steps=STEPS,
    limit=st.integers(min_value=1, max_value=4),
    topic=st.sampled_from([None, "dibao"]),
)
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_paging_never_skips_nor_repeats_while_items_come_and_go(
    county: Session,
    first: list[int],
    steps: list[tuple[str, int, str, str]],
    limit: int,
    topic: str | None,
) -> None:
    county.execute(delete(ItemRevision))
    county.execute(delete(Item))
    county.expire_all()
    # Few moments for many items: most stand beside others of the same time.
    stood_at_first = [
        factories.item(
            county,
            division_code=LINEAGE[number % 3],
            topic=TOPICS[number % 2],
            published_at=START + timedelta(hours=number // 2),
        )
        for number in first
    ]
    expected = {one.id for one in stood_at_first if topic in (None, one.topic_code)}
    withdrawn: set[int] = set()
    seen: list[int] = []
    before: tuple[datetime, int] | None = None
    ended = False
    for act, number, code, subject in [*steps, *[("page", 0, "", "")] * 40]:
        if act == "publish":
            moment = START + timedelta(days=1, hours=number)
            factories.item(county, division_code=code, topic=subject, published_at=moment)
        elif act == "withdraw" and number < len(stood_at_first):
            item = stood_at_first[number]
            if item.id not in withdrawn:
                _withdraw(county, item.id)
                withdrawn.add(item.id)
        elif act == "page" and not ended:
            feed = queries.feed(county, codes=LINEAGE, topic=topic, before=before, limit=limit)
            keys = [(row.published_at, row.id) for row in feed.rows]
            assert keys == sorted(keys, reverse=True)
            assert not withdrawn & {row.id for row in feed.rows}
            seen += [row.id for row in feed.rows]
            before, ended = feed.next, feed.next is None
    assert ended
    assert len(seen) == len(set(seen))
    assert expected - withdrawn <= set(seen)


def test_the_newest_of_each_topic_stands_on_its_tile(county: Session) -> None:
    factories.item(county, topic="dibao", division_code=COUNTY, published_at=START)
    newest = factories.item(county, topic="dibao", published_at=START + timedelta(days=1))
    elsewhere = factories.item(county, topic="dibao", division_code=OTHER_VILLAGE)
    found = queries.newest_by_topic(county, codes=LINEAGE, topics=["dibao", "employment"])
    assert {code: row.id for code, row in found.items()} == {"dibao": newest.id}
    _withdraw(county, newest.id)
    found = queries.newest_by_topic(county, codes=LINEAGE, topics=["dibao"])
    assert found["dibao"].id not in (newest.id, elsewhere.id)


def test_a_withdrawn_item_is_on_no_feed_and_no_board(county: Session) -> None:
    item = factories.item(county)
    assert [one.id for one in queries.latest_whole(county, codes=[VILLAGE], limit=8)] == [item.id]
    _withdraw(county, item.id)
    assert _ids(county) == []
    assert queries.latest_whole(county, codes=[VILLAGE], limit=8) == []
    with pytest.raises(ItemWithdrawn):
        queries.get_item(county, item.id)


@pytest.mark.parametrize("item_id", [10**12, 2**63, 10**30])
def test_a_number_nobody_gave_out_is_not_found(county: Session, item_id: int) -> None:
    with pytest.raises(ItemNotFound):
        queries.get_item(county, item_id)


def test_topics_stand_in_their_order(county: Session) -> None:
    service.set_topic(county, code="party_affairs", name="党务", position=0, tile=None)
    topics = queries.topics(county)
    assert [topic.code for topic in topics][:2] == ["party_affairs", "village_collective_fund"]
    assert queries.get_topic(county, "party_affairs").tile is None
    with pytest.raises(TopicNotFound):
        queries.get_topic(county, "none")
