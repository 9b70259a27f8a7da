"""`sunshine disclosure`: publish, correct and withdraw from the server."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.disclosure import queries, service
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.kernel.access import OPERATOR
from app.kernel.command_line import stop, with_database

MARKDOWN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def disclosure() -> None:
    """公开内容：发布、更正、撤下、栏目。"""


@disclosure.command("publish")
@click.argument("file", type=MARKDOWN)
@click.option("--division", required=True, help="县、乡镇或村的区划代码。")
@click.option("--topic", required=True, help="栏目代码，见 topics。")
@click.option("--title", required=True)
@click.option("--organisation", type=int, help="公开单位的编号。")
@with_database
def publish(
    session: Session, file: Path, division: str, topic: str, title: str, organisation: int | None
) -> str:
    """发布 FILE（Markdown）里的内容。"""
    try:
        wanted = ItemIn(
            division_code=division,
            topic=topic,
            title=title,
            body_markdown=_read(file),
            organisation_id=organisation,
        )
    except ValidationError:
        stop("区划代码应当是 6、9 或 12 位数字，标题 1 到 120 个字，正文不能是空的。")
    item = service.publish_item(session, wanted=wanted, actor=OPERATOR)
    return f"已发布，编号 {item.id}。"


@disclosure.command("correct")
@click.argument("item", type=int)
@click.argument("file", type=MARKDOWN)
@click.option("--title", help="改正后的标题，不给就不变。")
@click.option("--note", required=True, help="更正了什么，会公开。")
@with_database
def correct(session: Session, item: int, file: Path, title: str | None, note: str) -> str:
    """用 FILE 更正 ITEM 的正文。"""
    kept = queries.get_item(session, item).title
    try:
        wanted = CorrectionIn(title=title or kept, body_markdown=_read(file), note=note)
    except ValidationError:
        stop("标题 1 到 120 个字，正文不能是空的，更正说明 2 到 300 个字。")
    corrected = service.correct_item(session, item_id=item, wanted=wanted, actor=OPERATOR)
    return f"已更正，第 {corrected.revision} 版。"


@disclosure.command("withdraw")
@click.argument("item", type=int)
@click.option("--reason", required=True, help="撤下的原因，会公开。")
@with_database
def withdraw(session: Session, item: int, reason: str) -> str:
    """撤下 ITEM；它的地址会说明原因。"""
    if not 2 <= len(reason.strip()) <= 300:
        stop("撤下的原因要 2 到 300 个字。")
    service.withdraw_item(session, item_id=item, reason=reason.strip(), actor=OPERATOR)
    return f"已撤下 {item}。"


@disclosure.command("topics")
@with_database
def topics(session: Session) -> str:
    """列出栏目。"""
    return "\n".join(f"{topic.code}\t{topic.name}" for topic in queries.topics(session))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        stop("文件不是 UTF-8 编码，请另存为 UTF-8 后再发布。")
