"""The word list: what goes in, what is found, who may change it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.identity import roles
from app.kernel import command_line
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.kernel.settings import Settings
from app.screening import cli, queries, words
from app.screening.errors import WordKnown, WordNotFound, WordRefused, WordsRefused
from app.screening.models import ScreeningWord
from app.screening.schemas import Kind
from app.screening.service import add_word, import_words, remove_word
from app.screening.service.wording import EXAMPLES, Summary, WordIn, exported
from app.screening.words import Word
from tests.factories import COUNTY, VILLAGE
from tests.screening.files import MOBILE

HEAD = "类别,词语,正确写法,说明\n"


def add(session: Session, kind: str, word: str, replacement: str = "") -> ScreeningWord:
    """Add a word as the operator."""
    wanted = WordIn(kind, word, replacement)
    return add_word(session, wanted=wanted, county_code=COUNTY, actor=OPERATOR)


def bring(session: Session, text: str) -> Summary:
    """Import a list as the operator."""
    return import_words(session, content=text.encode(), county_code=COUNTY, actor=OPERATOR)


def _found(text: str, *listed: Word) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in words.find(text, listed)]


def test_the_longest_word_at_a_place_is_found_and_width_and_case_do_not_matter() -> None:
    listed = (Word("sensitive", "机密"), Word("sensitive", "机密文件"), Word("sensitive", "vip"))
    assert _found("机密文件和机密，ＶＩＰ", *listed) == [
        (Kind.SENSITIVE_WORD, "机密文件"),
        (Kind.SENSITIVE_WORD, "机密"),
        (Kind.SENSITIVE_WORD, "ＶＩＰ"),
    ]


def test_a_wrong_word_within_its_right_form_is_no_mistake() -> None:
    listed = Word("wrong", "六枝区", "六枝特区六枝区划")
    assert _found("六枝特区六枝区划", listed) == []
    assert _found("六枝区", listed) == [(Kind.WRONG_WORD, "六枝区")]


@given(text=st.text(max_size=80), listed=st.lists(st.text(min_size=2, max_size=4), max_size=5))
def test_offsets_are_right_in_any_text(text: str, listed: list[str]) -> None:
    found = words.find(text, [Word("sensitive", word) for word in listed])
    folded = {words.fold(word) for word in listed}
    assert all(text[one.start : one.end].translate(words._WIDTH).lower() in folded for one in found)


def test_a_word_is_in_the_list_once_and_can_be_taken_out(session: Session) -> None:
    added = add(session, "wrong", " 帐户 ", "账户")
    assert (added.word, added.added_by) == ("帐户", "operator")
    with pytest.raises(WordKnown):
        add(session, "sensitive", "帐户")
    remove_word(session, word_id=added.id, county_code=COUNTY, actor=OPERATOR)
    with pytest.raises(WordNotFound):
        remove_word(session, word_id=added.id, county_code=COUNTY, actor=OPERATOR)


@pytest.mark.parametrize(
    ("kind", "word", "replacement"),
    [
        ("other", "帐户", ""),
        ("wrong", "帐", ""),
        ("wrong", "帐" * 51, ""),
        ("wrong", "帐户", "帐户"),
        ("sensitive", "机密", "公开"),
        ("sensitive", "机\u200b密", ""),
    ],
)
def test_what_is_no_word_is_refused(
    session: Session, kind: str, word: str, replacement: str
) -> None:
    with pytest.raises(WordRefused):
        add(session, kind, word, replacement)


def test_only_who_keeps_the_county_s_lists_changes_them(session: Session) -> None:
    keeper = Actor("keeper", grants=(Grant(roles.CATALOGUE, COUNTY),))
    village = Actor("village", grants=(Grant(roles.CATALOGUE, VILLAGE),))
    wanted = WordIn("sensitive", "机密")
    with pytest.raises(Forbidden):
        add_word(session, wanted=wanted, county_code=COUNTY, actor=village)
    added = add_word(session, wanted=wanted, county_code=COUNTY, actor=keeper)
    with pytest.raises(Forbidden):
        remove_word(session, word_id=added.id, county_code=COUNTY, actor=village)
    with pytest.raises(Forbidden):
        import_words(session, content=b"", county_code=COUNTY, actor=village)


def test_a_list_comes_in_whole_or_not_at_all(session: Session) -> None:
    with pytest.raises(WordsRefused) as refused:
        bring(session, HEAD + "错误写法,帐户,账户,\n别的,机密,,\n")
    assert refused.value.facts["lines"] == [(3, "类别只能是“敏感词”或“错误写法”。")]
    assert queries.words(session) == []
    assert bring(session, HEAD + "错误写法,帐户,账户,\n敏感词,机密,,\n") == Summary(2, 0)
    assert bring(session, HEAD + "错误写法,帐户,账户,\n") == Summary(0, 1)


def test_what_is_exported_comes_in_again_and_is_no_formula(session: Session) -> None:
    add(session, "sensitive", "=1+1")
    [cells] = [exported(one) for one in queries.words(session)]
    assert cells[1] == "'=1+1"
    assert bring(session, HEAD + ",".join(cells)) == Summary(0, 1)


def test_the_shipped_examples_come_in_and_words_are_searched_and_sorted(session: Session) -> None:
    import_words(session, content=EXAMPLES.read_bytes(), county_code=COUNTY, actor=OPERATOR)
    assert sum(queries.count(session).values()) == len(EXAMPLES.read_text().splitlines()) - 1
    assert [one.word for one in queries.words(session, search="账户")] == ["帐户"]
    assert {one.kind for one in queries.words(session, kind="wrong")} == {"wrong"}
    assert len(queries.words(session, order="added", limit=5)) == 5


@pytest.fixture
def platform(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find the test's database."""
    monkeypatch.setattr(command_line, "get_settings", lambda: settings)
    monkeypatch.setattr(command_line, "connect", lambda _url, _keys: database)
    monkeypatch.setattr(cli, "get_settings", lambda: settings)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.screening, list(arguments))


@pytest.mark.usefixtures("platform")
def test_the_command_keeps_the_list_and_scans_without_showing_a_value(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"帐户电话{MOBILE}", "utf-8")
    assert _run("words", "add", "wrong", "帐户", "--replacement", "账户").exit_code == 0
    assert "错误写法\t帐户\t账户" in _run("words", "list", "帐").output
    scanned = _run("scan", str(file)).output
    assert "电话号码" in scanned
    assert "发现 2 处" in scanned
    assert MOBILE not in scanned
    assert _run("words", "remove", "帐户").exit_code == 0
    assert _run("words", "remove", "帐户").exit_code == 1
    assert "新增" in _run("words", "import").output
