"""What the log-in page says to somebody whom another page sent there."""

import reflex as rx

from saas_app.core.texts import has, text
from saas_app.ui.components.banner import banner
from saas_app.ui.state.arrival import asked
from saas_app.ui.state.guard import public

_REASONS = ("verified", "reset", "logged_out", "ended")


class Arrived(rx.State):
    words: str = ""

    @rx.event
    @public
    async def load(self) -> None:
        """The words of the first reason that the page's address names."""
        named = (f"arrived.{reason}" for reason in _REASONS if asked(self, reason))
        self.words = next((text(key) for key in named if has(key)), "")


def arrived() -> rx.Component:
    return rx.cond(Arrived.words != "", banner("good", Arrived.words))
