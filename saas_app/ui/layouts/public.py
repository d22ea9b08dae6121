"""The public site's frame, and the narrow page of one form inside it."""

import reflex as rx

from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.brand import brand
from saas_app.ui.components.browser import Leave, Notice
from saas_app.ui.components.links import outward, skip_link
from saas_app.ui.components.theme_switch import theme_switch
from saas_app.ui.state.session import Session

MAIN = "content"


def site(*children: rx.Component) -> rx.Component:
    """Header, content, footer; works before any script has run."""
    return rx.fragment(
        skip_link(text("nav.skip"), MAIN),
        _head(),
        rx.el.main(*children, id=MAIN),
        _foot(),
        messengers(),
    )


def narrow(title: str, lead: str, *children: rx.Component, wide: bool = False) -> rx.Component:
    """One card with one thing to do."""
    heading = rx.el.div(
        rx.el.h1(title),
        rx.el.p(lead, class_name="quiet") if lead else rx.fragment(),
        class_name="stack stack--tight",
    )
    card = rx.el.section(
        heading, *children, class_name=f"card stack stack--loose{' card--wide' if wide else ''}"
    )
    return site(rx.el.div(card, class_name="narrow"))


def messengers() -> rx.Component:
    """What carries notices and departures from state to this tab."""
    return rx.fragment(
        Leave.create(departure=Session.departure), Notice.create(notice=Session.notice)
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            brand(),
            rx.el.nav(
                rx.el.a(
                    text("nav.pricing"),
                    href=routes.PRICING,
                    class_name="button button--quiet hide-small",
                ),
                theme_switch(),
                rx.cond(
                    Session.signed_in,
                    rx.el.a(
                        text("nav.dashboard"),
                        href=routes.DASHBOARD,
                        class_name="button button--primary",
                    ),
                    rx.fragment(
                        rx.el.a(
                            text("nav.log_in"),
                            href=routes.LOGIN,
                            class_name="button button--quiet",
                        ),
                        rx.el.a(
                            text("nav.sign_up"),
                            href=routes.REGISTER,
                            class_name="button button--primary hide-small",
                        ),
                    ),
                ),
                class_name="site-head__links",
                custom_attrs={"aria-label": text("nav.label")},
            ),
            class_name="wrap site-head__inner",
        ),
        class_name="site-head",
    )


def _foot() -> rx.Component:
    return rx.el.footer(
        rx.el.div(
            rx.el.p(text("footer.not_advice")),
            rx.el.div(
                rx.el.span(text("footer.owner", brand=settings().brand)),
                rx.el.a(text("nav.pricing"), href=routes.PRICING),
                rx.el.a(text("nav.learn"), href=routes.LEARN),
                rx.el.a(text("nav.help"), href=routes.HELP),
                outward(text("nav.api"), href=routes.API_DOCS),
                rx.el.a(text("nav.log_in"), href=routes.LOGIN),
                class_name="row",
            ),
            class_name="wrap stack",
        ),
        class_name="site-foot",
    )
