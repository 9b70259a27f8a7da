"""From a draft to the public: three people, the gate, the lock, the trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.disclosure import queries, service
from app.disclosure.errors import (
    BadExpiry,
    BadSchedule,
    DraftChanged,
    DraftNotFound,
    ItemExpired,
    LockedTextDiffers,
    NoteWanted,
    PersonWanted,
    SamePerson,
    WordsWanted,
)
from app.disclosure.models import DraftReview, Item
from app.disclosure.schemas import PassageIn
from app.kernel import clock, outbox
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.errors import Forbidden
from tests import factories
from tests.catalogue import world
from tests.catalogue.sheets import row
from tests.disclosure.desk import Desk, desk, person
from tests.factories import COUNTY, OTHER_TOWNSHIP, VILLAGE


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def _reads(session: Session, item_id: int) -> str:
    return queries.get_item(session, item_id).body_html


def test_three_people_pass_a_text_and_it_is_public(desk: Desk) -> None:
    draft = desk.submit(desk.write())
    seen = [draft.state]
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
        seen.append(draft.state)
    assert seen == ["first_review", "second_review", "final_review", "published"]
    assert draft.item_id is not None
    assert "共 12 户" in _reads(desk.session, draft.item_id)
    (kept,) = queries.revisions(desk.session, draft.item_id)
    assert kept.author == "author"
    assert [one.verdict for one in queries.reviews(desk.session, draft.id)] == ["pass"] * 3


def test_nothing_is_public_before_the_last_of_them(desk: Desk) -> None:
    draft = desk.submit(desk.write())
    for actor in (desk.first, desk.second):
        desk.review(draft, actor)
        assert desk.session.scalars(select(Item)).all() == []


def test_one_person_with_every_right_passes_one_step_of_a_text(desk: Desk) -> None:
    steps = ("first", "second")
    grants = tuple(Grant(f"disclosure.review_{one}", COUNTY, desk.office) for one in steps)
    both = Actor("both", desk.first.staff_id, grants)
    draft = desk.review(desk.submit(desk.write()), both)
    with pytest.raises(SamePerson):
        desk.review(draft, both)
    assert desk.review(draft, desk.second).state == "final_review"


def test_the_author_and_whoever_wrote_before_review_nothing_of_it(desk: Desk) -> None:
    grants = (
        Grant("disclosure.publish", COUNTY, desk.office),
        Grant("disclosure.review_first", COUNTY, desk.office),
    )
    author = Actor("author", desk.author.staff_id, grants)
    other = person(desk.session, "colleague", "disclosure.publish", desk.office)
    draft = service.take_over(desk.session, draft_id=desk.write().id, actor=other)
    draft = service.submit(
        desk.session, draft_id=draft.id, version=draft.version, exception_reason="", actor=other
    )
    with pytest.raises(SamePerson):
        desk.review(draft, author)
    with pytest.raises(SamePerson):
        desk.review(draft, Actor("other", other.staff_id, grants))
    assert desk.review(draft, desk.first).state == "second_review"


@pytest.mark.parametrize(
    "grant",
    [
        Grant("disclosure.review_second", COUNTY),
        Grant("disclosure.review_first", OTHER_TOWNSHIP),
        Grant("disclosure.review_first", COUNTY, 10**6),
        Grant("disclosure.review_first", VILLAGE),
        Grant("disclosure.review_first", COUNTY, ends_on=date(2020, 1, 1)),
    ],
)
def test_a_right_for_another_step_place_office_or_time_reviews_nothing(
    desk: Desk, grant: Grant
) -> None:
    draft = desk.submit(desk.write())
    with pytest.raises(Forbidden):
        desk.review(draft, Actor("x", desk.second.staff_id, (grant,)))


def test_the_server_itself_writes_and_reviews_nothing(desk: Desk) -> None:
    with pytest.raises(PersonWanted):
        service.create_draft(desk.session, wanted=desk.wanted(), actor=OPERATOR)
    draft = desk.submit(desk.write())
    with pytest.raises(PersonWanted):
        desk.review(draft, OPERATOR)


def test_two_passes_of_one_person_or_step_are_refused_by_the_database(desk: Desk) -> None:
    draft = desk.review(desk.submit(desk.write()), desk.first)
    (row,) = desk.session.scalars(select(DraftReview)).all()
    again = "INSERT INTO draft_reviews (draft_id, text_number, text_hash, step, verdict, words,"
    again += " reviewer_id, reviewer_name, at) SELECT draft_id, text_number, text_hash, {},"
    again += " verdict, words, {}, reviewer_name, at FROM draft_reviews"
    for step, reviewer in (("'second_review'", row.reviewer_id), ("step", desk.second.staff_id)):
        with pytest.raises(IntegrityError), desk.session.begin_nested():
            desk.session.execute(text(again.format(step, reviewer)))
    assert draft.state == "second_review"


def test_a_draft_is_returned_with_comments_on_its_passages_and_begins_anew(desk: Desk) -> None:
    draft = desk.review(desk.submit(desk.write()), desk.first)
    comments = (PassageIn(paragraph=2, words="户数对不上"),)
    draft = desk.review(draft, desk.second, "return", comments=comments)
    assert draft.state == "draft"
    (passage,) = queries.passages(desk.session, draft.id, text_number=1)
    assert (passage.paragraph, passage.words, passage.step) == (2, "户数对不上", "second_review")
    assert [one.id for one in queries.work(desk.session, desk.author).returned] == [draft.id]
    service.save_draft(
        desk.session,
        draft_id=draft.id,
        wanted=desk.wanted(body_markdown="第一段。\n\n共 13 户。"),
        version=draft.version,
        actor=desk.author,
    )
    assert desk.submit(draft).text_number == 2
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
    assert draft.state == "published"


def test_returning_needs_words(desk: Desk) -> None:
    draft = desk.submit(desk.write())
    with pytest.raises(WordsWanted):
        desk.review(draft, desk.first, "return")


def test_two_who_act_on_one_version_do_not_undo_each_other(desk: Desk) -> None:
    draft = desk.write()
    version = draft.version

    def save(title: str) -> None:
        service.save_draft(
            desk.session,
            draft_id=draft.id,
            wanted=desk.wanted(title=title),
            version=version,
            actor=desk.author,
        )

    save("甲")
    with pytest.raises(DraftChanged):
        save("乙")
    assert draft.title == "甲"


def test_a_text_changed_behind_the_reviews_is_not_passed_or_published(desk: Desk) -> None:
    later = clock.now() + timedelta(hours=1)
    draft = desk.publish(publish_at=later)
    assert (draft.state, draft.locked_hash is not None) == ("scheduled", True)
    draft.body_markdown, draft.publish_at = "别的正文", clock.now() - timedelta(seconds=1)
    desk.session.flush()
    service.publish_due(desk.session)
    assert (draft.state, draft.locked_hash) == ("draft", None)
    assert desk.session.scalars(select(Item)).all() == []
    other = desk.submit(desk.write())
    other.body_markdown = "别的正文"
    with pytest.raises(LockedTextDiffers):
        desk.review(other, desk.first)


def test_what_is_scheduled_comes_out_when_its_time_has_come_and_not_before(desk: Desk) -> None:
    draft = desk.publish(publish_at=clock.now() + timedelta(hours=1))
    service.publish_due(desk.session)
    assert draft.state == "scheduled"
    draft.publish_at = clock.now() - timedelta(seconds=1)
    desk.session.flush()
    service.publish_due(desk.session)
    assert (draft.state, draft.item_id is not None) == ("published", True)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"publish_at": clock.now() - timedelta(minutes=1)}, BadSchedule),
        ({"publish_at": clock.now() + timedelta(days=400)}, BadSchedule),
        ({"expires_on": clock.today() - timedelta(days=1)}, BadExpiry),
    ],
)
def test_times_that_cannot_be_are_refused_when_it_is_handed_in(
    desk: Desk, changed: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        desk.submit(desk.write(**changed))


def test_a_correction_stays_where_its_item_is_and_says_what_changed(desk: Desk) -> None:
    first = desk.publish()
    wanted = {"corrects_id": first.item_id, "topic": "employment", "body_markdown": "共 13 户。"}
    with pytest.raises(NoteWanted):
        desk.submit(desk.write(**wanted))
    draft = desk.publish(**wanted, note="户数有误")
    assert (draft.item_id, draft.topic_code) == (first.item_id, "dibao")
    newest = queries.revisions(desk.session, first.item_id or 0)[0]
    assert (newest.number, newest.note) == (2, "户数有误")


def test_what_takes_the_place_of_an_item_takes_it_out_of_the_feeds(desk: Desk) -> None:
    old = desk.publish(title="旧的")
    new = desk.publish(title="新的", supersedes_id=old.item_id)
    feed = queries.feed(desk.session, codes=[VILLAGE])
    assert [row.id for row in feed.rows] == [new.item_id]
    assert queries.get_item(desk.session, old.item_id or 0).superseded_by_id == new.item_id


def test_an_item_whose_last_day_is_over_is_gone_with_that_word(desk: Desk) -> None:
    draft = desk.publish(expires_on=clock.today())
    item = desk.session.get_one(Item, draft.item_id)
    assert (service.days_left(item), service.expire_due(desk.session)) == (1, False)
    item.expires_on = clock.today() - timedelta(days=1)
    desk.session.flush()
    with pytest.raises(ItemExpired):
        queries.get_item(desk.session, item.id)
    service.expire_due(desk.session)
    assert (item.ended_as, queries.feed(desk.session, codes=[VILLAGE]).rows) == ("expired", [])


def test_a_draft_is_seen_by_those_of_its_office_and_step_alone(desk: Desk) -> None:
    draft = desk.submit(desk.write())
    stranger = person(desk.session, "stranger", "disclosure.publish", None)
    elsewhere = Actor("x", stranger.staff_id, (Grant("disclosure.publish", OTHER_TOWNSHIP),))
    office = Actor("y", stranger.staff_id, (Grant("disclosure.publish", COUNTY, 10**6),))
    for actor in (elsewhere, office):
        with pytest.raises(DraftNotFound):
            queries.get_draft(desk.session, draft.id, actor=actor)
        assert queries.drafts(desk.session, actor=actor, wanted={}) == []
    assert queries.work(desk.session, desk.first).to_review[0].id == draft.id
    assert queries.work(desk.session, desk.second).to_review == []


def test_every_step_tells_whoever_it_waits_for(desk: Desk) -> None:
    draft = desk.submit(desk.write())
    rows = desk.session.scalars(
        select(outbox.OutboxRow).where(outbox.OutboxRow.task == "disclosure.tell_draft")
    ).all()
    assert [row.payload for row in rows] == [{"draft_id": draft.id, "version": draft.version}]


def test_a_withdrawal_asks_the_right_of_the_office(desk: Desk) -> None:
    item = factories.item(desk.session)
    with pytest.raises(Forbidden):
        service.withdraw_item(desk.session, item_id=item.id, reason="有误", actor=desk.author)
    draft = desk.publish()
    service.withdraw_item(
        desk.session, item_id=draft.item_id or 0, reason="有误", actor=desk.author
    )


def test_what_is_published_answers_the_catalogue_and_what_is_withdrawn_owes_it_again(
    desk: Desk,
) -> None:
    monthly = row(1, "收支", "收支", term="每月", level="v")
    world.hold(desk.session, monthly, field=world.VILLAGE_FINANCE)
    catalogue.open_duties(desk.session, county_code=COUNTY)
    entry_id = world.entry(desk.session, "收支").id
    draft = desk.publish(catalogue_entry_id=entry_id)
    (duty,) = (one for one in world.duties(desk.session, "收支") if one.done_ref)
    assert duty.division_code == VILLAGE
    assert (duty.done_ref, duty.done_on) == (f"item:{draft.item_id}", clock.today())
    item_id = draft.item_id or 0
    service.withdraw_item(desk.session, item_id=item_id, reason="有误", actor=OPERATOR)
    assert not any(one.done_ref for one in world.duties(desk.session, "收支"))
