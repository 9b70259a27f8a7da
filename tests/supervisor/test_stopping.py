"""The first signal asks, the second hurries."""

from __future__ import annotations

import os
import signal

import pytest

from app.supervisor.errors import StopAsked
from app.supervisor.stopping import StopSignals


def test_a_signal_ends_the_next_pause_and_a_second_one_hurries() -> None:
    with StopSignals() as signals:
        signals.pause(0)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(StopAsked):
            signals.pause(60)
        assert not signals.hurry()
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.hurry()


def test_a_platform_started_by_nohup_outlives_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            signals.pause(0)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
