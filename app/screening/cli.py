"""`sunshine screening`: scan a file, keep the word list."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.kernel import access
from app.kernel.command_line import with_database
from app.kernel.settings import get_settings
from app.screening import queries
from app.screening.service import scanning, wording


@click.group()
def screening() -> None:
    """公开前检查：个人信息、敏感词和错误写法。"""


@screening.command("scan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_database
def scan(session: Session, file: Path) -> str:
    """检查文件 FILE（xlsx、docx、pdf、图片、csv、文本），只说在哪里、是什么，不显示内容。"""
    found = scanning.scan_file(session, file.read_bytes())
    lines = [f"{one.where}\t{one.finding.label}\t{one.finding.hint}" for one in found]
    return "\n".join([*lines, f"发现 {len(found)} 处。" if found else "没有发现问题。"])


@screening.group("words")
def words() -> None:
    """词表：列出、增加、删去、导入。"""


@words.command("list")
@click.argument("search", default="")
@with_database
def list_words(session: Session, search: str) -> str:
    """列出词表，给出 SEARCH 就只列含有它的。"""
    found = queries.words(session, search=search)
    return "\n".join("\t".join(wording.exported(one)) for one in found) or "词表里没有。"


@words.command("add")
@click.argument("kind", type=click.Choice(list(wording.KINDS)))
@click.argument("word")
@click.option("--replacement", default="", help="正确写法。")
@click.option("--note", default="", help="说明。")
@with_database
def add(session: Session, kind: str, word: str, replacement: str, note: str) -> str:
    """增加一个词 WORD。"""
    wording.add_word(
        session,
        wanted=wording.WordIn(kind, word, replacement, note),
        county_code=get_settings().county_code,
        actor=access.OPERATOR,
    )
    return "已加入词表。"


@words.command("remove")
@click.argument("word")
@with_database
def remove(session: Session, word: str) -> str:
    """删去一个词 WORD。"""
    found = queries.by_word(session, word)
    wording.remove_word(
        session,
        word_id=found.id,
        county_code=get_settings().county_code,
        actor=access.OPERATOR,
    )
    return "已从词表删去。"


@words.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@with_database
def import_file(session: Session, file: Path | None) -> str:
    """导入词表 FILE（CSV：类别,词语,正确写法,说明）；不给文件就导入自带的例子。"""
    summary = wording.import_words(
        session,
        content=(file or wording.EXAMPLES).read_bytes(),
        county_code=get_settings().county_code,
        actor=access.OPERATOR,
    )
    return f"新增 {summary.added} 个，已有 {summary.known} 个。"
