"""What follows for bindings, consents and corrections: people told, terms kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.households import privacy
from app.households.queries import binding_news, bindings, corrections
from app.households.schemas import BindingView
from app.households.service import binding_ends, binding_keeping
from app.identity import queries as identity
from app.identity import roles
from app.kernel import scope
from app.kernel.db import Database
from app.notices import service as notices

KINDS = {"member": "绑定了您家", "guardian": "以监护人身份绑定了您家的孩子"}
OWN_ACTS = {"left", "withdrawn", "delegate", "account_deleted"}


def tell_bound(session: Session, _database: Database, *, binding_id: int) -> None:
    """Tell the head of a new binding, or the village where the head has no account."""
    news = binding_news.news_of(session, binding_id)
    if news is None:
        return
    who = f"{news.name} {KINDS[news.binding.kind]}" if news.name else "有家人成了您家的代办人"
    for one in (*news.heads, *news.others):
        notices.deliver(
            session,
            account_id=one.account_id,
            kind="binding",
            title="有人绑定了您家",
            body=f"{who}。不认识的话，点进去可以解除。",
            link=f"/me/household/{one.id}/people",
            key=f"bound-{binding_id}",
        )
    if not news.heads and news.binding.kind != "delegate":
        tell_keepers(
            session,
            division_code=news.binding.division_code,
            title="有新的住户绑定，户主没有账号",
            body="请当面或打电话告诉户主一声。",
            link=f"/console/bindings/{binding_id}",
            key=f"bound-{binding_id}",
        )


def tell_waiting(session: Session, _database: Database, *, binding_id: int) -> None:
    """Tell the village's clerks that a request waits for them."""
    row = bindings.get(session, binding_id)
    if row.state != "pending":
        return
    tell_keepers(
        session,
        division_code=row.division_code,
        title="有一条绑定申请等您核对",
        body="请核对是不是这一户的人，再确认或者说明原因退回。",
        link=f"/console/bindings/{binding_id}",
        key=f"binding-{binding_id}",
    )


def tell_keepers(
    session: Session, *, division_code: str, title: str, body: str, link: str, key: str
) -> None:
    """Put a message into the inbox of everyone who keeps a village's register."""
    for staff_id in identity.holders(session, roles.HOUSEHOLDS_KEEP, division_code):
        notices.deliver(
            session, staff_id=staff_id, kind="request", title=title, body=body, link=link, key=key
        )


def tell_answer(session: Session, _database: Database, *, binding_id: int) -> None:
    """Tell the asker what the village decided."""
    row = bindings.get(session, binding_id)
    if row.state == "active":
        title, body = "绑定好了", "村里已经核对，您可以看自己家的信息了。"
    elif row.state == "refused":
        title, body = "绑定没有通过", "村里没有核对上。点进去看原因，可以再申请，或者到村委会问。"
    else:
        return
    notices.deliver(
        session,
        account_id=row.account_id,
        kind="binding",
        title=title,
        body=body,
        link="/me/household",
        key=f"binding-answer-{binding_id}",
    )


def tell_ended(session: Session, _database: Database, *, binding_id: int) -> None:
    """Tell whose binding somebody else, or life, has ended."""
    row: BindingView = bindings.shape(bindings.get(session, binding_id))
    if row.state != "ended" or row.ended_because in OWN_ACTS:
        return
    notices.deliver(
        session,
        account_id=row.account_id,
        kind="binding",
        title="一个绑定结束了",
        body=f"原因：{privacy.ENDED[row.ended_because]}。有疑问请问户主或村委会。",
        link="/me/household",
        key=f"binding-ended-{binding_id}",
    )


def tell_correction(
    session: Session, _database: Database, *, correction_id: int, division_code: str
) -> None:
    """Tell the village's clerks that a correction waits for them."""
    scope.open_scope(session, division_code[:6])
    row = corrections.get(session, correction_id)
    if row.state != "open":
        return
    tell_keepers(
        session,
        division_code=row.division_code,
        title="有一条更正等您办理",
        body="村民说登记的信息不对，请核对后改正，或者说明原因。",
        link=f"/console/corrections/{correction_id}",
        key=f"correction-{correction_id}",
    )


def tell_corrected(
    session: Session, _database: Database, *, correction_id: int, division_code: str
) -> None:
    """Tell who asked for a correction what became of it."""
    scope.open_scope(session, division_code[:6])
    row = corrections.get(session, correction_id)
    if row.state not in ("accepted", "refused"):
        return
    done = row.state == "accepted"
    notices.deliver(
        session,
        account_id=row.account_id,
        kind="correction",
        title="更正办好了" if done else "更正没有办",
        body="登记的信息已经改正。" if done else "村里没有改，点进去看原因。",
        link=f"/me/household/{row.binding_id}/corrections" if row.binding_id else "/me/household",
        key=f"corrected-{correction_id}",
    )


def end_due(session: Session, _database: Database) -> None:
    """End what is over today: last days that have passed, and what the register no longer bears."""
    binding_ends.end_due(session)
    for county_code in binding_keeping.counties(session):
        binding_ends.settle(session, county_code=county_code)


def forget_old(session: Session, _database: Database) -> None:
    """Let go of what is over for longer than its term."""
    for county_code in binding_keeping.counties(session):
        binding_keeping.forget_wishes(session, county_code=county_code)
    binding_keeping.forget_old(session)
