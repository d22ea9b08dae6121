"""Links that no longer open anything: each kind has its page, each purpose its way on."""

from dataclasses import dataclass
from typing import Literal

import reflex as rx

from saas_app.core.texts import text
from saas_app.ui import routes
from saas_app.ui.layouts.public import site
from saas_app.ui.state.arrival import asked
from saas_app.ui.state.guard import public

Purpose = Literal["verify", "reset", "email"]

_PATHS = {
    "link_expired": routes.LINK_EXPIRED,
    "link_used": routes.LINK_USED,
    "link_invalid": routes.LINK_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class WayOn:
    """The words of the button stand under `dead_link.again.<purpose>`."""

    again: str
    after: str


_WAYS_ON: dict[str, WayOn] = {
    "verify": WayOn(routes.RESEND, routes.LOGIN),
    "reset": WayOn(routes.FORGOT, routes.LOGIN),
    "email": WayOn(routes.SETTINGS_ACCOUNT, routes.SETTINGS_ACCOUNT),
}


class DeadLink(rx.State):
    """What the link was for, as the page's address says."""

    again_href: str = routes.LOGIN
    again_label: str = text("nav.log_in")
    after_href: str = routes.LOGIN
    after_label: str = text("nav.log_in")

    @rx.event
    @public
    async def load(self) -> None:
        purpose = asked(self, "for")
        if purpose not in _WAYS_ON:
            return
        way = _WAYS_ON[purpose]
        self.again_href, self.again_label = way.again, text(f"dead_link.again.{purpose}")
        self.after_href, self.after_label = way.after, text(f"dead_link.after.{purpose}")


def dead_links(purpose: Purpose) -> dict[str, str]:
    """Where a form goes to when its link turns out to be dead."""
    return {code: f"{path}?for={purpose}" for code, path in _PATHS.items()}


def expired() -> rx.Component:
    return _page("expired", "hourglass", DeadLink.again_label, DeadLink.again_href)


def used() -> rx.Component:
    return _page("used", "circle-check", DeadLink.after_label, DeadLink.after_href)


def unknown() -> rx.Component:
    return _page("unknown", "unlink", DeadLink.again_label, DeadLink.again_href)


def _page(kind: str, icon: str, label: str | rx.Var[str], href: str | rx.Var[str]) -> rx.Component:
    return site(
        rx.el.section(
            rx.icon(icon, size=48),
            rx.el.h1(text(f"dead_link.{kind}.title")),
            rx.el.p(text(f"dead_link.{kind}.text")),
            rx.el.a(label, href=href, class_name="button button--primary button--large"),
            class_name="empty wrap pending",
        )
    )
