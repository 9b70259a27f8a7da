"""Places for files: a folder, a store that speaks S3, and the twin in memory."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.gateways import choosing
from app.gateways.storage import local
from app.gateways.storage.errors import (
    FileMissing,
    StorageAway,
    StorageFull,
    StorageMisconfigured,
)
from app.gateways.storage.local import LocalStorage
from app.gateways.storage.memory import InMemoryStorage
from app.gateways.storage.protocol import MOST_BYTES, Storage
from app.gateways.storage.s3 import Bucket, S3Storage
from app.kernel.settings import Settings, production_faults
from tests import s3_simulator
from tests.s3_simulator import BUCKET, KEY_ID, REGION, SECRET, Store

CONTENT = "2026年10月收支明细".encode()
KEY = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store() -> Iterator[Store]:
    with s3_simulator.serving() as store:
        yield store


Reach = Callable[..., S3Storage]


@pytest.fixture
def reach(store: Store) -> Reach:
    """Make clients of the store, with something different about each."""

    def make(**changed: Any) -> S3Storage:
        given = {"url": store.url, "name": BUCKET, "region": REGION, **changed}
        return S3Storage(
            bucket=Bucket(given["url"], given["name"], given["region"]),
            key_id=given.get("key_id", KEY_ID),
            secret=given.get("secret", SECRET),
            whole_seconds=given.get("whole_seconds", 60.0),
        )

    return make


@pytest.fixture(params=["local", "s3", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    if request.param == "s3":
        make: Reach = request.getfixturevalue("reach")
        return make()
    return InMemoryStorage()


def test_what_was_put_comes_back_until_it_is_deleted(storage: Storage) -> None:
    assert not storage.exists(KEY)
    storage.put(KEY, CONTENT)
    storage.put(KEY, CONTENT)
    assert storage.exists(KEY)
    assert storage.get(KEY) == CONTENT
    storage.delete(KEY)
    storage.delete(KEY)
    assert not storage.exists(KEY)
    with pytest.raises(FileMissing):
        storage.get(KEY)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", KEY + "/x", KEY.upper(), KEY[:63]])
def test_what_is_no_content_key_reaches_no_place(storage: Storage, key: str) -> None:
    for act in (storage.get, storage.delete, storage.exists):
        with pytest.raises(ValueError, match="not a content key"):
            act(key)
    with pytest.raises(ValueError, match="not a content key"):
        storage.put(key, CONTENT)


def test_a_file_lies_under_its_key_and_others_cannot_read_it(tmp_path: Path) -> None:
    LocalStorage(tmp_path / "files").put(KEY, CONTENT)
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file == tmp_path / "files" / KEY[:2] / KEY
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0


def test_a_full_disk_is_said_clearly_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    storage = LocalStorage(tmp_path / "files")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFull) as refusal:
            storage.put(KEY, CONTENT)
    assert "已满" in refusal.value.sentence
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not storage.exists(KEY)
    storage.put(KEY, CONTENT)
    assert storage.get(KEY) == CONTENT


def test_a_file_reaches_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        acts.append("disk")
        fsync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        acts.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    LocalStorage(tmp_path / "files").put(KEY, CONTENT)
    assert acts == ["disk", "name", "disk"]


def test_a_file_the_disk_has_changed_is_missing_until_it_is_put_again(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "files")
    storage.put(KEY, CONTENT)
    (tmp_path / "files" / KEY[:2] / KEY).write_bytes(b"rotten")
    with pytest.raises(FileMissing):
        storage.get(KEY)
    storage.put(KEY, CONTENT)
    assert storage.get(KEY) == CONTENT


def test_a_folder_that_may_not_be_written_is_our_own_fault(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(StorageMisconfigured):
        LocalStorage(tmp_path / "files").put(KEY, CONTENT)


def test_the_store_is_asked_path_style_and_holds_what_was_put(store: Store, reach: Reach) -> None:
    reach(url=store.url + "/").put(KEY, CONTENT)
    assert store.asked == [f"PUT /{BUCKET}/{KEY}"]
    assert store.files == {KEY: CONTENT}


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "wrong"},
        {"key_id": "AKNOBODY"},
        {"region": "elsewhere"},
        {"name": "no-such-bucket"},
    ],
)
def test_what_the_store_refuses_is_our_own_fault(reach: Reach, changed: dict[str, str]) -> None:
    storage = reach(**changed)
    with pytest.raises(StorageMisconfigured):
        storage.put(KEY, CONTENT)
    with pytest.raises(StorageMisconfigured):
        storage.get(KEY)


@pytest.mark.parametrize(
    ("status", "content", "headers", "refusal"),
    [
        (500, b"", {}, StorageAway),
        (503, b"<Code>SlowDown</Code>", {}, StorageAway),
        (507, b"", {}, StorageFull),
        (403, b"<Code>QuotaExceeded</Code>", {}, StorageFull),
        (307, b"", {"Location": "http://127.0.0.1:9/elsewhere"}, StorageMisconfigured),
        (301, b"", {"Location": "http://127.0.0.1:9/elsewhere"}, StorageMisconfigured),
        (799, b"", {}, StorageAway),
    ],
)
def test_each_answer_has_its_word_and_no_redirect_is_followed(
    store: Store,
    reach: Reach,
    status: int,
    content: bytes,
    headers: dict[str, str],
    refusal: type[Exception],
) -> None:
    store.answers.append((status, content, headers))
    with pytest.raises(refusal):
        reach().put(KEY, CONTENT)
    assert len(store.asked) == 1


def test_an_answer_without_end_is_cut_off(store: Store, reach: Reach) -> None:
    store.answers.append((200, bytes(MOST_BYTES + 200_000), {}))
    with pytest.raises(StorageAway):
        reach().get(KEY)


def test_an_answer_that_comes_drop_by_drop_is_given_up(store: Store, reach: Reach) -> None:
    store.pauses = 0.05
    store.answers.append((200, bytes(2 * 1024 * 1024), {}))
    with pytest.raises(StorageAway):
        reach(whole_seconds=0.2).get(KEY)


def test_a_file_the_store_has_changed_is_missing(store: Store, reach: Reach) -> None:
    store.files[KEY] = b"rotten"
    with pytest.raises(FileMissing):
        reach().get(KEY)


def test_a_store_that_is_not_there_is_away(reach: Reach) -> None:
    with pytest.raises(StorageAway):
        reach(url="http://127.0.0.1:9").get(KEY)


def test_nothing_of_the_keys_and_no_address_is_in_a_log_or_an_error(
    store: Store, reach: Reach
) -> None:
    with structlog.testing.capture_logs() as lines:
        for storage in (reach(secret="wrong-but-secret"), reach(url="http://127.0.0.1:9")):
            with pytest.raises(Exception) as fault:  # noqa: PT011 - whatever it is
                storage.put(KEY, CONTENT)
            told = f"{fault.value!r} {fault.value.__cause__!r} {fault.value.__context__!r}"
            assert KEY not in told
    assert lines
    for secret in (KEY, KEY_ID, "wrong-but-secret", SECRET, store.url, "127.0.0.1"):
        assert secret not in str(lines)


def test_the_settings_choose_the_place(tmp_path: Path) -> None:
    folder = choosing.storage_for(Settings(data_dir=tmp_path, _env_file=None))
    assert isinstance(folder, LocalStorage)
    folder.put(KEY, CONTENT)
    assert (tmp_path / "files" / "attachments" / KEY[:2] / KEY).read_bytes() == CONTENT
    away = choosing.storage_for(Settings(storage="s3", storage_url="http://s3", _env_file=None))
    with pytest.raises(StorageMisconfigured):
        away.exists(KEY)


def test_production_wants_all_of_s3_and_a_sealed_way_to_it() -> None:
    lacking = Settings(env="production", storage="s3", storage_url="http://s3", _env_file=None)
    faults = "\n".join(production_faults(lacking))
    for wanted in ("STORAGE_BUCKET", "STORAGE_KEY_ID", "STORAGE_KEY_SECRET", "STORAGE_URL must"):
        assert wanted in faults


def test_an_unfinished_file_of_a_crash_is_no_file(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "files")
    (tmp_path / "files" / KEY[:2]).mkdir(parents=True)
    (tmp_path / "files" / KEY[:2] / f"{local.UNFINISHED}x").write_bytes(CONTENT[:3])
    assert not storage.exists(KEY)
    storage.put(KEY, CONTENT)
    assert storage.get(KEY) == CONTENT
