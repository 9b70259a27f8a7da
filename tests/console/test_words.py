"""Keeping the word list at the console."""

from __future__ import annotations

from io import BytesIO

from tests.console.conftest import Enter, shown
from tests.factories import VILLAGE

HEAD = "类别,词语,正确写法,说明\n"
PATH = "/console/words"


def test_a_word_is_added_found_and_taken_out(enter: Enter) -> None:
    keeper = enter("admin")
    added = keeper.send(PATH, kind="wrong", word="帐户", replacement="账户", note="")
    assert added.status_code == 303
    assert "帐户" in shown(keeper.get(f"{PATH}?search=账户&kind=wrong&order=added"))
    assert "没有找到" in shown(keeper.get(f"{PATH}?search=别的"))
    removal = keeper.get(PATH).text.partition('action="/console/words/')[2].partition('"')[0]
    assert keeper.send(f"{PATH}/{removal}").status_code == 303
    assert "词表还是空的" in shown(keeper.get(PATH))


def test_what_is_refused_keeps_what_was_typed(enter: Enter) -> None:
    refused = enter("admin").send(PATH, kind="sensitive", word="机密", replacement="公开")
    assert refused.status_code == 422
    assert "敏感词不填正确写法" in shown(refused)
    assert 'value="机密"' in refused.text
    assert 'value="公开"' in refused.text


def test_a_list_is_taken_home_and_brought_in_again(enter: Enter) -> None:
    keeper = enter("admin")
    good = (BytesIO((HEAD + "敏感词,机密★,,\n").encode()), "a.csv")
    assert keeper.send(f"{PATH}/import", words=good).status_code == 303
    home = keeper.get(f"{PATH}/words.csv")
    assert home.data.decode("utf-8-sig").splitlines()[1] == "敏感词,机密★,,"
    assert home.headers["Cache-Control"] == "private, no-store"
    assert keeper.send(f"{PATH}/import", words=(BytesIO(home.data), "b.csv")).status_code == 303


def test_a_list_with_a_fault_names_its_lines(enter: Enter) -> None:
    keeper = enter("admin")
    bad = (BytesIO((HEAD + "别的,机密,,\n").encode()), "a.csv")
    refused = keeper.send(f"{PATH}/import", words=bad)
    assert refused.status_code == 422
    assert "第2行" in shown(refused)
    assert keeper.send(f"{PATH}/import").status_code == 422


def test_who_keeps_lists_of_one_village_reads_and_changes_nothing(enter: Enter) -> None:
    village = enter("admin", VILLAGE)
    page = village.get(PATH)
    assert page.status_code == 200
    assert "加一个词" not in page.text
    assert village.send(PATH, kind="wrong", word="帐户").status_code == 403


def test_others_do_not_enter(enter: Enter) -> None:
    assert enter("publisher").get(PATH).status_code == 403


def test_a_list_goes_home_as_it_was_narrowed(enter: Enter) -> None:
    keeper = enter("admin")
    good = (BytesIO((HEAD + "敏感词,机密★,,\n错误写法,帐户,账户,\n").encode()), "a.csv")
    assert keeper.send(f"{PATH}/import", words=good).status_code == 303
    wrong = keeper.get(f"{PATH}/words.csv?kind=wrong").data.decode("utf-8-sig")
    assert "帐户" in wrong
    assert "机密★" not in wrong
