"""The store of bodies: bounded, dropped by scope, and never older than the change before it."""

from __future__ import annotations

import random
import threading
import zlib

from app.web.bodies import Bodies, Body, Key, Share, pack

VILLAGE = "520203102213"


def _body(
    content: bytes = b"<p>page</p>", *, code: str = VILLAGE, plate: str | None = None
) -> Body:
    return pack(content, [("Content-Type", "text/html")], offered=Share(code, plate))


def _key(number: int) -> Key:
    return (f"/items/{number}", "", False)


def test_a_packed_body_unpacks_to_the_page() -> None:
    body = _body(b"x" * 5000)
    assert zlib.decompress(body.packed, wbits=31) == b"x" * 5000
    assert dict(body.plain_headers)["Content-Length"] == "5000"
    assert dict(body.packed_headers)["Content-Length"] == str(len(body.packed))


def test_headers_of_the_view_that_the_cache_decides_are_replaced() -> None:
    headers = [("ETag", '"old"'), ("cache-control", "private, no-store"), ("X-Frame-Options", "D")]
    body = pack(b"page", headers, offered=Share(VILLAGE))
    names = [name.lower() for name, _value in body.plain_headers]
    assert sorted(names) == sorted(set(names))
    assert dict(body.plain_headers)["Cache-Control"] == "no-cache"
    assert dict(body.plain_headers)["X-Frame-Options"] == "D"


def test_the_same_page_has_the_same_tag_and_another_page_another() -> None:
    assert _body(b"one").tag == _body(b"one").tag != _body(b"two").tag


def test_a_body_is_kept_and_given_back() -> None:
    bodies = Bodies(max_bytes=10**6)
    body = _body()
    bodies.put(_key(1), body, generation=bodies.generation)
    assert bodies.get(_key(1)) is body
    assert bodies.get(("/items/1", "", True)) is None


def test_a_body_rendered_before_a_change_is_not_kept() -> None:
    bodies = Bodies(max_bytes=10**6)
    generation = bodies.generation
    bodies.drop("division:520203999")
    bodies.put(_key(1), _body(), generation=generation)
    assert bodies.get(_key(1)) is None


def test_a_change_above_drops_what_lies_below_and_nothing_beside() -> None:
    bodies = Bodies(max_bytes=10**6)
    for number, code in enumerate(("520203", "520203102", VILLAGE, "520203102214", "520203103")):
        bodies.put(_key(number), _body(code=code), generation=bodies.generation)
    bodies.drop("division:520203102")
    assert [bodies.get(_key(number)) is not None for number in range(5)] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_an_empty_code_drops_everything() -> None:
    bodies = Bodies(max_bytes=10**6)
    bodies.put(_key(1), _body(), generation=bodies.generation)
    bodies.put(_key(2), _body(code="-"), generation=bodies.generation)
    bodies.drop("division:")
    assert len(bodies) == 0


def test_a_plates_change_drops_only_the_pages_of_that_plate() -> None:
    bodies = Bodies(max_bytes=10**6)
    bodies.put(_key(1), _body(plate="7K3M9QXW2R4T0"), generation=bodies.generation)
    bodies.put(_key(2), _body(plate="8K3M9QXW2R4T0"), generation=bodies.generation)
    bodies.put(_key(3), _body(), generation=bodies.generation)
    bodies.drop("plate:7K3M9QXW2R4T0")
    assert [bodies.get(_key(number)) is not None for number in (1, 2, 3)] == [False, True, True]


def test_the_oldest_go_first_when_the_room_is_full() -> None:
    room = _body().weight * 3
    bodies = Bodies(max_bytes=room)
    for number in range(5):
        bodies.put(_key(number), _body(), generation=bodies.generation)
    assert [bodies.get(_key(number)) is not None for number in range(5)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_body_kept_anew_takes_its_room_once() -> None:
    bodies = Bodies(max_bytes=_body().weight * 2)
    bodies.put(_key(1), _body(), generation=bodies.generation)
    for _ in range(10):
        bodies.put(_key(2), _body(), generation=bodies.generation)
    assert bodies.get(_key(1)) is not None


def test_threads_that_keep_and_drop_at_once_lose_no_room() -> None:
    capacity = 40
    bodies = Bodies(max_bytes=_body().weight * capacity)
    faults: list[Exception] = []

    def hammer(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - a shuffled order, not a secret
        try:
            for _ in range(1500):
                key = _key(dice.randrange(100))
                act = dice.random()
                if act < 0.55:
                    bodies.put(key, _body(), generation=bodies.generation)
                elif act < 0.95:
                    bodies.get(key)
                else:
                    bodies.drop(f"division:{VILLAGE if dice.random() < 0.5 else '999999'}")
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    bodies.drop("division:")
    for number in range(capacity * 2):
        bodies.put(_key(number), _body(), generation=bodies.generation)
    # Were any weight lost or counted twice, more or fewer would fit now.
    assert len(bodies) == capacity
