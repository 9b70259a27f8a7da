"""A copy of what the platform holds about a villager (PIPL 第四十五条), made on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from app.audit import queries as audit
from app.audit import service as ledger
from app.audit.schemas import Line
from app.households import privacy, words
from app.households.binding_errors import NotYours
from app.households.copies import Copy, Entry, Record, Section, at
from app.households.queries import accesses, bindings, consents, corrections, history
from app.households.queries.history import Provenances
from app.households.schemas import PersonView
from app.households.schemas.acts import Provenance
from app.households.service import own_records
from app.households.service.own_records import OwnHousehold
from app.households.tags import TAG_KINDS
from app.identity.villagers import queries as villagers
from app.kernel import clock
from app.kernel.access import Villager
from app.places import queries as places

MOST_LINES = 5000  # of the ledger; the pages show the rest
FIELDS = ("name", "relation", "id_number", "phone", "birth_date", "residence")


def copy_own(session: Session, *, villager: Villager, binding_id: int) -> Copy:
    """Gather one's own and one's dependants' data with a line in the ledger; nothing is left.

    Raises as `own_records.require` does, and `NotYours` for a delegate.
    """
    own = own_records.require(session, villager=villager, binding_id=binding_id)
    if not own.own:
        raise NotYours("代办人不能下载，请让本人来办。")
    line = Line(
        who=villager,
        act="export",
        division_code=own.household.division_code,
        household_id=own.household.id,
        fields=(*FIELDS, "address", "tags"),
    )
    ledger.record(session, line)
    sources = history.provenance(session, own.household.id)
    account = villager.account_id
    sections = (
        Section("persons", "本人和孩子的资料", tuple(_persons(own, sources))),
        Section("household", "这一户", (_household(session, own),)),
        Section("account", "账号", (_account(session, villager),)),
        Section("bindings", "绑定", tuple(_bindings(session, account))),
        Section("consents", "同意和撤回", tuple(_consents(session, account))),
        Section("corrections", "要求过的更正", tuple(_corrections(session, own))),
        Section("questions", "提过的疑问", tuple(_questions(session, account))),
        Section("accesses", "谁看过这一户", tuple(_accesses(session, own))),
        Section("grounds", "凭什么保存", tuple(_grounds())),
    )
    return Copy(clock.now(), sections)


def _persons(own: OwnHousehold, sources: Provenances) -> Iterator[Record]:
    for one in own.household.members:
        if one.id in own.own:
            yield (*_fields(one, sources), *_tags(one))


def _fields(one: PersonView, sources: Provenances) -> Iterator[Entry]:
    values = {
        "name": one.name,
        "relation": words.RELATIONS.get(one.relation, one.relation),
        "id_number": one.id_number,
        "phone": one.phone,
        "birth_date": one.birth_date.isoformat() if one.birth_date else None,
        "residence": words.RESIDENCES.get(one.residence, one.residence),
    }
    for field in FIELDS:
        origin = describe(sources.of(field, one.id))
        spoken = words.day(one.birth_date) if field == "birth_date" and one.birth_date else ""
        yield Entry(field, words.FIELDS[field], values[field] or "", origin, spoken)


def describe(origin: Provenance | None) -> str:
    """Say where a value comes from: the source, who wrote it, on which day."""
    if origin is None:
        return ""
    source = words.source(origin.source)
    who = f"（{origin.actor_name}）" if origin.actor_kind == "staff" else ""
    return f"{source}{who}，{words.day(clock.local(origin.at))}"


def _tags(one: PersonView) -> Iterator[Entry]:
    for tag in one.tags:
        kind = TAG_KINDS.get(tag.tag)
        until = f"，到{words.day(tag.valid_until)}" if tag.valid_until else ""
        amount = f"，每月 {tag.amount_fen / 100:.2f} 元" if tag.amount_fen is not None else ""
        yield Entry(
            f"tag_{tag.id}",
            kind.name if kind else tag.tag,
            f"{words.day(tag.valid_from)}起{until}{amount}",
            kind.ground if kind else "",
        )


def _household(session: Session, own: OwnHousehold) -> Record:
    home = own.household
    return (
        _village(session, home.division_code),
        Entry("number", "户编号", home.number),
        Entry("address", "住址", (home.address or "") if own.me is not None else ""),
    )


def _village(session: Session, code: str) -> Entry:
    named = "".join(place.short_name for place in places.lineage(session, code)[1:])
    return Entry("division_code", "村", code, spoken=named)


def _account(session: Session, villager: Villager) -> Record:
    account_id = villager.account_id
    details = consents.own_details(session, villager)
    notices = bindings.acceptances(session, account_id)
    given = (
        Entry(one.field, one.name, details[one.field])
        for one in privacy.PURPOSES.values()
        if one.field in details
    )
    return (
        Entry("account_id", "账号编号", str(account_id)),
        Entry("proved_phone", "验证过的手机号", villagers.proved_phone(session, account_id) or ""),
        *given,
        *(
            at(f"notice_{one.version}", f"个人信息说明 {one.version}", one.accepted_at)
            for one in notices
        ),
    )


def _bindings(session: Session, account_id: int) -> Iterator[Record]:
    for one in bindings.of_account(session, account_id):
        yield (
            _village(session, one.division_code),
            Entry("kind", "类别", one.kind, spoken=words.BINDING_KINDS.get(one.kind, "")),
            Entry("state", "状态", one.state, spoken=words.BINDING_STATES.get(one.state, "")),
            at("asked_at", "申请", one.asked_at),
            at("bound_at", "绑定", one.bound_at),
            at("ended_at", "结束", one.ended_at),
            Entry("ended_because", "原因", privacy.ENDED.get(one.ended_because, "")),
        )


def _consents(session: Session, account_id: int) -> Iterator[Record]:
    for one in consents.history(session, account_id):
        purpose = privacy.PURPOSES.get(one.purpose)
        yield (
            Entry("purpose", "事项", purpose.name if purpose else one.purpose),
            at("given_at", "同意", one.given_at),
            at("withdrawn_at", "撤回", one.withdrawn_at),
        )


def _corrections(session: Session, own: OwnHousehold) -> Iterator[Record]:
    for one in corrections.of_account(session, own.binding.account_id, own.household.id):
        yield (
            Entry("field", "项目", words.FIELDS[one.field]),
            Entry("value", "要求改成", one.value or ""),
            Entry("state", "结果", one.state, spoken=words.CORRECTION_STATES.get(one.state, "")),
            at("asked_at", "提出", one.asked_at),
            at("answered_at", "答复", one.answered_at),
            Entry("reason", "答复的话", one.reason or ""),
        )


def _questions(session: Session, account_id: int) -> Iterator[Record]:
    for one in audit.questions_of_account(session, account_id):
        yield (
            at("asked_at", "提出", one.asked_at),
            Entry("text", "疑问", one.text),
            Entry("answer", "答复", one.answer or ""),
        )


def _accesses(session: Session, own: OwnHousehold) -> Iterator[Record]:
    before, shown = None, 0
    while shown < MOST_LINES:
        found = audit.accesses_to_household(session, own.household.id, before=before, limit=500)
        if not found:
            return
        before, shown = found[-1].id, shown + len(found)
        for one in accesses.shown(session, found):
            yield _filled(
                at("at", "时间", one.at),
                Entry("who", "谁", one.who),
                Entry("role", "身份", one.role),
                Entry("act", "做了什么", one.act),
                Entry("granted", "结果", "允许" if one.granted else "拒绝"),
                Entry("fields", "项目", one.fields),
                Entry("purpose", "事由", one.purpose),
            )


def _grounds() -> Iterator[Record]:
    for one in privacy.GROUNDS:
        yield (Entry("name", "事项", one.name), Entry("article", "依据", one.article))


def _filled(*entries: Entry) -> Record:
    return tuple(_not_empty(entries))


def _not_empty(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (one for one in entries if one.value)
