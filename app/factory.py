"""Putting the house together: one application for the faces a process serves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import registry
from app.audit import service as audit
from app.doorplates.scans import ScanTally
from app.gateways import choosing
from app.identity import queries as identity
from app.identity import roles
from app.identity import service as identity_service
from app.identity.villagers import queries as villagers
from app.kernel import deployment, logs
from app.kernel.db import Database, connect
from app.kernel.settings import Settings, production_faults
from app.notices import queries as notices
from app.notices.schemas import Recipient
from app.web import health
from app.web.assets import Assets
from app.web.bodies import Bodies
from app.web.caching import PublicCache, here, prefers_elder
from app.web.flask_app import SunshineApp, actor, db
from app.web.freshness import ChangeListener
from app.web.throttle import Throttle
from app.web.uploads import MemoryRequest

ALL_FACES = frozenset(registry.FACES)


class NotReadyForProduction(RuntimeError):
    """The deployment must not start; the message lists everything that is missing."""


def create_app(settings: Settings, *, faces: Collection[str] = ALL_FACES) -> SunshineApp:
    """Build the Flask application with the blueprints of these faces."""
    logs.configure(settings.log_level)
    database, demo = open_database(settings)
    app = SunshineApp(
        settings,
        database,
        load_actor=identity.actor_for_token,
        load_villager=villagers.villager_for_token,
        note_life=identity_service.note_life,
        demo=demo,
    )
    app.request_class = MemoryRequest
    app.config.update(_configuration(settings, demo=demo))
    app.extensions["throttle"] = Throttle(
        settings.redis_url,
        secret=settings.secret_key,
        misses_per_minute=settings.misses_per_minute,
    )
    app.extensions["wechat"] = choosing.wechat_for(settings, database)
    app.extensions["sms"] = choosing.sms_for(settings, demo=demo)
    app.extensions["storage"] = choosing.storage_for(settings)
    app.extensions["csrf_guard"] = CSRFProtect(app)
    Bootstrap5(app)
    app.open_static_files()
    app.register_blueprint(health.pages)
    for face in sorted(faces):
        for address in registry.FACES[face]:
            _register(app, registry.load(address))
    _describe_site(app, settings, demo=demo)
    return app


def _configuration(settings: Settings, *, demo: bool) -> dict[str, object]:
    secure = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "sunshine_form",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_SSL_STRICT": secure,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": 8 * 1024 * 1024,
        "BASE_URL": settings.base_url,
        "SITE_NAME": settings.site_name,
        "COUNTY_CODE": settings.county_code,
        "FILES_DIR": settings.files_dir,
        "AUDIT_THRESHOLDS": audit.thresholds_of(settings),
        "DEMO": demo,
        "ERROR_TEMPLATE": "portal/error.html",
        "STAFF_ERROR_TEMPLATE": "console/error.html",
    }


def open_database(settings: Settings) -> tuple[Database, bool]:
    """Connect, and refuse to start a production that is not ready for it: (database, is demo)."""
    if not settings.database_url:
        faults = production_faults(settings) or ["DATABASE_URL is not set"]
        raise NotReadyForProduction("\n".join(faults))
    database = connect(settings.database_url, settings.keys_path)
    with database.reading() as session:
        demo = deployment.is_demonstration(session)
    faults = production_faults(settings, has_demo_data=demo)
    if faults:
        raise NotReadyForProduction("\n".join(faults))
    return database, demo


def create_served(settings: Settings) -> PublicCache:
    """Build what the web server runs: the public cache in front of the application."""
    app = create_app(settings)
    bodies = Bodies(max_bytes=settings.cache_megabytes * 1024 * 1024)
    listener = ChangeListener(
        settings.database_direct_url or settings.database_url or "", drop=bodies.drop
    )
    tally = ScanTally(app.database)
    listener.start()
    tally.start()
    wsgi: Any = app.wsgi_app
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        wsgi = ProxyFix(wsgi, x_for=hops, x_proto=hops, x_host=0)
    assets: Assets = app.extensions["assets"]
    return PublicCache(
        wsgi,
        bodies=bodies,
        freshness=listener,
        on_scan=tally.count,
        assets=assets.by_address(),
    )


def _register(app: SunshineApp, blueprint: Any) -> None:
    register = getattr(app, "register_api" if hasattr(blueprint, "paths") else "register_blueprint")
    register(blueprint)


def _describe_site(app: SunshineApp, settings: Settings, *, demo: bool) -> None:
    assets = Assets(headers=app.fixed_headers)
    app.extensions["assets"] = assets
    site = {
        "name": settings.site_name,
        "organiser": settings.site_organiser,
        "icp": settings.site_icp,
        "government_code": settings.site_government_code,
        "county_name": settings.site_county_name,
        "hotline": settings.site_hotline,
        "demo": demo,
    }

    @app.context_processor
    def describe() -> dict[str, Any]:
        return {
            "site": site,
            "elder": prefers_elder(request.environ),
            "here": here(),
            "canonical": None,
            "unread_messages": _unread,
            "may_disclose": lambda: any(map(actor().may_somewhere, roles.DISCLOSES)),
            "asset": lambda name: assets.address(name.rpartition("/")[2]),
        }


def _unread() -> int:
    """Count what waits in the inbox of whoever acts; only while the request's session is open."""
    return notices.unread(db(), Recipient(staff_id=actor().staff_id))
