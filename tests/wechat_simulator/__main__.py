"""`python -m tests.wechat_simulator`: serve until Ctrl-C, on the real clock."""

from __future__ import annotations

import argparse
import threading

from tests.wechat_simulator import ACCOUNT, MINI, World, serving


def main() -> None:
    """Serve, and say by which settings the platform finds it."""
    parser = argparse.ArgumentParser(prog="tests.wechat_simulator")
    parser.add_argument("--port", type=int, default=8190)
    with serving(World(), port=parser.parse_args().port) as simulator:
        for name, value in settings(simulator.url).items():
            print(f"{name}={value}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


def settings(url: str) -> dict[str, str]:
    """Give the platform's settings that lead to a simulator."""
    return {
        "WECHAT_API_URL": url,
        "WECHAT_OPEN_URL": url,
        "WECHAT_APP_ID": ACCOUNT.app_id,
        "WECHAT_SECRET": ACCOUNT.secret,
        "WECHAT_MINI_APP_ID": MINI.app_id,
        "WECHAT_MINI_SECRET": MINI.secret,
    }


if __name__ == "__main__":
    main()
