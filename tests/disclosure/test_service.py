"""Rules of publishing: who may, what is kept, what a correction and a withdrawal leave."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.disclosure import queries, service
from app.disclosure.errors import (
    AlreadyWithdrawn,
    ItemNotFound,
    ItemWithdrawn,
    NothingCorrected,
    NothingToRead,
    PublisherElsewhere,
    UnknownTopic,
)
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.organisations import service as organisations
from app.places.errors import DivisionNotFound
from tests import factories
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE


@pytest.fixture
def county(session: Session) -> Session:
    factories.county(session)
    return session


def _publisher(prefix: str, *, organisation_id: int | None = None) -> Actor:
    return Actor("wang", 1, (Grant("disclosure.publish", prefix, organisation_id),))


def _wanted(**changed: object) -> ItemIn:
    facts = {
        "division_code": VILLAGE,
        "topic": "dibao",
        "title": "低保公示",
        "body_markdown": "共 12 户。",
    }
    return ItemIn.model_validate(facts | changed)


def _correction(**changed: object) -> CorrectionIn:
    facts = {"title": "低保公示", "body_markdown": "共 13 户。", "note": "户数有误"}
    return CorrectionIn.model_validate(facts | changed)


def test_an_item_is_published_now_with_its_first_text_kept(county: Session) -> None:
    before = clock.now()
    item = service.publish_item(county, wanted=_wanted(title="  低保\n 公示 "), actor=OPERATOR)
    (kept,) = queries.revisions(county, item.id)
    assert item.title == "低保 公示"
    assert before <= item.published_at <= clock.now()
    assert (kept.number, kept.body_markdown, kept.author) == (1, "共 12 户。", "operator")


def test_no_item_is_published_in_the_future(county: Session) -> None:
    item = factories.item(county, published_at=clock.now() + timedelta(days=3))
    assert item.published_at <= clock.now()


@pytest.mark.parametrize("prefix", [VILLAGE, TOWNSHIP, COUNTY])
def test_who_holds_the_place_or_what_lies_above_may_withdraw(county: Session, prefix: str) -> None:
    item = factories.item(county)
    service.withdraw_item(county, item_id=item.id, reason="有误", actor=_publisher(prefix))
    assert item.ended_as == "withdrawn"


@pytest.mark.parametrize("prefix", [OTHER_VILLAGE, "520203103"])
def test_another_place_may_not_withdraw(county: Session, prefix: str) -> None:
    item = factories.item(county)
    with pytest.raises(Forbidden):
        service.withdraw_item(county, item_id=item.id, reason="有误", actor=_publisher(prefix))


def test_nobody_but_the_operator_publishes_or_corrects_past_the_reviews(county: Session) -> None:
    item, actor = factories.item(county), _publisher(COUNTY)
    with pytest.raises(Forbidden):
        service.publish_item(county, wanted=_wanted(), actor=actor)
    with pytest.raises(Forbidden):
        service.correct_item(county, item_id=item.id, wanted=_correction(), actor=actor)


def test_one_office_does_not_act_for_another(county: Session) -> None:
    ours = factories.office(county, division_code=COUNTY, name="民政局")
    theirs = factories.office(county, division_code=COUNTY, name="财政局")
    item = service.publish_item(county, wanted=_wanted(organisation_id=ours.id), actor=OPERATOR)
    other = _publisher(COUNTY, organisation_id=theirs.id)
    with pytest.raises(Forbidden):
        service.withdraw_item(county, item_id=item.id, reason="有误", actor=other)
    own = _publisher(COUNTY, organisation_id=ours.id)
    assert service.withdraw_item(county, item_id=item.id, reason="有误", actor=own).ended_as


def test_a_publisher_of_another_place_is_refused(county: Session) -> None:
    elsewhere = factories.office(county, division_code=OTHER_VILLAGE)
    with pytest.raises(PublisherElsewhere):
        service.publish_item(county, wanted=_wanted(organisation_id=elsewhere.id), actor=OPERATOR)


def test_a_grant_of_a_township_holds_for_no_county_item(county: Session) -> None:
    item = factories.item(county, division_code=COUNTY)
    with pytest.raises(Forbidden):
        service.withdraw_item(county, item_id=item.id, reason="有误", actor=_publisher(TOWNSHIP))


def test_unknown_topics_and_places_are_refused(county: Session) -> None:
    with pytest.raises(UnknownTopic):
        service.publish_item(county, wanted=_wanted(topic="none"), actor=OPERATOR)
    with pytest.raises(DivisionNotFound):
        service.publish_item(county, wanted=_wanted(division_code="520203102999"), actor=OPERATOR)


@pytest.mark.parametrize(
    "changed", [{"title": " \u3000"}, {"title": "\u200b"}, {"body_markdown": "![图](a.png)"}]
)
def test_an_item_without_words_is_refused(county: Session, changed: dict[str, str]) -> None:
    with pytest.raises(NothingToRead):
        service.publish_item(county, wanted=_wanted(**changed), actor=OPERATOR)


def test_a_correction_is_a_new_revision_beside_the_old_text(county: Session) -> None:
    item = factories.item(county, title="低保公示")
    published_at = item.published_at
    service.correct_item(county, item_id=item.id, wanted=_correction(), actor=OPERATOR)
    new, old = queries.revisions(county, item.id)
    assert (item.revision, item.body_html) == (2, "<p>共 13 户。</p>\n")
    assert item.published_at == published_at
    assert (new.number, new.note, old.number, old.note) == (2, "户数有误", 1, None)
    assert "8,640" in old.body_html


def test_a_correction_that_changes_nothing_is_refused(county: Session) -> None:
    item = service.publish_item(county, wanted=_wanted(), actor=OPERATOR)
    with pytest.raises(NothingCorrected):
        service.correct_item(
            county, item_id=item.id, wanted=_correction(body_markdown="共 12 户。"), actor=OPERATOR
        )
    assert len(queries.revisions(county, item.id)) == 1


def test_a_withdrawn_item_is_gone_with_its_reason_and_stays_so(county: Session) -> None:
    item = factories.item(county)
    service.withdraw_item(county, item_id=item.id, reason="名单有误", actor=OPERATOR)
    with pytest.raises(ItemWithdrawn) as gone:
        queries.get_item(county, item.id)
    assert gone.value.facts["reason"] == "名单有误"
    with pytest.raises(AlreadyWithdrawn):
        service.withdraw_item(county, item_id=item.id, reason="再撤", actor=OPERATOR)
    with pytest.raises(AlreadyWithdrawn):
        service.correct_item(county, item_id=item.id, wanted=_correction(), actor=OPERATOR)


def test_an_unknown_item_is_not_found(county: Session) -> None:
    with pytest.raises(ItemNotFound):
        service.withdraw_item(county, item_id=10**12, reason="有误", actor=OPERATOR)


def test_two_corrections_at_once_become_two_revisions(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session).id
    gate = threading.Barrier(2)
    faults: list[Exception] = []

    def correct(number: int) -> None:
        try:
            with database.unit_of_work() as session:
                session.execute(text("SELECT 1"))
                gate.wait(10)
                wanted = _correction(body_markdown=f"共 {number} 户。")
                service.correct_item(session, item_id=item_id, wanted=wanted, actor=OPERATOR)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=correct, args=(number,)) for number in (13, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.unit_of_work() as session:
        texts = queries.revisions(session, item_id)
        assert [one.number for one in texts] == [3, 2, 1]
        assert queries.get_item(session, item_id).body_html == texts[0].body_html


def test_a_changed_topic_is_shown_under_its_new_name(county: Session) -> None:
    service.set_topic(county, code="dibao", name="低保和救助", position=9, tile=None)
    assert queries.topics(county)[-1].name == "低保和救助"


def test_items_follow_a_merger(county: Session) -> None:
    item = factories.item(county, division_code=OTHER_VILLAGE)
    service.follow_merger(county, old_code=OTHER_VILLAGE, new_code=VILLAGE)
    county.expire_all()
    assert queries.get_item(county, item.id).division_code == VILLAGE


def test_a_grant_for_any_office_speaks_for_no_office_above_it_unless_it_names_it(
    county: Session,
) -> None:
    bureau = factories.office(county, division_code=COUNTY, name="民政局")
    own = factories.office(county, division_code=TOWNSHIP, name="便民服务中心")
    anyone, named = _publisher(TOWNSHIP), _publisher(TOWNSHIP, organisation_id=bureau.id)
    item, theirs = (
        service.publish_item(county, wanted=_wanted(organisation_id=one.id), actor=OPERATOR)
        for one in (own, bureau)
    )
    assert service.withdraw_item(county, item_id=item.id, reason="有误", actor=anyone).ended_as
    with pytest.raises(Forbidden):
        service.withdraw_item(county, item_id=theirs.id, reason="有误", actor=anyone)
    assert service.withdraw_item(county, item_id=theirs.id, reason="有误", actor=named).ended_as


def test_nothing_is_published_for_an_office_that_was_closed(county: Session) -> None:
    office = factories.office(county)
    organisations.close(county, organisation_id=office.id, actor=OPERATOR)
    with pytest.raises(PublisherElsewhere):
        service.publish_item(county, wanted=_wanted(organisation_id=office.id), actor=OPERATOR)
