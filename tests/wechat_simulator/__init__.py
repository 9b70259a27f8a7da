"""A WeChat of our own over real HTTP: it refuses what WeChat refuses.

In a test: `with serving(World()) as simulator: ...`, or the fixture `wechat_server`. By itself:
`python -m tests.wechat_simulator --port 8190`, with WECHAT_API_URL and WECHAT_OPEN_URL set to its
address, and WECHAT_APP_ID, WECHAT_SECRET, WECHAT_MINI_APP_ID, WECHAT_MINI_SECRET to those of
`world.ACCOUNT` and `world.MINI`.
"""

from tests.wechat_simulator.server import Simulator, serving
from tests.wechat_simulator.world import ACCOUNT, MINI, Person, World

__all__ = ["ACCOUNT", "MINI", "Person", "Simulator", "World", "serving"]
