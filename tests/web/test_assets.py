"""Assets: an address names its content, and is answered without the application."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.web.assets import Assets
from tests.conftest import Served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.css").write_text("p{color:red}")
    (tmp_path / "site.js").write_text("1")
    return tmp_path


def test_another_content_has_another_address(folder: Path) -> None:
    before = Assets(folder, headers={}).address("site.css")
    (folder / "site.css").write_text("p{color:blue}")
    after = Assets(folder, headers={}).address("site.css")
    assert before != after
    assert before.startswith("/assets/site.")
    assert before.endswith(".css")


def test_a_file_that_does_not_exist_is_a_fault_of_the_template(folder: Path) -> None:
    with pytest.raises(KeyError):
        Assets(folder, headers={}).address("gone.css")


def test_every_file_of_the_portal_is_answered_for_a_year(served: Served) -> None:
    client = served.client()
    assets: Assets = served.app.extensions["assets"]
    served.app.view_functions.clear()  # nothing behind the cache may be needed
    for address in assets.by_address():
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert answer.headers["Content-Type"].startswith(("text/css", "text/javascript"))


def test_an_old_address_is_not_found(served: Served) -> None:
    assert served.client().get("/assets/sunshine.000000000000.css").status_code == 404
