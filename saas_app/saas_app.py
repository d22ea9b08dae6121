"""The composition root: settings → adapters → REST edge → pages → the one application."""

import reflex as rx
from starlette.types import ASGIApp

from saas_app import wiring
from saas_app.api import app as rest
from saas_app.api.ahead import Ahead
from saas_app.api.appearance import Appearance
from saas_app.api.boundary import Boundary
from saas_app.api.clean_urls import CleanUrls
from saas_app.api.dispatch import Dispatch
from saas_app.core import logs
from saas_app.core.settings import settings
from saas_app.ui import failure, sitemap
from saas_app.ui.state import guard

logs.configure(settings().log_level, as_json=settings().log_json)
wiring.install()

api = rest.made()


def edges(pages: ASGIApp) -> ASGIApp:
    """From the inside out: tidy page addresses, the REST edge beside them, the boundary around all."""
    return Boundary(
        Dispatch(Appearance(CleanUrls(pages)), api=api, prefixes=rest.PREFIXES),
        unchecked=rest.UNCHECKED,
    )


class Product(rx.App):
    """The pages' application, with Stripe's door in front of all that pages need."""

    def __call__(self) -> ASGIApp:
        return Ahead(
            super().__call__(),
            door=Boundary(api, unchecked=rest.UNCHECKED),
            paths=rest.UNCHECKED,
        )


app = Product(
    stylesheets=[
        "/styles/tokens.css",
        "/styles/base.css",
        "/styles/components.css",
        "/styles/layout.css",
        "/styles/market.css",
        "/styles/providers.css",
        "/styles/security.css",
        "/styles/onboarding.css",
        "/styles/help.css",
    ],
    head_components=[
        # Blocking on purpose, and before the framework's own: whoever likes it light sees no dark.
        rx.el.script(src="/appearance.js"),
        rx.el.script(src="/mailed_token.js"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        ),
        rx.el.meta(name="theme-color", content="#1a1a1a"),
    ],
    html_lang="en",
    reset_style=False,
    backend_exception_handler=failure.in_a_handler,
    api_transformer=edges,
)
app.add_middleware(guard.SessionGuard())
sitemap.add_to(app)
guard.open_public_handlers(rx.State)
app.register_lifespan_task(wiring.lifespan)
