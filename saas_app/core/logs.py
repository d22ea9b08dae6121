"""Structured log lines: events, not prose; ids, never secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import structlog
from structlog.tracebacks import ExceptionDictTransformer

_SECRET_KEYS = re.compile(
    r"(password|secret|token|cookie|authorization|api_key|otp|code_verifier)", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HIDDEN = "***"
# What other people's lines may carry: a framework prints the request it stumbled over, cookie included.
_CARRIED = re.compile(
    r"(__Host-[\w-]+=|bearer\s+|[?&]token=|\bwhsec_|\b[sr]k_(?:live|test)_|tm_live_)[^\s;,&'\"]+",
    re.IGNORECASE,
)


def get(name: str) -> structlog.stdlib.BoundLogger:
    return structlog.stdlib.get_logger(name)


def configure(level: str, *, as_json: bool) -> None:
    """Set up this process's log: readable lines for a person, JSON for a collector."""
    renderer = structlog.processors.JSONRenderer() if as_json else _readable()
    # show_locals would print the values of every frame, passwords among them.
    tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([tracebacks] if as_json else []),
            scrubbed,
            renderer,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=sys.stderr, level=level.upper(), force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Scrubbing("%(message)s"))
    # Other people's chatter; their warnings still arrive.
    for noisy in ("httpx", "httpcore", "stripe", "dbos", "aiosqlite", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _readable() -> structlog.dev.ConsoleRenderer:
    # The default formatter draws each frame's local values, passwords among them.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


class Scrubbing(logging.Formatter):
    """The last hand on every line, whoever wrote it, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return _EMAIL.sub(_HIDDEN, _CARRIED.sub(rf"\1{_HIDDEN}", super().format(record)))


def scrubbed(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank values whose key speaks of a secret, and any e-mail address, at every depth."""
    return _scrub_all(event)


def _scrub(value: object) -> object:
    match value:
        case str():
            return _EMAIL.sub(_HIDDEN, value)
        case dict():
            return _scrub_all(cast("dict[object, object]", value))
        case list() | tuple():
            return [_scrub(inner) for inner in cast("list[object]", value)]
        case _:
            return value


def _scrub_all(mapping: Mapping[Any, object]) -> dict[Any, object]:
    return {
        key: _HIDDEN if _SECRET_KEYS.search(str(key)) else _scrub(value)
        for key, value in mapping.items()
    }
