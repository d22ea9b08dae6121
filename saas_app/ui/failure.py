"""A bug in a handler: written down for us, a calm sentence for the person. Never a traceback."""

import reflex as rx

from saas_app.core import logs

_log = logs.get(__name__)


def in_a_handler(exception: Exception) -> rx.event.EventSpec | None:
    _log.error("ui.bug", exc_info=exception)
    return None
