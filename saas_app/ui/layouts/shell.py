"""The signed-in frame: rail, top bar, bottom bar on phones, the page in between."""

from dataclasses import dataclass

import reflex as rx
from reflex.style import resolved_color_mode

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.components.banner import banner
from saas_app.ui.components.brand import brand
from saas_app.ui.components.forms import post_form
from saas_app.ui.components.links import skip_link
from saas_app.ui.components.theme_switch import theme_switch
from saas_app.ui.components.tour import tour
from saas_app.ui.layouts.public import MAIN, messengers
from saas_app.ui.layouts.switcher import switcher
from saas_app.ui.pages.settings.appearance.state import Appearance
from saas_app.ui.state.session import Session
from saas_app.ui.state.shell import Shell


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail. `on_phone` puts it into the bottom bar too."""

    href: str
    label: str
    icon: str
    on_phone: bool = True


PLACES: tuple[Place, ...] = (
    Place(routes.DASHBOARD, "nav.dashboard", "layout-dashboard"),
    Place(routes.chart(routes.DEFAULT_SYMBOL), "nav.charts", "chart-candlestick"),
    Place(routes.WATCHLISTS, "nav.watchlists", "list-checks"),
    Place(routes.SCANNER, "nav.scanner", "scan-search", on_phone=False),
    Place(routes.INSIGHTS, "nav.insights", "telescope", on_phone=False),
    Place(routes.ALERTS, "nav.alerts", "bell-ring"),
    Place(routes.SETTINGS_BILLING, "nav.billing", "credit-card", on_phone=False),
    Place(routes.SETTINGS_PROFILE, "nav.settings", "settings"),
)


def shell(
    title: str | rx.Var[str],
    *children: rx.Component,
    here: str,
    actions: rx.Component | None = None,
    says_payment: rx.Var[bool] | bool = False,
) -> rx.Component:
    """A page for people who are signed in. `here` is the rail's entry that stands for it.

    Where the page itself `says_payment` is due, the banner about it would be the second.
    """
    return rx.fragment(
        skip_link(text("nav.skip"), MAIN),
        rx.el.div(
            _rail(here),
            rx.el.div(
                _topbar(title, actions),
                rx.el.main(_news(says_payment), *children, id=MAIN, class_name="shell__main"),
            ),
            _bottom_bar(here),
            class_name="shell",
        ),
        messengers(),
        tour(),
    )


def _rail(here: str) -> rx.Component:
    return rx.el.nav(
        rx.el.div(brand(routes.DASHBOARD), class_name="rail__brand"),
        *[_link(place, here, "rail__link", 20) for place in PLACES],
        rx.el.div(
            rx.cond(
                Shell.ready,
                rx.el.a(
                    rx.el.span(Shell.plan_name, class_name="badge badge--good"),
                    rx.el.span(text("shell.upgrade"), class_name="small"),
                    href=routes.PRICING,
                    class_name="row",
                ),
                rx.el.div(class_name="skeleton"),
            ),
            switcher(),
            rx.el.div(
                rx.el.span(Session.name),
                rx.el.span(Session.email, class_name="quiet small"),
                class_name="stack stack--tight",
            ),
            _log_out(),
            class_name="rail__foot",
        ),
        class_name="rail",
        custom_attrs={"aria-label": text("shell.rail")},
    )


def _topbar(title: str | rx.Var[str], actions: rx.Component | None) -> rx.Component:
    return rx.el.header(
        rx.el.h1(title),
        actions or rx.fragment(),
        rx.cond(
            Shell.clock_note != "",
            rx.el.span(Shell.clock_note, class_name="badge badge--info hide-small"),
        ),
        rx.el.a(
            rx.icon("circle-help", size=18),
            href=routes.HELP,
            class_name="button button--quiet button--icon",
            custom_attrs={"aria-label": text("nav.help")},
        ),
        theme_switch(Appearance.turn(resolved_color_mode)),
        rx.el.a(
            rx.icon("bell", size=18),
            rx.cond(Shell.unread > 0, rx.el.span(Shell.unread, class_name="bell__count num")),
            href=routes.NOTIFICATIONS,
            class_name="button button--quiet button--icon bell",
            custom_attrs={
                "aria-label": rx.cond(
                    Shell.unread > 0,
                    f"{text('nav.notifications')}, {Shell.unread}",
                    text("nav.notifications"),
                )
            },
        ),
        class_name="topbar",
    )


def _news(says_payment: rx.Var[bool] | bool) -> rx.Component:
    return rx.cond(
        (Shell.banner.text != "") & ~(Shell.banner.of_payment & says_payment),
        banner(Shell.banner.tone, Shell.banner.text, Shell.banner.href, Shell.banner.label),
    )


def _bottom_bar(here: str) -> rx.Component:
    return rx.el.nav(
        *[_link(place, here, "", 22) for place in PLACES if place.on_phone],
        class_name="bottom-bar",
        custom_attrs={"aria-label": text("nav.label")},
    )


def _link(place: Place, here: str, class_name: str, size: int) -> rx.Component:
    current = {"aria-current": "page"} if place.href == here else {}
    return rx.el.a(
        rx.icon(place.icon, size=size),
        rx.el.span(text(place.label)),
        href=Shell.chart if place.label == "nav.charts" else place.href,
        class_name=class_name,
        custom_attrs=current,
    )


def _log_out() -> rx.Component:
    return post_form(
        "/api/auth/logout",
        rx.el.button(
            text("nav.log_out"), type="submit", class_name="button button--secondary button--small"
        ),
    )
