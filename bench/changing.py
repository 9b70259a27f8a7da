"""Publishing and withdrawing while people read, and how long they still saw what was before."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from app.disclosure import service as disclosure
from app.disclosure.schemas import ItemIn
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from bench.sampling import Answer, Reader

READERS = 10  # connections, so that every process of the server is asked
PAUSE = 0.25  # seconds between two changes
LOOKING = 0.02  # seconds between two looks: these readers must not be a load of their own
ALLOWED_MS = 1_000.0
GIVEN_UP = 10.0  # seconds
OK, GONE = 200, 410
Truth = Callable[[Answer], bool]


@dataclass(frozen=True)
class Seen:
    """One change, in milliseconds from the end of its commit, over ten kept connections.

    `last_old_ms` is when the last answer that showed what was before arrived, 0 where none did;
    `everywhere_ms` is when all ten had what is true now, the waiting of a busy server included.
    """

    last_old_ms: float
    everywhere_ms: float


class Changer(threading.Thread):
    """Publishes and withdraws items of these divisions until the block is left, which raises."""

    def __init__(
        self, database: Database, address: str, *, divisions: Sequence[str], watched: str
    ) -> None:
        """`watched` is the page looked at for a division: `/v/{0}` and its like."""
        super().__init__(name="changer", daemon=True)
        self._database = database
        self._readers = [Reader(address) for _ in range(READERS)]
        self._pool = ThreadPoolExecutor(READERS)
        self._divisions = divisions
        self._watched = watched
        self._stopping = threading.Event()
        self._fault: Exception | None = None
        self.seen: list[Seen] = []

    def __enter__(self) -> Changer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self.join()
        self._pool.shutdown()
        for reader in self._readers:
            reader.close()
        if self._fault is not None and error is None:
            raise self._fault

    def run(self) -> None:
        draw = random.Random()  # noqa: S311 - whose item it is
        try:
            while not self._stopping.wait(PAUSE):
                self._publish_and_withdraw(draw.choice(self._divisions))
        except Exception as fault:
            self._fault = fault

    def _publish_and_withdraw(self, division: str) -> None:
        title = f"临时通知{time.monotonic_ns()}"
        page = self._watched.format(division)
        wanted = ItemIn(
            division_code=division, topic="livelihood_project", title=title, body_markdown="停水。"
        )
        with self._database.unit_of_work() as session:
            item_id = disclosure.publish_item(session, wanted=wanted, actor=OPERATOR).id
        self._await({page: lambda answer: answer.status == OK and title in answer.text})
        assert self._readers[0].get(f"/items/{item_id}").status == OK
        self._stopping.wait(PAUSE)
        with self._database.unit_of_work() as session:
            disclosure.withdraw_item(session, item_id=item_id, reason="已经恢复", actor=OPERATOR)
        self._await(
            {
                f"/items/{item_id}": lambda answer: answer.status == GONE,
                page: lambda answer: answer.status == OK and title not in answer.text,
            }
        )

    def _await(self, truths: Mapping[str, Truth]) -> None:
        """Let every reader ask at once, each until each page says what is true; note how long."""
        committed = time.perf_counter()

        def ask(reader: Reader) -> float:
            old = 0.0
            for path, is_true in truths.items():
                while not is_true(reader.get(path)):
                    old = time.perf_counter() - committed
                    assert old < GIVEN_UP, f"{path} still shows what was before"
                    time.sleep(LOOKING)
            return old

        last_old = max(self._pool.map(ask, self._readers))
        everywhere = time.perf_counter() - committed
        self.seen.append(Seen(last_old * 1000, everywhere * 1000))
