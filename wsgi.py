"""What the web server loads: `granian --interface wsgi wsgi:application`."""

from __future__ import annotations

from app.factory import create_served
from app.kernel.settings import get_settings

application = create_served(get_settings())
