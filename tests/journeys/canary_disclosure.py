"""What must not be published is brought to the desk and to the ledger: stopped, masked, refused."""

from __future__ import annotations

from app.funds import service as funds
from app.kernel import outbox
from tests.console.conftest import Browser, hidden
from tests.factories import VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST
from tests.journeys import canary_bindings
from tests.journeys.canary_world import World
from tests.journeys.leaks import Watch
from tests.journeys.planted import ASKED_ID, DRAFT_CARD, DRAFT_ID, DRAFT_PHONE, LEDGER_PHONE

TITLE = "临时救助公示"
BODY = f"""本月救助一户。

申请人身份证号 {DRAFT_ID}，电话 {DRAFT_PHONE}，收款卡号 {DRAFT_CARD}。"""


def publish(world: World, watch: Watch) -> int:
    """Write a draft that says too much, see it stopped, mask it, review and publish it.

    Gives the item's number. Whoever writes a draft reads it, and nobody else does: it is handed in
    once it is masked, so that reviewers, who come after, never see what it said.
    """
    watch.typed["author POST /console/drafts"] = (DRAFT_ID, DRAFT_PHONE, DRAFT_CARD)
    author = world.staff("publisher", visitor="author")
    form = {"division_code": VILLAGE, "topic": "dibao", "title": TITLE, "body_markdown": BODY}
    refused = author.send("/console/drafts/", **{**form, "division_code": DRAFT_ID})
    assert refused.status_code == 422
    written = author.send("/console/drafts/", **form)
    assert written.status_code == 303, written.text
    draft = written.location
    page = author.get(draft)
    assert DRAFT_ID in page.text
    stopped = author.send(f"{draft}/submission", version=hidden(page, "version"))
    assert stopped.status_code in {409, 422}
    _others_look(world, draft)
    masked = author.send(f"{draft}/masking", version=hidden(page, "version"))
    assert masked.status_code == 303
    page = author.get(draft)
    assert not any(one in page.text for one in (DRAFT_ID, DRAFT_PHONE, DRAFT_CARD))
    sent = author.send(f"{draft}/submission", version=hidden(page, "version"))
    assert sent.status_code == 303, sent.text
    for step in ("first", "second", "final"):
        _review(world.staff(f"{step}_reviewer", visitor="reviewer"), draft)
    world.do_all_work()
    return _read(world)


def _others_look(world: World, draft: str) -> None:
    for browser in world.others:
        for path in (draft, f"{draft}/review", f"{draft}/edit", f"{draft}/diff"):
            assert browser.get(path).status_code in {303, 401, 403, 404}


def _review(reviewer: Browser, draft: str) -> None:
    page = reviewer.get(f"{draft}/review")
    passed = reviewer.send(f"{draft}/review", version=hidden(page, "version"), verdict="pass")
    assert passed.status_code == 303, passed.text


def _read(world: World) -> int:
    """Read the item as everybody does, twice, so that it lies in the cache."""
    stranger = world.others[0]
    listed = stranger.get(f"/api/v1/divisions/{VILLAGE}/items").get_json()
    [number] = [one["id"] for one in listed["items"] if one["title"] == TITLE]
    for path in (f"/v/{VILLAGE}", f"/items/{number}", f"/api/v1/items/{number}", "/", "/feed.xml"):
        for _time in range(2):
            stranger.get(path)
    assert TITLE in stranger.get(f"/items/{number}").text
    return int(number)


def keep_the_ledger(world: World, watch: Watch) -> None:
    """Try to write a telephone into a line and an ID number into a question; both are refused."""
    watch.typed["clerk POST /console/funds"] = (LEDGER_PHONE,)
    watch.typed["villager POST /v/"] = (ASKED_ID,)
    with world.database.unit_of_work() as session:
        month = ledger.opened(session)
    clerk = world.staff("clerk", visitor="clerk", name="bookkeeper")
    line = {
        "on": f"{FIRST}-12",
        "category": "lease_income",
        "amount": "5",
        "summary": f"门面租金，联系 {LEDGER_PHONE}",
        "approved_by": "村委会主任 李春分",
    }
    way = f"/console/funds/months/{month.id}"
    assert clerk.send(f"{way}/lines", **line).status_code == 422
    table = f'[[2, "{FIRST}-12", "收入", "租赁收入", "租金{LEDGER_PHONE}", "5", "村主任"]]'
    assert clerk.send(f"{way}/table/lines", rows=table).status_code == 422
    assert clerk.send(f"{way}/lines", **{**line, "summary": "门面租金"}).status_code == 303
    with world.database.unit_of_work() as session:
        ledger.concluded(session, month)
    _ask(world, watch)
    with world.database.unit_of_work() as session:
        funds.send_digests(session)
        outbox.publish(session, "funds.note_overdue")
    world.do_all_work()
    for path in (f"/v/{VILLAGE}/funds", f"/v/{VILLAGE}/funds/{FIRST}", f"/v/{VILLAGE}"):
        assert world.others[0].get(path).status_code == 200
    for path in (way, f"{way}?format=csv", "/console/funds/questions?state=all&format=csv"):
        assert clerk.get(path).status_code == 200


def _ask(world: World, watch: Watch) -> None:
    world.phone_changes()
    villager, _bound = canary_bindings.bind_head(world, watch)
    form = f"/v/{VILLAGE}/funds/{FIRST}/lines/1/question"
    asked = villager.send(form, shown_at=form, kind="use", text=f"给了谁？{ASKED_ID}")
    assert asked.status_code == 422
    asked = villager.send(form, shown_at=form, kind="use", text="租金收了几个月的？")
    assert asked.status_code == 303, asked.text
