"""The search for leaks finds one that was planted on purpose, in every channel."""

from __future__ import annotations

import pytest
import redis
from flask import redirect, session
from flask.typing import ResponseReturnValue
from psycopg import connect
from rq import Queue

from app.disclosure.models import Topic
from app.kernel import logs, outbox
from app.kernel.errors import Invalid
from app.web import caching, entry
from tests.conftest import Served
from tests.households.rosters import workbooks
from tests.journeys.leaks import VISITOR, Watch, needles
from tests.journeys.planted import ADDRESS, NAME, PHONE
from workers import relay


def _channels(watch: Watch) -> set[str]:
    return {leak.channel for leak in watch.leaks()}


def _public(served: Served, watch: Watch, answer: ResponseReturnValue, *, share: bool) -> None:
    """Serve an answer at /planted to anyone, and fetch it."""

    @entry.public
    def planted() -> ResponseReturnValue:
        if share:
            caching.share("520203")
        return answer

    served.app.add_url_rule("/planted", view_func=planted)
    served.client().get("/planted")
    assert watch.recorder.answers[-1].path == "/planted"


def test_nothing_is_found_where_nothing_is_planted(watch: Watch, served: Served) -> None:
    served.client().get("/")
    assert watch.leaks() == []
    assert "request" in watch.log.getvalue()


@pytest.mark.parametrize("form", sorted(needles(NAME)))
def test_a_leak_is_found_in_every_form(watch: Watch, form: str) -> None:
    watch.log.write(f"{form}\n")
    assert _channels(watch) == {"log"}


def test_a_leak_in_the_log_is_found(watch: Watch) -> None:
    logs.get("app.planted").debug("planted", value=PHONE)
    assert _channels(watch) == {"log"}


def test_a_leak_on_a_page_for_anyone_and_in_the_cache_is_found(
    watch: Watch, served: Served
) -> None:
    _public(served, watch, f"<p>{NAME}</p>", share=True)
    assert _channels(watch) == {"page", "cached page"}


def test_a_leak_in_a_header_and_in_an_address_is_found(watch: Watch, served: Served) -> None:
    _public(served, watch, redirect(f"/d?code={PHONE}"), share=False)
    assert "headers" in _channels(watch)
    served.client().get(f"/robots.txt?phone={PHONE}")
    assert "address" in _channels(watch)


@pytest.mark.parametrize("length", [1, 40])
def test_a_leak_in_a_signed_cookie_is_found_though_it_is_packed(
    watch: Watch, served: Served, length: int
) -> None:
    @entry.public
    def planted() -> ResponseReturnValue:
        session["planted"] = NAME * length
        return "nothing"

    served.app.add_url_rule("/planted", view_func=planted)
    served.client().get("/planted")
    assert _channels(watch) == {"headers"}


def test_a_leak_in_an_error_is_found_for_staff_too(watch: Watch, served: Served) -> None:
    @entry.public
    def planted() -> ResponseReturnValue:
        raise Invalid(f"{ADDRESS}不对")

    watch.may_read = {"staff": ("/planted",)}
    served.app.add_url_rule("/planted", view_func=planted)
    served.client().get("/planted", environ_overrides={VISITOR: "staff"})
    assert _channels(watch) == {"error"}


def test_a_page_of_somebody_who_may_read_it_is_no_leak(watch: Watch, served: Served) -> None:
    watch.may_read = {"staff": ("/planted",)}

    @entry.public
    def planted() -> ResponseReturnValue:
        return NAME

    served.app.add_url_rule("/planted", view_func=planted)
    client = served.client()
    client.get("/planted", environ_overrides={VISITOR: "staff"})
    assert watch.leaks() == []
    client.get("/planted", environ_overrides={VISITOR: "sister"})
    assert _channels(watch) == {"page"}


def test_a_leak_in_a_cache_key_is_found(watch: Watch, served: Served) -> None:
    _public(served, watch, "nothing", share=True)
    [(key, body)] = served.bodies._bodies.items()
    served.bodies.put((f"/{NAME}", *key[1:]), body, generation=served.bodies.generation)
    assert _channels(watch) == {"cache key"}


@pytest.mark.parametrize("kind", ["key", "string", "list", "set", "zset", "hash", "stream"])
def test_a_leak_in_valkey_is_found_whatever_its_kind(watch: Watch, kind: str) -> None:
    plant = {
        "key": lambda client: client.set(f"planted:{PHONE}", "1"),
        "string": lambda client: client.set("planted", NAME),
        "list": lambda client: client.rpush("planted", PHONE),
        "set": lambda client: client.sadd("planted", PHONE),
        "zset": lambda client: client.zadd("planted", {PHONE: 1}),
        "hash": lambda client: client.hset("planted", "a", PHONE),
        "stream": lambda client: client.xadd("planted", {"a": PHONE}),
    }
    with redis.Redis.from_url(watch.redis_url) as client:
        plant[kind](client)
    assert _channels(watch) == {"valkey key" if kind == "key" else "valkey value"}


def test_a_leak_in_a_job_is_found_in_the_outbox_and_in_the_queue(
    watch: Watch, served: Served
) -> None:
    with served.app.database.unit_of_work() as transaction:
        outbox.publish(transaction, "operations.noop", name=NAME)
    assert _channels(watch) == {"job"}
    with redis.Redis.from_url(watch.redis_url) as connection:
        queue: Queue = relay.open_queue(connection)
        queue.enqueue("workers.perform.perform", PHONE)
    assert _channels(watch) == {"job", "valkey value"}


@pytest.mark.parametrize("written", ["text", "bytes"])
def test_a_leak_in_a_table_is_found(watch: Watch, served: Served, written: str) -> None:
    if written == "text":
        with served.app.database.unit_of_work() as transaction:
            transaction.add(Topic(code="planted", name=NAME, position=1, tile=None))
    else:
        with connect(watch.owner_url) as owner:
            owner.execute("INSERT INTO ledger_reasons VALUES (1, now(), %s)", (ADDRESS.encode(),))
    assert _channels(watch) == {"table"}


def test_a_leak_in_a_partition_of_the_ledger_is_found(watch: Watch) -> None:
    with connect(watch.owner_url) as owner:
        owner.execute(
            "INSERT INTO access_ledger VALUES (1, now(), 'staff', 1, %s, 'open', 'granted',"
            " '520203', NULL, NULL, '{}', '', NULL, NULL)",
            (PHONE,),
        )
    assert _channels(watch) == {"table"}


@pytest.mark.parametrize("content", [NAME.encode(), workbooks.xlsx(((NAME,),))])
def test_a_leak_in_a_file_is_found(watch: Watch, content: bytes) -> None:
    (watch.data_dir / "files").mkdir(exist_ok=True)
    (watch.data_dir / "files" / "planted").write_bytes(content)
    assert _channels(watch) == {"file"}


def test_there_are_no_metrics_that_would_be_a_channel_more(served: Served) -> None:
    # Whoever adds them adds a channel here, and a test that finds a leak planted in it.
    rules = {rule.rule for rule in served.app.url_map.iter_rules()}
    assert not [rule for rule in rules if "metric" in rule]
