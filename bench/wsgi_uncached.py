"""The application as it is served, with no room in its cache: every request is a whole miss.

The session, the queries, the templates, the compression and the headers are those of production.
"""

from __future__ import annotations

from app.factory import create_served
from app.kernel.settings import get_settings

application = create_served(get_settings().model_copy(update={"cache_megabytes": 0}))
